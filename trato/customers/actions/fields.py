"""What is done to the fields that a company defines."""

from itertools import count

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils.text import slugify
from django.utils.translation import gettext as _

from trato.customers.custom.holders import HOLDERS, TAKEN
from trato.customers.custom.listed import source
from trato.customers.models import CustomField

COMPARED = frozenset({CustomField.Type.NUMBER, CustomField.Type.MONEY, CustomField.Type.DATE})


@transaction.atomic
def save_custom_field(
    field: CustomField | None,
    *,
    label: str,
    type_: str,
    options: list[str],
    is_active: bool = True,
    about: str = CustomField.About.CUSTOMER,
) -> CustomField:
    """Define a field or change it; what it is of, its key and its type stay once it exists.

    Raises ValidationError.
    """
    if field is None:
        last = CustomField.objects.filter(about=about).order_by("-position").first()
        position = last.position + 1 if last else 1
        key = _free_key(label, about)
        field = CustomField(about=about, key=key, type=type_, position=position)
    field.label, field.options, field.is_active = label.strip(), options, is_active
    others = CustomField.objects.filter(about=field.about).exclude(pk=field.pk)
    if others.filter(label__iexact=field.label).exists():
        raise ValidationError({"label": _("There is a field with this name already.")})
    field.full_clean()
    is_new = field.pk is None
    field.save()
    if is_new and field.about in HOLDERS:
        _index(field, HOLDERS[field.about])
    return field


def _index(field: CustomField, holder: type[Model]) -> None:
    """Lists filter by it from, to, more than: they must not look at every record for that. Nor,
    where few have any, for those whose text has a word.
    """
    values = source(field)
    if field.type not in COMPARED and not (values.sparse and field.type == CustomField.Type.TEXT):
        return
    name = f"{field.about}_custom_{field.pk}"
    with connection.cursor() as sql, connection.schema_editor(atomic=False) as editor:
        # What the transaction wrote before must be checked before the table is touched.
        sql.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.add_index(holder, values.index(name))
        if values.sparse:
            _learn(sql, name, holder._meta.db_table)
        sql.execute("SET CONSTRAINTS ALL DEFERRED")


def _learn(sql: CursorWrapper, name: str, table: str) -> None:
    """Of an index that leaves rows out the planner does not learn how common a value is."""
    sql.execute("SELECT pg_get_indexdef(%s::regclass, 1, true)", [name])
    [compared] = sql.fetchone() or [""]
    sql.execute(f"CREATE STATISTICS {name}_values ON ({compared}) FROM {table}; ANALYZE {table}")


def custom_key(label: str) -> str:
    """A key for a field of this label, short and plain ASCII."""
    return slugify(label).replace("-", "_")[:60]


def _free_key(label: str, about: str) -> str:
    """A key that nothing else has: a label may return after its field was given another."""
    key = custom_key(label)[:56] or "field"
    known = CustomField.objects.filter(about=about, key__startswith=key)
    taken = {*known.values_list("key", flat=True), *TAKEN.get(about, ())}
    if about in HOLDERS:
        taken |= {one.name for one in HOLDERS[about]._meta.get_fields()}
    numbered = (f"{key}_{number}" for number in count(2))
    return key if key not in taken else next(name for name in numbered if name not in taken)


@transaction.atomic
def move_custom_field(field: CustomField, *, by: int) -> None:
    """Up with a negative ``by``, down with a positive one, as far as there are places."""
    fields = list(CustomField.objects.filter(about=field.about).select_for_update())
    here = next(place for place, known in enumerate(fields) if known.pk == field.pk)
    moved = fields.pop(here)
    fields.insert(max(0, here + by), moved)
    for position, known in enumerate(fields, 1):
        known.position = position
    CustomField.objects.bulk_update(fields, ["position"])
