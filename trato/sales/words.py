"""States and channels of orders in words."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from trato.customers.models import Channel
from trato.sales.models import Order
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
