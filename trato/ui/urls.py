from django.urls import path

from trato.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("charts/", views.charts, name="charts"),
    path("form/", views.form, name="form"),
    path("delete/", views.delete, name="delete"),
    path("value/", views.value, name="value"),
    path("value/edit/", views.value_edit, name="value_edit"),
    path("rows/", views.rows, name="rows"),
    path("toast/", views.say, name="toast"),
]
