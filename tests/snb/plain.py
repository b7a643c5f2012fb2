"""The 21 reads in plain Python, over every message and person there is: slow, and easy to believe.

Each takes what its statement takes and answers what it answers, lists in any order that the
specification leaves open sorted (see `settled`).
"""

from __future__ import annotations

import datetime
import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.snb.files import Message, Person, World

Rows = list[dict[str, Any]]
Read = Callable[..., Rows]

DAY = 86_400_000


def ic1(world: World, personId: int, firstName: str, limit: int) -> Rows:
    steps = distances(world, personId, 3)
    found = [p for p in world.people.values() if p.first == firstName and steps.get(p.id)]
    found.sort(key=lambda p: (steps[p.id], p.last, p.id))
    return [
        {
            "friendId": p.id,
            "friendLastName": p.last,
            "distanceFromPerson": steps[p.id],
            "friendBirthday": p.birthday,
            "friendCreationDate": p.created,
            "friendGender": p.gender,
            "friendBrowserUsed": p.browser,
            "friendLocationIp": p.ip,
            "friendEmails": p.emails,
            "friendLanguages": p.speaks,
            "friendCityName": world.places[p.city][0],
            "friendUniversities": organisations(world, p.studied),
            "friendCompanies": organisations(world, p.worked),
        }
        for p in found[:limit]
    ]


def ic2(world: World, personId: int, maxDate: int, limit: int) -> Rows:
    return recent(world, friends(world, personId), maxDate, limit)


def ic3(
    world: World,
    personId: int,
    countryXName: str,
    countryYName: str,
    startDate: int,
    durationDays: int,
    limit: int,
) -> Rows:
    rows = []
    for p in circle(world, personId):
        if country_of(world, p.city) in (countryXName, countryYName):
            continue
        period = [
            world.places[m.country][0]
            for m in world.by[p.id]
            if startDate <= m.created < startDate + durationDays * DAY
        ]
        x, y = period.count(countryXName), period.count(countryYName)
        if x and y:
            rows.append({**named(p), "xCount": x, "yCount": y, "count": x + y})
    return sorted(rows, key=lambda row: (-row["count"], row["personId"]))[:limit]


def ic4(world: World, personId: int, startDate: int, durationDays: int, limit: int) -> Rows:
    during: Counter[int] = Counter()
    before: set[int] = set()
    for friend in friends(world, personId):
        for post in only_posts(world.by[friend.id]):
            if post.created < startDate:
                before |= post.tags
            elif post.created < startDate + durationDays * DAY:
                during.update(post.tags)
    rows = [
        {"tagName": world.tags[tag], "postCount": n}
        for tag, n in during.items()
        if tag not in before
    ]
    return sorted(rows, key=lambda row: (-row["postCount"], row["tagName"]))[:limit]


def ic5(world: World, personId: int, minDate: int, limit: int) -> Rows:
    others = {p.id for p in circle(world, personId)}
    rows = []
    for forum, title in world.forums.items():
        joined = {p for p, at in world.members[forum].items() if p in others and at > minDate}
        if joined:
            count = sum(post.author in joined for post in world.posts[forum])
            rows.append((-count, forum, {"forumTitle": title, "postCount": count}))
    return [row for _, _, row in sorted(rows, key=lambda row: row[:2])][:limit]


def ic6(world: World, personId: int, tagName: str, limit: int) -> Rows:
    beside: Counter[str] = Counter()
    for p in circle(world, personId):
        for post in only_posts(world.by[p.id]):
            names = {world.tags[tag] for tag in post.tags}
            if tagName in names:
                beside.update(names - {tagName})
    rows = [{"tagName": name, "postCount": n} for name, n in beside.items()]
    return sorted(rows, key=lambda row: (-row["postCount"], row["tagName"]))[:limit]


def ic7(world: World, personId: int, limit: int) -> Rows:
    latest: dict[int, tuple[int, int]] = {}
    for message in world.by[personId]:
        for liker, at in world.likes[message.id].items():
            # The latest; of several at one time the message of the lowest number.
            latest[liker] = min(latest.get(liker, (0, 0)), (-at, message.id))
    rows = [
        {
            **named(world.people[liker]),
            "likeCreationDate": -at,
            "messageId": message,
            "minutesLatency": (-at - world.messages[message].created) // 60_000,
            "isNew": liker not in world.knows[personId],
        }
        for liker, (at, message) in latest.items()
    ]
    return sorted(rows, key=lambda row: (-row["likeCreationDate"], row["personId"]))[:limit]


