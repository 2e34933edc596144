"""Micro-segments of the company, kept over refreshes."""

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trato.analytics import features, segments, sums
from trato.analytics.purchases import Purchases
from trato.catalog.models import Category
from trato.customers.models import MicroSegment
from trato.insight.refresh.engines import added_up
from trato.insight.warehouse.lake import Lake

# Two steps of the category tree say what somebody buys; more would say which product.
_LEVELS = 2


@dataclass(frozen=True)
class Grouped:
    found: segments.Segments | None

    @property
    def table(self) -> pa.Table:
        """customer, segment: a row for everybody in a group, sorted by customer."""
        if self.found is None:
            return pa.table(
                {"customer": pa.array([], pa.int64()), "segment": pa.array([], pa.int64())}
            )
        return pa.table({"customer": self.found.customers, "segment": self.found.keys})

    @property
    def figures(self) -> dict[str, object]:
        if self.found is None:
            return {"groups": 0, "reason": "few_customers"}
        return {
            "groups": len(self.found.groups),
            "reason": self.found.reason,
            "stability": self.found.stability,
            "trials": [
                {"groups": one.groups, "stability": one.stability, "tightness": one.tightness}
                for one in self.found.trials
            ],
            "changes": len(self.found.changes),
        }


def group(lake: Lake, bought: Purchases, before: pa.Table | None, *, as_of: date) -> Grouped:
    """``before`` is the mart ``scores`` of the last refresh."""
    if not bought.table.num_rows:
        return Grouped(None)
    measured = features.measure(
        bought.table,
        spending=_spending(lake, as_of),
        channels=lake.manifest.codes.channels,
    )
    return Grouped(segments.discover(measured, _known(before)))


def _spending(lake: Lake, as_of: date) -> pa.Table:
    products = lake.products.select(["product", "category_path"])
    names = pa.array([_top(path) for path in products["category_path"].to_pylist()], pa.string())
    categories = pa.table({"product": products["product"], "category": names})
    spending = partial(sums.spending, as_of=as_of)
    return added_up(lake, ["day", "product", "amount"], spending, categories=categories)


def _top(path: str) -> str:
    return Category.SEPARATOR.join(path.split(Category.SEPARATOR)[:_LEVELS])


def _known(before: pa.Table | None) -> segments.Known | None:
    in_force = MicroSegment.objects.filter(gone_on=None)
    if before is None or not in_force:
        return None
    grouped = before.filter(pc.is_valid(before["segment"]))
    return segments.Known(
        customers=grouped["customer"].to_numpy(),
        keys=grouped["segment"].to_numpy().astype(np.int64),
        centres={segment.pk: segment.centre for segment in in_force},
        highest_key=max(MicroSegment.objects.values_list("pk", flat=True)),
    )


def as_before(before: pa.Table) -> pa.Table:
    """The groups of the last refresh, as `Grouped.table`."""
    grouped = before.select(["customer", "segment"])
    return grouped.filter(pc.is_valid(grouped["segment"]))


def write(grouped: Grouped, *, as_of: date) -> None:
    """The groups into the database, under the keys that stay with the same people."""
    groups = grouped.found.groups if grouped.found else ()
    for one in groups:
        traits = [{"feature": trait.feature, "direction": trait.direction} for trait in one.traits]
        told = {"traits": traits, "centre": one.centre, "gone_on": None}
        MicroSegment.objects.update_or_create(
            pk=one.key, defaults=told, create_defaults={**told, "found_on": as_of}
        )
    kept = [one.key for one in groups]
    MicroSegment.objects.filter(gone_on=None).exclude(pk__in=kept).update(gone_on=as_of)
