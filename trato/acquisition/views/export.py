"""The list of costs as a file, with the filters in force."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from trato.acquisition.listing import cost_list
from trato.acquisition.models import Cost
from trato.identity.access import UserRequest, requires
from trato.identity.files import list_file
from trato.identity.rules import Permission


@requires(Permission.VIEW_COSTS, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    rows = Cost.objects.visible_to(request.user)
    return list_file(request, cost_list(), rows, name=_("costs"))
