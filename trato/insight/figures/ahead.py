"""The pages of figures worked out before anybody opens them."""

from collections.abc import Iterator
from itertools import islice

from trato.identity.models import User
from trato.identity.rules import Permission
from trato.insight import marts, periods
from trato.insight.figures import phases
from trato.insight.figures.catalogue import PAGES
from trato.insight.figures.opening import answer

# Of a million customers, the pages as one person sees them take a second.
MOST_SIGHTS = 30


def work_out() -> int:
    """Every page as people open it first, one for all who see the same customers; then as who sees
    all customers finds it in other periods. How many pages that was."""
    users = list(islice(_who_see_different(), MOST_SIGHTS))
    for user in users:
        phases.changes(user)
    done = sum(answer(page, user=user, asked={}) is not None for user in users for page in PAGES)
    return done + sum(
        answer(page, user=user, asked={"period": period}) is not None
        for user in users
        if user.sees_everybody
        for period in periods.words()
        if period != periods.USUAL
        for page in PAGES
        if page.is_timed
    )


def _who_see_different() -> Iterator[User]:
    """Who sees everybody comes first."""
    known = set[marts.Seen | None]()
    users = User.objects.filter(is_active=True).order_by("pk")
    for user in sorted(users, key=lambda one: not one.sees_everybody):
        seen = marts.seen_by(user)
        if user.may(Permission.VIEW_INSIGHT) and seen not in known:
            known.add(seen)
            yield user
