"""What people change is kept as it was before (decision 4)."""

from collections.abc import Callable, Sequence

import pghistory
from django.db import models


def audited[M: type[models.Model]](
    *, exclude: Sequence[str] = (), from_the_start: bool = False
) -> Callable[[M], M]:
    """The old row of each change and deletion; a change of nothing but ``exclude`` is none.

    ``from_the_start`` keeps the first row, too: who made it, where the model itself does not say.
    """
    first = [pghistory.InsertEvent("added")] if from_the_start else []
    track: Callable[[M], M] = pghistory.track(
        *first,
        pghistory.UpdateEvent("changed", row=pghistory.Old),
        pghistory.DeleteEvent("deleted"),
        exclude=list(exclude),
    )
    return track
