"""Why a post is in the viewer's feed: sentences, and as evidence only what the viewer may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.records import Person, PostCard
from resolvers.feed.candidates import Evidence
from resolvers.feed.feed import Feed, Place, still_shown
from resolvers.feed.rules import Shown
from resolvers.feed.sources import Circle
from resolvers.pages import Item

if TYPE_CHECKING:
    from resolvers.context import Context

# The sentence for each part of a score that no person or post stands for.
PARTS = {
    "time": ("NEWEST_FIRST", "The newest posts stand first."),
    "recency": ("RECENT", "It is recent."),
    "diversity": ("VARIETY", "It is by somebody else than its neighbours."),
    "engagement": ("POPULAR", "Many people liked, shared or answered it."),
    "affinity": ("CLOSE", "You often have to do with its author."),
    "model": ("TOPIC", "It fits what you are interested in."),
    "edgerank": ("CLOSE", "You often have to do with its author, and it is recent."),
    "hot": ("HOT", "It was liked a lot for its age."),
}
# What a score begins with, even where nothing can be said for it.
ALWAYS = frozenset({"time", "hot"})


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    text: str
    path: tuple[Person | PostCard, ...]
    weight: float | None


async def reasons(feed: Feed, item: Item[Place, Shown]) -> list[Reason]:
    """How it came into the feed, then what its score is made of."""
    context, circle = feed.context, await feed.circle.get()
    one, rated = item.node, item.place.rated
    evidence = await _standing(context, circle, rated.evidence)
    people = await _people(context, circle, one, evidence)
    found = list(_sources(circle, one, people))
    interests = await context.reader.interests(circle.viewer) if "similarity" in rated.parts else ()
    for name, weight in rated.parts.items():
        if name == "similarity":
            found += _topics(one, people[circle.viewer], interests, weight)
        elif name == "proof":
            found += _proof(one, circle, people, evidence, weight)
        elif weight > 0 or name in ALWAYS:
            code, text = PARTS[name]
            found.append(Reason(code, text, (), weight))
    return found


def _sources(circle: Circle, one: Shown, people: Mapping[int, Person]) -> Iterable[Reason]:
    """The edges that bring it here: without the first of them it would not be."""
    card, viewer = one.card, people[circle.viewer]
    if card.author == circle.viewer:
        yield Reason("OWN", "You posted this.", (viewer, card), None)
    elif (author := people.get(card.author)) is not None:
        if card.is_plain_share:
            path = (viewer, author, card, *([one.original] if one.original else ()))
            yield Reason("SHARED", f"{author.username}, whom you follow, shared this.", path, None)
        else:
            yield Reason(
                "FOLLOWING", f"You follow {author.username}.", (viewer, author, card), None
            )
    if card.reply_to is not None and card.author != circle.viewer:
        yield from _answers(circle, one, people)


def _answers(circle: Circle, one: Shown, people: Mapping[int, Person]) -> Iterable[Reason]:
    viewer, parent = people[circle.viewer], one.parent
    if parent is None:
        yield Reason("REPLY", "It answers somebody you follow.", (viewer,), None)
    elif parent.author == circle.viewer:
        yield Reason("REPLY", "It answers you.", (viewer, parent, one.card), None)
    elif (author := people.get(parent.author)) is not None:
        text = f"It answers {author.username}, whom you follow."
        yield Reason("REPLY", text, (viewer, author, parent, one.card), None)


def _topics(
    one: Shown, viewer: Person, interests: Sequence[str], weight: float
) -> Iterable[Reason]:
    shared = [tag for tag in one.content.tags if tag in set(interests)]
    if weight > 0:
        about = ", ".join(shared) or "what you are interested in"
        yield Reason("TOPIC", f"It is about {about}.", (viewer, one.content), weight)


def _proof(
    one: Shown,
    circle: Circle,
    people: Mapping[int, Person],
    evidence: Sequence[tuple[Evidence, PostCard]],
    weight: float,
) -> Iterable[Reason]:
    """Everybody who speaks for it has a reason of their own; the first carries the weight."""
    left: float | None = weight
    for witness, post in evidence:
        if (person := people.get(witness.person)) is not None:
            what = "answered" if post.reply_to == one.content.id else "shared"
            text = f"{person.username}, whom you follow, {what} this."
            path = (people[circle.viewer], person, post, one.content)
            yield Reason("PROOF", text, path, left)
            left = None


async def _standing(
    context: Context, circle: Circle, evidence: Sequence[Evidence]
) -> list[tuple[Evidence, PostCard]]:
    """What may still be shown of it."""
    kept = await still_shown(context, circle, [one.post for one in evidence]) if evidence else []
    return [
        (one, found.card)
        for one, found in zip(evidence, kept, strict=True)
        if found is not None and one.person != circle.viewer
    ]


async def _people(
    context: Context, circle: Circle, one: Shown, evidence: Sequence[tuple[Evidence, PostCard]]
) -> dict[int, Person]:
    ids = {circle.viewer, one.card.author, *(witness.person for witness, _ in evidence)}
    if one.parent is not None:
        ids.add(one.parent.author)
    found = await context.batches.people.many(sorted(ids))
    return {person.id: person for person in found if person is not None and not person.gone}
