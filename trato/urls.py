from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("trato.identity.urls")),
    path("", include("trato.web.urls")),
]
