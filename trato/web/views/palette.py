"""Search everything, go anywhere, do something."""

from django.http import HttpResponse
from django.shortcuts import render

from trato.identity.access import UserRequest, requires


@requires()
def palette(request: UserRequest) -> HttpResponse:
    return render(request, "ui/palette_results.html", {"groups": []})
