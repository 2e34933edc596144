"""What a row must have as a whole, by what it tells of: customers, orders, costs …"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from trato.imports.mapping import FIELDS
from trato.imports.mapping import Mapping as ColumnMapping
from trato.imports.parsing.cells import MOST_MONEY
from trato.imports.parsing.rows import Draft, Finish
from trato.imports.parsing.settings import ParseSettings
from trato.imports.parsing.words import CONTACT_BY_CHANNEL
from trato.imports.problems import RowProblem
from trato.kit.telephone import parse_telephone
from trato.kit.text import Unreadable

_PLACES = Decimal("0.0001")
_LEAST_DIGITS = 7
# Of these a customer must have one; what another program calls them is enough where a file has
# nothing else to tell them by, but a contact there whose name and e-mail are empty is nobody.
_TELLING = frozenset({"name", "email", "phone", "customer_id"})
_NAMED_BY = frozenset({"given_name", "family_name", "organisation"})
# Countries whose postal codes have five digits, of which spreadsheets drop a leading zero.
_OF_ANOTHER_COUNTRY = frozenset(
    {"telephone_too_short", "telephone_too_long", "telephone_country_unknown", "telephone_invalid"}
)
_FIVE_DIGITS = frozenset({"ES", "FR", "DE", "IT", "US", "MX", "MA", "PE"})


def finisher(kind: str, mapping: ColumnMapping, settings: ParseSettings) -> Finish:
    makers: dict[str, Callable[[ColumnMapping, ParseSettings], Finish]] = {
        "customers": _customers,
        "products": _products,
        "orders": _orders,
        "interactions": _interactions,
        "costs": _costs,
    }
    return makers[kind](mapping, settings)


def _headings(mapping: ColumnMapping) -> dict[str, str]:
    """The heading of each field's first column."""
    return {column.target: column.header for column in reversed(mapping.columns) if column.target}


def _require(draft: Draft, wanted: Iterable[tuple[str, str]]) -> None:
    for key, header in wanted:
        if key not in draft.values and all(found.column != header for found in draft.problems):
            draft.problems.append(RowProblem("required", header))


def _required(mapping: ColumnMapping) -> tuple[tuple[str, str], ...]:
    headings = _headings(mapping)
    return tuple(
        (field.key, headings.get(field.key, field.key))
        for field in FIELDS[mapping.kind]
        if field.required
    )


def _demote(draft: Draft, columns: set[str]) -> None:
    """A cell of little weight is not worth its row: what was wrong is told, not refused."""
    kept: list[RowProblem] = []
    for found in draft.problems:
        (draft.warnings if found.column in columns else kept).append(found)
    draft.problems = kept


def _telephones(draft: Draft, region: str) -> None:
    for key, header, part in draft.telephones:
        try:
            found = parse_telephone(part, region or None)
        except Unreadable as error:
            draft.warnings.append(RowProblem.of(error, header, part))
            continue
        numbers = draft.values.setdefault(key, [])
        if found.e164 not in numbers:
            numbers.append(found.e164)
            draft.values.setdefault("phone_originals", {})[found.e164] = found.original
        if not found.in_use:
            draft.warnings.append(RowProblem("telephone_not_in_use", header, part))


def _customers(mapping: ColumnMapping, settings: ParseSettings) -> Finish:
    headings = _headings(mapping)
    defaults = dict(mapping.defaults or {})
    id_column = headings.get("customer_id", "")
    has_more = bool((_TELLING | _NAMED_BY) & headings.keys())
    telling = _TELLING if has_more else _TELLING | {"external_ids"}

    def finish(draft: Draft) -> None:
        values = draft.values
        country = values.get("country", "") or settings.region
        _telephones(draft, country)
        _note_telephones(draft)
        _name(values)
        _consent(values)
        if country in _FIVE_DIGITS and "postal_code" in values:
            values["postal_code"] = _five_digits(values["postal_code"])
        for key, value in defaults.items():
            values.setdefault(key, value)
        lost_id = [found for found in draft.problems if found.column == id_column != ""]
        reachable = "email" in values or "phone" in values
        draft.warnings.extend(
            found for found in draft.problems if reachable or found not in lost_id
        )
        draft.problems = [] if reachable else lost_id
        if not telling & values.keys():
            _named_by_telephone(draft)
        if not telling & values.keys():
            unknown = RowProblem("contacts_without_identity")
            draft.problems = [unknown, *draft.problems, *draft.warnings]
            draft.warnings = []

    return finish


