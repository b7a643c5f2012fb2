"""What the demo network says of late: posts, replies, quotes, shares and likes. Pure.

Whoever says something, answers or likes does so while they were still about, and only where they
see what they answer: followers of whom they follow, friends where it is for friends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from graph.declaring import Privacy, Visibility
from loaders.cast import ALICE, BOB, CAROL, DAN, EVE, NOVA, PEGGY, VICTOR, WALTER
from loaders.names import TOPICS
from loaders.network import DAY, HOUR, MINUTE, Someone
from loaders.sentences import POSTS, QUOTES, REPLIES

WEEK = 6 * DAY + 12 * HOUR


@dataclass(frozen=True, slots=True)
class Said:
    """One post; other posts by their index."""

    author: int
    age: int
    text: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    reply_to: int | None = None
    shares: int | None = None
    tags: tuple[str, ...] = ()
    mentions: tuple[int, ...] = ()


@dataclass(slots=True)
class Chatter:
    """Everything said, and who likes it: (person, post) → age."""

    said: list[Said] = field(default_factory=list)
    likes: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, said: Said) -> int:
        self.said.append(said)
        return len(self.said) - 1

    def like(self, person: int, post: int, age: int) -> None:
        if person != self.said[post].author:
            self.likes.setdefault((person, post), age)


@dataclass(frozen=True, slots=True)
class Circles:
    """Who hears whom, by index, each in a fixed order."""

    followers: Mapping[int, Sequence[int]]
    friends: Mapping[int, Sequence[int]]
    people: Sequence[Someone]

    def audience(self, said: Said) -> Sequence[int]:
        if said.visibility is Visibility.PRIVATE:
            return ()
        closed = said.visibility is Visibility.FRIENDS
        if closed or self.people[said.author].privacy is Privacy.FRIENDS:
            return self.friends.get(said.author, ())
        return self.followers.get(said.author, ())


def chatter(random: Random, people: Sequence[Someone], circles: Circles, first: int) -> Chatter:
    """`first` is the first index that is not of the cast."""
    made = Chatter()
    scenes(made)
    written = len(made.said)
    for author in range(len(people)):
        for _ in range(_many(random, author, first, circles)):
            _speak(random, made, people, author)
    for post in range(written, len(made.said)):
        _answer(random, made, circles, post, first)
    return made


def circles_of(people: Sequence[Someone], follows: Sequence[tuple[int, int]]) -> Circles:
    both, followers, friends = set(follows), dict[int, list[int]](), dict[int, list[int]]()
    for a, b in sorted(both):
        followers.setdefault(b, []).append(a)
        if (b, a) in both:
            friends.setdefault(b, []).append(a)
    return Circles(followers, friends, people)


def scenes(made: Chatter) -> None:
    """What members of the cast say to each other; docs speak of it."""
    bread = made.add(Said(BOB, 5 * HOUR, "Sourdough, day three. #baking", tags=("baking",)))
    praise = made.add(Said(ALICE, 4 * HOUR, "It smells up to here!", reply_to=bread))
    made.add(
        Said(BOB, 4 * HOUR - 9 * MINUTE, "Come over, @alice.", reply_to=praise, mentions=(ALICE,))
    )
    made.add(Said(DAN, 3 * HOUR, "Save me a slice.", reply_to=bread))
    made.add(Said(CAROL, 2 * HOUR, "Breakfast in this house is safe.", shares=bread))
    made.add(Said(WALTER, HOUR, shares=bread))
    for person, age in ((ALICE, 290 * MINUTE), (CAROL, 200 * MINUTE), (DAN, 185 * MINUTE)):
        made.like(person, bread, age)
    strings = "New strings. The viola forgives me."
    made.add(Said(CAROL, 26 * HOUR, strings, Visibility.FRIENDS))
    made.add(Said(CAROL, 50 * HOUR, "Rehearsal moved to #jazz night.", tags=("jazz",)))
    map_ = "A map of a town between two tram stops. #painting"
    drawn = made.add(Said(ALICE, 30 * HOUR, map_, tags=("painting",)))
    made.like(BOB, drawn, 29 * HOUR)
    made.like(CAROL, drawn, 28 * HOUR)
    made.add(Said(ALICE, 8 * HOUR, "A note to myself.", Visibility.PRIVATE))
    made.add(Said(DAN, 31 * HOUR, "Two flat tyres before nine. #cycling", tags=("cycling",)))
    made.add(Said(EVE, 20 * HOUR, "Listening to the rain.", Visibility.FRIENDS))
    tour = made.add(Said(NOVA, 3 * HOUR, "Tour dates are out! #jazz", tags=("jazz",)))
    made.add(Said(ALICE, 170 * MINUTE, "I will be there.", reply_to=tour))


def _many(random: Random, author: int, first: int, circles: Circles) -> int:
    """How often somebody speaks in their last days."""
    if author < first:
        return {NOVA: 12, PEGGY: 30, VICTOR: 30}.get(author, 0)
    heard = ALICE in circles.followers.get(author, ())
    return min(8, int(0.8 * (1 - random.random()) ** -0.6)) + 14 * heard


def _speak(random: Random, made: Chatter, people: Sequence[Someone], author: int) -> None:
    who = people[author]
    topic = random.choice(who.interests or TOPICS)
    other = random.choice(TOPICS)
    template = random.choice(POSTS)
    kinds = list(Visibility)
    made.add(
        Said(
            author=author,
            age=min(who.age - MINUTE, who.idle_days * DAY + int(random.random() * WEEK) + MINUTE),
            text=template.format(topic=topic, other=other),
            visibility=random.choices(kinds, (85, 8, 6, 1))[0],
            tags=tuple(dict.fromkeys((topic, other) if "{other}" in template else (topic,))),
        )
    )


def _answer(random: Random, made: Chatter, circles: Circles, post: int, first: int) -> None:
    """Likes, replies, shares and quotes by those who hear it, as they come by.

    The cast says what is written for them, and nothing else.
    """
    said = made.said[post]
    heard = circles.audience(said)
    for person in heard:
        if random.random() < 0.06:
            made.like(person, post, _later(random, said, circles.people[person]))
    heard = [person for person in heard if person >= first]
    for _ in range(random.choices((0, 1, 2, 3), (70, 18, 8, 4))[0] if heard else 0):
        person = random.choice(heard)
        age = _later(random, said, circles.people[person])
        reply = made.add(Said(person, age, random.choice(REPLIES), reply_to=post))
        if (
            random.random() < 0.3
            and said.author >= first
            and said.author in circles.audience(made.said[reply])
        ):
            age = _later(random, made.said[reply], circles.people[said.author])
            made.add(Said(said.author, age, random.choice(REPLIES), reply_to=reply))
    if heard and said.visibility is Visibility.PUBLIC and random.random() < 0.08:
        person = random.choice(heard)
        age = _later(random, said, circles.people[person])
        if random.random() < 0.5:
            made.add(Said(person, age, random.choice(QUOTES), shares=post))
        else:
            made.add(Said(person, age, shares=post))


def _later(random: Random, said: Said, who: Someone) -> int:
    """An age younger than what is answered; while that person was still about, if that is so."""
    last = min(who.idle_days * DAY, said.age)
    return max(1, last + int((said.age - last) * random.random()) - 1)
