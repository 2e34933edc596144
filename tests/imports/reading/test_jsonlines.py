import json

from hypothesis import given
from hypothesis import strategies as st

from tests.imports.reading.files import bad, good, table

OBJECTS = [{"id": 1, "name": "Ana"}, {"id": 2, "name": "Ñusta\n"}]
ROWS = [["1", "Ana"], ["2", "Ñusta\n"]]


def test_lines_an_array_and_objects_over_several_lines_are_the_same() -> None:
    lines = "\n".join(map(json.dumps, OBJECTS))
    spread = "\n".join(json.dumps(one, indent=2) for one in OBJECTS)
    for text in (lines, json.dumps(OBJECTS), json.dumps(OBJECTS, indent=1), spread):
        assert good(table(text)) == ROWS


def test_a_key_that_comes_later_is_a_column_too() -> None:
    found = table('{"id": 1}\n{"id": 2, "name": "Eva"}\n')
    assert found.headers == ("id", "name")
    assert good(found) == [["1", ""], ["2", "Eva"]]


def test_a_key_may_be_written_with_spaces_around_it() -> None:
    found = table('{" id ": 1, "": 2}\n')
    assert found.headers == ("id", "column_2")
    assert good(found) == [["1", "2"]]


def test_values_become_text_that_can_be_read_in_one_way() -> None:
    found = table(
        '{"a": 12345678901234567890, "b": 1.234, "c": true, "d": null, "e": ["x", "y"],'
        ' "f": {"g": "h"}}\n'
    )
    assert found.headers == ("a", "b", "c", "d", "e", "f.g")
    assert good(found) == [["12345678901234567890", "1.2340", "true", "", "x\ny", "h"]]


def test_a_broken_object_costs_itself() -> None:
    found = table('{"id": 1}\n{"id": 2, oh}\n{"id": 3}\n7\n{"id": 4}\n{"id": 5, "na')
    assert bad(found) == [(2, "json_invalid"), (4, "json_invalid"), (6, "json_invalid")]
    assert good(found) == [["1"], ["3"], ["4"]]


def test_broken_bytes_cost_their_object() -> None:
    found = table(b'{"id": "\xc3\xb1"}\n{"id": "\xe9"}\n{"id": "x"}\n')
    assert bad(found) == [(2, "bad_bytes")]
    assert good(found) == [["ñ"], ["x"]]


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text(), min_size=1), min_size=1))
def test_any_objects_are_read_back(objects: list[dict[str, str]]) -> None:
    text = "\n".join(json.dumps(one) for one in objects)
    found = table(text)
    rows = list(found.rows())
    for one, row in zip(objects, rows, strict=True):
        if row.values is not None:
            assert {key: value for key, value in row.values.items() if value} == {
                key: value for key, value in one.items() if value
            }
