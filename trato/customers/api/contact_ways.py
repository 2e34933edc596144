"""E-mails, telephones, addresses and external ids of a customer, one by one."""

from ninja import Router, Status

from trato.customers.actions import (
    add_address,
    add_email,
    add_external_id,
    add_phone,
    make_primary,
    remove_contact_way,
)
from trato.customers.api.finding import find_child, find_customer
from trato.customers.api.intake import address_draft, says_nothing, telephone
from trato.customers.api.schemas import (
    AddressGiven,
    AddressTold,
    EmailGiven,
    EmailTold,
    ExternalIdGiven,
    ExternalIdTold,
    MainGiven,
    PhoneGiven,
    PhoneTold,
)
from trato.customers.models import EmailAddress, ExternalId, PhoneNumber, PostalAddress
from trato.identity.programs import Call
from trato.identity.queries import company
from trato.identity.rules import Permission
from trato.kit.rest.refusals import Invalid

router = Router(tags=["Ways of contact"])
_CHANGE = Permission.CHANGE_CUSTOMERS


@router.post(
    "/customers/{int:customer_id}/emails", response={201: EmailTold}, summary="Add an e-mail"
)
def create_email(request: Call, customer_id: int, given: EmailGiven) -> Status[EmailTold]:
    """One that the customer has already is returned as it is."""
    customer = find_customer(request, customer_id, _CHANGE)
    row = add_email(
        customer, address=given.address, label=given.label, at=request.at, user=request.user
    )
    return Status(201, EmailTold.model_validate(row))


@router.patch(
    "/customers/{int:customer_id}/emails/{int:email_id}",
    response=EmailTold,
    summary="Make an e-mail the main one",
)
def patch_email(request: Call, customer_id: int, email_id: int, given: MainGiven) -> EmailTold:
    customer = find_customer(request, customer_id, _CHANGE)
    row = find_child(customer.emails, email_id, EmailAddress)
    make_primary(row)
    return EmailTold.model_validate(find_child(customer.emails, email_id, EmailAddress))


@router.delete(
    "/customers/{int:customer_id}/emails/{int:email_id}",
    response={204: None},
    summary="Take off an e-mail",
)
def remove_email(request: Call, customer_id: int, email_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, _CHANGE)
    row = find_child(customer.emails, email_id, EmailAddress)
    remove_contact_way(row, at=request.at, user=request.user)
    return Status(204, None)


@router.post(
    "/customers/{int:customer_id}/phones", response={201: PhoneTold}, summary="Add a telephone"
)
def create_phone(request: Call, customer_id: int, given: PhoneGiven) -> Status[PhoneTold]:
    """One that the customer has already is returned as it is."""
    customer = find_customer(request, customer_id, _CHANGE)
    number = telephone(given.number, company().country, "number")
    row = add_phone(customer, number=number, label=given.label, at=request.at, user=request.user)
    return Status(201, PhoneTold.model_validate(row))


@router.patch(
    "/customers/{int:customer_id}/phones/{int:phone_id}",
    response=PhoneTold,
    summary="Make a telephone the main one",
)
def patch_phone(request: Call, customer_id: int, phone_id: int, given: MainGiven) -> PhoneTold:
    customer = find_customer(request, customer_id, _CHANGE)
    make_primary(find_child(customer.phones, phone_id, PhoneNumber))
    return PhoneTold.model_validate(find_child(customer.phones, phone_id, PhoneNumber))


@router.delete(
    "/customers/{int:customer_id}/phones/{int:phone_id}",
    response={204: None},
    summary="Take off a telephone",
)
def remove_phone(request: Call, customer_id: int, phone_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, _CHANGE)
    row = find_child(customer.phones, phone_id, PhoneNumber)
    remove_contact_way(row, at=request.at, user=request.user)
    return Status(204, None)


@router.post(
    "/customers/{int:customer_id}/addresses",
    response={201: AddressTold},
    summary="Add a postal address",
)
def create_address(request: Call, customer_id: int, given: AddressGiven) -> Status[AddressTold]:
    customer = find_customer(request, customer_id, _CHANGE)
    if says_nothing(given):
        raise Invalid.body(code="address_empty")
    row = add_address(customer, draft=address_draft(given), at=request.at, user=request.user)
    return Status(201, AddressTold.model_validate(row))


@router.patch(
    "/customers/{int:customer_id}/addresses/{int:address_id}",
    response=AddressTold,
    summary="Make an address the main one",
)
def patch_address(
    request: Call, customer_id: int, address_id: int, given: MainGiven
) -> AddressTold:
    customer = find_customer(request, customer_id, _CHANGE)
    make_primary(find_child(customer.addresses, address_id, PostalAddress))
    return AddressTold.model_validate(find_child(customer.addresses, address_id, PostalAddress))


@router.delete(
    "/customers/{int:customer_id}/addresses/{int:address_id}",
    response={204: None},
    summary="Take off an address",
)
def remove_address(request: Call, customer_id: int, address_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, _CHANGE)
    row = find_child(customer.addresses, address_id, PostalAddress)
    remove_contact_way(row, at=request.at, user=request.user)
    return Status(204, None)


@router.post(
    "/customers/{int:customer_id}/external-ids",
    response={201: ExternalIdTold},
    summary="Add the id of another system",
)
def create_external_id(
    request: Call, customer_id: int, given: ExternalIdGiven
) -> Status[ExternalIdTold]:
    customer = find_customer(request, customer_id, _CHANGE)
    row = add_external_id(
        customer, system=given.system, value=given.value, at=request.at, user=request.user
    )
    return Status(201, ExternalIdTold.model_validate(row))


@router.delete(
    "/customers/{int:customer_id}/external-ids/{int:external_id}",
    response={204: None},
    summary="Take off the id of another system",
)
def remove_external_id(request: Call, customer_id: int, external_id: int) -> Status[None]:
    customer = find_customer(request, customer_id, _CHANGE)
    row = find_child(customer.external_ids, external_id, ExternalId)
    remove_contact_way(row, at=request.at, user=request.user)
    return Status(204, None)
