"""The API's addresses."""

from django.urls import path

from api.views import cases, concerns, me, measures, moves

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
]