def ic8(world: World, personId: int, limit: int) -> Rows:
    replies = [reply for message in world.by[personId] for reply in world.replies[message.id]]
    replies.sort(key=lambda reply: (-reply.created, reply.id))
    return [
        {
            **named(world.people[reply.author]),
            "commentCreationDate": reply.created,
            "commentId": reply.id,
        }
        for reply in replies[:limit]
    ]


def ic9(world: World, personId: int, maxDate: int, limit: int) -> Rows:
    return recent(world, circle(world, personId), maxDate, limit)


def ic10(world: World, personId: int, month: int, limit: int) -> Rows:
    wanted = world.people[personId].interests
    rows = []
    for p, step in distances(world, personId, 2).items():
        other = world.people[p]
        if step == 2 and born_around(other.birthday, month):
            posts = only_posts(world.by[p])
            common = sum(bool(post.tags & wanted) for post in posts)
            rows.append(
                {
                    **named(other),
                    "commonInterestScore": common - (len(posts) - common),
                    "personGender": other.gender,
                    "personCityName": world.places[other.city][0],
                }
            )
    return sorted(rows, key=lambda row: (-row["commonInterestScore"], row["personId"]))[:limit]


def ic11(world: World, personId: int, countryName: str, workFromYear: int, limit: int) -> Rows:
    rows = [
        {
            **named(p),
            "organizationName": world.organisations[company],
            "organizationWorkFromYear": year,
        }
        for p in circle(world, personId)
        for company, year in p.worked
        if year < workFromYear and world.places[world.based_in[company]] == (countryName, "country")
    ]
    rows.sort(key=lambda row: row["organizationName"], reverse=True)
    rows.sort(key=lambda row: (row["organizationWorkFromYear"], row["personId"]))
    return rows[:limit]


def ic12(world: World, personId: int, tagClassName: str, limit: int) -> Rows:
    tags = {tag for tag, cls in world.class_of.items() if tagClassName in classes(world, cls)}
    rows = []
    for friend in friends(world, personId):
        names: set[str] = set()
        count = 0
        for comment in world.by[friend.id]:
            if comment.parent is None or world.messages[comment.parent].parent is not None:
                continue
            found = world.messages[comment.parent].tags & tags
            names |= {world.tags[tag] for tag in found}
            count += bool(found)
        if count:
            rows.append({**named(friend), "tagNames": sorted(names), "replyCount": count})
    return sorted(rows, key=lambda row: (-row["replyCount"], row["personId"]))[:limit]


def ic13(world: World, person1Id: int, person2Id: int) -> Rows:
    steps = distances(world, person1Id, len(world.people))
    return [{"shortestPathLength": steps.get(person2Id, -1)}]


def ic14(world: World, person1Id: int, person2Id: int) -> Rows:
    rows = []
    for path in shortest_paths(world, person1Id, person2Id):
        weights = [weight(world, a, b) for a, b in itertools.pairwise(path)]
        rows.append({"personIdsInPath": path, "pathWeight": float(sum(weights))})
    return sorted(rows, key=lambda row: (-row["pathWeight"], row["personIdsInPath"]))


def is1(world: World, personId: int) -> Rows:
    p = world.people[personId]
    return [
        {
            "firstName": p.first,
            "lastName": p.last,
            "birthday": p.birthday,
            "locationIP": p.ip,
            "browserUsed": p.browser,
            "cityId": p.city,
            "gender": p.gender,
            "creationDate": p.created,
        }
    ]


def is2(world: World, personId: int) -> Rows:
    messages = sorted(world.by[personId], key=lambda m: (-m.created, -m.id))[:10]
    rows = []
    for message in messages:
        post = beginning(world, message)
        author = world.people[post.author]
        rows.append(
            {
                "messageId": message.id,
                "messageContent": message.content,
                "messageCreationDate": message.created,
                "postId": post.id,
                "personId": author.id,
                "personFirstName": author.first,
                "personLastName": author.last,
            }
        )
    return rows


def is3(world: World, personId: int) -> Rows:
    rows = [
        {
            "personId": friend,
            "firstName": world.people[friend].first,
            "lastName": world.people[friend].last,
            "friendshipCreationDate": since,
        }
        for friend, since in world.knows[personId].items()
    ]
    return sorted(rows, key=lambda row: (-row["friendshipCreationDate"], row["personId"]))


def is4(world: World, messageId: int) -> Rows:
    message = world.messages[messageId]
    return [{"messageCreationDate": message.created, "messageContent": message.content}]


def is5(world: World, messageId: int) -> Rows:
    p = world.people[world.messages[messageId].author]
    return [{"personId": p.id, "firstName": p.first, "lastName": p.last}]


