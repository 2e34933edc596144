from dataclasses import dataclass, field

import pytest

from trato.imports.mapping import SKIP, Mapping, Reason, guess_kind, is_deals, preset_name, propose
from trato.imports.reading import SourceRow


def targets(mapping: Mapping) -> dict[str, str]:
    return {column.header: column.target for column in mapping.columns if column.target}


def proposed(kind: str, headers: str, *rows: str) -> Mapping:
    """Headings and cells set apart by bars."""
    titles = tuple(headers.split("|"))
    sample = [SourceRow(number, row.split("|"), titles) for number, row in enumerate(rows, 2)]
    return propose(kind, titles, sample)


def test_our_own_headings_need_no_thought() -> None:
    mapping = proposed("orders", "quantity|order_id|customer_id|ordered_at|product_id|unit_price")
    assert mapping.canonical
    assert {column.reason for column in mapping.columns} == {Reason.CANONICAL}
    assert not mapping.missing()


def test_more_columns_of_a_canonical_file_become_custom_fields_with_their_type() -> None:
    mapping = proposed(
        "customers",
        "customer_id|name|Color favorito|visits|last|vip|code",
        "1|Ana|blue|12|2024-03-12|yes|0012",
        "2|Eva|red|7|2024-01-01|no|0013",
    )
    custom = {column.custom_key: column.type for column in mapping.custom_columns}
    assert custom == {
        "color_favorito": "text",
        "visits": "number",
        "last": "date",
        "vip": "flag",
        "code": "text",
    }


def test_more_columns_of_any_other_file_wait_for_a_decision() -> None:
    mapping = proposed("customers", "Nombre|Correo|Color favorito|Talla|Zapato", "Ana|a@x.es|b|c|d")
    assert targets(mapping) == {"Nombre": "name", "Correo": "email"}


@dataclass
class Defined:
    key: str
    label: str
    type: str
    options: list[str] = field(default_factory=list)


def test_a_column_named_like_a_custom_field_becomes_it() -> None:
    defined = Defined("shoe_size", "Número de zapato", "choice", ["40", "41"])
    mapping = propose("customers", ["Nombre", "numero de zapato"], [], [defined])
    assert mapping.columns[1].target == "custom:shoe_size"
    assert mapping.columns[1].type == "choice"
    assert mapping.columns[1].options == ("40", "41")


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("Nº cliente", "customer_id"),
        ("Razón social", "name"),
        ("Teléfono móvil", "phone"),
        ("Código postal", "postal_code"),
        ("C.I.F.", "tax_id"),
        ("NIF", "tax_id"),
        ("RFC", "tax_id"),
        ("RUT", "tax_id"),
        ("Fecha de nacimiento", "birth_date"),
        ("Provincia", "region"),
        ("Dirección", "street"),
        ("Población", "city"),
        ("Correo electrónico 2", "email"),
        ("Fecha de alta", "created_at"),
        ("Observaciones", "notes"),
        ("Comercial", "owner"),
        ("Etiquetas", "tags"),
        ("Móvil del cliente", "phone"),
    ],
)
def test_headings_of_customers_are_understood(heading: str, target: str) -> None:
    assert proposed("customers", heading).columns[0].target == target


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        ("InvoiceNo", "order_id"),
        ("StockCode", "product_id"),
        ("InvoiceDate", "ordered_at"),
        ("UnitPrice", "unit_price"),
        ("CustomerID", "customer_id"),
        ("Nº pedido", "order_id"),
        ("N.º de factura", "order_id"),
        ("Fecha de compra", "ordered_at"),
        ("Importe", "line_total"),
        ("Uds.", "quantity"),
        ("Cant.", "quantity"),
        ("Precio unitario", "unit_price"),
        ("Dto.", "discount"),
        ("Artículo", "product_name"),
        ("sales_value", "line_total"),
        ("household_id", "customer_id"),
        ("transaction_timestamp", "ordered_at"),
    ],
)
def test_headings_of_orders_are_understood(heading: str, target: str) -> None:
    assert proposed("orders", heading).columns[0].target == target


