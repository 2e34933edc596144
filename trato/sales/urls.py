from django.urls import path

from trato.sales.views import export, listed, orders, products, suggesting, writing

app_name = "sales"
urlpatterns = [
    path("orders/", listed.orders, name="list"),
    path("orders/export/", export.export, name="export"),
    path("orders/new/", writing.new, name="new"),
    path("orders/new/customers/", writing.customers, name="customers"),
    path("orders/new/products/", writing.products, name="products"),
    path("orders/new/rows/", writing.rows, name="rows"),
    path("orders/new/suggestions/", suggesting.suggestions, name="suggestions"),
    path("orders/new/add/", suggesting.add, name="add"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("orders/<int:pk>/customer/", orders.customer, name="customer"),
    path("orders/<int:pk>/edit/", writing.edit, name="edit"),
    path("orders/<int:pk>/own/", writing.own, name="own"),
    path("orders/<int:pk>/delete/", orders.delete, name="delete"),
    path("orders/<int:pk>/become/<slug:to>/", orders.status, name="status"),
    path("products/<int:pk>/sales/", products.product, name="product"),
]
