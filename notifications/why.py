"""Why a letter did not get there, in plain Swedish; what is stored is a code, since servers quote addresses."""

from __future__ import annotations

import re

BY_NAME = {
    "no_access": "läsaren får inte längre öppna ärendet",
    "no_account": "kontot är stängt",
    "off": "läsaren har valt bort de breven",
    "overtaken": "läget hann ändras innan brevet gick",
    "empty": "det fanns inget kvar att berätta",
    "crashed": "programmet avbröts varje gång brevet skulle skickas",
    "SMTPServerDisconnected": "vår e-postserver bröt förbindelsen",
    "SMTPConnectError": "vår e-postserver svarar inte",
    "ConnectionRefusedError": "vår e-postserver svarar inte",
    "ConnectionResetError": "vår e-postserver bröt förbindelsen",
    "BrokenPipeError": "vår e-postserver bröt förbindelsen",
    "gaierror": "vår e-postserver går inte att hitta",
    "TimeoutError": "vår e-postserver svarade inte i tid",
    "SSLError": "den säkra förbindelsen till vår e-postserver gick inte att upprätta",
    "SSLCertVerificationError": "vår e-postservers certifikat går inte att lita på",
    "SMTPAuthenticationError": "vår e-postserver godtar inte programmets inloggning",
    "SMTPSenderRefused": "vår e-postserver godtar inte avsändaren",
    "SMTPHeloError": "vår e-postserver vill inte tala med programmet",
    "SMTPNotSupportedError": "vår e-postserver klarar inte det som brevet behöver",
}

# What servers answer, by RFC 5321 and RFC 3463; the first that fits.
BY_CODE = (
    (r"5\.7\.\d+|554", "mottagarens e-postserver avvisar brevet"),
    (r"5\.1\.\d+|55[01]|553", "adressen finns inte"),
    (r"[45]\.2\.2|[45]52", "brevlådan är full"),
    (r"5\.2\.1", "brevlådan är stängd"),
    (r"5\.3\.4", "brevet är för stort för mottagaren"),
    (r"4\.4\.\d+|421", "mottagarens e-postserver svarar inte"),
    (r"4\.\d+\.\d+|4\d\d", "mottagarens e-postserver tar inte emot just nu"),
    (r"5\.\d+\.\d+|5\d\d", "mottagarens e-postserver tar inte emot brevet"),
)


def in_words(why: str) -> str:
    """Say what a code means; one that is not known stands as it is."""
    name, _, code = why.rpartition(" ") if " " in why else ("", "", why)
    if found := BY_NAME.get(name) or BY_NAME.get(why):
        return found
    return next((said for pattern, said in BY_CODE if re.fullmatch(pattern, code)), why)
