"""What every page shows around its content: menu, the person's förbund, the demo banner."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from cases.codes import Role
from cases.models import Association, User
from cases.querysets import Standing

DEMO_SECONDS = 60


def around(request: HttpRequest) -> dict[str, Any]:
    """Give the base template its menu and labels."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"demo_banner": has_demo()}
    if isinstance(user, User):
        standing = user.standing()
        context["nav"] = _menu(standing, request.path)
        context["associations"] = _names(standing)
    return context


def has_demo() -> bool:
    """Tell whether the installation holds made-up reports."""
    found = cache.get("has_demo")
    if found is None:
        found = Association.objects.filter(is_demo=True).exists()
        cache.set("has_demo", found, DEMO_SECONDS)
    return bool(found)


def _names(standing: Standing) -> list[str]:
    return list(Association.objects.filter(pk__in=standing.everywhere).values_list("name", flat=True))


def _menu(standing: Standing, path: str) -> list[dict[str, Any]]:
    """List the pages that the person has something to do on."""
    opens_cases = standing.associations(Role.COORDINATOR, Role.PREPARATORY) or standing.functions
    takes_part = standing.associations(Role.COORDINATOR, Role.PREPARATORY, Role.REPORTER) or standing.functions
    items = [
        ("start", "Start", True),
        ("file_choose", "Rapportera", bool(standing.everywhere)),
        ("my_reports", "Mina rapporter", bool(standing.everywhere)),
        ("case_list", "Ärenden", bool(opens_cases)),
        ("unassigned", "Ofördelat", bool(standing.associations(Role.COORDINATOR))),
        ("patterns", "Systemfel", bool(takes_part)),
        ("meetings", "Möten", bool(standing.associations(Role.COORDINATOR, Role.PREPARATORY))),
        ("summary", "Sammanställning", bool(standing.counted)),
        ("annual_summaries", "Årssammanställning", bool(standing.counted)),
        ("my_absence", "Min frånvaro", bool(standing.functions)),
        ("registers", "Register", bool(standing.associations(Role.ADMIN))),
    ]
    menu: list[dict[str, Any]] = []
    for name, label, shown in items:
        if shown:
            url = reverse(name)
            menu.append({"url": url, "label": label, "current": False})
    # The longest address that the page lies below: a case belongs to the list, one's absence not to the registers.
    below = [item for item in menu if path == item["url"] or (item["url"] != "/" and path.startswith(item["url"]))]
    if below:
        max(below, key=lambda item: len(item["url"]))["current"] = True
    return menu
