from trato.insight.actions.evaluating import NothingYet, evaluate
from trato.insight.actions.overriding import override_stage, withdraw_override
from trato.insight.actions.refreshing import (
    AlreadyRunning,
    NotInTheFuture,
    ask_refresh,
    begin_refresh,
    fail_refresh,
    refresh,
)
from trato.insight.refresh.judging import TooShort

__all__ = [
    "AlreadyRunning",
    "NotInTheFuture",
    "NothingYet",
    "TooShort",
    "ask_refresh",
    "begin_refresh",
    "evaluate",
    "fail_refresh",
    "override_stage",
    "refresh",
    "withdraw_override",
]
