"""Files of deals: they are neither customers nor orders, though they look like both."""

from collections.abc import Sequence

from trato.imports.mapping.fields import KINDS
from trato.imports.mapping.proposing import is_canonical
from trato.imports.mapping.synonyms import meaning
from trato.kit.text import normalise_header

# What HubSpot, Pipedrive, Salesforce, Zoho and Odoo call a deal …
_NAMES = frozenset(
    {"deal", "deal id", "deal name", "deal title", "opportunity", "opportunity name"}
    | {
        "trato",
        "trato id",
        "trato titulo",
        "trato nombre",
        "nombre del trato",
        "nombre del negocio",
    }
    | {"negocio titulo", "negocio nombre", "oportunidad", "nombre de la oportunidad"}
)
# … and what only deals have.
_SIGNS = frozenset(
    {"deal stage", "deal status", "deal value", "deal pipeline", "deal type", "pipeline"}
    | {"stage", "close date", "closing date", "expected closing", "expected revenue"}
    | {"deal probability", "probability", "deal lost reason", "lost reason"}
    | {"trato etapa", "trato estado", "trato valor", "etapa del trato", "valor del trato"}
    | {"negocio etapa", "negocio valor", "etapa del negocio", "embudo", "embudo de ventas"}
    | {"etapa", "fecha de cierre", "cierre esperado", "ingresos esperados", "probabilidad"}
)


def is_deals(headers: Sequence[str]) -> bool:
    """Rows with somebody's e-mail are contacts, rows with a quantity are lines of orders."""
    headings = {normalise_header(header) for header in headers}
    if not (_NAMES & headings and _SIGNS & headings):
        return False
    if any(is_canonical(kind, headers) for kind in KINDS):
        return False
    others = {meaning("customers", heading) for heading in headings}
    others |= {meaning("orders", heading) for heading in headings}
    return not others & {"email", "quantity"}
