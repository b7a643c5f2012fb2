"""Posts and votes in files, and how they are counted."""

from __future__ import annotations

from pathlib import Path

from graph.store import Store

VOTES = """
source: mine
files:
  - {node: Post, match: posts*, id: id, set: {text: text, createdAt: at}}
  - edge: VOTED
    match: votes*
    from: {column: who, unknown: create}
    to: what
    set: {value: value, at: at}
"""
# Of each post: ups, downs.
VOTED = {"one": (2, 1), "two": (0, 1), "three": (0, 0)}


def write_votes(folder: Path) -> list[Path]:
    posts, votes = folder / "posts.csv", folder / "votes.csv"
    posts.write_text(
        "id,text,at\none,x,1600000000000\ntwo,y,1600000000001\nthree,z,1600000000002\n"
    )
    votes.write_text(
        "who,what,value,at\n"
        "a,one,1,1600000000010\nb,one,1,1600000000011\nc,one,-1,1600000000012\n"
        "a,two,-1,1600000000013\nb,two,,1600000000014\nc,three,0,1600000000015\n"
    )
    return [posts, votes]


async def votes_of(store: Store) -> dict[str, tuple[int, int]]:
    """And they are what the edges say."""
    found = await store.find_nodes("Post", "externalKey", [f"mine\x1f{name}" for name in VOTED])
    posts = [id for id in found if id is not None]
    counts = await store.post_counts(posts)
    for counted, truth in zip(counts, await store.true_post_counts(posts), strict=True):
        assert {name: counted[name] for name in truth} == truth
    return {name: (one["ups"], one["downs"]) for name, one in zip(VOTED, counts, strict=True)}
