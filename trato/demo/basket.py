"""What one customer puts into the basket, purchase after purchase."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from trato.demo.goods import COFFEES, EXTRAS, GEAR, HOME_EXTRAS, HOME_GEAR, SEASONAL, SUPPLIES
from trato.demo.shelf import Shelf
from trato.demo.truth import COMPLEMENTS, UPGRADES, Segment

MACHINES = {complement.anchor for complement in COMPLEMENTS} | set(SUPPLIES)


@dataclass
class Wish:
    """Something meant to be bought, at each purchase with a chance, so many times more."""

    code: str
    chance: float
    tries: int = 2


@dataclass
class Basket:
    segment: Segment
    rhythm: float
    shelf: Shelf
    chance: Random
    favourite: str = ""
    owned: set[str] = field(default_factory=set)
    wishes: list[Wish] = field(default_factory=list)
    wanted: dict[str, int] = field(default_factory=dict)

    def settle(self, day: date) -> None:
        """Choose the coffee that will be bought again and again."""
        self.favourite = self._coffee(day)

    def fill(self, day: date) -> dict[str, int]:
        """The codes and quantities of the next purchase."""
        self.wanted = {}
        self._add_coffee(day)
        self._add_wishes(day)
        self._add_supplies()
        self._add_gear(day)
        self._add_extras(day)
        self._upgrade(day)
        return self.wanted

    def _coffee(self, day: date) -> str:
        return self.shelf.choose(COFFEES[self.segment.key].split(), day, self.chance)

    def _add(self, code: str, quantity: int = 1) -> None:
        """Into the basket; what goes with it comes along, now or at one of the next purchases."""
        self.wanted[code] = self.wanted.get(code, 0) + quantity
        if code in self.owned:
            return
        self.owned.add(code)
        for pair in COMPLEMENTS:
            if pair.anchor == code:
                if self.chance.random() < pair.now:
                    self._add(pair.follower)
                else:
                    # Two tries come to the chance that was planted.
                    self.wishes.append(Wish(pair.follower, 1 - (1 - pair.later) ** 0.5))

    def _add_coffee(self, day: date) -> None:
        if not self.shelf.has(self.favourite, day):
            self.favourite = self._coffee(day)
        low, high = self.segment.coffee
        kinds = self.chance.randint(2, 4) if self.segment.key == "deli" else 1
        code = self.favourite if self.chance.random() < 0.85 else self._coffee(day)
        self._add(code, self.chance.randint(low, high))
        for _ in range(kinds - 1 + (self.chance.random() < 0.15)):
            self._add(self._coffee(day), max(1, self.chance.randint(low, high) // 2))

    def _add_wishes(self, day: date) -> None:
        kept = []
        for wish in self.wishes:
            if self.chance.random() < wish.chance:
                self._add(wish.code)
            elif wish.tries > 1:
                kept.append(Wish(wish.code, wish.chance, wish.tries - 1))
        self.wishes = kept

    def _add_supplies(self) -> None:
        for machine in sorted(self.owned & SUPPLIES.keys()):
            code, often = SUPPLIES[machine]
            if self.chance.random() < often:
                self._add(code)

    def _add_gear(self, day: date) -> None:
        season = 1.7 if day.month in {11, 12} else 1.0
        if self.chance.random() < self.segment.gear * season:
            codes = GEAR.get(self.segment.key, HOME_GEAR).split()
            fresh = [code for code in codes if code not in self.owned]
            if any(self.shelf.has(code, day) for code in fresh):
                self._add(self.shelf.choose(fresh, day, self.chance))

    def _add_extras(self, day: date) -> None:
        if self.chance.random() < self.segment.extra:
            codes = EXTRAS.get(self.segment.key, HOME_EXTRAS).split()
            high = 3 if self.segment.is_firm else 1
            for _ in range(self.chance.choice((1, 1, 2))):
                self._add(self.shelf.choose(codes, day, self.chance), self.chance.randint(1, high))
        seasonal = SEASONAL.get(day.month, "").split()
        if seasonal and self.chance.random() < 0.13:
            self._add(self.shelf.choose(seasonal, day, self.chance))

    def _upgrade(self, day: date) -> None:
        for step in UPGRADES:
            is_on_shelf = self.shelf.has(step.new, day)
            if step.old not in self.owned or step.new in self.owned or not is_on_shelf:
                continue
            # The chance within a year, spread over the purchases of a year.
            often = 1 - (1 - step.chance) ** (min(self.rhythm, 365) / 365)
            if step.old not in self.wanted and self.chance.random() < often:
                self._add(step.new)
                if self.favourite == step.old:
                    self.favourite = step.new
