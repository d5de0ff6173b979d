"""The annual summaries' addresses, below arssammanstallning/."""

from django.urls import path

from cases.views import annual, releases

urlpatterns = [
    path("", annual.annual_summaries, name="annual_summaries"),
    path("<int:pk>/", annual.annual_summary, name="annual_summary"),
    path("<int:pk>/fil/<slug:form>", annual.annual_file, name="annual_file"),
    path("<int:pk>/text/<slug:key>/", annual.TextPage.as_view(), name="annual_text"),
    path("<int:pk>/bedomning/", annual.AssessPage.as_view(), name="annual_assess"),
    path("<int:pk>/hamta/", annual.FreezePage.as_view(), name="annual_freeze"),
    path("<int:pk>/faststall/", annual.FixPage.as_view(), name="annual_fix"),
    path("<int:pk>/utgava/", releases.MakeRelease.as_view(), name="release_make"),
    path("utgavor/<int:pk>/", releases.release, name="release"),
    path("utgavor/<int:pk>/godkann/", releases.ApproveRelease.as_view(), name="release_approve"),
    path("utgavor/<int:pk>/kasta/", releases.DropRelease.as_view(), name="release_drop"),
    path("utgavor/<int:pk>/fil/<slug:form>", releases.release_file, name="release_file"),
    path("utgavor/<int:pk>/natverk/<slug:form>", releases.network_file, name="network_file"),
    path("<code:code>/ny/", annual.BeginPage.as_view(), name="annual_begin"),
    path("<code:code>/serien/", annual.Series.as_view(), name="annual_series"),
    path("<code:code>/serien/ar/", annual.TotalPage.as_view(), name="annual_total"),
    path("<code:code>/serien/ar/<int:pk>/ta-bort/", annual.TotalDrop.as_view(), name="annual_total_drop"),
    path("<code:code>/serien/brott/", annual.BreakPage.as_view(), name="annual_break"),
    path("<code:code>/serien/brott/<int:pk>/ta-bort/", annual.BreakDrop.as_view(), name="annual_break_drop"),
]
