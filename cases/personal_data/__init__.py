"""The guard: finds personal identity numbers in text before it is stored. Pure Python, usable alone.

    scan("Ring 640823-3234", today=date(2026, 1, 15))

`folding` makes every way of writing a character alike and remembers where it stood; `identity_numbers` knows
the forms and their check digits; `findings` is what comes out: rule, offset and length, never the text.

Found are personnummer, samordningsnummer, interim numbers (T-nummer) and reservnummer, with two or four
digits for the year, with no separator, a space, a plus or any kind of dash, and with the date split by
spaces, dots, dashes or slashes. Also found, where the check digit is right: another sign as the joint (640823/3234,
640823_3234), the last four in pairs after a dash (640823-32 34) and digits that each stand alone (6 4 0 8 ...).
A wrong check digit is forgiven when a real date and a dash or plus are
there, since a slip of the finger still points a person out; unless the number is marked as that of a case,
an invoice or the like. Masked forms (850709-XXXX, "slutar på 9805", "slutsiffror 9805") are found too.

Sources: Skatteverket on personnummer (Rättslig vägledning, folkbokföring) and on samordningsnummer
(SKV M 2010:3); Inera's list of reservnummer (Stockholm, Västra Götaland, Värmland and its own).

Known limits. Not found: last four digits that are split in other ways, words between the parts, digits spelled out or
swapped for letters like them, a partly masked date, a bare date of birth, a wrong check digit without a dash,
and last four digits that read as a year after "slutar på". About seven in a thousand random ten-digit numbers
look like a personnummer and are stopped. Names, telephone numbers and addresses are not looked for.
"""

from cases.personal_data.findings import Finding, Rule
from cases.personal_data.scanning import scan

__all__ = ["Finding", "Rule", "scan"]
