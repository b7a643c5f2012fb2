"""A small invented network in the files of the LDBC data set, with ties wherever they matter.

Few names, few moments and few days of birth, so that every tie-break is needed; people without
friends, posts or likes; likes and replies to oneself; photos, blank texts, quotes and accents.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

DAY = 86_400_000
JAN_2012 = 1_325_376_000_000
JAN_2013 = JAN_2012 + 366 * DAY
PEOPLE, FORUMS, POSTS, COMMENTS = 40, 12, 160, 240

CONTINENTS = ["Europe", "Asia"]
COUNTRIES = [("Sweden", 0), ("Norway", 0), ("Laos", 1), ("Asia", 1)]  # one named as a continent
CITIES = [("Lund", 0), ("Oslo", 1), ("Pakse", 2), ("Springfield", 3), ("Springfield", 0)]
CLASSES = [("Thing", None), ("Person", 0), ("Artist", 1), ("Writer", 2), ("Place", 0)]
TAGS = [(f"Tag_{letter}", number % len(CLASSES)) for number, letter in enumerate("abcdefghijkl")]
FIRST, LAST = ["Ada", "Bo", "Çelik"], ["Berg", "Åkesson", 'Zu"be']
TEXTS = ["yes", "", 'so "quoted", and so on', "ünïcode ✓", "two  spaces", "'"]

Rows = Iterable[Iterable[Any]]


def write(folder: Path, seed: int, *, layered: bool = False) -> Path:
    _Village(folder, Random(seed), layered).write()
    return folder


class _Village:
    def __init__(self, folder: Path, random: Random, layered: bool) -> None:
        self._folder, self._random, self._layered = folder, random, layered
        # Numbers as the data set has them: not dense, and of different lengths.
        self.people = [2**n + 5 for n in range(PEOPLE)]
        self.posts = [3 + 17 * n for n in range(POSTS)]
        self.comments = [4 + 17 * n for n in range(COMMENTS)]
        self.forums = [100 - n for n in range(FORUMS)]
        self.moments = [JAN_2012 + n * DAY // 3 for n in range(20)]
        self.when: dict[int, int] = {}

    def write(self) -> None:
        self.places()
        self.tags()
        self.organisations()
        self.persons()
        self.clubs()
        self.messages()

    def places(self) -> None:
        rows, part_of, number = [], [], 0
        continents = range(len(CONTINENTS))
        countries = range(len(CONTINENTS), len(CONTINENTS) + len(COUNTRIES))
        for name in CONTINENTS:
            rows.append((number, name, "", "continent"))
            number += 1
        for name, inside in COUNTRIES:
            rows.append((number, name, "", "country"))
            part_of.append((number, continents[inside]))
            number += 1
        self.cities = []
        for name, inside in CITIES:
            rows.append((number, name, "", "city"))
            part_of.append((number, countries[inside]))
            self.cities.append(number)
            number += 1
        self.countries = list(countries)
        self.static("place", "id name url type", rows)
        self.static("place_isPartOf_place", "Place.id Place.id", part_of)

    def tags(self) -> None:
        self.tag_ids = [10 * n for n in range(len(TAGS))]
        self.static("tag", "id name url", [(10 * n, name, "") for n, (name, _) in enumerate(TAGS)])
        self.static(
            "tag_hasType_tagclass",
            "Tag.id TagClass.id",
            [(10 * n, c) for n, (_, c) in enumerate(TAGS)],
        )
        self.static(
            "tagclass", "id name url", [(n, name, "") for n, (name, _) in enumerate(CLASSES)]
        )
        self.static(
            "tagclass_isSubclassOf_tagclass",
            "TagClass.id TagClass.id",
            [(n, above) for n, (_, above) in enumerate(CLASSES) if above is not None],
        )

    def organisations(self) -> None:
        rows, where = [], []
        for n in range(10):
            kind = "company" if n < 6 else "university"
            rows.append((n, kind, f"{kind}_{n % 4}", ""))
            where.append((n, self._random.choice(self.countries if n < 6 else self.cities)))
        self.static("organisation", "id type name url", rows)
        self.static("organisation_isLocatedIn_place", "Organisation.id Place.id", where)

    def persons(self) -> None:
        pick, rows = self._random, []
        for id in self.people:
            day = datetime(1984, pick.randint(1, 12), pick.choice([1, 20, 21, 22, 23]), tzinfo=UTC)
            born = round(day.timestamp() * 1000)
            speaks = ";".join(pick.sample(["sv", "en", "lo"], pick.randint(1, 3)))
            emails = ";".join(f"{id}.{n}@example.org" for n in range(pick.randint(1, 3)))
            rows.append(
                (
                    *(id, pick.choice(FIRST), pick.choice(LAST), pick.choice(["male", "female"])),
                    *(born, pick.choice(self.moments), "10.0.0.1", "Firefox", speaks, emails),
                )
            )
        self.dynamic(
            "person",
            "id firstName lastName gender birthday creationDate locationIP browserUsed language "
            "email",
            rows,
        )
        self.dynamic(
            "person_isLocatedIn_place",
            "Person.id Place.id",
            [(id, pick.choice(self.cities)) for id in self.people],
        )
        self.some("person_hasInterest_tag", "Person.id Tag.id", self.people, self.tag_ids, 4)
        self.dynamic(
            "person_studyAt_organisation",
            "Person.id Organisation.id classYear",
            [(id, pick.randint(6, 9), pick.randint(2000, 2003)) for id in self.people[::2]],
        )
        self.dynamic(
            "person_workAt_organisation",
            "Person.id Organisation.id workFrom",
            [
                (id, where, pick.randint(2000, 2003))
                for id in self.people
                for where in pick.sample(range(6), pick.randint(0, 3))
            ],
        )
        # Two circles that nothing joins, and one person whom nobody knows.
        near, far = self.people[:30], self.people[30:-1]
        pairs = {tuple(sorted(pick.sample(near, 2))) for _ in range(60)}
        pairs |= {tuple(sorted(pick.sample(far, 2))) for _ in range(12)}
        self.dynamic(
            "person_knows_person",
            "Person.id Person.id creationDate",
            [(a, b, pick.choice(self.moments)) for a, b in sorted(pairs)],
        )

    def clubs(self) -> None:
        pick = self._random
        self.dynamic(
            "forum",
            "id title creationDate",
            [(id, f"Wall of {id % 5}", pick.choice(self.moments)) for id in self.forums],
        )
        self.dynamic(
            "forum_hasModerator_person",
            "Forum.id Person.id",
            [(id, pick.choice(self.people)) for id in self.forums],
        )
        self.dynamic(
            "forum_hasMember_person",
            "Forum.id Person.id joinDate",
            [
                (id, person, pick.choice(self.moments))
                for id in self.forums
                for person in pick.sample(self.people, pick.randint(0, 15))
            ],
        )
        self.some("forum_hasTag_tag", "Forum.id Tag.id", self.forums, self.tag_ids, 3)

    def messages(self) -> None:
        pick, authors = self._random, self.people[:-2]
        posts = [(id, *self.written(id)) for id in self.posts]
        self.dynamic(
            "post",
            "id imageFile creationDate locationIP browserUsed language content length",
            [
                (
                    id,
                    "photo.jpg" if not text else "",
                    at,
                    "10.0.0.1",
                    "Opera",
                    "sv",
                    text,
                    len(text),
                )
                for id, at, text in posts
            ],
        )
        self.dynamic(
            "comment",
            "id creationDate locationIP browserUsed content length",
            [
                (id, at, "10.0.0.1", "Opera", text, len(text))
                for id, at, text in ((id, *self.written(id)) for id in self.comments)
            ],
        )
        # Some forums have no posts.
        self.dynamic(
            "forum_containerOf_post",
            "Forum.id Post.id",
            [(pick.choice(self.forums[:-2]), id) for id in self.posts],
        )
        split = COMMENTS // 2
        self.dynamic(
            "comment_replyOf_post",
            "Comment.id Post.id",
            [(id, pick.choice(self.posts)) for id in self.comments[:split]],
        )
        self.dynamic(
            "comment_replyOf_comment",
            "Comment.id Comment.id",
            [
                (id, pick.choice(self.comments[:at]))
                for at, id in enumerate(self.comments)
                if at >= split
            ],
        )
        for kind, ids in (("post", self.posts), ("comment", self.comments)):
            name = kind.capitalize()
            self.dynamic(
                f"{kind}_hasCreator_person",
                f"{name}.id Person.id",
                [(id, pick.choice(authors)) for id in ids],
            )
            self.dynamic(
                f"{kind}_isLocatedIn_place",
                f"{name}.id Place.id",
                [(id, pick.choice(self.countries)) for id in ids],
            )
            self.some(f"{kind}_hasTag_tag", f"{name}.id Tag.id", ids, self.tag_ids, 3)
            self.dynamic(
                f"person_likes_{kind}",
                f"Person.id {name}.id creationDate",
                [
                    (
                        person,
                        id,
                        pick.choice([self.when[id] + 59_999, self.when[id] + 60_000, JAN_2013]),
                    )
                    for id in ids
                    for person in pick.sample(self.people, pick.randint(0, 4))
                ],
            )

    def written(self, id: int) -> tuple[int, str]:
        self.when[id] = self._random.choice(self.moments)
        return self.when[id], self._random.choice(TEXTS)

    # --- files

    def some(self, name: str, head: str, ones: list[int], others: list[int], most: int) -> None:
        pick = self._random
        rows = [(a, b) for a in ones for b in sorted(pick.sample(others, pick.randint(0, most)))]
        self.dynamic(name, head, rows)

    def static(self, name: str, head: str, rows: Rows) -> None:
        self.file("static", name, head, rows)

    def dynamic(self, name: str, head: str, rows: Rows) -> None:
        self.file("dynamic", name, head, rows)

    def file(self, layer: str, name: str, head: str, rows: Rows) -> None:
        folder = self._folder / layer if self._layered else self._folder
        folder.mkdir(parents=True, exist_ok=True)
        lines = ["|".join(head.split()), *("|".join(map(str, row)) for row in rows)]
        (folder / f"{name}_0_0.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """`python -m tests.snb.village FOLDER`: a village's files, to try things with."""
    [folder] = sys.argv[1:]
    write(Path(folder), seed=14)


if __name__ == "__main__":
    main()
