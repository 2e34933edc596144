from django.urls import URLPattern, URLResolver, include, path

handler500 = "trato.ui.errors.server_error"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("trato.acquisition.urls")),
    path("", include("trato.api.urls")),
    path("", include("trato.catalog.urls")),
    path("", include("trato.collaboration.urls")),
    path("", include("trato.customers.urls")),
    path("", include("trato.identity.urls")),
    path("", include("trato.imports.urls")),
    path("", include("trato.insight.urls")),
    path("", include("trato.sales.urls")),
    path("ui/", include("trato.ui.urls")),
    path("", include("trato.web.urls")),
]
