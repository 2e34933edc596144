from trato.customers.actions.contacts import SavedContacts, save_contacts
from trato.customers.actions.customer import (
    HasPurchases,
    TwinFound,
    add_address,
    add_email,
    add_external_id,
    add_phone,
    create_customer,
    delete_customer,
    end_role,
    make_primary,
    remove_contact_way,
    set_role,
    update_customer,
)
from trato.customers.actions.events import NewEvent, record_event, record_events
from trato.customers.actions.fields import custom_key, move_custom_field, save_custom_field
from trato.customers.actions.knowledge import (
    NewConsent,
    NewFact,
    record_consents,
    record_facts,
)
from trato.customers.actions.locking import lock_identities
from trato.customers.actions.profile import (
    NotAContact,
    change_base_rules,
    delete_fact,
    record_consent,
    record_contact,
    record_fact,
)
from trato.customers.actions.remarks import remove_remarks
from trato.customers.actions.saving import (
    ID_OF_ANOTHER,
    Outcome,
    Result,
    SavedCustomers,
    Twins,
    save_customers,
)
from trato.customers.actions.summary import refresh_contacts, settle_statuses
from trato.customers.actions.together import (
    change_together,
    fail_together,
    forget_together,
    run_together,
    undo_together,
)
from trato.customers.actions.undoing import (
    remove_created,
    remove_events,
    remove_roles,
    restore_customers,
)
from trato.customers.actions.words import forget_words

__all__ = [
    "ID_OF_ANOTHER",
    "HasPurchases",
    "NewConsent",
    "NewEvent",
    "NewFact",
    "NotAContact",
    "Outcome",
    "Result",
    "SavedContacts",
    "SavedCustomers",
    "TwinFound",
    "Twins",
    "add_address",
    "add_email",
    "add_external_id",
    "add_phone",
    "change_base_rules",
    "change_together",
    "create_customer",
    "custom_key",
    "delete_customer",
    "delete_fact",
    "end_role",
    "fail_together",
    "forget_together",
    "forget_words",
    "lock_identities",
    "make_primary",
    "move_custom_field",
    "record_consent",
    "record_consents",
    "record_contact",
    "record_event",
    "record_events",
    "record_fact",
    "record_facts",
    "refresh_contacts",
    "remove_contact_way",
    "remove_created",
    "remove_events",
    "remove_remarks",
    "remove_roles",
    "restore_customers",
    "run_together",
    "save_contacts",
    "save_custom_field",
    "save_customers",
    "set_role",
    "settle_statuses",
    "undo_together",
    "update_customer",
]
