"""Shares that an import made are shares: nobody makes them a second time."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast as cast_to

import pytest

from graph.store import Store
from graph.stores.offline import OfflineStore
from loaders.importing import Order
from loaders.parsing import FOLDER
from loaders.undoing import undo
from tests.loaders.loading import assert_sound, load, mapping_of, order
from tests.support.acting import acting
from tests.support.cast import cast
from verbs.load_whole import in_one_piece

pytestmark = pytest.mark.anyio

POSTS = """id,author,text,createdAt,shares
1,alice,hello,1600000000001,
2,bob,,1600000000002,1
3,bob,,1600000000003,1
4,carol,look at this,1600000000004,1
"""
IN_PARTS = """
source: import
files:
  - {match: nodes.csv, node: Post, id: id, set: {text: "text?", createdAt: at}}
  - {match: shares.csv, edge: SHARES, from: a, to: b}
  - {match: posted.csv, edge: POSTED, from: a, to: b}
"""


async def known(store: Store) -> dict[str, int]:
    found = await store.find_nodes("Post", "externalKey", [f"import\x1f{n}" for n in range(1, 6)])
    return {str(number): id for number, id in enumerate(found, 1) if id is not None}


async def everybody(store: Store) -> tuple[int, int, int]:
    names = {
        name: {"externalId": name, "externalKey": f"import\x1f{name}"}
        for name in ("alice", "bob", "carol")
    }
    alice, bob, carol, *_ = await cast(store, **names)
    return alice, bob, carol


async def test_what_was_imported_as_shared_is_not_shared_again(
    store: Store, tmp_path: Path
) -> None:
    _, bob, carol = await everybody(store)
    (tmp_path / "posts.csv").write_text(POSTS)
    done = await load(store, order([tmp_path / "posts.csv"], "posts", tmp_path))
    assert (done.created, done.rejected) == (4, 0)
    post = await known(store)
    actions = acting(store).actions
    # Of bob's two, one is his share; carol's has words, so that she may share it plainly too.
    assert (await actions.share(bob, post["1"])).post == post["2"]
    hers = (await actions.share(carol, post["1"])).post
    assert hers not in post.values()
    assert (await store.post_counts([post["1"]]))[0]["shares"] == 4
    await actions.unshare(bob, post["1"])
    assert [card is not None and card.gone for card in await store.posts([post["2"]])] == [True]
    assert (await actions.share(bob, post["1"])).post not in post.values()
    assert await store.unkeyed_shares([*post.values(), hers]) == []
    await assert_sound(store)


@pytest.mark.parametrize("first", ["shares.csv", "posted.csv"])
async def test_nodes_and_edges_in_whatever_order(store: Store, tmp_path: Path, first: str) -> None:
    _, bob, _ = await everybody(store)
    (tmp_path / "nodes.csv").write_text("id,at\n1,1\n2,2\n")
    (tmp_path / "shares.csv").write_text("a,b\n2,1\n")
    (tmp_path / "posted.csv").write_text("a,b\nalice,1\nbob,2\n")
    last = {"shares.csv": "posted.csv", "posted.csv": "shares.csv"}[first]
    lines = IN_PARTS.strip().split("\n")
    for name in ("nodes.csv", first, last):
        rule = next(line for line in lines if name in line)
        mapping = mapping_of("\n".join([*lines[:2], rule]))
        await load(store, order([tmp_path / name], mapping, tmp_path, name=name))
    post = await known(store)
    assert (await acting(store).actions.share(bob, post["1"])).post == post["2"]


async def test_words_and_undoing_take_the_key_away(store: Store, tmp_path: Path) -> None:
    _, bob, _ = await everybody(store)
    mapping = mapping_of(
        IN_PARTS.replace("match: nodes", "optional: true, match: nodes")
        .replace("match: shares", "optional: true, match: shares")
        .replace("match: posted", "optional: true, match: posted")
    )
    (tmp_path / "nodes.csv").write_text("id,text,at\n1,one,1\n2,,2\n3,three,3\n4,,4\n")
    (tmp_path / "posted.csv").write_text("a,b\nalice,1\nbob,2\nalice,3\nbob,4\n")
    await load(store, order([tmp_path / "nodes.csv"], mapping, tmp_path, name="nodes"))
    await load(store, order([tmp_path / "posted.csv"], mapping, tmp_path, name="posted"))
    (tmp_path / "shares.csv").write_text("a,b\n2,1\n4,3\n")
    await load(store, order([tmp_path / "shares.csv"], mapping, tmp_path, name="shares"))
    post = await known(store)
    actions = acting(store).actions
    assert (await actions.share(bob, post["1"])).post == post["2"]
    assert (await actions.share(bob, post["3"])).post == post["4"]
    (tmp_path / "nodes.csv").write_text("id,text,at\n2,in my words,2\n")
    done = await load(store, order([tmp_path / "nodes.csv"], mapping, tmp_path, name="words"))
    assert done.changed == 1
    assert (await actions.share(bob, post["1"])).post not in post.values()
    await undo(store, "shares")
    assert (await actions.share(bob, post["3"])).post not in post.values()
    assert await store.unkeyed_shares(list(post.values())) == []


async def test_of_the_same_share_twice_the_other_takes_over(store: Store, tmp_path: Path) -> None:
    """Rows that come again, after the one with the key has gone, are no doubled key."""
    _, bob, _ = await everybody(store)
    (tmp_path / "posts.csv").write_text(POSTS)
    await load(store, order([tmp_path / "posts.csv"], "posts", tmp_path))
    post = await known(store)
    actions = acting(store).actions
    await actions.unshare(bob, post["1"])
    assert await store.unkeyed_shares([post["2"], post["3"]]) == [post["3"]]
    await store.key_shares([post["2"], post["3"]])
    assert (await actions.share(bob, post["1"])).post == post["3"]


PEOPLE = """
source: import
files:
  - {match: people.csv, node: User, id: id}
