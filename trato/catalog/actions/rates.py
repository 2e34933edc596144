"""What is done to exchange rates and to the currency of the company."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from trato.catalog.models import ExchangeRate
from trato.identity.actions import change_company
from trato.identity.choices import currencies
from trato.identity.queries import company


def set_exchange_rate(*, currency: str, day: date, rate: Decimal) -> ExchangeRate:
    """Raises ValidationError."""
    _check_rated(currency)
    row = ExchangeRate.objects.filter(currency=currency, date=day).first()
    row = row or ExchangeRate(currency=currency, date=day)
    row.rate = rate
    row.full_clean()
    row.save()
    return row


def _check_rated(currency: str) -> None:
    """Only what is used as money somewhere has a rate, and the company's own has none."""
    problem = None
    if currency == company().currency:
        problem = ValidationError(_("This is the company's own currency."), "own_currency")
    elif currency not in dict(currencies()):
        problem = ValidationError(_("There is no such currency."), "currency_unknown")
    if problem:
        raise ValidationError({"currency": problem})


def delete_exchange_rate(rate: ExchangeRate) -> None:
    rate.delete()


@transaction.atomic
def change_company_currency(*, currency: str) -> None:
    """The known rates told what others were worth in the old one: they go with it."""
    if company().currency != currency:
        change_company(changes={"currency": currency})
        ExchangeRate.objects.all().delete()
