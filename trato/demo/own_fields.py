"""What Café Montaña wants to know that no CRM has a place for, and what it has written there.

Which records have it goes by their own marks, not by chance: other draws stay what they were.
"""

from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from trato.customers.actions import NewEvent
from trato.customers.models import CustomField
from trato.demo import people
from trato.demo.goods import GOODS, Good
from trato.sales.drafts import OrderDraft

_ABOUT, _TYPE = CustomField.About, CustomField.Type
_ROASTS = ("Claro", "Medio", "Oscuro")
_WISHES = (
    "¡Feliz cumpleaños! Disfrútalo con calma.",
    "Gracias por todo. Un abrazo.",
    "Para las mañanas de domingo.",
    "¡Enhorabuena por la casa nueva!",
    "Felices fiestas de parte de todo el equipo.",
)


@dataclass(frozen=True, slots=True)
class Own:
    about: str
    label: str
    type: str
    options: tuple[str, ...] = ()


FIELDS = (
    Own(_ABOUT.CUSTOMER, "Tipo de máquina", _TYPE.CHOICE, tuple(people.MACHINES)),
    Own(_ABOUT.CUSTOMER, "Consumo mensual (kg)", _TYPE.NUMBER),
    Own(_ABOUT.CUSTOMER, "Aniversario", _TYPE.DATE),
    Own(_ABOUT.CUSTOMER, "Interesado en catas", _TYPE.FLAG),
    Own(_ABOUT.PRODUCT, "Tueste", _TYPE.CHOICE, _ROASTS),
    Own(_ABOUT.PRODUCT, "Cultivo ecológico", _TYPE.FLAG),
    Own(_ABOUT.ORDER, "Referencia del cliente", _TYPE.TEXT),
    Own(_ABOUT.ORDER, "Dedicatoria", _TYPE.TEXT),
    Own(_ABOUT.CONTACT, "Duración (min)", _TYPE.NUMBER),
)


def _mark(text: str) -> int:
    return crc32(text.encode())


def of_good(good: Good) -> dict[str, Any]:
    if "grano" not in good.category and "Molido" not in good.category:
        return {}
    mark = _mark(good.name.rsplit(" ", 2)[0])
    return {"tueste": _ROASTS[mark % 3], "cultivo_ecologico": mark % 4 == 0}


def of_order(draft: OrderDraft) -> dict[str, Any]:
    """A firm's own number of one order in eight, a wish with one in three that are a gift."""
    categories = {GOODS[line.product_code].category for line in draft.lines}
    mark = _mark(f"{draft.ordered_at:%Y%m%d%H%M}")
    if "Regalos" in categories and mark % 3 == 0:
        return {"dedicatoria": _WISHES[mark % len(_WISHES)]}
    if any(one.startswith("Hostelería") for one in categories) and mark % 8 == 0:
        return {"referencia_del_cliente": f"PED-{mark % 9000 + 1000}"}
    return {}


def with_length(event: NewEvent) -> NewEvent:
    """How long one in three calls and visits lasted."""
    mark = _mark(f"{event.customer_id} {event.at:%Y%m%d%H%M}")
    if event.kind not in {"call", "visit"} or mark % 3:
        return event
    longest = 15 if event.kind == "call" else 60
    custom = {"duracion_min": 2 + mark // 3 % longest}
    return replace(event, payload=event.payload | {"custom": custom})
