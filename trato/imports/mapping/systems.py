"""Ids that other programs gave: whose they are, told by the heading or by how they look."""

import re
from collections.abc import Sequence

from trato.imports.mapping.columns import EXTERNAL
from trato.kit.text import is_blank

NAMES = {
    "hubspot": "HubSpot",
    "salesforce": "Salesforce",
    "pipedrive": "Pipedrive",
    "odoo": "Odoo",
    "mailchimp": "Mailchimp",
    "zoho": "Zoho",
    "attio": "Attio",
    "dynamics": "Dynamics",
    "holded": "Holded",
    "shopify": "Shopify",
    "woocommerce": "WooCommerce",
    "prestashop": "PrestaShop",
    "stripe": "Stripe",
    "brevo": "Brevo",
    "klaviyo": "Klaviyo",
    "intercom": "Intercom",
    "zendesk": "Zendesk",
}
# Headings that one program alone writes, whatever else is in the file.
_HEADINGS = {
    "hs object id": "hubspot",
    "euid": "mailchimp",
    "person id": "pipedrive",
    "organization id": "pipedrive",
}
# What several programs call theirs; its look tells whose it is. An id of the account or company
# is none of the person's: two colleagues would be taken for one.
_RECORD_ID = re.compile(r"record id(?: contact| company)?")
_ANY_ID = re.compile(r"(?:lead |contact |external )?id|id externo")
_LOOKS_OF_RECORD_ID = {
    "zoho": re.compile(r"zcrm_\d+"),
    "attio": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "hubspot": re.compile(r".*"),
}
_LOOKS_OF_ID = {
    "salesforce": re.compile(r"00[3Q][A-Za-z0-9]{12}(?:[A-Za-z0-9]{3})?"),
    "odoo": re.compile(r"\w+\.\w*partner\w*"),
}
_ID_WORDS = frozenset({"id", "identifier", "identificador", "codigo", "code", "ref"})
_AROUND = frozenset(
    {"de", "del", "en", "in", "of", "the", "crm", "record", "registro", "contact", "contacto"}
    | {"customer", "cliente", "client", "person", "persona", "lead"}
)


def foreign_id(heading: str, cells: Sequence[str]) -> str | None:
    """``external_id:<system>`` for a heading in plain words such as ``hub spot contact id``."""
    system = _named(heading) or _HEADINGS.get(heading) or _looking(heading, cells)
    return f"{EXTERNAL}{system}" if system else None


def _named(heading: str) -> str:
    words = heading.split()
    if not _ID_WORDS & set(words):
        return ""
    # One word again: the heading ``HubSpot`` came as two.
    name = "".join(word for word in words if word not in _ID_WORDS | _AROUND)
    return name if name in NAMES else ""


def _looking(heading: str, cells: Sequence[str]) -> str:
    looks = _LOOKS_OF_RECORD_ID if _RECORD_ID.fullmatch(heading) else {}
    looks = _LOOKS_OF_ID if _ANY_ID.fullmatch(heading) else looks
    filled = [cell.strip() for cell in cells if not is_blank(cell)]
    return next((name for name, look in looks.items() if _all(look, filled)), "")


def _all(look: re.Pattern[str], cells: Sequence[str]) -> bool:
    return bool(cells) and all(map(look.fullmatch, cells))
