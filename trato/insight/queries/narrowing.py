"""What the figures can be narrowed by."""

from trato.customers.models import MicroSegment
from trato.identity.models import Team


def segments() -> list[tuple[int, str]]:
    """The groups that are still there."""
    return [(one.pk, str(one)) for one in MicroSegment.objects.filter(gone_on=None).order_by("pk")]


def teams() -> list[tuple[int, str]]:
    return list(Team.objects.values_list("pk", "name"))
