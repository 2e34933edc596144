"""A customer who is new: what it is, and what identifies it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from trato.customers.drafts import AddressDraft, CustomerDraft
from trato.customers.forms.customer import CustomerForm, start_of
from trato.identity.models import Company, User
from trato.web.forms.reading import EmailsField, TelephonesField, country_choices


class NewCustomerForm(CustomerForm):
    """With what identifies a newcomer, and the answer to «is it one of these?»."""

    street = forms.CharField(label=_("Street and number"), max_length=300, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("Town"), max_length=150, required=False)
    region = forms.CharField(label=_("Province or region"), max_length=150, required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    twin_is_fine = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, company: Company, user: User, **given: Any) -> None:
        own = {"owner": user.pk, "country": company.country}
        super().__init__(data, company=company, initial=own | given.pop("initial", {}), **given)
        self.fields["emails"] = EmailsField(
            label=_("E-mail"), required=False, help_text=_("Several, apart by commas.")
        )
        self.fields["phones"] = TelephonesField(
            label=_("Telephone"),
            required=False,
            country=company.country,
            help_text=_("With its prefix if it is of another country: +44 …"),
        )
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)  # noqa: S101
        country.choices = country_choices()

    def draft(self) -> CustomerDraft:
        data = self.cleaned_data
        place = ("street", "postal_code", "city", "region")
        address = AddressDraft(**{name: data[name] for name in (*place, "country")})
        return CustomerDraft(
            **{name: data[name] for name in ("kind", "name", "given_name", "family_name")},
            **{name: data[name] for name in ("status", "tax_id", "birth_date", "origin")},
            emails=data["emails"],
            phones=data["phones"],
            addresses=(address,) if any(data[name] for name in place) else (),
            languages=tuple(data["languages"]),
            tags=tuple(data["tags"]),
            owner_id=data["owner"].pk if data["owner"] else None,
            team_id=data["team"].pk if data["team"] else None,
            since=start_of(data["since"], None),
            custom=self.custom_values(),
        )
