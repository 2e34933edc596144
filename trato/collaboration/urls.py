from django.urls import path

from trato.collaboration import views

app_name = "collaboration"
urlpatterns = [
    path("tasks/", views.list_tasks, name="list"),
    path("tasks/export/", views.export, name="export"),
    path("tasks/new/", views.new, name="new"),
    path("tasks/<int:pk>/edit/", views.edit, name="edit"),
    path("tasks/<int:pk>/postpone/<int:days>/", views.postpone, name="postpone"),
    path("tasks/<int:pk>/done/", views.done, name="done"),
    path("tasks/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("tasks/<int:pk>/delete/", views.delete, name="delete"),
]
