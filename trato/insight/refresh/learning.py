"""What a company has taught, kept beside the marts until it is learnt again.

Between two days of learning all customers are measured by the same models, rhythms and cut points:
who did nothing keeps their figures, and who did something is worked out without the others. Numbers
come back exactly as they were.
"""

import json
from dataclasses import asdict, dataclass, field
from io import BytesIO
from typing import Any

import numpy as np

from trato.analytics import gammagamma, interest, journey, rfm, rhythm
from trato.analytics.counting import Counting, Limit
from trato.analytics.mbgnbd import ModifiedBetaGeo
from trato.analytics.paretonbd import ParetoNBD
from trato.analytics.recommend.calibration import Calibration
from trato.analytics.recommend.cross_sell import Settings
from trato.analytics.recommend.lists import Calibrations
from trato.analytics.recommend.recommender import Lessons
from trato.analytics.recommend.repurchase import Repurchase
from trato.analytics.recommend.tuning import Tuned
from trato.analytics.recommend.upsell import UpSell
from trato.analytics.runs import Column
from trato.insight.refresh.futures import Drawn
from trato.insight.refresh.valuing import Margin, Worth

# Counted up when something else is learnt: what was kept is then learnt again.
VERSION = 4

_MODELS: dict[str, type[Counting]] = {"mbgnbd": ModifiedBetaGeo, "paretonbd": ParetoNBD}

type _Arrays = dict[str, Column]
type _Told = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Learnt:
    """``worth`` is nothing while nobody has bought, and ``lessons`` while nothing was offered; they
    name products by their places among ``goods``."""

    worth: Worth | None
    rhythm: rhythm.Company
    company: journey.Company
    cuts: rfm.Cuts
    tenths: Column
    lessons: Lessons | None = None
    goods: Column = field(default_factory=lambda: np.empty(0, np.int64))


def kept(learnt: Learnt) -> bytes:
    """As a file: the arrays, and in words of JSON what is no array."""
    told: _Told = {"version": VERSION, "cuts": asdict(learnt.cuts)}
    arrays: _Arrays = {"tenths": learnt.tenths, "goods": learnt.goods}
    lasting, asked = learnt.company.lasting, learnt.company.asked
    for noun, one in (("rhythm", learnt.rhythm), ("lasting", lasting), ("asked", asked)):
        _put(noun, one.__dict__, told, arrays)
    if learnt.worth:
        _put_worth(learnt.worth, told, arrays)
    if learnt.lessons:
        _put_lessons(learnt.lessons, told, arrays)
    file = BytesIO()
    np.savez(file, allow_pickle=False, told=np.array(json.dumps(told)), **arrays)
    return file.getvalue()


def restored(file: bytes) -> Learnt | None:
    """What `kept` was given; nothing when that was before anybody bought, or by another version of
    Trato."""
    with np.load(BytesIO(file), allow_pickle=False) as arrays:
        told: _Told = json.loads(str(arrays["told"]))
        if told["version"] != VERSION or "counting" not in told:
            return None
        return Learnt(
            _worth(told, arrays),
            rhythm.Company(**_taken("rhythm", told, arrays)),
            journey.Company(
                interest.Lasting(**_taken("lasting", told, arrays)),
                journey.Asked(**_taken("asked", told, arrays)),
            ),
            rfm.Cuts(**{name: tuple(values) for name, values in told["cuts"].items()}),
            arrays["tenths"],
            _lessons(told, arrays) if "settings" in told else None,
            arrays["goods"],
        )


def _put(noun: str, fields: dict[str, Any], told: _Told, arrays: _Arrays) -> None:
    told[noun] = {name: one for name, one in fields.items() if not isinstance(one, np.ndarray)}
    arrays |= {f"{noun}.{name}": one for name, one in fields.items() if isinstance(one, np.ndarray)}


def _taken(noun: str, told: _Told, arrays: Any) -> dict[str, Any]:
    own = [name for name in arrays if name.startswith(f"{noun}.")]
    return {**told[noun], **{name.removeprefix(f"{noun}."): arrays[name] for name in own}}


def _put_worth(worth: Worth, told: _Told, arrays: _Arrays) -> None:
    name = next(name for name, model in _MODELS.items() if isinstance(worth.counting, model))
    told["model"] = name
    parts = {"counting": worth.counting, "margin": worth.margin}
    parts |= {"money": worth.money} if worth.money else {}
    parts |= {"drawn": worth.drawn} if worth.drawn else {}
    for noun, one in parts.items():
        _put(noun, one.__dict__, told, arrays)


def _worth(told: _Told, arrays: Any) -> Worth:
    money = _taken("money", told, arrays) if "money" in told else None
    return Worth(
        _MODELS[told["model"]](**_limited(_taken("counting", told, arrays))),
        gammagamma.GammaGamma(**_limited(money)) if money else None,
        Margin(**_taken("margin", told, arrays)),
        Drawn(**_taken("drawn", told, arrays)) if "drawn" in told else None,
    )


def _put_lessons(lessons: Lessons, told: _Told, arrays: _Arrays) -> None:
    told["settings"] = asdict(lessons.tuned.settings)
    worth = lessons.calibrations
    parts = {"again": lessons.repurchase, "cross": worth.cross_sell, "up": worth.up_sell}
    parts |= {"ways": lessons.up_sell} if lessons.up_sell else {}
    for noun, one in parts.items():
        _put(noun, one.__dict__, told, arrays)


def _lessons(told: _Told, arrays: Any) -> Lessons:
    """Without the trials, which nothing is worked out by."""
    cross, up = (Calibration(**_taken(noun, told, arrays)) for noun in ("cross", "up"))
    return Lessons(
        Tuned(Settings(**told["settings"]), ()),
        Repurchase(**_taken("again", told, arrays)),
        Calibrations(cross, up),
        UpSell(**_taken("ways", told, arrays)) if "ways" in told else None,
    )


def _limited(fields: dict[str, Any]) -> dict[str, Any]:
    limit = fields["limit"]
    return fields | {"limit": None if limit is None else Limit(limit)}
