"""Follows of one celebrity from 16 clients, against follows of different people."""

from __future__ import annotations

from collections.abc import AsyncIterator

from benchmarks.graph import FANS, STAR
from benchmarks.rounds import alternate
from benchmarks.service import Service
from benchmarks.table import Row, short

FOLLOW = "mutation($u: ID!) { follow(user: $u) { relationship { following } } }"
PAGE = "query($u: ID!) { user(id: $u) { followers(first: 20) { nodes { id } } } }"


async def rows(service: Service, ids: list[int], quick: bool) -> AsyncIterator[Row]:
    yield await celebrity(service, ids, quick)
    yield await reads(service, ids, quick)


async def celebrity(service: Service, ids: list[int], quick: bool) -> Row:
    count = 160 if quick else 480
    followers = iter(ids[FANS.stop + 1000 :])
    # Strangers to each other, and each followed once.
    followed = iter(ids[FANS.start : FANS.stop])

    async def rate(star: bool) -> float:
        requests = []
        for _ in range(count):
            whom = ids[STAR] if star else next(followed)
            requests.append(service.request(FOLLOW, {"u": f"user_{whom}"}, next(followers)))
        return (await service.load(requests, seconds=None)).rate

    seen = await alternate(lambda: rate(False), lambda: rate(True), rounds=2 if quick else 4)
    different, one = seen.medians
    return Row(
        "follows of different people / of one celebrity, 16 clients",
        service.name,
        seen.ratios,
        f"{short(different)} follows/s against {short(one)} follows/s",
        at_most=1.5,
    )


async def reads(service: Service, ids: list[int], quick: bool) -> Row:
    """Each follow is followed by a look at the first page: does anybody read the list again?"""
    count = 100 if quick else 1000
    star = {"u": f"user_{ids[STAR]}"}
    look = service.request(PAGE, star)
    await service.load([look] * 3, seconds=None, connections=1)
    before = await trips(service)
    requests = []
    for person in ids[FANS.stop : FANS.stop + count]:
        requests += [service.request(FOLLOW, star, person), look]
    await service.load(requests, seconds=None, connections=1)
    each = (await trips(service) - before) / count
    return Row(
        f"store statements a follow and first page, {count} follows of a celebrity in a row",
        service.name,
        [each],
        f"{short(each * count)} statements in all",
        unit="statements",
    )


async def trips(service: Service) -> float:
    return (await service.metrics())["amity_store_trips_total"]
