from trato.imports.actions.applying import final_counts
from trato.imports.actions.lifecycle import (
    Busy,
    KindUnknown,
    WrongState,
    begin_applying,
    begin_staging,
    begin_undoing,
    configure,
    discard,
    fail,
    look,
    receive,
    reopen,
    reread,
    run_applying,
    run_staging,
    run_undoing,
)
from trato.imports.actions.refused import write_refused
from trato.imports.actions.staging import file_of

__all__ = [
    "Busy",
    "KindUnknown",
    "WrongState",
    "begin_applying",
    "begin_staging",
    "begin_undoing",
    "configure",
    "discard",
    "fail",
    "file_of",
    "final_counts",
    "look",
    "receive",
    "reopen",
    "reread",
    "run_applying",
    "run_staging",
    "run_undoing",
    "write_refused",
]
