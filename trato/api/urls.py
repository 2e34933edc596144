from django.urls import URLPattern, include, path, re_path

from trato.api.application import answer_in_problems, api, nowhere

_patterns, _app_name, _namespace = api.urls
for pattern in _patterns:
    if isinstance(pattern, URLPattern):
        pattern.callback = answer_in_problems(pattern.callback)

urlpatterns = [
    path("api/v1/", include((_patterns, _app_name), namespace=_namespace)),
    re_path(r"^api/v1(?:/[\s\S]*)?$", nowhere),
]
nowhere.csrf_exempt = True  # type: ignore[attr-defined]
