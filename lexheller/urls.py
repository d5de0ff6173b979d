"""The doors: pages, log-in, the operator's admin, the API, and two for machines that watch."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from api import viewer
from cases.accounts import keeping_next
from lexheller import health


def closed(request: HttpRequest, **_parts: str) -> HttpResponse:
    """Answer 404 where allauth has a page that this program does without."""
    raise Http404


# Through the same log-in as everybody, with the same rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Lex Heller, drift"
admin.site.index_title = "Register och personer"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    # Addresses come with an invitation; before the first log-in the administrator corrects them, then the operator.
    path("konto/signup/", closed),
    path("konto/email/", closed),
    path("konto/confirm-email/", closed),
    path("konto/confirm-email/<str:key>/", closed),
    # A letter's link leads through the log-in to its case.
    path("konto/login/", keeping_next(account.login), name="account_login"),
    path("konto/login/code/", keeping_next(account.request_login_code), name="account_request_login_code"),
    path("konto/login/code/confirm/", keeping_next(account.confirm_login_code), name="account_confirm_login_code"),
    path("konto/", include("allauth.urls")),
    path("", include("notifications.urls")),
    path("drift/", admin.site.urls),
    path("api/", viewer.reference, name="api"),
    path("api/openapi.json", viewer.openapi, name="openapi"),
    path("api/v1/", include("api.urls")),
    path("", include("api.urls_pages")),
    path("", include("cases.urls")),
]

handler400 = "lexheller.refusals.bad_request"
handler403 = "lexheller.refusals.forbidden"
handler404 = "lexheller.refusals.not_found"
handler500 = "lexheller.refusals.server_error"
