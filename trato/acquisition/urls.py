from django.urls import path

from trato.acquisition.views import costs, export

app_name = "acquisition"
urlpatterns = [
    path("costs/", costs.costs, name="costs"),
    path("costs/export/", export.export, name="export"),
    path("costs/new/", costs.new, name="new"),
    path("costs/delete/", costs.delete_picked, name="delete_picked"),
    path("costs/<int:pk>/", costs.edit, name="cost"),
    path("costs/<int:pk>/delete/", costs.delete, name="delete"),
]
