"""States and channels of orders in words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from trato.customers.models import Channel
from trato.sales.models import Order, ProductPair
from trato.ui import formats
from trato.ui.components.basics import badge

LOOKS = {
    Order.Status.PENDING: ("azafran", "clock"),
    Order.Status.COMPLETED: ("pino", "circle-check"),
    Order.Status.CANCELLED: ("neutral", "ban"),
    Order.Status.RETURNED: ("granate", "undo-2"),
}


def status_badge(status: str) -> SafeString:
    known = Order.Status(status)
    tone, icon = LOOKS[known]
    return badge(str(known.label), tone=tone, icon=icon)


def state(status: str, *, is_return: bool, return_word: str) -> SafeString:
    """The state; a return says that it is one."""
    if not is_return:
        return status_badge(status)
    back = badge(return_word, tone="granate", icon="undo-2")
    return format_html("{}{}", back, "" if status == "completed" else status_badge(status))


def channel_word(channel: str) -> str:
    """Our own channels in words; those of files as they came."""
    return str(Channel(channel).label) if channel in Channel.values else channel


# Of fewer orders it is told how many they were.
MANY = 100


def often(pair: ProductPair) -> str:
    """How often both are in one order, beside what chance would do."""
    few, many = _("in %(some)s of %(all)s orders"), _("in %(some)s of every %(all)s orders")
    words = {
        "often": _often(pair, few, many),
        "chance": formats.number(_shown(pair, pair.expected)),
    }
    return _("%(often)s; by chance it would be %(chance)s") % words


def often_with(pair: ProductPair) -> str:
    """How often, and with what: the reason of a suggestion."""
    few = _("in %(some)s of %(all)s orders with %(product)s")
    many = _("in %(some)s of every %(all)s orders with %(product)s")
    return _often(pair, few, many)


def _often(pair: ProductPair, few: str, many: str) -> str:
    base = _base(pair)
    return (few if base == pair.orders else many) % {
        "some": formats.number(_shown(pair, pair.together)),
        "all": formats.number(base),
        "product": pair.product.name,
    }


def _base(pair: ProductPair) -> int:
    """Of a hundred, unless there are not as many or that would be hardly any."""
    is_rare = 0 < pair.together * MANY < pair.orders
    return pair.orders if pair.orders < MANY or is_rare else MANY


def _shown(pair: ProductPair, orders: float) -> int:
    return round(orders * _base(pair) / pair.orders)
