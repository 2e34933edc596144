"""Giving a micro-segment the name that people use."""

from trato.customers.models import MicroSegment


def rename_segment(segment: MicroSegment, *, name: str) -> None:
    """An empty name brings back the one made of its traits. Refreshes keep it."""
    MicroSegment.objects.filter(pk=segment.pk).update(name=name.strip())
