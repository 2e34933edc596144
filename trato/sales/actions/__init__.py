from trato.sales.actions.figures import refresh_purchases
from trato.sales.actions.orders import (
    Outcome,
    Saved,
    Unknown,
    change_status,
    copy_lines,
    refresh_company_totals,
    save_orders,
)
from trato.sales.actions.undoing import remove_orders, restore_orders

__all__ = [
    "Outcome",
    "Saved",
    "Unknown",
    "change_status",
    "copy_lines",
    "refresh_company_totals",
    "refresh_purchases",
    "remove_orders",
    "restore_orders",
    "save_orders",
]
