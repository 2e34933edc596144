"""The list of products as a file, with the filters in force."""

from django.http import HttpResponseBase
from django.utils.translation import gettext as _

from trato.catalog.models import Product
from trato.catalog.views.listed import own_list
from trato.identity.access import UserRequest, requires
from trato.identity.files import list_file
from trato.identity.rules import Permission


@requires(Permission.VIEW_CATALOG, Permission.EXPORT)
def export(request: UserRequest) -> HttpResponseBase:
    rows = Product.objects.visible_to(request.user)
    return list_file(request, own_list(request), rows, name=_("products"))
