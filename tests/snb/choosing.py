"""Parameters for the reads: mostly such that there is something to answer, and some at the edge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any, TypeVar

from tests.snb.files import World
from tests.snb.plain import DAY

T = TypeVar("T")
Params = Mapping[str, Any]


class Choosing:
    def __init__(self, world: World, seed: int) -> None:
        self._world, self._random = world, Random(seed)
        self._people = list(world.people.values())
        self._messages = list(world.messages.values())
        self._countries = [name for name, kind in world.places.values() if kind == "country"]

    def of(self, read: str) -> Params:
        special: Callable[[], Params] = getattr(self, read, dict)
        if read in ("ic13", "ic14"):
            return special()
        if read.startswith("is"):
            by_person = read in ("is1", "is2", "is3")
            return {"personId": self.person()} if by_person else {"messageId": self.message()}
        limit = self.one([1, 3, 10, 20, 20, 100])
        return {"personId": self.person(), **special(), "limit": limit}

    def ic1(self) -> Params:
        return {"firstName": self.one(self._people).first}

    def ic2(self) -> Params:
        return {"maxDate": self.moment()}

    def ic3(self) -> Params:
        """Where people write from; rarely the same twice, or one that nobody writes from."""
        if self._random.random() < 0.1:
            x, y = self.one(self._countries), self.one(self._countries)
        else:
            messages = self._world.by[self.one(self._people).id] or self._messages
            x, y = (self._world.places[self.one(messages).country][0] for _ in range(2))
        return {"countryXName": x, "countryYName": y, **self.period()}

    def ic4(self) -> Params:
        return self.period()

    def ic5(self) -> Params:
        joined = [at for times in self._world.members.values() for at in times.values()]
        return {"minDate": self.one([self.one(joined), self.moment()])}

    def ic6(self) -> Params:
        tags = [tag for message in self._messages for tag in message.tags]
        return {"tagName": self._world.tags[self.one(tags)]}

    def ic9(self) -> Params:
        return {"maxDate": self.moment()}

    def ic10(self) -> Params:
        return {"month": self._random.randint(1, 12)}

    def ic11(self) -> Params:
        company, year = self.one([job for p in self._people for job in p.worked])
        country = self._world.places[self._world.based_in[company]][0]
        return {"countryName": country, "workFromYear": year + self._random.randint(0, 6)}

    def ic12(self) -> Params:
        """A class of some tag that is used, or one above it."""
        found = self._world.class_of[self.one([t for m in self._messages for t in m.tags])]
        while found in self._world.above and self._random.random() < 0.6:
            found = self._world.above[found]
        return {"tagClassName": self._world.classes[found]}

    def ic13(self) -> Params:
        one = self.person()
        other = one if self._random.random() < 0.1 else self.person()
        return {"person1Id": one, "person2Id": other}

    def ic14(self) -> Params:
        return self.ic13()

    def person(self) -> int:
        return self.one(self._people).id

    def message(self) -> int:
        """Often one that somebody replied to."""
        answered = [id for id, replies in self._world.replies.items() if replies]
        return self.one([self.one(answered), self.one(self._messages).id])

    def moment(self) -> int:
        at = self.one(self._messages).created
        return self.one([at, at + 1, at // DAY * DAY])

    def period(self) -> Params:
        return {"startDate": self.moment(), "durationDays": self.one([1, 5, 28, 100, 400])}

    def one(self, things: Iterable[T]) -> T:
        return self._random.choice(list(things))