@pytest.mark.parametrize(
    ("kind", "heading", "target"),
    [
        ("products", "Referencia", "product_id"),
        ("products", "PVP", "price"),
        ("products", "Precio de coste", "cost"),
        ("products", "Familia", "category"),
        ("interactions", "Asunto", "subject"),
        ("interactions", "Tipo de actividad", "kind"),
        ("interactions", "Fecha y hora", "at"),
    ],
)
def test_headings_of_the_rest_are_understood(kind: str, heading: str, target: str) -> None:
    assert proposed(kind, heading).columns[0].target == target


def test_a_name_beside_a_surname_is_the_given_name() -> None:
    assert targets(proposed("customers", "Nombre|Apellidos")) == {
        "Nombre": "given_name",
        "Apellidos": "family_name",
    }


def test_a_company_alone_is_the_customer_and_beside_a_person_where_they_work() -> None:
    alone = proposed("customers", "Empresa|CIF|Teléfono")
    assert targets(alone)["Empresa"] == "name"
    assert alone.defaults == {"kind": "organisation"}
    both = proposed("customers", "Empresa|Contacto|Teléfono")
    assert targets(both) == {"Empresa": "organisation", "Contacto": "name", "Teléfono": "phone"}
    assert not both.defaults


def test_the_cells_settle_a_heading_with_two_meanings() -> None:
    coded = proposed("orders", "Pedido|Cliente", "1|C-17", "2|C-18")
    named = proposed("orders", "Pedido|Cliente", "1|Ana García", "2|Eva Ruiz")
    assert targets(coded)["Cliente"] == "customer_id"
    assert targets(named)["Cliente"] == "customer_name"
    assert targets(proposed("customers", "Nombre|Estado", "Ana|Activo"))["Estado"] == "status"
    assert targets(proposed("customers", "Nombre|Estado", "Ana|Jalisco"))["Estado"] == "region"


def test_columns_without_a_title_are_known_by_their_cells() -> None:
    mapping = proposed(
        "customers",
        "column_1|column_2|column_3",
        "Ana|ana@example.com|+34 600 123 123",
        "Eva|eva@example.com|+34 600 123 124",
    )
    assert targets(mapping) == {"column_2": "email", "column_3": "phone"}
    assert mapping.columns[1].reason == Reason.CONTENT


@pytest.mark.parametrize(
    ("heading", "cell", "target"),
    [
        ("Record ID", "1001", "external_id:hubspot"),
        ("Record ID - Contact", "1001", "external_id:hubspot"),
        ("Record Id", "zcrm_4876876000000333001", "external_id:zoho"),
        ("Record ID", "0b1e8c0a-5a4e-4f0e-9d53-0d7f7a2f1c11", "external_id:attio"),
        ("HubSpot ID", "1001", "external_id:hubspot"),
        ("Id de cliente de Stripe", "cus_9s6XKzkNRiz8i3", "external_id:stripe"),
        ("WooCommerce customer ID", "17", "external_id:woocommerce"),
        ("Contact ID", "0035g00000AbCdEFGH", "external_id:salesforce"),
        ("External ID", "__export__.res_partner_12", "external_id:odoo"),
        ("EUID", "a1b2c3", "external_id:mailchimp"),
        ("Contact ID", "17", "customer_id"),
        ("ID", "ana.lopez", "customer_id"),
    ],
)
def test_ids_of_other_programs_are_known_alone(heading: str, cell: str, target: str) -> None:
    assert targets(proposed("customers", heading, cell)) == {heading: target}


def test_of_two_columns_for_one_thing_the_surer_keeps_it() -> None:
    mapping = proposed("orders", "order_id|Nº pedido|quantity")
    assert targets(mapping) == {"order_id": "order_id", "quantity": "quantity"}


def test_a_percentage_is_seen_in_the_heading() -> None:
    columns = proposed("orders", "Dto. %|IVA").columns
    assert [column.percent for column in columns] == [True, False]


