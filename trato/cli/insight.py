"""`trato insight`: the refresh by hand, and how good the recommendations are."""

import json
from datetime import UTC, datetime

import click

from trato.cli.language import gettext as _
from trato.insight.actions import NotInTheFuture, begin_refresh
from trato.insight.actions.evaluating import NothingYet
from trato.insight.actions.evaluating import evaluate as do_evaluate
from trato.insight.actions.refreshing import AlreadyRunning
from trato.insight.actions.refreshing import refresh as do_refresh
from trato.insight.models import Run
from trato.insight.refresh.judging import TooShort
from trato.insight.refresh.recorder import for_json
from trato.insight.warehouse.lake import NotReconciled
from trato.kit.environment import CannotStart


@click.group(help=_("Work out stages, values, rhythms and what to offer."))
def insight() -> None:
    pass


@insight.command(help=_("Bring every customer's scores up to date."))
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=_("As they were on an earlier day (2026-11-30). Default: today."),
)
@click.option("--full", is_flag=True, help=_("Read everything anew, not only what changed."))
@click.option("--json", "as_json", is_flag=True, help=_("Print parameters, counts and times."))
def refresh(as_of: datetime | None, full: bool, as_json: bool) -> None:
    at = datetime.now(UTC)
    try:
        run = begin_refresh(at=at, as_of=as_of and as_of.date(), full=full, user=None)
        do_refresh(run, at=at)
    except AlreadyRunning:
        raise CannotStart(_("A refresh is at work already. Try again when it is done.")) from None
    except NotInTheFuture:
        raise CannotStart(_("Say a day that is not in the future.")) from None
    except NotReconciled as error:
        text = _("The lake does not agree with the database, the old scores stay: {where}.")
        raise CannotStart(text.format(where=error)) from None
    run.refresh_from_db()
    click.echo(json.dumps(_told(run), indent=1, default=str) if as_json else _summary(run))


def _told(run: Run) -> dict[str, object]:
    return {
        "run": run.pk,
        "as_of": run.as_of,
        "full": run.is_full,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "steps": run.steps,
        "fits": run.fits,
        "figures": run.figures,
    }


def _summary(run: Run) -> str:
    lines = [
        f"  {step['name']:<16}{step['rows']:>12,}{step['seconds']:>10.1f} s" for step in run.steps
    ]
    return "\n".join([_("Scores as of {day}:").format(day=run.as_of), *lines])


@insight.command(help=_("Measure the suggestions on weeks that they had not seen."))
@click.option("--json", "as_json", is_flag=True, help=_("Print all figures."))
def evaluate(as_json: bool) -> None:
    try:
        found = do_evaluate()
    except NothingYet:
        raise CannotStart(
            _("Nothing is worked out yet: run trato insight refresh first.")
        ) from None
    except TooShort:
        text = _("There are not purchases of enough weeks yet to measure anything.")
        raise CannotStart(text) from None
    click.echo(json.dumps(for_json(found.as_dict()), indent=1) if as_json else found.table())
