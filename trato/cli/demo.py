"""`trato demo`: Trato with a company to try, made at the first start and kept ever after."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import click
from django.utils import timezone

from trato.cli import up
from trato.cli.language import gettext as _
from trato.demo.actions import CUSTOMERS, SEED, Login, logins, seed
from trato.demo.queries import is_demo, is_empty
from trato.demo.staff import COMPANY, PASSWORD
from trato.demo.truth import Buyer
from trato.identity.rules import Role
from trato.insight.actions import begin_refresh
from trato.insight.actions.refreshing import refresh
from trato.kit.environment import CannotStart


@click.command(help=_("Start Trato with a company to try. Ctrl-C stops it; what you do is kept."))
@click.option(
    "--customers",
    type=click.IntRange(20, 1_000_000),
    default=CUSTOMERS,
    show_default=True,
    help=_("How many customers to make."),
)
@click.option(
    "--seed", "number", default=SEED, show_default=True, help=_("Another number, another company.")
)
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help=_("Write what was planted for each customer to a CSV file."),
)
def demo(customers: int, number: int, truth: Path | None) -> None:
    up.run(lambda: _prepare(customers, number, truth))


def _prepare(customers: int, number: int, truth: Path | None) -> list[str]:
    if is_empty():
        click.echo(_("Making {company}, a company to try …").format(company=COMPANY))
        buyers = seed(at=timezone.now(), customers=customers, seed=number)
        if truth:
            _write(truth, buyers)
        click.echo(_("Working out who they are …"))
        at = timezone.now()
        refresh(begin_refresh(at=at, as_of=None, full=True, user=None), at=at)
    elif not is_demo():
        raise CannotStart(
            _(
                "There is a company in this Trato already. Start it with “trato up”,"
                " or set TRATO_HOME to another folder to try the demo company there."
            )
        )
    return _lines(logins())


def _write(path: Path, buyers: Sequence[Buyer]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, [field.name for field in fields(Buyer)])
        rows.writeheader()
        rows.writerows(asdict(buyer) for buyer in buyers)


def _lines(people: Sequence[Login]) -> list[str]:
    width = max(len(login.email) for login in people)
    return [
        _("Sign in as one of these, with the password {password}:").format(password=PASSWORD),
        *(f"  {login.email:<{width}}  {login.name}, {Role(login.role).label}" for login in people),
    ]
