"""Why a letter did not get there, in plain Swedish; what is stored is a code, since servers quote addresses."""

from __future__ import annotations

import re

BY_NAME = {
    "no_access": "läsaren får inte längre öppna ärendet",
    "no_account": "kontot är stängt",
    "off": "läsaren har valt bort de breven",
    "overtaken": "läget hann ändras innan brevet gick",
    "empty": "det fanns inget kvar att berätta",
    # A report of a letter that came back, without a code.
    "failed": "mottagarens e-postserver lämnade tillbaka brevet",
    "crashed": "programmet avbröts varje gång brevet skulle skickas",
    "SMTPServerDisconnected": "e-postservern bröt förbindelsen",
    "SMTPConnectError": "e-postservern svarar inte",
    "ConnectionRefusedError": "e-postservern svarar inte",
    "ConnectionResetError": "e-postservern bröt förbindelsen",
    "BrokenPipeError": "e-postservern bröt förbindelsen",
    "gaierror": "e-postservern går inte att hitta",
    "TimeoutError": "e-postservern svarade inte i tid",
    "SSLError": "den säkra förbindelsen till e-postservern gick inte att upprätta",
    "SSLCertVerificationError": "e-postserverns certifikat går inte att lita på",
    "SMTPAuthenticationError": "e-postservern godtar inte programmets inloggning",
    "SMTPSenderRefused": "e-postservern godtar inte avsändaren",
    "SMTPHeloError": "e-postservern vill inte tala med programmet",
    "SMTPNotSupportedError": "e-postservern klarar inte det som brevet behöver",
}

# What a server says of an address, by RFC 5321 and RFC 3463; the first that fits.
OF_ADDRESS = (
    (r"5\.7\.\d+|554", "e-postservern avvisar brevet"),
    (r"5\.1\.\d+|55[013]", "adressen finns inte"),
    (r"[45]\.2\.2|[45]52", "brevlådan är full"),
    (r"5\.2\.1", "brevlådan är stängd"),
    (r"5\.3\.4", "brevet är för stort för mottagaren"),
    (r"4\.4\.\d+|421", "e-postservern svarar inte"),
)
# What it says of anything.
OF_ANYTHING = (
    (r"4\.\d+\.\d+|4\d\d", "e-postservern tar inte emot just nu"),
    (r"5\.\d+\.\d+|5\d\d", "e-postservern tar inte emot brevet"),
)


# What kept word from a system outside.
OF_HOOK = {
    "overtaken": "läget hann ändras innan systemet fick veta",
    "crashed": "programmet avbröts varje gång systemet skulle få veta",
    "hook_off": "webhooken är avstängd",
    "hook_address": "adressen leder till ett ställe som inte är tillåtet",
    "hook_name": "systemet går inte att hitta",
    "hook_refused": "systemet svarar inte",
    "hook_timeout": "systemet svarade inte i tid",
    "hook_dropped": "systemet bröt förbindelsen",
    "hook_certificate": "systemets certifikat går inte att lita på",
    "hook_tls": "den säkra förbindelsen till systemet gick inte att upprätta",
    "hook_nonsense": "det som svarade är ingen webbserver",
}
# What it answered, by RFC 9110; the first that fits.
OF_STATUS = (
    (r"3\d\d", "systemet hänvisar till en annan adress"),
    (r"401|403|407", "systemet släpper inte in oss"),
    (r"404|405", "systemet känner inte igen adressen"),
    (r"410", "systemet säger att adressen är borttagen"),
    (r"429", "systemet vill inte bli anropat så ofta"),
    (r"4\d\d", "systemet godtar inte det som skickas"),
    (r"\d+", "systemet har ett fel"),
)


def of_hook(why: str) -> str:
    """Say what a code for a system outside means, with what it answered; one that is not known stands as it is."""
    name, _, code = why.partition(" ")
    if name == "hook_answer":
        return next((f"{said} ({code})" for pattern, said in OF_STATUS if re.fullmatch(pattern, code)), why)
    return OF_HOOK.get(why, why)


def in_words(why: str) -> str:
    """Say what a code means; one that is not known stands as it is."""
    name, _, code = why.rpartition(" ")
    if found := BY_NAME.get(name or code):
        return found
    table = (*OF_ADDRESS, *OF_ANYTHING) if name in ("", "SMTPRecipientsRefused") else OF_ANYTHING
    return next((said for pattern, said in table if re.fullmatch(pattern, code)), why)
