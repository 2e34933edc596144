from django.urls import path

from trato.customers.views import cells, export, listing, settings, together

app_name = "customers"
urlpatterns = [
    path("customers/", listing.customers, name="list"),
    path("customers/export/", export.export, name="export"),
    path("customers/contacts/export/", export.contacts, name="export_contacts"),
    path("customers/together/", together.together, name="together"),
    path("customers/together/<int:pk>/", together.change, name="change"),
    path("customers/together/<int:pk>/undo/", together.undo, name="undo"),
    path("customers/<int:pk>/cell/<str:key>/", cells.cell, name="cell"),
    path("settings/fields/", settings.fields, name="fields"),
    path("settings/fields/new/", settings.edit_field, name="new_field"),
    path("settings/fields/<int:pk>/", settings.edit_field, name="field"),
    path("settings/fields/<int:pk>/active/", settings.set_field_active, name="set_field_active"),
    path("settings/fields/<int:pk>/move/", settings.move_field, name="move_field"),
    path("settings/rules/", settings.rules, name="rules"),
]
