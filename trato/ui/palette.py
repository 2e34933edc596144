"""What the palette shows: groups of places, things found and things to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """``hint`` tells two of the same name apart; ``in_dialog`` opens over the page;
    ``about`` is not shown, its words find it too.
    """

    label: str
    url: str
    icon: str = "arrow-right"
    hint: str = ""
    in_dialog: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    items: tuple[Item, ...]
