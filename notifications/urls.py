"""The addresses of what is told, and how."""

from django.contrib import admin
from django.urls import path

from notifications.views import news, operator, settings

urlpatterns = [
    path("nytt/", news.news, name="news"),
    path("nytt/<int:pk>/", news.news_open, name="news_open"),
    path("nytt/installningar/", settings.letter_settings, name="letter_settings"),
    path("nytt/av/<str:token>/", settings.letters_off, name="letters_off"),
    path("drift/brev/", admin.site.admin_view(operator.letters), name="operator_letters"),
]
