"""The annual summaries' addresses, below arssammanstallning/."""

from django.urls import path

from cases.views import annual

urlpatterns = [
    path("", annual.annual_summaries, name="annual_summaries"),
    path("<int:pk>/", annual.annual_summary, name="annual_summary"),
    path("<int:pk>/fil/<slug:form>", annual.annual_file, name="annual_file"),
    path("<int:pk>/text/<slug:key>/", annual.TextPage.as_view(), name="annual_text"),
    path("<int:pk>/bedomning/", annual.AssessPage.as_view(), name="annual_assess"),
    path("<int:pk>/hamta/", annual.FreezePage.as_view(), name="annual_freeze"),
    path("<int:pk>/faststall/", annual.FixPage.as_view(), name="annual_fix"),
    path("<code:code>/ny/", annual.BeginPage.as_view(), name="annual_begin"),
    path("<code:code>/serien/", annual.Series.as_view(), name="annual_series"),
    path("<code:code>/serien/ar/", annual.TotalPage.as_view(), name="annual_total"),
    path("<code:code>/serien/ar/<int:pk>/ta-bort/", annual.TotalDrop.as_view(), name="annual_total_drop"),
    path("<code:code>/serien/brott/", annual.BreakPage.as_view(), name="annual_break"),
    path("<code:code>/serien/brott/<int:pk>/ta-bort/", annual.BreakDrop.as_view(), name="annual_break_drop"),
]