PRESETS = [
    (
        "hubspot_contacts",
        "HubSpot",
        "Record ID|First Name|Last Name|Email|Phone Number|Contact owner|Lead Status|Create Date"
        "|Lifecycle Stage|Associated Company|Associated Company IDs",
        {"Record ID": "external_id:hubspot", "Lifecycle Stage": "status", "Lead Status": SKIP},
    ),
    (
        "hubspot_companies",
        "HubSpot",
        "Record ID|Company name|Company owner|Phone Number|City",
        {"Company name": "name", "Company owner": "owner", "City": "city"},
    ),
    (
        "salesforce",
        "Salesforce",
        "Lead Source|First Name|Last Name|Email|Phone|Owner Alias|Created Date|Company / Account",
        {"Lead Source": "origin", "Company / Account": "organisation", "Email": "email"},
    ),
    (
        "salesforce_accounts",
        "Salesforce",
        "Account Name|Billing Street|Billing City|Account Owner",
        {"Account Name": "name", "Billing Street": "street"},
    ),
    (
        "pipedrive_people",
        "Pipedrive",
        "Person - ID|Person - Name|Person - Organization|Person - Email - Work"
        "|Person - Phone - Home",
        {
            "Person - Name": "name",
            "Person - Email - Work": "email",
            "Person - Phone - Home": "phone",
            "Person - Organization": "organisation",
        },
    ),
    (
        "pipedrive_organizations",
        "Pipedrive",
        "Organization - ID|Organization - Name|Organization - Owner",
        {"Organization - Name": "name"},
    ),
    (
        "google",
        "Google",
        "First Name|Middle Name|Last Name|File As|Organization Name|Birthday|Notes|Labels"
        "|E-mail 1 - Label|E-mail 1 - Value|Phone 2 - Value|Address 1 - City|Address 2 - City",
        {
            "E-mail 1 - Value": "email",
            "E-mail 1 - Label": SKIP,
            "Phone 2 - Value": "phone",
            "Labels": "tags",
            "Address 1 - City": "city",
            "Address 2 - City": SKIP,
        },
    ),
    (
        "google_legacy",
        "Google",
        "Name|Given Name|Family Name|Group Membership|E-mail 1 - Value|Organization 1 - Name",
        {"Group Membership": "tags", "Organization 1 - Name": "organisation"},
    ),
    (
        "outlook",
        "Outlook",
        "Title|First Name|Last Name|Company|Home City|Assistant's Phone|Business Phone"
        "|E-mail Address|E-mail 2 Address|Categories",
        {
            "Title": SKIP,
            "Assistant's Phone": SKIP,
            "Business Phone": "phone",
            "E-mail 2 Address": "email",
        },
    ),
    (
        "linkedin",
        "LinkedIn",
        "First Name|Last Name|URL|Email Address|Company|Position|Connected On",
        {"Position": "job_title", "Company": "organisation", "URL": SKIP},
    ),
    (
        "odoo",
        "Odoo",
        "id|name|email|phone|is_company|parent_id|category_id|vat|zip|country_id|city",
        {"is_company": "kind", "vat": "tax_id", "zip": "postal_code", "country_id": "country"},
    ),
    (
        "odoo",
        "Odoo",
        "Nombre|Es una compañía|NIF|Correo electrónico|Teléfono",
        {"Es una compañía": "kind", "NIF": "tax_id", "Nombre": "name"},
    ),
    (
        "mailchimp",
        "Mailchimp",
        "Email Address|First Name|Last Name|MEMBER_RATING|OPTIN_TIME|OPTIN_IP|CC|REGION|EUID|TAGS",
        {"OPTIN_TIME": "consent_email_at", "CC": "country", "MEMBER_RATING": SKIP},
    ),
]


@pytest.mark.parametrize(("key", "name", "headers", "expected"), PRESETS)
def test_exports_of_known_programs_are_recognised(
    key: str, name: str, headers: str, expected: dict[str, str]
) -> None:
    mapping = proposed("customers", headers)
    found = {column.header: column.target for column in mapping.columns}
    assert (mapping.preset, preset_name(mapping.preset)) == (key, name)
    assert {header: found[header] for header in expected} == expected
    assert guess_kind(headers.split("|")) == "customers"
    assert Mapping.from_json(mapping.to_json()) == mapping


