"""What sets a micro-segment apart, in words."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

# As `trato.analytics.features` names them.
RHYTHM, MONEY, REGULARITY, DISCOUNT = "rhythm", "money", "regularity", "discount"
SHARE, CHANNEL, OTHER = "share:", "channel:", "other"
# More than these say no more.
MOST = 3


def words(traits: Iterable[Mapping[str, str]]) -> list[str]:
    """The strongest first, as one would say them."""
    told = [_word(one.get("feature", ""), one.get("direction") == "high") for one in traits]
    return [word for word in told if word]


def name_of(traits: Iterable[Mapping[str, str]]) -> str:
    """A name for a group that nobody has named yet."""
    told = words(traits)[:MOST]
    title = ", ".join(told)[:150]
    return title[:1].upper() + title[1:]


def _word(feature: str, is_high: bool) -> str:
    kind, _colon, what = feature.partition(":")
    if feature.startswith(SHARE):
        return _share(_("other categories") if what == OTHER else _last(what), is_high)
    if feature.startswith(CHANNEL):
        return _channel(what, is_high)
    plain = {
        RHYTHM: (_("long between purchases"), _("buy often")),
        MONEY: (_("large purchases"), _("small purchases")),
        REGULARITY: (_("buy regularly"), _("buy irregularly")),
        DISCOUNT: (_("look for discounts"), _("pay the full price")),
    }
    high, low = plain.get(kind, ("", ""))
    return high if is_high else low


def _last(path: str) -> str:
    return path.rpartition(">")[2].strip() or path


def _share(category: str, is_high: bool) -> str:
    template = _("much “%(category)s”") if is_high else _("little “%(category)s”")
    return template % {"category": category}


def _channel(channel: str, is_high: bool) -> str:
    known = {"shop": _("in the shop"), "web": _("on the web"), "telephone": _("by telephone")}
    where = known.get(channel, channel)
    # Than others do: of a group that buys more in the shop, many may still buy on the web.
    template = _("more %(channel)s") if is_high else _("less %(channel)s")
    return template % {"channel": where}
