"""The doctor's checks of posts, by who wrote them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence

from graph.adjacency.touched import Touched
from graph.patients import Finding, Patient, lasting, wrong_counts


async def post_counters(patient: Patient) -> AsyncIterator[Finding]:
    """A counter of a post is the number of its edges; no edge stands for a view."""
    store = patient.store

    async def look(ids: Sequence[int]) -> dict[int, str]:
        kept, truth = await store.post_counts(ids), await store.true_post_counts(ids)
        return wrong_counts(ids, kept, truth)

    async for posts in patient.posts():
        for id, wrong in (await lasting(posts, look)).items():

            async def repair(id: int = id) -> None:
                await store.repair_post_counts(id)
                await patient.reader.invalidate(Touched(post_counts=frozenset({id})))

            yield Finding("post_counters", f"post_{id}: {wrong}", repair)


async def shares(patient: Patient) -> AsyncIterator[Finding]:
    """A plain share has the key by which the same person does not share the same post again."""
    store = patient.store

    async def look(ids: Sequence[int]) -> dict[int, str]:
        return dict.fromkeys(
            await store.unkeyed_shares(ids), "a share without its key, or with another's"
        )

    async for posts in patient.posts():
        for id, wrong in (await lasting(posts, look)).items():

            async def repair(id: int = id) -> None:
                await store.key_shares([id])

            yield Finding("shares", f"post_{id}: {wrong}", repair)


async def post_cards(patient: Patient) -> AsyncIterator[Finding]:
    """A post's cached card and counts are the graph's."""
    store, reader = patient.store, patient.reader

    async def look(ids: Sequence[int]) -> Mapping[int, str]:
        cached, truth = await reader.posts(ids), await store.posts(ids)
        counted, counts = await reader.post_counts(ids), await store.post_counts(ids)
        return {
            id: "the card" if cached[at] != truth[at] else "the counts"
            for at, id in enumerate(ids)
            if cached[at] != truth[at] or dict(counted[at]) != dict(counts[at])
        }

    async for posts in patient.posts():
        for id, what in (await lasting(posts, look)).items():
            stale = Touched(posts=frozenset({id}), post_counts=frozenset({id}))

            async def repair(stale: Touched = stale) -> None:
                await patient.reader.invalidate(stale)

            text = f"post_{id}: {what} in the cache differ from the graph"
            yield Finding("post_cards", text, repair)
