"""Today's work and the state of the customer base."""

from django.http import HttpResponse
from django.shortcuts import render

from trato.identity.access import UserRequest, requires


@requires()
def home(request: UserRequest) -> HttpResponse:
    return render(request, "web/home.html")
