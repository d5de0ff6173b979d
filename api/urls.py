"""The API's addresses."""

from collections.abc import Mapping

from django.urls import URLPattern, path

from api.base import Endpoint
from api.views import cases, concerns, me, measures, moves, patterns


def acts(before: str, views: Mapping[str, type[Endpoint]]) -> list[URLPattern]:
    """Return an address for each act on what an address names."""
    return [path(f"{before}{verb.replace('_', '-')}/", view.as_view()) for verb, view in views.items()]


app_name = "api"
urlpatterns = [
    path("me/", me.Me.as_view(), name="me"),
    path("cases/", cases.Cases.as_view(), name="cases"),
    path("cases/<str:number>/", cases.OneCase.as_view(), name="case"),
    path("cases/<str:number>/events/", cases.Events.as_view(), name="events"),
    *(
        path(f"cases/<str:number>/{verb.replace('_', '-')}/", view.as_view(), name=f"move_{verb}")
        for verb, view in moves.VIEWS.items()
    ),
    path("concerns/", concerns.Concerns.as_view(), name="concerns"),
    path("measures/", measures.Measures.as_view(), name="measures"),
    path("patterns/", patterns.Patterns.as_view(), name="patterns"),
    path("patterns/<int:pk>/", patterns.OnePattern.as_view(), name="pattern"),
    *acts("patterns/<int:pk>/", patterns.ACTS),
    *acts("patterns/<int:pk>/measures/<int:measure>/", patterns.MEASURE_ACTS),
]