def test_outlook_gives_the_first_address_that_is_written() -> None:
    headers = "First Name|E-mail Address|Business Phone|Business City|Home City"
    assert targets(proposed("customers", headers, "Ana|||Vigo|Lugo"))["Business City"] == "city"
    assert targets(proposed("customers", headers, "Ana||||Lugo"))["Home City"] == "city"


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        (
            "shopify_orders",
            "Name|Email|Financial Status|Currency|Created at|Lineitem quantity|Lineitem name"
            "|Lineitem price|Lineitem sku|Billing Name|Discount Amount|Total",
        ),
        (
            "woocommerce_orders",
            "Order Number|Order Status|Order Date|Email (Billing)|SKU|Item #|Item Name"
            "|Quantity (- Refund)|Item Cost",
        ),
        (
            "odoo_orders",
            "Order Reference|Order Date|Customer|Order Lines/Product|Order Lines/Quantity"
            "|Order Lines/Unit Price",
        ),
    ],
)
def test_orders_of_known_shops_are_recognised(key: str, headers: str) -> None:
    mapping = proposed("orders", headers)
    assert mapping.preset == key
    assert not mapping.missing()
    assert guess_kind(headers.split("|")) == "orders"


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ("customer_id|name|email", "customers"),
        ("product_id|name|category|brand|price|cost", "products"),
        ("order_id|customer_id|ordered_at|product_id|quantity|unit_price", "orders"),
        ("customer_id|at|kind|channel|subject", "interactions"),
        ("InvoiceNo|StockCode|Description|Quantity|InvoiceDate|UnitPrice|CustomerID", "orders"),
        ("Nombre|Apellidos|Teléfono|Código postal", "customers"),
        ("Referencia|Descripción|PVP|Coste", "products"),
        ("Fecha|Cliente|Tipo de actividad|Asunto|Comercial", "interactions"),
        ("Deal - ID|Deal - Title|Deal - Value|Deal - Contact person", None),
        ("Record ID|Deal Name|Amount|Close Date", None),
        ("a|b|c", None),
    ],
)
def test_headings_tell_what_a_file_holds(headers: str, kind: str | None) -> None:
    assert guess_kind(headers.split("|")) == kind


@pytest.mark.parametrize(
    ("headers", "deals"),
    [
        ("Record ID|Deal Name|Deal Stage|Amount|Close Date", True),
        ("Deal - ID|Deal - Title|Deal - Value|Deal - Status|Deal - Contact person", True),
        ("Trato - ID|Trato - Título|Trato - Valor|Trato - Etapa", True),
        ("Nombre del negocio|Etapa del negocio|Importe|Fecha de cierre", True),
        ("Opportunity Name|Account Name|Amount|Stage|Close Date", True),
        ("Name|Email|Opportunity|Stage", False),
        ("Opportunity Name|Product|Quantity|Sales Price|Close Date", False),
        ("customer_id|name|email|opportunity|stage", False),
        ("Record ID|First Name|Email|Associated Deal|Recent Deal Close Date", False),
    ],
)
def test_deals_are_told_from_people_and_purchases(headers: str, deals: bool) -> None:
    assert is_deals(headers.split("|")) is deals


def test_a_part_of_an_address_is_told_by_its_last_word() -> None:
    headers = ("customer_id", "name", "address.city", "Dirección país", "address.geo")
    found = propose("customers", headers)
    further = [column.target for column in found.columns[2:]]
    assert further == ["city", "country", "custom:addressgeo"]


def test_a_customer_of_contacts_is_told_by_a_code_or_by_a_name() -> None:
    for cell, target in (("C-17", "customer_id"), ("Ana", "customer_name")):
        mapping = proposed("interactions", "Cliente|Fecha", f"{cell}|2026-10-01")
        assert targets(mapping)["Cliente"] == target
