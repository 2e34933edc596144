"""What people do. The refresh and the measuring lie in modules of their own, which who does them
loads: the libraries of numbers are heavy, and the pages do without them."""

from trato.insight.actions.asking import (
    NotInTheFuture,
    ask_refresh,
    begin_refresh,
    fail_refresh,
    renew_figures,
)
from trato.insight.actions.naming import rename_segment
from trato.insight.actions.overriding import override_stage, withdraw_override

__all__ = [
    "NotInTheFuture",
    "ask_refresh",
    "begin_refresh",
    "fail_refresh",
    "override_stage",
    "rename_segment",
    "renew_figures",
    "withdraw_override",
]