def _name(values: dict[str, Any]) -> None:
    """The whole name of its parts; a company without a person is itself the customer."""
    middle = values.pop("middle_name", "")
    if middle:
        values["given_name"] = " ".join(filter(None, [values.get("given_name", ""), middle]))
    parts = [values.get("given_name", ""), values.get("family_name", "")]
    whole = " ".join(filter(None, parts))
    if whole and "name" not in values:
        values["name"] = whole
    if "organisation" in values and values.get("name", "") in ("", values["organisation"]):
        values["name"] = values.pop("organisation")
        values.setdefault("kind", "organisation")


def _note_telephones(draft: Draft) -> None:
    """What may be a number of a country that the row does not tell is kept, as it is, in a note."""
    for place, found in enumerate(draft.warnings):
        if found.code in _OF_ANOTHER_COUNTRY and _is_number(found.value):
            draft.warnings[place] = replace(found, code="telephone_noted")
            said = draft.values.get("notes", "")
            draft.values["notes"] = "\n".join(filter(None, [said, f"Tel. {found.value}"]))


def _is_number(text: str) -> bool:
    return sum(map(str.isdigit, text)) >= _LEAST_DIGITS


def _named_by_telephone(draft: Draft) -> None:
    """A number that fits no country we know of is still how somebody can be reached."""
    for _key, _header, part in draft.telephones:
        if _is_number(part):
            draft.values["name"] = part
            return


def _consent(values: dict[str, Any]) -> None:
    """The word, when and how it was given; a moment alone means yes."""
    at, how = values.pop("consent_email_at", None), values.pop("consent_email_how", None)
    granted = values.pop("consent_email", True if at else None)
    if granted is not None:
        told = {"granted": granted, "at": at, "how": how}
        values["consent_email"] = {key: one for key, one in told.items() if one is not None}


def _five_digits(code: str) -> str:
    return code.zfill(5) if code.isdigit() and len(code) == 4 else code


def _products(mapping: ColumnMapping, _settings: ParseSettings) -> Finish:
    required = _required(mapping)
    headings = _headings(mapping)
    light = {headings[key] for key in ("quality_tier", "active", "description") if key in headings}
    light |= {column.header for column in mapping.custom_columns}

    def finish(draft: Draft) -> None:
        if draft.problems:
            _demote(draft, light)
        _currency(draft)
        _require(draft, required)
        for key in ("price", "cost"):
            _not_negative(draft, key, headings)

    return finish


def _not_negative(draft: Draft, key: str, headings: Mapping[str, str]) -> None:
    amount = draft.values.get(key)
    if amount is not None and Decimal(amount) < 0:
        code = "price_negative" if key == "price" else "cost_negative"
        draft.problems.append(RowProblem(code, headings[key], amount))


def _currency(draft: Draft) -> None:
    """The currency that cells name is that of the row, unless they disagree."""
    told = draft.values.get("currency")
    for other in draft.currencies.values():
        if told is not None and other != told:
            params = {"first": told, "second": other}
            draft.problems.append(RowProblem("currencies_differ", params=params))
            return
        told = other
    if told is not None:
        draft.values["currency"] = told


def _orders(mapping: ColumnMapping, _settings: ParseSettings) -> Finish:
    required = _required(mapping)
    headings = _headings(mapping)
    of_weight = {"order_id", "customer_id", "ordered_at", "product_id", "quantity"}
    of_weight |= {"unit_price", "line_total", "discount", "tax", "currency"}
    light = {header for key, header in headings.items() if key not in of_weight}
    above = _Above(fill_down=mapping.fill_down)

    def finish(draft: Draft) -> None:
        if draft.problems:
            _demote(draft, light)
        values = draft.values
        above.fill(values)
        if "product_id" not in values:
            _product(draft)
        if draft.currencies:
            _currency(draft)
        for key, _header in required:
            if key not in values:
                _require(draft, required)
                break
        if not draft.problems:
            _price(draft)

    return finish


