"""Exports of well-known programs, recognised by their headings."""

from collections.abc import Sequence

from trato.imports.mapping.presets.customers import CUSTOMER_PRESETS, outlook_addresses
from trato.imports.mapping.presets.orders import ORDER_PRESETS
from trato.imports.mapping.presets.preset import Preset
from trato.imports.mapping.systems import NAMES

__all__ = ["PRESETS", "Preset", "outlook_addresses", "preset_name", "recognise", "system_name"]
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


def system_name(system: str) -> str:
    """``HubSpot`` for the ids of ``hubspot``; a system that we do not know by its own word."""
    if system in NAMES:
        return NAMES[system]
    return next((one.name for one in PRESETS if one.key.split("_")[0] == system), system)
