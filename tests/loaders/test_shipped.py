"""The mappings that come with Amity, each on a small file of its kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from tests.loaders.loading import assert_sound, graph_of, load, names, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio


async def test_snap(memory: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "g.txt").write_text("# Directed graph\n# FromNodeId\tToNodeId\n30\t1412\n30 3352\n")
    done = await load(memory, order([tmp_path / "g.txt"], "snap", tmp_path))
    assert (done.created, done.rejected) == (2, 0)
    assert await graph_of(memory) == [("30", "1412"), ("30", "3352")]


POSTS = [
    {"id": 1, "author": "alice", "text": "first\nline", "createdAt": 1_600_000_000_000},
    {"id": 2, "author": "bob", "text": "so?", "createdAt": 1_600_000_000_500, "reply_to": 1},
    {"id": 3, "author": "nobody", "text": "x", "createdAt": 1_600_000_000_900},
]


@pytest.mark.parametrize("written", ["jsonl", "csv"])
async def test_posts(memory: MemoryStore, tmp_path: Path, written: str) -> None:
    (tmp_path / "follows.csv").write_text("alice,bob\n")
    await load(memory, order([tmp_path / "follows.csv"], "follows", tmp_path))
    path = tmp_path / f"posts.{written}"
    if written == "jsonl":
        path.write_text("".join(json.dumps(post) + "\n" for post in POSTS))
    else:
        lines = [
            f'{p["id"]},{p["author"]},"{p["text"]}",{p["createdAt"]},{p.get("reply_to", "")}'
            for p in POSTS
        ]
        path.write_text("\n".join(["id,author,text,createdAt,reply_to", *lines]) + "\n")
    (tmp_path / "likes.csv").write_text("user,post\nbob,1\nalice,9\n")
    done = await load(memory, order([path, tmp_path / "likes.csv"], "posts", tmp_path))
    assert (done.created, done.rejected) == (3, 2)
    assert done.edges == {"POSTED": 2, "REPLIES_TO": 1, "LIKED": 1}
    first, second, third = await memory.find_nodes(
        "Post", "externalKey", [f"import\x1f{n}" for n in (1, 2, 3)]
    )
    assert first is not None
    assert third is not None, "its author is what nobody knows"
    assert [(a, b) for a, b, _ in await rows(memory, "REPLIES_TO")] == [(second, first)]
    ids = list(await names(memory))
    assert [one["posts"] for one in await memory.counts(ids)] == [1, 1]


async def test_headers_of_neo4js_importer(memory: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text(
        "userId:ID(people),name,createdAt:long,:LABEL\n1,Ada,5,User\n2,Bo,6,User\n3,Cy,7,Cat\n"
    )
    (tmp_path / "a_rels.csv").write_text(
        ":START_ID(people),:END_ID(people),since:long,:TYPE\n1,2,9,FOLLOWS\n2,1,9,HATES\n"
    )
    done = await load(
        memory, order([tmp_path / "a_rels.csv", tmp_path / "users.csv"], "neo4j-admin", tmp_path)
    )
    assert (done.created, done.rejected) == (3, 2)
    text = (tmp_path / "rejects").read_text()
    assert text.count("the mapping has nothing for such a row") == 2
    assert [at for _, _, at in await rows(memory, "FOLLOWS")] == [9]
    ada, _ = await memory.people(list(await names(memory)))
    assert ada is not None
    assert (ada.name, ada.created_at, ada.source) == ("Ada", 5, "people")
    mended = text.replace("HATES", "FOLLOWS").replace("Cat", "User")
    (tmp_path / "mended").write_text(mended)
    more = await load(memory, order([tmp_path / "mended"], "neo4j-admin", tmp_path))
    assert (more.created, more.rejected) == (2, 0)
    await assert_sound(memory)
