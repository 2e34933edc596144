"""What is known of another program's export."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trato.imports.mapping.columns import SKIP

_NUMBERED = re.compile(r"(email|phone|address|organization) (\d+) (.*)")
_GOOGLE_PARTS = {
    ("email", "value"): "email",
    ("phone", "value"): "phone",
    ("organization", "name"): "organisation",
    ("organization", "title"): "job_title",
    ("address", "street"): "street",
    ("address", "city"): "city",
    ("address", "region"): "region",
    ("address", "postal code"): "postal_code",
    ("address", "country"): "country",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """``all_of`` and at least one ``any_of`` (where given) are among the headings.

    ``targets`` by heading in plain words; SKIP keeps a heading from being taken for something
    that it is not. ``strict``: other headings of this program mean nothing to us.
    """

    key: str
    name: str
    kind: str
    all_of: frozenset[str]
    any_of: frozenset[str] = frozenset()
    targets: Mapping[str, str]
    defaults: Mapping[str, str] = field(default_factory=dict)
    fill_down: bool = False
    strict: bool = False

    def fits(self, headings: set[str]) -> bool:
        return self.all_of <= headings and (not self.any_of or bool(self.any_of & headings))

    def target(self, heading: str) -> str | None:
        if heading in self.targets:
            return self.targets[heading]
        if self.key.startswith("google") and (numbered := _NUMBERED.fullmatch(heading)):
            what, number, part = numbered.groups()
            # Telephones and e-mails are many; of addresses and organisations the first is taken.
            wanted = what in ("email", "phone") or number == "1"
            return _GOOGLE_PARTS.get((what, part), SKIP) if wanted else SKIP
        return SKIP if self.strict else None
