"""How many came to each phase of late, and how many left it: what the first page shows."""

from dataclasses import dataclass
from datetime import timedelta

from trato.customers.models import Phase
from trato.identity.models import User
from trato.insight import marts
from trato.insight.behind import list_url
from trato.insight.figures.keeping import Answers
from trato.insight.queries.filters import Filter
from trato.insight.queries.phases import PhaseChange, phase_changes

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Change:
    """With the lists of who came and of who left."""

    came: int
    left: int
    came_url: str
    left_url: str

    @property
    def net(self) -> int:
        return self.came - self.left


def version() -> str:
    """Of which refresh the figures are; nothing before the first. It asks no database."""
    kept = marts.current()
    return str(kept.run) if kept else ""


def changes(user: User) -> dict[Phase, Change]:
    """In the days before the last refresh; nothing before the first."""
    kept = marts.current()
    if kept is None:
        return {}
    seen, since = marts.seen_by(user), kept.as_of - LATELY + timedelta(days=1)
    answers = Answers.of("phases", sorted(kept.files.items()), seen)

    def ask() -> tuple[PhaseChange, ...]:
        with marts.open_views(kept, seen) as connection:
            return phase_changes(connection, Filter(), since)

    found = answers.ask("changes", ask)
    answers.keep()
    return {
        one.phase: Change(one.came, one.left, list_url(one.came_behind), list_url(one.left_behind))
        for one in found
    }
