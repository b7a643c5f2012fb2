"""A data set of the LDBC social network, read into plain dictionaries: what answers are checked by.

Both layouts: all files in one folder, or in `static/` and `dynamic/`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENDING = "_0_0.csv"

Times = dict[int, dict[int, int]]
Lists = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    first: str
    last: str
    gender: str
    birthday: int
    created: int
    ip: str
    browser: str
    speaks: list[str]
    emails: list[str]
    city: int
    interests: frozenset[int]
    studied: list[tuple[int, int]]
    worked: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    created: int
    author: int
    country: int
    content: str
    tags: frozenset[int]
    parent: int | None  # of a comment
    forum: int | None  # of a post


@dataclass(frozen=True, slots=True)
class World:
    people: dict[int, Person]
    knows: Times  # both ways: since when
    messages: dict[int, Message]
    by: dict[int, list[Message]]
    replies: dict[int, list[Message]]
    likes: dict[int, dict[int, int]]  # of a message, by person: since when
    forums: dict[int, str]
    moderators: dict[int, int]
    members: Times  # of a forum, by person: since when
    posts: dict[int, list[Message]]  # of a forum
    tags: dict[int, str]
    classes: dict[int, str]
    class_of: dict[int, int]  # of a tag
    above: dict[int, int]  # of a class
    places: dict[int, tuple[str, str]]  # name, type
    part_of: dict[int, int]
    organisations: dict[int, str]
    based_in: dict[int, int]


def read(folder: Path) -> World:
    files = {path.name.removesuffix(ENDING): path for path in folder.rglob(f"*{ENDING}")}
    return _Reader(files).world()


class _Reader:
    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def rows(self, name: str) -> Iterator[list[str]]:
        lines = self._files[name].read_text(encoding="utf-8").split("\n")
        return (line.split("|") for line in lines[1:] if line)

    def named(self, name: str) -> Iterator[dict[str, str]]:
        head = self._files[name].read_text(encoding="utf-8").split("\n", 1)[0].split("|")
        return (dict(zip(head, row, strict=True)) for row in self.rows(name))

    def one(self, name: str) -> dict[int, int]:
        return {int(row[0]): int(row[1]) for row in self.rows(name)}

    def many(self, name: str) -> Lists:
        found: Lists = defaultdict(list)
        for row in self.rows(name):
            found[int(row[0])].append(int(row[1]))
        return found

    def timed(self, *names: str, turned: bool = False, both: bool = False) -> Times:
        found: Times = defaultdict(dict)
        for name in names:
            for a, b, at in self.rows(name):
                if not turned:
                    found[int(a)][int(b)] = int(at)
                if turned or both:
                    found[int(b)][int(a)] = int(at)
        return found

    def years(self, name: str) -> dict[int, list[tuple[int, int]]]:
        found = defaultdict(list)
        for a, b, year in self.rows(name):
            found[int(a)].append((int(b), int(year)))
        return found

    def world(self) -> World:
        messages = self.posts() | self.comments()
        by, replies, posts = defaultdict(list), defaultdict(list), defaultdict(list)
        for message in messages.values():
            by[message.author].append(message)
            if message.parent is not None:
                replies[message.parent].append(message)
            if message.forum is not None:
                posts[message.forum].append(message)
        return World(
            people=self.people(),
            knows=self.timed("person_knows_person", both=True),
            messages=messages,
            by=by,
            replies=replies,
            likes=self.timed("person_likes_post", "person_likes_comment", turned=True),
            forums={int(row["id"]): row["title"] for row in self.named("forum")},
            moderators=self.one("forum_hasModerator_person"),
            members=self.timed("forum_hasMember_person"),
            posts=posts,
            tags={int(row["id"]): row["name"] for row in self.named("tag")},
            classes={int(row["id"]): row["name"] for row in self.named("tagclass")},
            class_of=self.one("tag_hasType_tagclass"),
            above=self.one("tagclass_isSubclassOf_tagclass"),
            places={int(row["id"]): (row["name"], row["type"]) for row in self.named("place")},
            part_of=self.one("place_isPartOf_place"),
            organisations={int(row["id"]): row["name"] for row in self.named("organisation")},
            based_in=self.one("organisation_isLocatedIn_place"),
        )

    def people(self) -> dict[int, Person]:
        city = self.one("person_isLocatedIn_place")
        interests = self.many("person_hasInterest_tag")
        studied = self.years("person_studyAt_organisation")
        worked = self.years("person_workAt_organisation")
        return {
            (id := int(row["id"])): Person(
                id,
                row["firstName"],
                row["lastName"],
                row["gender"],
                int(row["birthday"]),
                int(row["creationDate"]),
                row["locationIP"],
                row["browserUsed"],
                row["language"].split(";"),
                row["email"].split(";"),
                city[id],
                frozenset(interests[id]),
                studied[id],
                worked[id],
            )
            for row in self.named("person")
        }

    def posts(self) -> dict[int, Message]:
        forum = {post: forum for forum, post in self.pairs("forum_containerOf_post")}
        return self.written("post", {}, forum)

    def comments(self) -> dict[int, Message]:
        parent = self.one("comment_replyOf_post") | self.one("comment_replyOf_comment")
        return self.written("comment", parent, {})

    def pairs(self, name: str) -> Iterator[tuple[int, int]]:
        return ((int(row[0]), int(row[1])) for row in self.rows(name))

    def written(
        self, kind: str, parent: dict[int, int], forum: dict[int, int]
    ) -> dict[int, Message]:
        author = self.one(f"{kind}_hasCreator_person")
        country = self.one(f"{kind}_isLocatedIn_place")
        tags = self.many(f"{kind}_hasTag_tag")
        return {
            (id := int(row["id"])): Message(
                id,
                int(row["creationDate"]),
                author[id],
                country[id],
                row.get("content") or row.get("imageFile") or row.get("contentOrImageFile") or "",
                frozenset(tags[id]),
                parent.get(id),
                forum.get(id),
            )
            for row in self.named(kind)
        }
