"""What the domain refuses: a code for programs and a Swedish sentence that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cases.personal_data import Finding


class DomainError(Exception):
    """Base of every refusal. Nothing has been stored when it is raised."""

    code = "refused"

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code


class MoveNotAllowed(DomainError):
    """The step cannot be taken now, or not by this person."""

    code = "move_not_allowed"


class Incomplete(DomainError):
    """Something that the step needs is missing or wrong.

    `fields` maps a field's name to the sentence to show beside it.
    """

    code = "incomplete"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class UnknownMark(Incomplete):
    """What a program asks for changes since is neither a moment nor a mark that was given here."""

    code = "unknown_mark"

    def __init__(self, sentence: str) -> None:
        super().__init__({"updated_since": sentence})


class PersonalDataFound(DomainError):
    """A text holds a personal number. Carries rule, field, offset and count, never the text."""

    code = "personal_data"

    def __init__(self, findings: Mapping[str, Iterable[Finding]]) -> None:
        self.findings = {field: tuple(found) for field, found in findings.items()}
        super().__init__(
            "Texten ser ut att innehålla ett personnummer eller samordningsnummer. Ta bort det och skicka igen. "
            "Ingenting har sparats."
        )

    @property
    def fields(self) -> dict[str, str]:
        """Return the sentence for each field, with how many numbers were found in it."""
        return {field: _sentence(len(found)) for field, found in self.findings.items()}


def _sentence(count: int) -> str:
    what = "ett personnummer eller samordningsnummer" if count == 1 else f"{count} personnummer eller samordningsnummer"
    return (
        f"Här ser det ut att stå {what}. Ta bort det, och beskriv funktionen i stället för personen. "
        "Ingenting har sparats."
    )


class ChangedMeanwhile(DomainError):
    """Somebody else changed the case after the page was opened. `events` are those that the actor may see."""

    code = "changed_meanwhile"

    def __init__(self, events: Iterable[Any]) -> None:
        self.events = list(events)
        super().__init__(
            "Ärendet har ändrats sedan du öppnade sidan. Läs vad som har hänt. Din text finns kvar: "
            "skicka igen om den fortfarande stämmer."
        )


class AlreadyDone(DomainError):
    """The very same form was sent before; the first time counts. Carries the `case` that it led to, if it was one."""

    code = "already_done"

    def __init__(self, case: Any) -> None:
        super().__init__("Det här är redan gjort.")
        self.case = case


class ReferenceTaken(DomainError):
    """The reporter has filed a report with the same reference of their own before. Carries that `case`."""

    code = "reference_taken"

    def __init__(self, case: Any) -> None:
        super().__init__(
            f"Du har redan skickat in en rapport med det avvikelse-id:t. Den har nummer {case.number}. "
            "Ingenting har sparats."
        )
        self.case = case
