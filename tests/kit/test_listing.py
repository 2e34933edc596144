"""The list engine, through a list of customers' names and figures."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import FloatField, Func
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import make
from trato.customers.actions import delete_customer
from trato.customers.models import Customer, Summary
from trato.kit.listing import (
    Column,
    Field,
    Kind,
    Listing,
    Moment,
    Order,
    Page,
    State,
    TooSlow,
    find,
    in_order,
    read,
    stream,
    within,
)

MADRID = ZoneInfo("Europe/Madrid")
MOMENT = Moment(datetime(2026, 11, 20, 10, tzinfo=MADRID), 1)
SUMMARY = "summary__customer"

FIELDS = (
    Field("name", "Name", Kind.TEXT, Column("sort_key", shown="name", folded=True),
          order=Order("sort_key"), fixed=True, optional=False),
    Field("created", "Created", Kind.DATETIME, Column("created_at"), order=Order("created_at")),
    Field("last", "Last", Kind.DATETIME, Column("summary__last_purchase_at"),
          order=Order("summary__last_purchase_at", tie=SUMMARY, nullable=True)),
    Field("amount", "Amount", Kind.MONEY, Column("summary__amount"),
          order=Order("summary__amount", tie=SUMMARY)),
    Field("status", "Status", Kind.CHOICE, Column("status"),
          options=lambda: Customer.Status.choices),
    Field("tags", "Tags", Kind.CHOICES, Column("tags", blank=[]), is_open=True),
    Field("born", "Born", Kind.DATE, Column("birth_date")),
)  # fmt: skip
LIST = Listing("test", Customer, FIELDS, sort="-created", page_size=3)


def asked(query: str, listing: Listing = LIST) -> State:
    return read(listing, query, moment=MOMENT)


def found(query: str, listing: Listing = LIST) -> Page:
    return find(asked(query, listing), Customer.objects.all(), ("name",))


def names(query: str) -> list[str]:
    return sorted(row["name"] for row in found(query).rows)


def walk(query: str, *, back: bool = False) -> list[int]:
    """The rows met from one end of the list to the other, page by page."""
    page = found(query)
    while back and page.older:
        page = found(page.older)
    met = [row["pk"] for row in page.rows]
    while next_query := page.newer if back else page.older:
        page = found(next_query)
        ids = [row["pk"] for row in page.rows]
        met = ids + met if back else met + ids
    return met


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["last", "-last", "amount", "-amount", "name", "-created"])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["Ana", "ana", "Ñu"]),
            st.one_of(st.none(), st.integers(0, 2)),
            st.integers(0, 2),
        ),
        max_size=11,
    )
)
def test_every_row_is_met_once_in_each_direction(
    sort: str, rows: list[tuple[str, int | None, int]]
) -> None:
    with transaction.atomic():
        write(rows)
        check_walks(f"sort={sort}")
        transaction.set_rollback(True)


def write(rows: list[tuple[str, int | None, int]]) -> None:
    made = Customer.objects.bulk_create(
        [Customer(name=name, created_at=make.NOW, updated_at=make.NOW) for name, _d, _a in rows]
    )
    Summary.objects.bulk_create(
        Summary(
            customer=customer,
            last_purchase_at=None if day is None else make.NOW - timedelta(days=day),
            amount=amount,
        )
        for customer, (_name, day, amount) in zip(made, rows, strict=True)
    )


def check_walks(query: str) -> None:
    expected = list(in_order(asked(query), Customer.objects.all()).values_list("pk", flat=True))
    assert walk(query) == expected
    assert walk(query, back=True) == expected


@pytest.mark.django_db
def test_rows_without_a_value_come_last_in_both_directions() -> None:
    for day in (1, None, 2):
        customer = make.customer(str(day))
        last = None if day is None else make.NOW - timedelta(days=day)
        Summary.objects.filter(pk=customer.pk).update(last_purchase_at=last)
    for sort in ("last", "-last"):
        assert found(f"sort={sort}").rows[-1]["name"] == "None"


@pytest.mark.django_db
def test_the_first_page_comes_back_whole_when_less_than_a_page_is_before_a_row() -> None:
    for number in range(5):
        make.customer(f"C{number}")
    second = found(found("sort=name").older)
    make.customer("A")
    first = found(second.newer)
    assert [row["name"] for row in first.rows] == ["C0", "C1", "C2"]
    assert [row["name"] for row in found(first.newer).rows] == ["A", "C0", "C1"]


@pytest.mark.django_db
def test_a_place_that_is_gone_leads_to_the_first_page() -> None:
    for number in range(4):
        make.customer(f"C{number}")
    older = found("sort=name").older
    delete_customer(Customer.objects.get(name="C3"), at=make.NOW, user=None)
    assert len(found(older).rows) == 3


@pytest.mark.django_db
def test_a_short_list_is_counted_without_asking_and_a_long_one_up_to_a_bound() -> None:
    for number in range(4):
        make.customer(f"C{number}")
    assert found("name.contains=c1").count.number == 1
    count = found("").count
    assert (count.number, count.or_more) == (4, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name.contains=GARCIA", ["Ana García"]),
        ("name.lacks=garcía", ["Bea", "Óscar"]),
        ("name.is=oscar", ["Óscar"]),
        ("name.starts=b", ["Bea"]),
        ("status.in=lost&status.in=current", ["Bea", "Óscar"]),
        ("status.out=lost", ["Ana García", "Óscar"]),
        ("tags.in=VIP", ["Ana García"]),
        ("tags.out=VIP", ["Bea", "Óscar"]),
        ("tags.empty=", ["Bea", "Óscar"]),
        ("amount.more=10", ["Bea"]),
        ("amount.between=10&amount.between=", ["Ana García", "Bea"]),
        ("amount.between=20&amount.between=10", ["Ana García", "Bea"]),
        ("last.within=5", ["Ana García"]),
        ("last.older=5", ["Bea"]),
        ("last.filled=&amount.less=15", ["Ana García"]),
        ("born.before=1990-01-01", ["Bea"]),
        ("born.on=1990-01-01", ["Óscar"]),
        ("born.between=1980-01-01&born.between=1990-01-01", ["Bea", "Óscar"]),
        ("born.empty=", ["Ana García"]),
    ],
)
def test_a_filter_finds_what_its_sentence_says(query: str, expected: list[str]) -> None:
    ana = make.customer("Ana García", tags=("VIP", "feria"))
    bea = make.customer("Bea", status="lost", birth_date=datetime(1985, 5, 5, tzinfo=UTC).date())
    born = datetime(1990, 1, 1, tzinfo=UTC).date()
    make.customer("Óscar", status="current", birth_date=born)
    for customer, days, amount in ((ana, 1, 10), (bea, 9, 20)):
        last = make.NOW - timedelta(days=days)
        Summary.objects.filter(pk=customer.pk).update(last_purchase_at=last, amount=amount)
    assert names(query) == expected


@pytest.mark.django_db
def test_a_day_is_the_day_of_who_looks() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # In Madrid it is the second already.
    Customer.objects.filter(pk=make.customer("Ana").pk).update(created_at=late)
    assert names("created.on=2026-03-02") == ["Ana"]
    assert names("created.on=2026-03-01") == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "nothing=1",
        "nothing.is=1",
        "name.older=3",
        "name.is=%00",
        "name.is=" + "a" * 500,
        "status.in=unheard",
        "status.in=",
        "amount.more=many",
        "amount.more=NaN",
        "amount.more=1e999999",
        "amount.between=1",
        "amount.between=1&amount.between=2&amount.between=3",
        "last.within=-1",
        "last.within=99999",
        "last.within=٣",
        "born.on=2026-02-31",
        "born.on=0001-01-01",
        "sort=nothing",
        "sort=tags",
        "sort=--amount",
        "columns=name,nothing",
        "q=" + "a" * 900,
        "after=%%%",
        "after=bm8",
        "before=W10",
        "&".join(f"name.contains={number}" for number in range(40)),
        "&".join(f"a{number}=1" for number in range(900)),
    ],
)
def test_what_makes_no_sense_is_left_out_and_told(query: str) -> None:
    make.customer("Ana")
    state = asked(query)
    assert state.notices
    find(state, Customer.objects.all(), ("name",))


@pytest.mark.parametrize(
    "place",
    [
        [None, 1],
        ["x", 1],
        ["2026-01-01T00:00:00", 1],
        ["2026-01-01T00:00:00+00:00", True],
        ["2026-01-01T00:00:00+00:00", 2**70],
        ["2026-01-01T00:00:00+00:00", "1"],
        [1, 1],
        {},
    ],
)
def test_a_place_that_nobody_gave_out_is_not_believed(place: object) -> None:
    text = urlsafe_b64encode(json.dumps(place).encode()).decode()
    assert [notice.code for notice in asked(f"after={text}").notices] == ["place"]


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60), key=st.sampled_from(["", "name.is=", "after=", "q=", "last."]))
def test_no_query_string_breaks_a_list(query: str, key: str) -> None:
    found(key + query)


def test_a_state_writes_itself_as_it_was_read() -> None:
    query = (
        "view=3&q=ana&status.in=lost&status.in=current&last.older=90&sort=-amount&columns=name,tags"
    )
    state = asked(query)
    assert not state.notices
    assert asked(state.query) == state
    assert state.query == query


def test_a_filter_can_be_taken_off_and_put_in_the_place_of_another() -> None:
    state = asked("last.older=90&tags.in=VIP")
    older, _tags = state.filters
    assert state.without(older).query == "tags.in=VIP"
    [other] = asked("last.within=7").filters
    assert state.with_filter(other, older.query).query == "last.within=7&tags.in=VIP"


@pytest.mark.django_db
def test_a_statement_gets_no_more_than_its_time() -> None:
    with pytest.raises(TooSlow), within(20), connection.cursor() as sql:
        sql.execute("SELECT pg_sleep(2)")
    with connection.cursor() as sql:
        sql.execute("SELECT current_setting('statement_timeout')")
        assert sql.fetchone() == ("0",)


@pytest.mark.django_db
def test_an_order_without_index_gives_way_when_it_takes_too_long() -> None:
    nap = Func(2, function="pg_sleep", template="length(%(function)s(%(expressions)s)::text)",
               output_field=FloatField())  # fmt: skip
    slow = Field("slow", "Slow", Kind.NUMBER, Column("status"), order=Order(nap, indexed=False))
    listing = Listing("test", Customer, (*FIELDS, slow), sort="-created")
    make.customer("Ana")
    page = found("sort=slow", listing)
    assert [row["name"] for row in page.rows] == ["Ana"]
    assert [notice.code for notice in page.notices] == ["sort_too_slow"]
    assert page.sort.key == "-created"


@pytest.mark.django_db
def test_a_stream_has_every_row_in_order() -> None:
    for number in range(7):
        make.customer(f"C{number}")
    rows = in_order(asked("sort=-name"), Customer.objects.all())
    streamed = [row["name"] for batch in stream(LIST, rows, ["name"]) for row in batch]
    assert streamed == [f"C{number}" for number in range(6, -1, -1)]
