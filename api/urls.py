"""The API's addresses."""

from collections.abc import Mapping

from django.urls import URLPattern, path

from api.base import Endpoint
from api.views import (
    cases,
    concerns,
    deliveries,
    export,
    me,
    measures,
    meetings,
    moves,
    patterns,
    registers,
    releases,
    summaries,
)


def acts(before: str, views: Mapping[str, type[Endpoint]]) -> list[URLPattern]:
    """Return an address for each act on what an address names."""
    return [path(f"{before}{verb.replace('_', '-')}/", view.as_view()) for verb, view in views.items()]


app_name = "api"
# Where the registers of one förbund are.
ONE = "associations/<str:code>/"

urlpatterns = [
    path("me/", me.Me.as_view(), name="me"),
    path("associations/", registers.Associations.as_view(), name="associations"),
    path(ONE, registers.OneAssociation.as_view(), name="association"),
    *acts(ONE, registers.ACTS),
    path(f"{ONE}members/", registers.Members.as_view(), name="members"),
    path(f"{ONE}members/<int:pk>/", registers.ONE["member"].as_view(), name="member"),
    *acts(f"{ONE}members/<int:pk>/", registers.MEMBER_ACTS),
    path(f"{ONE}units/", registers.Units.as_view(), name="units"),
    path(f"{ONE}units/<int:pk>/", registers.ONE["unit"].as_view(), name="unit"),
    *acts(f"{ONE}units/<int:pk>/", registers.UNIT_ACTS),
    path(f"{ONE}initiatives/", registers.Initiatives.as_view(), name="initiatives"),
    path(f"{ONE}initiatives/<int:pk>/", registers.ONE["initiative"].as_view(), name="initiative"),
    *acts(f"{ONE}initiatives/<int:pk>/", registers.INITIATIVE_ACTS),
    path(f"{ONE}functions/", registers.Functions.as_view(), name="functions"),
    path(f"{ONE}functions/<int:pk>/", registers.ONE["function"].as_view(), name="function"),
    *acts(f"{ONE}functions/<int:pk>/", registers.FUNCTION_ACTS),
    *acts(f"{ONE}functions/<int:pk>/people/<int:place>/", registers.PLACE_ACTS),
    path(f"{ONE}rules/", registers.Rules.as_view(), name="rules"),
    path(f"{ONE}rules/<int:pk>/", registers.ONE["rule"].as_view(), name="rule"),
    *acts(f"{ONE}rules/<int:pk>/", registers.RULE_ACTS),
    path(f"{ONE}people/", registers.People.as_view(), name="people"),
    path(f"{ONE}people/<int:pk>/", registers.OnePerson.as_view(), name="person"),
    path(f"{ONE}warnings/", registers.Warnings.as_view(), name="warnings"),
    path("associations/<str:code>/export/", export.Export.as_view(), name="export"),
    path("cases/", cases.Cases.as_view(), name="cases"),
    path("cases/<str:number>/", cases.OneCase.as_view(), name="case"),
    path("cases/<str:number>/events/", cases.Events.as_view(), name="events"),
    *(
        path(f"cases/<str:number>/{verb.replace('_', '-')}/", view.as_view(), name=f"move_{verb}")
        for verb, view in moves.VIEWS.items()
    ),
    path("concerns/", concerns.Concerns.as_view(), name="concerns"),
    path("deliveries/", deliveries.Deliveries.as_view(), name="deliveries"),
    path("measures/", measures.Measures.as_view(), name="measures"),
    path("meetings/", meetings.Meetings.as_view(), name="meetings"),
    path("meetings/waiting/", meetings.Waiting.as_view(), name="waiting"),
    path("meetings/<int:pk>/", meetings.OneMeeting.as_view(), name="meeting"),
    path("meetings/<int:pk>/pack/", meetings.OnePack.as_view(), name="pack"),
    path("meetings/<int:pk>/pack/files/<slug:form>/", meetings.PackFile.as_view(), name="pack_file"),
    path("meetings/<int:pk>/minutes/", meetings.Minutes.as_view(), name="minutes"),
    path("meetings/<int:pk>/minutes/files/<slug:form>/", meetings.MinutesFile.as_view(), name="minutes_file"),
    *acts("meetings/<int:pk>/", meetings.ACTS),
    *acts("meetings/<int:pk>/items/<int:item>/", meetings.ITEM_ACTS),
    *acts("meetings/<int:pk>/assignments/<int:assignment>/", meetings.ASSIGNMENT_ACTS),
    path("patterns/", patterns.Patterns.as_view(), name="patterns"),
    path("patterns/<int:pk>/", patterns.OnePattern.as_view(), name="pattern"),
    *acts("patterns/<int:pk>/", patterns.ACTS),
    *acts("patterns/<int:pk>/measures/<int:measure>/", patterns.MEASURE_ACTS),
    path("releases/", releases.Releases.as_view(), name="releases"),
    path("releases/<int:pk>/", releases.OneRelease.as_view(), name="release"),
    path("releases/<int:pk>/files/<slug:form>/", releases.ReleaseFile.as_view(), name="release_file"),
    path("releases/<int:pk>/network/<slug:form>/", releases.NetworkFile.as_view(), name="network_file"),
    path("summaries/", summaries.Summaries.as_view(), name="summaries"),
    path("summaries/current/", summaries.Current.as_view(), name="current"),
    path("summaries/<int:pk>/", summaries.OneSummary.as_view(), name="summary"),
    path("summaries/<int:pk>/files/<slug:form>/", summaries.SummaryFile.as_view(), name="summary_file"),
]
