"""What a company has taught, kept beside the marts until it is learnt again.

Between two days of learning all customers are measured by the same models, rhythms and cut points:
who did nothing keeps their figures, and who did something is worked out without the others. Numbers
come back exactly as they were.
"""

import json
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import numpy as np

from trato.analytics import gammagamma, interest, journey, rfm, rhythm
from trato.analytics.counting import Counting, Limit
from trato.analytics.mbgnbd import ModifiedBetaGeo
from trato.analytics.paretonbd import ParetoNBD
from trato.analytics.runs import Column
from trato.insight.refresh.futures import Drawn
from trato.insight.refresh.valuing import Margin, Worth

# Counted up when something else is learnt: what was kept is then learnt again.
VERSION = 2

_MODELS: dict[str, type[Counting]] = {"mbgnbd": ModifiedBetaGeo, "paretonbd": ParetoNBD}

type _Arrays = dict[str, Column]
type _Told = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Learnt:
    """``worth`` is nothing while nobody has bought."""

    worth: Worth | None
    rhythm: rhythm.Company
    company: journey.Company
    cuts: rfm.Cuts
    tenths: Column


def kept(learnt: Learnt) -> bytes:
    """As a file: the arrays, and in words of JSON what is no array."""
    told: _Told = {"version": VERSION, "cuts": asdict(learnt.cuts)}
    arrays: _Arrays = {"tenths": learnt.tenths}
    lasting, asked = learnt.company.lasting, learnt.company.asked
    for noun, one in (("rhythm", learnt.rhythm), ("lasting", lasting), ("asked", asked)):
        _put(noun, one.__dict__, told, arrays)
    if learnt.worth:
        _put_worth(learnt.worth, told, arrays)
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


def _limited(fields: dict[str, Any]) -> dict[str, Any]:
    limit = fields["limit"]
    return fields | {"limit": None if limit is None else Limit(limit)}
