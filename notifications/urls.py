"""The addresses of what is told, and how."""

from django.contrib import admin
from django.urls import path

from cases.urls_registers import ONE
from notifications.views import hooks, letter_texts, news, operator, settings

urlpatterns = [
    path("nytt/", news.news, name="news"),
    path("nytt/<int:pk>/", news.news_open, name="news_open"),
    path("nytt/installningar/", settings.letter_settings, name="letter_settings"),
    path("nytt/av/<str:token>/", settings.letters_off, name="letters_off"),
    path(f"register/{ONE}brev/", letter_texts.LetterTexts.as_view(), name="letter_texts"),
    path(f"register/{ONE}brev/<str:kind>/", letter_texts.LetterTextPage.as_view(), name="letter_text"),
    path(f"register/{ONE}brev/<str:kind>/aterstall/", letter_texts.LetterTextReset.as_view(), name="letter_text_reset"),
    path(f"register/{ONE}webhookar/", hooks.Hooks.as_view(), name="hooks"),
    path(f"register/{ONE}webhookar/ny/", hooks.HookAdd.as_view(), name="hook_add"),
    path(f"register/{ONE}webhookar/<int:pk>/", hooks.HookPage.as_view(), name="hook"),
    path(f"register/{ONE}webhookar/<int:pk>/andra/", hooks.HookEdit.as_view(), name="hook_edit"),
    path(f"register/{ONE}webhookar/<int:pk>/hemlighet/", hooks.HookSecret.as_view(), name="hook_secret"),
    path(f"register/{ONE}webhookar/<int:pk>/prova/", hooks.HookTry.as_view(), name="hook_try"),
    path(f"register/{ONE}webhookar/<int:pk>/stang-av/", hooks.HookOff.as_view(), name="hook_off"),
    path(f"register/{ONE}webhookar/<int:pk>/satt-pa/", hooks.HookOn.as_view(), name="hook_on"),
    path("drift/brev/", admin.site.admin_view(operator.letters), name="operator_letters"),
]