def is6(world: World, messageId: int) -> Rows:
    forum = beginning(world, world.messages[messageId]).forum
    assert forum is not None
    p = world.people[world.moderators[forum]]
    return [
        {
            "forumId": forum,
            "forumTitle": world.forums[forum],
            "moderatorId": p.id,
            "moderatorFirstName": p.first,
            "moderatorLastName": p.last,
        }
    ]


def is7(world: World, messageId: int) -> Rows:
    author = world.messages[messageId].author
    rows = [
        {
            "commentId": reply.id,
            "commentContent": reply.content,
            "commentCreationDate": reply.created,
            "replyAuthorId": reply.author,
            "replyAuthorFirstName": world.people[reply.author].first,
            "replyAuthorLastName": world.people[reply.author].last,
            "replyAuthorKnowsOriginalMessageAuthor": reply.author in world.knows[author],
        }
        for reply in world.replies[messageId]
    ]
    return sorted(
        rows, key=lambda r: (-r["commentCreationDate"], r["replyAuthorId"], r["commentId"])
    )


READS: Mapping[str, Read] = {
    read.__name__: read
    for read in (
        *(ic1, ic2, ic3, ic4, ic5, ic6, ic7, ic8, ic9, ic10, ic11, ic12, ic13, ic14),
        *(is1, is2, is3, is4, is5, is6, is7),
    )
}
# The specification says that these are sets.
SETS = ("friendEmails", "friendLanguages", "friendUniversities", "friendCompanies", "tagNames")


def settled(rows: Rows) -> Rows:
    """With sets in one order."""
    return [
        {name: sorted(value, key=str) if name in SETS else value for name, value in row.items()}
        for row in rows
    ]


# --- what several of them ask -----------------------------------------------------------------


def distances(world: World, start: int, most: int) -> dict[int, int]:
    found, edge = {start: 0}, [start]
    for step in range(1, most + 1):
        edge = [b for b in {b for a in edge for b in world.knows[a]} if b not in found]
        found.update(dict.fromkeys(edge, step))
        if not edge:
            break
    return found


def friends(world: World, person: int) -> list[Person]:
    return [world.people[friend] for friend in world.knows[person]]


def circle(world: World, person: int) -> list[Person]:
    """Friends and theirs."""
    return [world.people[p] for p, step in distances(world, person, 2).items() if step]


def only_posts(messages: Iterable[Message]) -> list[Message]:
    return [message for message in messages if message.parent is None]


def named(p: Person) -> dict[str, Any]:
    return {"personId": p.id, "personFirstName": p.first, "personLastName": p.last}


def recent(world: World, people: Iterable[Person], before: int, limit: int) -> Rows:
    found = [m for p in people for m in world.by[p.id] if m.created < before]
    found.sort(key=lambda m: (-m.created, m.id))
    return [
        {**named(world.people[m.author]), "messageId": m.id, "messageCreationDate": m.created}
        for m in found[:limit]
    ]


def country_of(world: World, city: int) -> str:
    return world.places[world.part_of[city]][0]


def organisations(world: World, years: list[tuple[int, int]]) -> list[dict[str, Any]]:
    return [
        {
            "organizationName": world.organisations[where],
            "year": year,
            "placeName": world.places[world.based_in[where]][0],
        }
        for where, year in years
    ]


def born_around(birthday: int, month: int) -> bool:
    born = datetime.datetime.fromtimestamp(birthday / 1000, datetime.UTC)
    following = 1 if month == 12 else month + 1
    return (born.month == month and born.day >= 21) or (born.month == following and born.day < 22)


def classes(world: World, cls: int | None) -> set[str]:
    names = set()
    while cls is not None:
        names.add(world.classes[cls])
        cls = world.above.get(cls)
    return names


def beginning(world: World, message: Message) -> Message:
    while message.parent is not None:
        message = world.messages[message.parent]
    return message


def shortest_paths(world: World, start: int, end: int) -> list[list[int]]:
    steps = distances(world, end, len(world.people))
    if start not in steps:
        return []
    paths = [[start]]
    for left in range(steps[start], 0, -1):
        paths = [[*p, b] for p in paths for b in world.knows[p[-1]] if steps.get(b) == left - 1]
    return paths


def weight(world: World, a: int, b: int) -> float:
    found: dict[tuple[int, int], float] = defaultdict(float)
    for one, other in ((a, b), (b, a)):
        for comment in world.by[one]:
            if comment.parent is not None:
                parent = world.messages[comment.parent]
                if parent.author == other:
                    found[one, other] += 1.0 if parent.parent is None else 0.5
    return sum(found.values())
