from django.urls import path

from trato.insight.views import health, journey, pages, segments

app_name = "insight"
urlpatterns = [
    path("analysis/", pages.start, name="start"),
    path("analysis/health/", health.index, name="health"),
    path("analysis/health/<int:pk>/", health.run, name="run"),
    path("analysis/refresh/", health.refresh, name="refresh"),
    path("analysis/progress/", health.progress, name="progress"),
    path("analysis/segments/<int:pk>/name/", segments.rename, name="rename"),
    path("analysis/period/", pages.period, name="period"),
    path("analysis/<slug:name>/", pages.figures, name="figures"),
    path("customers/<int:pk>/stage/", journey.stage, name="customer-stage"),
    path("customers/<int:pk>/stages/", journey.stages, name="customer-stages"),
]
