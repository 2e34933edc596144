"""Whatever a company writes down leaves as a file and comes back as it was."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pytest_django import Settings

from tests import make
from tests.imports.test_importing import bring
from tests.imports.test_round_trip import exported, unchanged
from trato.customers.actions import save_custom_field
from trato.customers.drafts import AddressDraft
from trato.customers.models import Customer, Event
from trato.imports.models import Import
from trato.imports.queries import refused_sample
from trato.kit.database import erasing_events
from trato.kit.text import is_blank

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = ["Grano", "Molido, fino", 'La "Rubia"', "a;b|c", "=1+1", "Café con leche", "-5"]
ODD = [
    "=1+1",
    "+34",
    "-2",
    "@x",
    "'=1",
    "Ñandú, S. L.",
    'Marta "la Rubia"',
    "a;b",
    "\t",
    "日本",
    "007",
]
TOLD: tuple[str, ...] = (
    "name",
    "kind",
    "status",
    "given_name",
    "family_name",
    "birth_date",
    "tax_id",
    "languages",
)
TOLD += ("tags", "origin", "since", "custom")


def words(*, lines: bool = False, longest: int = 40) -> st.SearchStrategy[str]:
    """As a form keeps it: without spaces around it, and something rather than “n/a”."""
    letters = st.characters(exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn", "Zl", "Zp"))
    odd = st.sampled_from([*ODD, "a\nb"] if lines else ODD)
    text = st.one_of(odd, st.text(letters | st.sampled_from(",;\"'=+-@ áÑ"), max_size=longest))
    return text.map(
        lambda one: "\n".join(" ".join(part.split()) for part in one.split("\n"))
    ).filter(lambda one: not is_blank(one))


def numbers() -> st.SearchStrategy[float | int]:
    return st.integers(-(10**9), 10**9) | st.decimals(-9999, 9999, places=2).map(float)


def customs() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "lema": words(lines=True),
            "puntos": numbers(),
            "credito": numbers(),
            "cata": st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat),
            "molienda": st.sampled_from(OPTIONS),
            "gustos": st.lists(st.sampled_from(OPTIONS), min_size=1, unique=True),
            "muestras": st.booleans(),
        },
    )


def customers() -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries(
        {"name": words()},
        optional={
            "kind": st.sampled_from(["person", "organisation"]),
            "emails": st.integers(1, 3),
            "phones": st.integers(1, 2),
            "number": words(longest=20),
            "birth_date": st.dates(date(1900, 1, 1), date(2020, 1, 1)),
            "origin": words(),
            "tags": st.lists(words(longest=20), max_size=3, unique_by=str.casefold),
            "languages": st.lists(st.sampled_from(["es", "pt", "eu"]), max_size=2, unique=True),
            "since": st.integers(10**9, 1_700_000_000),
            "street": words(),
            "city": words(),
            "custom": customs(),
        },
    )
    return st.lists(one, min_size=1, max_size=5)


def write_down(given: list[dict[str, Any]]) -> None:
    for place, known in enumerate(given):
        emails, phones = known.pop("emails", 0), known.pop("phones", 0)
        number, since = known.pop("number", ""), known.pop("since", None)
        street, city = known.pop("street", ""), known.pop("city", "")
        make.customer(
            # Two of whom nothing but the same name is known are one in another place.
            f"{known.pop('name')} {place}",
            emails=tuple(f"c{place}.{one}@example.com" for one in range(emails)),
            phones=tuple(f"+3460012{place}{one}00" for one in range(phones)),
            external_ids=(("", f"{number}{place}"),) if number else (),
            addresses=(AddressDraft(street=street, city=city, country="ES"),) if street else (),
            since=datetime.fromtimestamp(since, UTC) if since else None,
            **{
                key: tuple(one) if key in ("tags", "languages") else one
                for key, one in known.items()
            },
        )


def known() -> list[tuple[Any, ...]]:
    rows = [
        (
            *(getattr(one, name) for name in TOLD),
            [row.address for row in one.emails.order_by("-is_primary", "pk")],
            [row.number for row in one.phones.order_by("-is_primary", "pk")],
            [str(row) for row in one.external_ids.all()],
            [(row.street, row.city, row.country) for row in one.addresses.all()],
        )
        for one in Customer.objects.all()
    ]
    return sorted(rows, key=repr)


def forget() -> None:
    with transaction.atomic(), erasing_events():
        Import.objects.all().delete()
        Customer.objects.all().delete()


FIELDS = {
    "Lema": "text",
    "Puntos": "number",
    "Crédito": "money",
    "Cata": "date",
    "Molienda": "choice",
    "Gustos": "choices",
    "Muestras": "flag",
}


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    for label, type_ in FIELDS.items():
        options = OPTIONS if type_.startswith("choice") else []
        save_custom_field(None, label=label, type_=type_, options=options)


@pytest.mark.parametrize("name", ["out.csv", "out.xlsx"])
@effort(
    max_examples=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=[Phase.generate],
)
@given(written=customers())
def test_what_is_exported_changes_nothing_here_and_makes_the_same_elsewhere(
    name: str, tmp_path: Path, written: list[dict[str, Any]]
) -> None:
    forget()
    write_down(written)
    before, events = known(), Event.objects.count()
    text = exported("customers", tmp_path, name)
    run = bring("customers", text)
    assert unchanged(run), (
        run.counts,
        refused_sample(run, 5),
        [e.payload for e in Event.objects.all()],
        text,
    )
    assert (known(), Event.objects.count()) == (before, events)
    forget()
    bring("customers", text)
    assert known() == before
