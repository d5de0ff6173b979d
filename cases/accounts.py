"""How log-in differs from the library: nobody signs up on their own, invitations end, and routine says nothing.

The rules for passwords are the library's too, in words of our own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.utils import passthrough_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME, password_validation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from cases import services
from cases.models import User

# The page itself shows that one is in, or out.
SILENT = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
}

LOGIN_PAGES = ("account_login", "account_request_login_code", "account_confirm_login_code")


def keeping_next(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a page of the log-in that leads to another hand on where the person was going.

    The library forgets it when a code was asked for before, has run out or was wrong too often. Whoever opens a second
    letter's link before typing the code shall still come to the second case.
    """

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseRedirect) and response.url in map(reverse, LOGIN_PAGES):
            response.headers["Location"] = passthrough_next_redirect_url(request, response.url, REDIRECT_FIELD_NAME)
        return response

    return kept


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up: people come by invitation."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Fel e-postadress eller lösenord.",
        "incorrect_code": "Koden stämmer inte.",
        "incorrect_password": "Lösenordet stämmer inte.",
        "invalid_password_reset": "Länken gäller inte längre. Be om en ny.",
        "rate_limited": "Det blev för många försök på kort tid. Vänta en stund och försök igen.",
        "too_many_login_attempts": "För många försök att logga in. Vänta en stund och försök igen.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Take the log-in for a yes to every invitation that waits; a code shows that the address works."""
        services.accept_invitations(user)
        if _got_code(request, user):
            services.note_working(user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Show the library's message, unless the page already says the same."""
        if message_template not in SILENT:
            super().add_message(request, level, message_template, message_context, extra_tags, message)


def _got_code(request: HttpRequest, user: User) -> bool:
    """Tell whether the person logged in just now by a code that came to the address they have."""
    latest: dict[str, Any] = (get_authentication_records(request, user) or [{}])[-1]
    return latest.get("method") == "code" and latest.get("email", "").lower() == user.email


class LikeOneself(password_validation.UserAttributeSimilarityValidator):
    """Refuses a password like the person's own name or address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("name", "email"))

    def get_error_message(self) -> str:
        return "Lösenordet liknar ditt namn eller din e-postadress. Välj ett annat."

    def get_help_text(self) -> str:
        return "Det får inte likna ditt namn eller din e-postadress."


class TooShort(password_validation.MinimumLengthValidator):
    """Refuses a short password."""

    def get_error_message(self) -> str:
        return f"Lösenordet är för kort. Skriv minst {self.min_length} tecken."

    def get_help_text(self) -> str:
        return f"Skriv minst {self.min_length} tecken."


class TooCommon(password_validation.CommonPasswordValidator):
    """Refuses a password that many have."""

    def get_error_message(self) -> str:
        return "Många använder det lösenordet. Välj ett annat."

    def get_help_text(self) -> str:
        return "Välj inte ett lösenord som många använder."


class OnlyDigits(password_validation.NumericPasswordValidator):
    """Refuses a password of digits alone."""

    def get_error_message(self) -> str:
        return "Lösenordet är bara siffror. Ta med bokstäver också."

    def get_help_text(self) -> str:
        return "Ta med bokstäver, inte bara siffror."
