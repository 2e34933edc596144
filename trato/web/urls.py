from django.urls import path

from trato.web.views import home, palette, rates
from trato.web.views.customer import (
    contacts,
    fields,
    insight,
    knowledge,
    page,
    relations,
    saving,
    ways,
)

app_name = "web"
CUSTOMER = "customers/<int:pk>/"
urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
    path("search/", palette.search, name="search"),
    path("notes/new/", palette.note, name="note"),
    path("settings/currencies/", rates.rates, name="rates"),
    path("settings/currencies/new/", rates.new_rate, name="new_rate"),
    path("settings/currencies/<int:pk>/delete/", rates.delete_rate, name="delete_rate"),
    path("settings/currencies/company/", rates.change_currency, name="currency"),
    path("customers/new/", saving.new, name="customer-new"),
    path(CUSTOMER, page.customer, name="customer"),
    path(f"{CUSTOMER}timeline/", page.time_line, name="customer-timeline"),
    path(f"{CUSTOMER}who/", page.aside, {"tab": "who"}, name="customer-who"),
    path(f"{CUSTOMER}state/", page.aside, {"tab": "state"}, name="customer-state"),
    path(f"{CUSTOMER}orders/", page.orders, name="customer-orders"),
    path(f"{CUSTOMER}parts/<slug:name>/", page.part, name="customer-part"),
    path(f"{CUSTOMER}history/", page.history, name="customer-history"),
    path(f"{CUSTOMER}edit/", saving.edit, name="customer-edit"),
    path(f"{CUSTOMER}delete/", saving.delete, name="customer-delete"),
    path(f"{CUSTOMER}contacts/", contacts.record, name="customer-contact"),
    path(f"{CUSTOMER}fields/<slug:name>/", fields.field, name="customer-field"),
    path(f"{CUSTOMER}custom/<slug:key>/", fields.custom, name="customer-custom"),
    path(f"{CUSTOMER}tags/remove/", fields.remove_tag, name="customer-tag-remove"),
    path(f"{CUSTOMER}ways/<slug:kind>/", ways.add, name="customer-way"),
    path(f"{CUSTOMER}ways/<slug:kind>/<int:way>/remove/", ways.remove, name="customer-way-remove"),
    path(f"{CUSTOMER}ways/<slug:kind>/<int:way>/main/", ways.make_main, name="customer-way-main"),
    path(f"{CUSTOMER}suggestions/<int:product>/decline/", insight.decline, name="customer-decline"),
    path(f"{CUSTOMER}roles/", relations.add, name="customer-role"),
    path(f"{CUSTOMER}roles/<int:role>/end/", relations.end, name="customer-role-end"),
    path(f"{CUSTOMER}facts/", knowledge.add_fact, name="customer-fact"),
    path(f"{CUSTOMER}facts/<int:fact>/remove/", knowledge.remove_fact, name="customer-fact-remove"),
    path(f"{CUSTOMER}consent/", knowledge.consents, name="customer-consents"),
    path(
        f"{CUSTOMER}consent/<slug:channel>/<slug:purpose>/",
        knowledge.consent,
        name="customer-consent-of",
    ),
]
