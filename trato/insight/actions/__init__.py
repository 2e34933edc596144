from trato.insight.actions.overriding import override_stage, withdraw_override
from trato.insight.actions.refreshing import (
    AlreadyRunning,
    NotInTheFuture,
    ask_refresh,
    begin_refresh,
    fail_refresh,
    refresh,
)

__all__ = [
    "AlreadyRunning",
    "NotInTheFuture",
    "ask_refresh",
    "begin_refresh",
    "fail_refresh",
    "override_stage",
    "refresh",
    "withdraw_override",
]
