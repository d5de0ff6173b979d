"""How log-in differs from the library: nobody signs up on their own, invitations end, and routine says nothing."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from cases import services
from cases.models import User

# The page itself shows that one is in, or out.
SILENT = {
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
}


class AccountAdapter(DefaultAccountAdapter):
    """Closes sign-up: people come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Take the log-in for a yes to every invitation that waits."""
        services.accept_invitations(user)
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
