"""The pages' addresses, in the words of those who read them."""

from django.urls import include, path

from cases.views import case, filing, follow, listing, meetings, pages, patterns, start, status, summary

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
    path("moten/nytt/<str:code>/", meetings.meeting_new, name="meeting_new"),
    path("moten/<int:pk>/", meetings.agenda, name="agenda"),
    path("moten/<int:pk>/protokoll/", meetings.minutes, name="minutes"),
    path("moten/<int:pk>/<slug:slug>/", meetings.meeting_act, name="meeting_act"),
    path("moten/<int:pk>/punkt/<int:item>/<slug:slug>/", meetings.item_act, name="item_act"),
    path("uppdrag/<int:pk>/klart/", meetings.assignment_done, name="assignment_done"),
    path("systemfel/", patterns.patterns, name="patterns"),
    path("systemfel/nytt/<str:code>/", patterns.pattern_new, name="pattern_new"),
    path("systemfel/<int:pk>/", patterns.pattern, name="pattern"),
    path("systemfel/<int:pk>/<slug:slug>/", patterns.pattern_act, name="pattern_act"),
    path("systemfel/<int:pk>/atgard/<int:measure>/<slug:slug>/", patterns.measure_act, name="measure_act"),
    path("sammanstallning/", summary.summary, name="summary"),
    path("register/", include("cases.urls_registers")),
    path("hjalp/", pages.help_page, name="help"),
    path("tillganglighet/", pages.accessibility, name="accessibility"),
    path("personuppgifter/", pages.privacy, name="privacy"),
]
