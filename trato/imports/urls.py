from django.urls import path

from trato.imports import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.imports, name="list"),
    path("imports/new", views.new, name="new"),
    path("imports/<int:pk>/", views.show, name="show"),
    path("imports/<int:pk>/progress", views.progress, name="progress"),
    path("imports/<int:pk>/reread", views.reread, name="reread"),
    path("imports/<int:pk>/check", views.check, name="check"),
    path("imports/<int:pk>/mapping", views.change_mapping, name="mapping"),
    path("imports/<int:pk>/apply", views.apply, name="apply"),
    path("imports/<int:pk>/undo", views.undo, name="undo"),
    path("imports/<int:pk>/refused", views.refused, name="refused"),
    path("imports/<int:pk>/discard", views.discard, name="discard"),
]
