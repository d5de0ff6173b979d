"""The API's addresses."""

from django.urls import path

from api import views

app_name = "api"
urlpatterns = [
    path("cases/", views.CaseList.as_view(), name="cases"),
    path("cases/<str:number>/", views.CaseDetail.as_view(), name="case"),
    path("me/", views.Me.as_view(), name="me"),
]
