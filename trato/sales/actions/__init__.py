from trato.sales.actions.figures import refresh_purchases
from trato.sales.actions.orders import (
    Outcome,
    Refusal,
    Saved,
    change_status,
    refresh_company_totals,
    save_incoming,
    save_orders,
)
from trato.sales.actions.placing import (
    NumberTaken,
    OrderClosed,
    UnknownProduct,
    amend_order,
    change_order,
    next_number,
    place_order,
    write_orders,
)
from trato.sales.actions.suggesting import decline_suggestion, take_back_answer
from trato.sales.actions.undoing import remove_orders, restore_orders
from trato.sales.actions.weighing import LineProblem, LinesRefused, Wrong

__all__ = [
    "LineProblem",
    "LinesRefused",
    "NumberTaken",
    "OrderClosed",
    "Outcome",
    "Refusal",
    "Saved",
    "UnknownProduct",
    "Wrong",
    "amend_order",
    "change_order",
    "change_status",
    "decline_suggestion",
    "next_number",
    "place_order",
    "refresh_company_totals",
    "refresh_purchases",
    "remove_orders",
    "restore_orders",
    "save_incoming",
    "save_orders",
    "take_back_answer",
    "write_orders",
]