"""


@pytest.mark.server("embedded")
@pytest.mark.parametrize("store", ["embedded"], indirect=True)
async def test_an_empty_graph_filled_in_one_piece_has_the_keys(
    store: Store, tmp_path: Path
) -> None:
    post, bob, carol = await filled(store, tmp_path)
    actions = acting(store).actions
    assert (await actions.share(bob, post["1"])).post == post["2"]
    assert (await actions.share(carol, post["1"])).post not in post.values()
    assert await store.unkeyed_shares(list(post.values())) == []


async def test_the_files_for_an_offline_importer_have_the_keys(tmp_path: Path) -> None:
    store = OfflineStore(tmp_path)
    await load(cast_to(Store, store), people_and_posts(tmp_path))
    nodes, _ = store.finish()
    with dict(nodes)["Post"].open(encoding="utf-8", newline="") as file:
        posts = {row["externalId:string"]: row for row in csv.DictReader(file)}
    [bob] = await store.find_nodes("User", "externalKey", ["import\x1fbob"])
    keys = {number: row["shareKey:string"] for number, row in posts.items()}
    assert keys == {"1": "", "2": f"{bob}:{posts['1']['id:long']}", "3": "", "4": ""}


def people_and_posts(folder: Path) -> Order:
    posts = (FOLDER / "posts.yaml").read_text().partition("files:\n")[2]
    (folder / "people.csv").write_text("id\nalice\nbob\ncarol\n")
    (folder / "posts.csv").write_text(POSTS)
    sources = [folder / "people.csv", folder / "posts.csv"]
    return order(sources, mapping_of(PEOPLE + posts), folder)


async def filled(store: Store, folder: Path) -> tuple[dict[str, int], int, int]:
    assert await in_one_piece(people_and_posts(folder), store, "none") == 0
    [[bob], [carol]] = [await store.find_external(name) for name in ("bob", "carol")]
    return await known(store), bob, carol
