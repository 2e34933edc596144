"""An order as people write it: its head and its lines."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trato.catalog.models import Product
from trato.catalog.words import plain
from trato.customers.custom.inputs import WithCustomFields
from trato.customers.models import Channel, Customer, CustomField
from trato.customers.queries.profile import custom_fields
from trato.identity.models import User, validate_currency
from trato.identity.queries import colleagues
from trato.identity.rules import Visibility
from trato.sales.actions import LinesRefused, Wrong
from trato.sales.drafts import LineDraft, OrderDraft, line_as_draft
from trato.sales.models import Order, OrderLine
from trato.sales.queries.pairs import Cart, products_written
from trato.ui.fields import MomentField, NumberField

BLANK_ROWS = 4
MOST_ROWS = 300
CENT = Decimal("0.01")
BETWEEN = " · "
AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 4, "required": False}


# What is said of a line that nobody may write so, and at which of its fields. Tax is written as a
# rate here, which has no sign of its own.
REFUSED = {
    Wrong.QUANTITY_ZERO: ("quantity", _("Write how many; negative for a return.")),
    Wrong.DISCOUNT_TOO_LARGE: ("discount", _("It is more than the line.")),
    Wrong.DISCOUNT_NEGATIVE: ("discount", _("It cannot be negative.")),
    Wrong.DISCOUNT_POSITIVE: ("discount", _("With a negative quantity it is negative, too.")),
    Wrong.TAX_NEGATIVE: ("tax_rate", _("It cannot be negative.")),
    Wrong.TAX_POSITIVE: ("tax_rate", _("It cannot be negative.")),
    Wrong.TOTAL_TOO_LARGE: ("unit_price", _("The line adds up to more than Trato can keep.")),
}


class OrderForm(WithCustomFields):
    number = forms.CharField(
        label=_("Number"),
        max_length=100,
        required=False,
        help_text=_("Leave it empty and Trato gives it the next one."),
    )
    customer = forms.ModelChoiceField(Customer.objects.none(), label=_("Customer"), required=False)
    ordered_at = MomentField(label=_("Ordered"))
    status = forms.ChoiceField(
        label=_("State"),
        choices=[
            (Order.Status.PENDING.value, Order.Status.PENDING.label),
            (Order.Status.COMPLETED.value, Order.Status.COMPLETED.label),
        ],
    )
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    store = forms.CharField(label=_("Store"), max_length=100, required=False)
    seller = forms.ModelChoiceField(
        User.objects.none(), label=_("Seller"), required=False, empty_label="—"
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, validators=[validate_currency]
    )

    def __init__(
        self, *given: Any, user: User, currency: str, order: Order | None = None, **more: Any
    ) -> None:
        """``currency`` is the company's, of amounts in its own fields."""
        super().__init__(*given, **more)
        self.user = user
        self._offer("customer", Customer.objects.visible_to(user))
        self._offer("seller", User.objects.filter(pk__in=[one.pk for one in colleagues()]))
        channel = self.fields["channel"]
        assert isinstance(channel, forms.ChoiceField)  # noqa: S101 - told to the type checker
        own = [] if not order or order.channel in Channel.values else [order.channel]
        channel.choices = [("", "—"), *Channel.choices, *((name, name) for name in own)]
        if order is not None:
            del self.fields["number"]
        asked = custom_fields(CustomField.About.ORDER)
        self.ask(asked, currency=currency, kept=order.custom if order else None)

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - told to the type checker
        field.queryset = rows

    def clean_customer(self) -> Customer | None:
        """Who sees only a part of the customers could not see a nameless sale again."""
        found: Customer | None = self.cleaned_data["customer"]
        if found is None and self.user.visibility != Visibility.ALL:
            raise ValidationError(gettext("Choose the customer."))
        return found


