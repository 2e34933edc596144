import json
from typing import Any

import pytest

from trato.imports.mapping import FIELDS, KINDS, Column, Mapping, MappingInvalid, Reason
from trato.imports.mapping.columns import is_target
from trato.imports.mapping.presets import PRESETS

MAPPING = Mapping(
    kind="customers",
    columns=(
        Column("Name", "name", 1.0, Reason.CANONICAL),
        Column("Size", "custom:size", 0.5, Reason.EXTRA, type="choice", options=("S", "M")),
        Column("Record ID", "external_id:hubspot"),
        Column("Other"),
    ),
    preset="hubspot_contacts",
    defaults={"kind": "organisation"},
)


def test_a_mapping_survives_being_stored() -> None:
    assert Mapping.from_json(json.loads(json.dumps(MAPPING.to_json()))) == MAPPING


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "deals"},
        {"columns": [{"header": "a", "target": "shoe"}]},
        {"columns": [{"header": "a", "target": "custom:"}]},
        {"columns": [{"header": "a"}, {"header": "a"}]},
        {"columns": [{"target": "name"}]},
        {"columns": [{"header": "a", "target": "custom:b", "type": "poem"}]},
        {"columns": [{"header": "a", "target": "name", "confidence": "much"}]},
        {"columns": 7},
        {"defaults": {"shoe": "41"}},
    ],
)
def test_a_mapping_that_cannot_be_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MappingInvalid):
        Mapping.from_json({**MAPPING.to_json(), **change})


def test_all_but_costs_have_custom_fields_and_only_customers_ids_of_other_systems() -> None:
    assert [kind for kind in KINDS if not is_target(kind, "custom:size")] == ["costs"]
    assert [kind for kind in KINDS if is_target(kind, "external_id:odoo")] == ["customers"]


def test_required_fields_without_a_column_are_told() -> None:
    mapping = Mapping(kind="orders", columns=(Column("n", "order_id"),))
    assert [field.key for field in mapping.missing()] == ["ordered_at", "quantity"]


def test_every_field_and_reason_has_words() -> None:
    for kind in KINDS:
        keys = [field.key for field in FIELDS[kind]]
        assert len(keys) == len(set(keys))
        assert all(str(field.label) for field in FIELDS[kind])
    assert all(Column("a", reason=reason).why for reason in Reason)


def test_presets_point_to_fields_that_exist() -> None:
    for preset in PRESETS:
        assert all(is_target(preset.kind, target) for target in preset.targets.values())
        assert len({one.key for one in PRESETS}) == len(PRESETS)
