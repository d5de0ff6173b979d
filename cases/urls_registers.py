"""The registers' addresses, below register/."""

from django.urls import URLPattern, path, register_converter

from cases.views.registers import functions, home, people, places, systems


class CodeConverter:
    """A förbund's code, such as SVB."""

    regex = "[A-ZÅÄÖ]{2,6}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")
# Where the registers of one förbund lie, for pages of theirs that other rooms have.
ONE = "<code:code>/"

urlpatterns: list[URLPattern] = [
    path("", home.registers, name="registers"),
    path("min-franvaro/", functions.my_absence, name="my_absence"),
    path("min-franvaro/<int:pk>/ta-bort/", functions.my_absence_remove, name="my_absence_remove"),
    path("funktion/<int:pk>/bekrafta/", functions.function_confirm, name="function_confirm"),
    path("<code:code>/", home.Register.as_view(), name="register"),
    path("<code:code>/forbundet/", home.AssociationPage.as_view(), name="association"),
    path("<code:code>/laslogg/", home.ReadLogPage.as_view(), name="read_log"),
    path("<code:code>/medlemmar/", places.Members.as_view(), name="members"),
    path("<code:code>/medlemmar/ny/", places.MemberPage.as_view(), name="member_add"),
    path("<code:code>/medlemmar/<int:pk>/", places.MemberPage.as_view(), name="member_edit"),
    path("<code:code>/medlemmar/<int:pk>/avsluta/", places.MemberEnd.as_view(), name="member_end"),
    path("<code:code>/medlemmar/<int:pk>/ateruppta/", places.MemberResume.as_view(), name="member_resume"),
    path("<code:code>/enheter/", places.Units.as_view(), name="units"),
    path("<code:code>/enheter/ny/", places.UnitPage.as_view(), name="unit_add"),
    path("<code:code>/enheter/<int:pk>/", places.UnitPage.as_view(), name="unit_edit"),
    path("<code:code>/insatser/", places.Initiatives.as_view(), name="initiatives"),
    path("<code:code>/insatser/ny/", places.InitiativePage.as_view(), name="initiative_add"),
    path("<code:code>/insatser/<int:pk>/", places.InitiativePage.as_view(), name="initiative_edit"),
    path("<code:code>/funktioner/", functions.Functions.as_view(), name="functions"),
    path("<code:code>/funktioner/ny/", functions.FunctionPage.as_view(), name="function_add"),
    path("<code:code>/funktioner/<int:pk>/", functions.FunctionPage.as_view(), name="function_edit"),
    path("<code:code>/funktioner/<int:pk>/person/", functions.PlacePage.as_view(), name="place_add"),
    path("<code:code>/funktioner/<int:pk>/person/<int:place>/", functions.PlacePage.as_view(), name="place_edit"),
    path("<code:code>/regler/", functions.Rules.as_view(), name="rules"),
    path("<code:code>/regler/ny/", functions.RulePage.as_view(), name="rule_add"),
    path("<code:code>/regler/<int:pk>/", functions.RulePage.as_view(), name="rule_edit"),
    path("<code:code>/regler/<int:pk>/ta-bort/", functions.RuleRemove.as_view(), name="rule_remove"),
    path("<code:code>/franvaro/", functions.Absences.as_view(), name="absences"),
    path("<code:code>/franvaro/ny/", functions.AbsencePage.as_view(), name="absence_add"),
    path("<code:code>/franvaro/<int:pk>/", functions.AbsencePage.as_view(), name="absence_edit"),
    path("<code:code>/franvaro/<int:pk>/ta-bort/", functions.AbsenceRemove.as_view(), name="absence_remove"),
    path("<code:code>/personer/", people.People.as_view(), name="people"),
    path("<code:code>/personer/bjud-in/", people.Invite.as_view(), name="invite"),
    path("<code:code>/personer/<int:pk>/", people.PersonRead.as_view(), name="person"),
    path("<code:code>/personer/<int:pk>/ratta/", people.PersonChange.as_view(), name="person_edit"),
    path("<code:code>/personer/<int:pk>/inbjudan/", people.InvitationResend.as_view(), name="invitation_resend"),
    path("<code:code>/personer/<int:pk>/roll/", people.GrantAdd.as_view(), name="grant_add"),
    path("<code:code>/system/", systems.Systems.as_view(), name="systems"),
    path("<code:code>/system/nytt/", systems.SystemPage.as_view(), name="system_add"),
    path("<code:code>/system/<int:pk>/", systems.SystemRead.as_view(), name="system"),
    path("<code:code>/system/<int:pk>/namn/", systems.SystemPage.as_view(), name="system_edit"),
    path("<code:code>/system/<int:pk>/roll/", systems.SystemGrant.as_view(), name="system_grant"),
    path("<code:code>/system/<int:pk>/funktion/", systems.SystemPlace.as_view(), name="system_place"),
    path("<code:code>/roller/<int:pk>/avsluta/", people.GrantEnd.as_view(), name="grant_end"),
]
