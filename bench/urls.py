"""Trato's addresses and a bare view: what the server itself costs."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from trato.urls import urlpatterns as trato


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [path("bare/", bare), *trato]
