from django.urls import path

from trato.web.views import home, palette

app_name = "web"
urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
]