class LineForm(forms.Form):
    product = forms.CharField(label=_("Product"), max_length=420, required=False)
    quantity = NumberField(label=_("Quantity"), max_digits=11, decimal_places=3, required=False)
    unit_price = NumberField(label=_("Unit price"), **AMOUNT)
    discount = NumberField(label=_("Discount"), **AMOUNT)
    tax_rate = NumberField(label=_("Tax %"), max_digits=6, decimal_places=3, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        written = values.get("product") or ""
        if written:
            values["found"] = product_of(written)
            if values["found"] is None:
                self.add_error(
                    "product", gettext("There is no such product. Choose one of the list.")
                )
            if values.get("quantity") is None and "quantity" not in self.errors:
                self.add_error(*REFUSED[Wrong.QUANTITY_ZERO])
        elif values.get("quantity") or values.get("unit_price"):
            self.add_error("product", gettext("Which product?"))
        return values

    @property
    def is_line(self) -> bool:
        return bool(self.cleaned_data.get("product"))

    @property
    def price(self) -> Decimal:
        """Without one, the catalogue's."""
        written: Decimal | None = self.cleaned_data["unit_price"]
        return self.cleaned_data["found"].price or Decimal(0) if written is None else written

    def weigh(self, currency: str) -> None:
        """What can be said of a line once its product, and the currency of all, are known."""
        product = self.cleaned_data["found"]
        if self.cleaned_data["unit_price"] is not None:
            return
        if product.price is None:
            self.add_error("unit_price", gettext("The catalogue has no price for it. Write one."))
        elif product.currency != currency:
            text = gettext("The catalogue has its price in %(currency)s. Write one.")
            self.add_error("unit_price", text % {"currency": product.currency})

    def draft(self) -> LineDraft:
        """Tax in cents of what is left after the discount."""
        values = self.cleaned_data
        product, quantity, price = values["found"], values["quantity"], self.price
        discount = values["discount"] or Decimal(0)
        rate = values["tax_rate"] or Decimal(0)
        tax = ((quantity * price - discount) * rate / 100).quantize(CENT)
        return LineDraft(
            product_code=product.code,
            quantity=quantity,
            unit_price=price,
            discount=discount,
            tax=tax,
        )


class BaseLines(forms.BaseFormSet[LineForm]):
    def clean(self) -> None:
        if not any(self.errors) and not any(form.is_line for form in self.forms):
            raise ValidationError(gettext("Write at least one line: a product and how many."))

    def weigh(self, currency: str) -> bool:
        """Whether the lines hold in an order of this currency; else they say why not."""
        for form in self.forms:
            if form.is_line:
                form.weigh(currency)
        return not any(form.errors for form in self.forms)

    def refuse(self, error: LinesRefused) -> None:
        """Tell each problem at its line."""
        written = [form for form in self.forms if form.is_line]
        for one in error.problems:
            if one.line is None:
                words = gettext(
                    "The order adds up to more than Trato can keep. Divide it into several."
                )
                self.non_form_errors().append(words)
            else:
                written[one.line].add_error(*REFUSED[one.code])

    def drafts(self, kept: Sequence[OrderLine] = ()) -> tuple[LineDraft, ...]:
        """What was not touched stays to the last decimal."""
        written = [(place, form) for place, form in enumerate(self.forms) if form.is_line]
        return tuple(_draft(form, place, kept) for place, form in written)

    def so_far(
        self, currency: str, kept: Sequence[OrderLine] = ()
    ) -> tuple[tuple[LineDraft, ...], int]:
        """The lines that hold already, and how many do not yet."""
        finished, unfinished = [], 0
        for place, form in enumerate(self.forms):
            if not form.errors and form.is_line:
                form.weigh(currency)
            if form.errors:
                unfinished += 1
            elif form.is_line:
                finished.append(_draft(form, place, kept))
        return tuple(finished), unfinished


def _draft(form: LineForm, place: int, kept: Sequence[OrderLine]) -> LineDraft:
    untouched = place < len(kept) and not form.has_changed()
    return line_as_draft(kept[place]) if untouched else form.draft()


def line_forms(
    data: Any = None,
    *,
    lines: Sequence[OrderLine] = (),
    products: Sequence[Product] = (),
    blank: int = BLANK_ROWS,
) -> BaseLines:
    """``products`` are those that a new order begins with, one of each."""
    made = forms.formset_factory(
        LineForm, formset=BaseLines, extra=blank, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    lines_made: BaseLines = made(  # type: ignore[assignment]
        data,
        prefix="lines",
        initial=[*(initial_of(line) for line in lines), *(one_of(product) for product in products)],
    )
    return lines_made


def order_draft(form: OrderForm, lines: tuple[LineDraft, ...]) -> OrderDraft:
    values = form.cleaned_data
    return OrderDraft(
        number=(values.get("number") or "").strip(),
        ordered_at=values["ordered_at"],
        lines=lines,
        customer_id=values["customer"].pk if values["customer"] else None,
        status=values["status"],
        channel=values["channel"],
        store=values["store"].strip(),
        currency=values["currency"],
        seller_id=values["seller"].pk if values["seller"] else None,
        custom=form.custom_told,
    )


def initial_of(line: OrderLine) -> dict[str, Any]:
    base = line.quantity * line.unit_price - line.discount
    return {
        "product": product_words(line.product),
        "quantity": line.quantity.normalize(),
        "unit_price": plain(line.unit_price),
        "discount": plain(line.discount) if line.discount else None,
        "tax_rate": (line.tax * 100 / base).quantize(CENT).normalize()
        if line.tax and base
        else None,
    }


def one_of(product: Product) -> dict[str, Any]:
    return {"product": product_words(product), "quantity": 1}


def product_words(product: Product) -> str:
    """As it stands in a line's field: ``GRA-110 · Mezcla Casa 250 g``."""
    return f"{product.code}{BETWEEN}{product.name}"


def cart_of(lines: BaseLines, *, user: User) -> Cart:
    """The products on the lines, as far as they are understood."""
    written = [_words_of(form) for form in lines.forms]
    known = products_written({one for words, _back in written for one in words}, user=user)
    bought: set[int] = set()
    returned: set[int] = set()
    for words, is_return in written:
        ids = {known[one] for one in words if one in known}
        (returned if is_return else bought).update(ids)
    return Cart(products=sorted(bought), returned=sorted(returned - bought))


def _words_of(form: LineForm) -> tuple[set[str], bool]:
    """What may be the code or the name of the product, and whether it comes back."""
    text = str(form["product"].value() or "").replace("\0", "").strip()
    quantity = str(form["quantity"].value() or "").strip()
    return {text, text.split(BETWEEN)[0].strip()} - {""}, quantity.startswith(("-", "−"))


def product_of(written: str) -> Product | None:
    """By its code, as it stands in the list, or by a name that only one has."""
    text = written.strip()
    code = text.split(BETWEEN)[0].strip()
    found = Product.objects.filter(code__in={text, code}).first()
    if found is None:
        named = list(Product.objects.filter(name__iexact=text)[:2])
        found = named[0] if len(named) == 1 else None
    return found or Product.objects.filter(code__iexact=code).first()
