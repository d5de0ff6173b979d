"""The pages' addresses, in the words of those who read them."""

from django.urls import include, path

from cases.views import case, filing, follow, listing, meetings, pages, start, status, summary

urlpatterns = [
    path("", start.start, name="start"),
    path("rapportera/", filing.file_choose, name="file_choose"),
    path("rapportera/<str:code>/", filing.file, name="file"),
    path("rapportera/<str:code>/utkast/", filing.file_draft, name="file_draft"),
    path("utkast/<uuid:key>/kasta/", filing.draft_discard, name="draft_discard"),
    path("mina/", start.my_reports, name="my_reports"),
    path("folj/", follow.follow, name="follow"),
    path("folj/arende/", follow.followed, name="followed"),
    path("folj/arende/<slug:slug>/", follow.follow_step, name="follow_step"),
    path("folj/klar/", follow.follow_end, name="follow_end"),
    path("arenden/", listing.case_list, name="case_list"),
    path("arenden/lista.csv", listing.case_csv, name="case_csv"),
    path("arenden/<str:number>/", case.case, name="case"),
    path("arenden/<str:number>/utskrift/", case.case_print, name="case_print"),
    path("arenden/<str:number>/status/", status.case_status, name="case_status"),
    path("arenden/<str:number>/original/<int:key>/", case.original, name="original"),
    path("arenden/<str:number>/<slug:slug>/", case.case_step, name="case_step"),
    path("arenden/<str:number>/<slug:slug>/<int:concern>/", case.case_step, name="case_concern_step"),
    path("ofordelat/", listing.unassigned, name="unassigned"),
    path("moten/", meetings.meetings, name="meetings"),
    path("moten/<int:pk>/", meetings.agenda, name="agenda"),
    path("sammanstallning/", summary.summary, name="summary"),
    path("arssammanstallning/", include("cases.urls_annual")),
    path("register/", include("cases.urls_registers")),
    path("hjalp/", pages.help_page, name="help"),
    path("tillganglighet/", pages.accessibility, name="accessibility"),
    path("personuppgifter/", pages.privacy, name="privacy"),
]
