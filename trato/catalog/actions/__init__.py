from trato.catalog.actions.categories import (
    CategoryInUse,
    categories_by_path,
    delete_category,
    save_category,
)
from trato.catalog.actions.products import (
    PRICED,
    Outcome,
    create_product,
    merged_custom,
    remove_product,
    remove_products,
    restore_products,
    save_products,
    set_on_sale,
    update_product,
)
from trato.catalog.actions.rates import (
    change_company_currency,
    delete_exchange_rate,
    set_exchange_rate,
)

__all__ = [
    "PRICED",
    "CategoryInUse",
    "Outcome",
    "categories_by_path",
    "change_company_currency",
    "create_product",
    "delete_category",
    "delete_exchange_rate",
    "merged_custom",
    "remove_product",
    "remove_products",
    "restore_products",
    "save_category",
    "save_products",
    "set_exchange_rate",
    "set_on_sale",
    "update_product",
]
