import pyarrow as pa
import pytest
from django.db import connection

from tests import make
from trato.customers.models import CustomerScore
from trato.kit.bulk import NotFixed, read_numbers, read_table, swap_in, write_table
from trato.sales.models import Recommendation

pytestmark = pytest.mark.django_db

COLUMNS = [("a", "i8"), ("b", "i4"), ("c", "i2"), ("d", "f8"), ("e", "?")]
QUERY = "SELECT i::int8, i::int4, i::int2, i / 4::float8, i %% 2 = 0 FROM generate_series(1, %s) i"


def test_numbers_come_out_as_they_are() -> None:
    found = read_numbers(QUERY, [3], COLUMNS)
    assert {name: column.tolist() for name, column in found.items()} == {
        "a": [1, 2, 3],
        "b": [1, 2, 3],
        "c": [1, 2, 3],
        "d": [0.25, 0.5, 0.75],
        "e": [False, True, False],
    }


def test_a_block_that_ends_within_a_row_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trato.kit.bulk._BLOCK", 100)
    assert read_numbers(QUERY, [500], COLUMNS)["a"].tolist() == list(range(1, 501))


def test_rows_that_end_like_the_mark_of_the_end_are_rows() -> None:
    found = read_numbers("SELECT -1::int8 FROM generate_series(1, 9)", [], [("a", "i8")])
    assert found["a"].tolist() == [-1] * 9


def test_no_rows_are_empty_columns() -> None:
    found = read_numbers(QUERY, [0], COLUMNS)
    assert {name: column.size for name, column in found.items()} == dict.fromkeys("abcde", 0)


def test_the_connection_is_of_use_after_a_copy() -> None:
    for rows in (0, 1, 2_000):
        assert read_numbers(QUERY, [rows], COLUMNS)["a"].size == rows


@pytest.mark.parametrize("cell", ["NULL::int8", "5::int4"])
def test_an_empty_cell_or_another_type_is_told(cell: str) -> None:
    with pytest.raises(NotFixed):
        read_numbers(f"SELECT {cell}", [], [("a", "i8")])


def test_a_table_keeps_texts_days_and_empty_cells() -> None:
    schema = pa.schema([("t", pa.string()), ("d", pa.date32()), ("n", pa.float64())])
    table = read_table(
        "SELECT * FROM (VALUES ('a,\"\n', DATE '2026-02-28', 1.5::float8),"
        " ('', NULL, NULL)) AS v(t, d, n)",
        [],
        schema,
    )
    assert table["t"].to_pylist() == ['a,"\n', ""]
    assert [str(day) for day in table["d"].to_pylist()] == ["2026-02-28", "None"]
    assert table["n"].to_pylist() == [1.5, None]


def _rules(table: str) -> set[tuple[str, str]]:
    with connection.cursor() as sql:
        sql.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s UNION"
            " SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass",
            [table, table],
        )
        return set(sql.fetchall())


def _scores(*customers: int) -> pa.Table:
    number = len(customers)
    return pa.table(
        {
            "customer_id": list(customers),
            "as_of": ["2026-01-01"] * number,
            "stage": [4] * number,
            "stage_since": ["2026-01-01"] * number,
            "stage_cause": ["purchase"] * number,
            **{name: [0] * number for name in ("purchases", "frequency")},
            **{name: [""] * number for name in ("rfm_group", "usual_channel", "usual_store")},
            "habit_broken": [False] * number,
        }
    )


POINTS = {"customer_id": "customers_customer"}


def test_all_rows_are_replaced_and_the_rules_of_the_table_stay() -> None:
    first, second = make.customer("Ana"), make.customer("Blas")
    rules = _rules("customers_customerscore")
    write_table("customers_customerscore", _scores(first.pk))
    assert swap_in("customers_customerscore", _scores(second.pk), points_at=POINTS) == 1
    assert [score.customer for score in CustomerScore.objects.all()] == [second]
    assert _rules("customers_customerscore") == rules


def test_a_row_of_a_customer_deleted_meanwhile_is_left_out() -> None:
    ana = make.customer("Ana")
    assert swap_in("customers_customerscore", _scores(ana.pk, 10**9), points_at=POINTS) == 1


def test_a_table_that_numbers_its_rows_goes_on_doing_so() -> None:
    rules = _rules("sales_recommendation")
    empty = pa.table({"customer_id": pa.array([], pa.int64())})
    assert swap_in("sales_recommendation", empty, points_at=POINTS) == 0
    assert _rules("sales_recommendation") == rules
    assert Recommendation.objects.count() == 0
