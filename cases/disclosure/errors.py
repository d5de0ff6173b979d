"""Why a release cannot leave the förbund, in plain Swedish."""

from __future__ import annotations

from collections.abc import Sequence


class SolverMissing(Exception):
    """The program that works out what an outsider can deduce is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Det går inte att kontrollera vad en utomstående kan räkna ut, för räkneprogrammet highspy saknas. "
            "Be den som sköter driften att installera det. Till dess kan inget publiceras."
        )


class Contradiction(Exception):
    """The figures, the relations and what is already out cannot all be true."""

    def __init__(self, cells: Sequence[str] = ()) -> None:
        self.cells = tuple(cells)
        told = f" Det gäller {'; '.join(self.cells)}." if cells else ""
        super().__init__(f"Siffrorna går inte ihop med varandra eller med det som redan är publicerat.{told}")


class CannotProtect(Exception):
    """Hiding cells is not enough: what is already out gives these away."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(
            " ".join([*self.reasons, "Det går inte att skydda. Slå ihop rader eller ta bort dem ur tabellen."])
        )
