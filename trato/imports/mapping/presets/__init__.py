"""Exports of well-known programs, recognised by their headings."""

from collections.abc import Sequence

from trato.imports.mapping.presets.customers import CUSTOMER_PRESETS, outlook_addresses
from trato.imports.mapping.presets.orders import ORDER_PRESETS
from trato.imports.mapping.presets.preset import Preset

__all__ = ["PRESETS", "Preset", "outlook_addresses", "preset_name", "recognise"]
PRESETS = (*CUSTOMER_PRESETS, *ORDER_PRESETS)


def recognise(headings: Sequence[str], kind: str | None = None) -> Preset | None:
    """The program that writes such headings (in plain words)."""
    found = set(headings)
    return next(
        (one for one in PRESETS if (kind is None or one.kind == kind) and one.fits(found)), None
    )


def preset_name(key: str) -> str:
    """``HubSpot`` for ``hubspot_contacts``; empty for none."""
    return next((preset.name for preset in PRESETS if preset.key == key), "")
