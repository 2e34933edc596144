"""A page of figures for somebody, narrowed as they ask: for the pages and the API alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from trato.identity.models import User
from trato.identity.queries import company
from trato.insight import lines, marts, periods
from trato.insight.figures import lacking
from trato.insight.figures.keeping import Answers
from trato.insight.figures.lacking import Lack
from trato.insight.figures.reading import FEW, Content, Page, Reading
from trato.insight.models import Run
from trato.insight.queries.filters import Filter
from trato.insight.queries.runs import last_done


@dataclass(frozen=True, slots=True)
class Answer:
    run: Run
    chosen: Filter
    content: Content
    lack: Lack | None
    has_few: bool


def answer(
    page: Page, *, user: User, asked: Mapping[str, str], is_whole: bool = False
) -> Answer | None:
    """None before the first refresh. ``is_whole``: with all the rows, for files and programs."""
    run = last_done()
    if run is None:
        return None
    kept = marts.current()
    if kept is None:
        return None
    chosen = Filter.read(asked)
    if page.is_timed:
        chosen = periods.within(chosen, asked.get("period", ""), run.as_of)
    seen = marts.seen_by(user)
    answers = Answers.of(page.name, sorted(kept.files.items()), seen, chosen, is_whole)
    with marts.open_views(kept, seen) as connection:
        if chosen.asks_lines and not lines.show(connection):
            return None
        currency = company().currency
        reading = Reading(connection, chosen, user, currency, run, answers, asked, is_whole)
        content = page.read(reading)
        known = reading.ask(lacking.read)
    answers.keep()
    _known, buyers = known
    return Answer(run, chosen, content, lacking.lack(user, known), buyers < FEW)
