from django.urls import path

from trato.catalog.views import categories, export, listed, products

app_name = "catalog"
urlpatterns = [
    path("products/", listed.products, name="list"),
    path("products/export/", export.export, name="export"),
    path("products/on-sale/", listed.on_sale, name="put_on_sale"),
    path("products/new/", products.new, name="new"),
    path("products/categories/", categories.categories, name="categories"),
    path("products/categories/new/", categories.edit, name="new_category"),
    path("products/categories/<int:pk>/", categories.edit, name="category"),
    path("products/categories/<int:below>/new/", categories.edit, name="new_below"),
    path("products/categories/<int:pk>/delete/", categories.delete, name="delete_category"),
    path("products/<int:pk>/", products.product, name="product"),
    path("products/<int:pk>/edit/", products.edit, name="edit"),
    path("products/<int:pk>/delete/", products.delete, name="delete"),
    path("products/<int:pk>/on-sale/", products.on_sale, name="on_sale"),
]