class _Above:
    """What the row above said of the same order: shops write it on the first line only."""

    _HEAD = ("ordered_at", "customer_id", "customer_name", "customer_email", "currency", "status")

    def __init__(self, *, fill_down: bool) -> None:
        self._fill_down = fill_down
        self._order = ""
        self._values: Mapping[str, Any] = {}

    def fill(self, values: dict[str, Any]) -> None:
        if self._fill_down and "order_id" not in values and self._order:
            values["order_id"] = self._order
        order = values.get("order_id", "")
        if order != self._order:
            self._order, self._values = order, values
        elif "ordered_at" not in values and order:
            for key in self._HEAD:
                if key in self._values:
                    values.setdefault(key, self._values[key])


def _product(draft: Draft) -> None:
    """A product told by its name alone has that for its code."""
    name = draft.values.get("product_name", "")
    if name:
        draft.values["product_id"] = name[:100]
    elif not any(found.code in ("digits_lost", "text_too_long") for found in draft.problems):
        draft.problems.append(RowProblem("order_without_product"))


def _price(draft: Draft) -> None:
    """A unit price from the total where there is none, and percentages as amounts."""
    values = draft.values
    if "unit_price" not in values and "line_total" not in values:
        draft.problems.append(RowProblem("order_without_price"))
        return
    if "unit_price" not in values:
        _price_of_total(values)
    values.pop("line_total", None)
    for key in ("discount", "tax"):
        percent = values.pop(f"{key}_percent", None)
        if percent is not None:
            values[key] = _share(values, Decimal(percent), net=key == "tax")
    amounts = [Decimal(values[key]) for key in ("unit_price", "discount", "tax") if key in values]
    amounts.append(amounts[0] * Decimal(values["quantity"]))
    if max(map(abs, amounts)) >= MOST_MONEY:
        draft.problems.append(RowProblem("line_too_large"))


def _share(values: Mapping[str, Any], percent: Decimal, *, net: bool) -> str:
    base = Decimal(values["quantity"]) * Decimal(values["unit_price"])
    if net:
        base -= Decimal(values.get("discount", 0))
    return f"{_rounded(base * percent / 100):f}"


def _price_of_total(values: dict[str, Any]) -> None:
    """The total is what was paid: what division leaves over goes into the discount."""
    if values["quantity"] == "1" and "discount" not in values:
        values["unit_price"] = values["line_total"]
        return
    quantity, total = Decimal(values["quantity"]), Decimal(values["line_total"])
    before = total + Decimal(values.get("discount", 0))
    price = _rounded(before / quantity) if quantity else Decimal(0)
    discount = _rounded(quantity * price - total)
    values["unit_price"] = f"{price:f}"
    if discount:
        values["discount"] = f"{discount:f}"
    else:
        values.pop("discount", None)


def _rounded(number: Decimal) -> Decimal:
    short = number.quantize(_PLACES, ROUND_HALF_UP).normalize()
    return short if short.as_tuple().exponent != 0 else short.quantize(Decimal(1))


def _costs(mapping: ColumnMapping, _settings: ParseSettings) -> Finish:
    required = _required(mapping)
    headings = _headings(mapping)
    light = {headings["note"]} if "note" in headings else set()

    def finish(draft: Draft) -> None:
        if draft.problems:
            _demote(draft, light)
        _currency(draft)
        _require(draft, required)
        _not_negative(draft, "amount", headings)

    return finish


def _interactions(mapping: ColumnMapping, settings: ParseSettings) -> Finish:
    required = _required(mapping)
    headings = _headings(mapping)
    light = {header for key, header in headings.items() if key not in ("at", "customer_id")}
    known = {"customer_id", "customer_email", "customer_name", "customer_phone"}

    def finish(draft: Draft) -> None:
        values = draft.values
        if draft.problems:
            _demote(draft, light)
        _telephones(draft, settings.region)
        if "kind" not in values:
            values["kind"] = CONTACT_BY_CHANNEL.get(values.get("channel", ""), "note")
        _require(draft, required)
        if not known & values.keys():
            draft.problems.append(RowProblem("interaction_without_customer"))
            draft.problems.extend(replace(found) for found in draft.warnings)
            draft.warnings = []

    return finish
