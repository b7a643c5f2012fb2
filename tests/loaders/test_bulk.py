"""An empty embedded graph is filled through its bulk endpoint, as if batch by batch."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from typing import cast as cast_to

import pytest

from graph.errors import BeingLoaded, Conflict
from graph.store import Store
from graph.stores.memory import MemoryStore
from graph.stores.offline import EndpointStore
from graph.stores.offline.endpoint import NODES_AT_ONCE
from graph.whole import Whole
from loaders.importing import Order
from loaders.summary import DONE
from loaders.undoing import undo
from tests.loaders.loading import assert_sound, graph_of, load, mapping_of, names, order
from tests.loaders.voting import VOTED, VOTES, votes_of, write_votes
from tests.support.cast import T0, cast, follow
from tests.support.reading import rows
from verbs.load_whole import in_one_piece

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.server("embedded"),
    pytest.mark.parametrize("store", ["embedded"], indirect=True),
]

FOLLOWS = "follower,followed\n" + "".join(f"p{n},p{n * 7 % 30}\n" for n in range(60)) + "x\n"
SAID = """
source: mine
files:
  - node: User
    match: people*
    id: id
    set: {name: name, createdAt: at}
  - {edge: FOLLOWS, match: follows*, from: who, to: whom, unknown: create, set: {since: at}}
"""


async def in_bulk(store: Store, what: Order) -> int:
    return await in_one_piece(what, store, "none")


async def everything(store: Store) -> Any:
    """All that people and follows say, by the names of the file; but not when they were made."""
    name = await names(store)
    people = await store.people(list(name))
    counts = await store.counts(list(name))
    return (
        await graph_of(store),
        sorted(
            (one.external_id, one.source, one.name, one.privacy, one.flags, counted)
            for one, counted in zip(people, map(str, counts), strict=True)
            if one is not None
        ),
    )


async def newest_followers(store: Store, name: str) -> list[str]:
    [id] = await store.find_external(name)
    known = await names(store)
    page = await store.neighbours_page("followers", id, 10)
    return [known[one] for one in page.ids.tolist()]


async def test_the_graph_is_the_one_of_a_load_in_batches(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    what = order([tmp_path / "follows.csv"], "follows", tmp_path, name="first", crowd=2)
    assert await in_bulk(store, what) == 1
    told = json.loads(capsys.readouterr().out)
    wanted = MemoryStore()
    done = await load(wanted, order([tmp_path / "follows.csv"], "follows", tmp_path, crowd=2))
    assert {**told, "batch": ""} | {"seconds": 0} == {**done.summary(""), "seconds": 0}
    assert await everything(store) == await everything(wanted)
    await assert_sound(store)
    assert await newest_followers(store, "p7") == await newest_followers(wanted, "p7")
    # People live on in it.
    one, other = [await store.find_external(name) for name in ("p1", "p2")]
    await follow(store, one[0], other[0])
    await assert_sound(store)


async def test_rows_say_more_than_their_ends(store: Store, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        'id,name,at\na,"A ""quoted"" name",1600000000000\nb,Ünïcode,1600000000001\nc,,\n'
    )
    (tmp_path / "follows.csv").write_text(
        "who,whom,at\na,b,1600000000005\nb,c,\nd,a,1600000000006\n"
    )
    files = [tmp_path / "people.csv", tmp_path / "follows.csv"]
    assert await in_bulk(store, order(files, mapping_of(SAID), tmp_path)) == 0
    wanted = MemoryStore()
    await load(wanted, order(files, mapping_of(SAID), tmp_path))
    assert await everything(store) == await everything(wanted)
    name = await names(store)
    times = {(name[a], name[b]): since for a, b, since in await rows(store, "FOLLOWS")}
    assert times["a", "b"] == 1_600_000_000_005
    assert times["d", "a"] == 1_600_000_000_006
    assert times["b", "c"] > T0  # now
    await assert_sound(store)


async def test_more_people_than_one_request_takes(store: Store, tmp_path: Path) -> None:
    rows_ = "".join(f"{n},{n + 1}\n" for n in range(NODES_AT_ONCE + 10))
    (tmp_path / "follows.csv").write_text("follower,followed\n" + rows_)
    assert await in_bulk(store, order([tmp_path / "follows.csv"], "follows", tmp_path)) == 0
    name = await names(store)
    assert len(name) == NODES_AT_ONCE + 11
    found = [(int(name[a]), int(name[b])) for a, b, _ in await rows(store, "FOLLOWS")]
    assert sorted(found) == [(n, n + 1) for n in range(NODES_AT_ONCE + 10)]


async def test_it_is_an_import_like_others_afterwards(store: Store, tmp_path: Path) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    what = order([tmp_path / "follows.csv"], "follows", tmp_path, name="first")
    await in_bulk(store, what)
    [batch] = await store.imports()
    assert (batch.name, batch.whole, batch.state["progress"]["status"]) == ("first", False, DONE)
    made = await store.created_by(batch.number)
    assert made == {"User": 60, "FOLLOWS": 54}
    # The same command, either way, has nothing to do; another finds all of it there.
    assert await in_bulk(store, what) == 1
    assert (await load(store, what)).status == DONE
    again = await load(store, order([tmp_path / "follows.csv"], "follows", tmp_path, name="more"))
    assert (again.created, again.same) == (0, 54)
    taken = await undo(store, "first")
    assert (taken.removed, taken.kept) == (114, 0)
    assert await graph_of(store) == []


async def test_a_graph_that_has_anything_is_refused(store: Store, tmp_path: Path) -> None:
    await cast(store)
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    with pytest.raises(Conflict, match="has nodes already"):
        await in_bulk(store, order([tmp_path / "follows.csv"], "follows", tmp_path))
    assert await store.imports() == []


@pytest.fixture
def held(store: Store) -> Iterator[EndpointStore]:
    with closing(EndpointStore(cast_to(Whole, store))) as held:
        yield held


async def read(held: EndpointStore, what: Order) -> None:
    """All files, before anything is written."""
    await load(cast_to(Store, held), what)


async def test_whoever_comes_in_between_is_kept(
    store: Store, held: EndpointStore, tmp_path: Path
) -> None:
    """The graph was empty when it began, and is not when it is to be written."""
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    await read(held, order([tmp_path / "follows.csv"], "follows", tmp_path))
    people = await cast(store)
    with pytest.raises(Conflict, match="has nodes already"):
        await held.finish(lambda *_: None)
    await follow(store, people.alice, people.bob)
    assert await graph_of(store) == [("alice", "bob")]


async def test_nobody_changes_a_pair_meanwhile_and_a_cut_is_swept(
    store: Store, held: EndpointStore, tmp_path: Path
) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    what = order([tmp_path / "follows.csv"], "follows", tmp_path, name="first")
    await read(held, what)
    shots = 0

    def cut(done: int, whole: int) -> None:
        nonlocal shots
        shots += 1
        if done == whole:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await held.finish(cut)
    assert shots == 2
    one, other = [await store.find_external(name) for name in ("p1", "p2")]
    with pytest.raises(BeingLoaded):
        await follow(store, one[0], other[0])
    await store.migrate()  # as whoever starts does
    with pytest.raises(BeingLoaded):
        await follow(store, one[0], other[0])
    with pytest.raises(Conflict, match="--bulk"):
        await load(store, what)
    with pytest.raises(Conflict, match="in one piece"):
        await in_bulk(store, order([tmp_path / "follows.csv"], "follows", tmp_path, name="other"))
    assert await in_bulk(store, what) == 1
    assert len(await graph_of(store)) == 54
    await assert_sound(store)


async def test_one_that_is_cut_behind_its_parts_begins_again(
    store: Store, held: EndpointStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    what = order([tmp_path / "follows.csv"], "follows", tmp_path, name="first")
    await read(held, what)

    async def cut() -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store, "raise_generation", cut)
        with pytest.raises(KeyboardInterrupt):
            await held.finish(lambda *_: None)
    assert await in_bulk(store, what) == 1
    assert len(await graph_of(store)) == 54
    await assert_sound(store)
    [batch] = await store.imports()
    assert await store.created_by(batch.number) == {"User": 60, "FOLLOWS": 54}
    taken = await undo(store, "first")
    assert (taken.removed, taken.kept) == (114, 0)


async def test_votes_are_counted_by_what_they_say(store: Store, tmp_path: Path) -> None:
    files = write_votes(tmp_path)
    assert await in_bulk(store, order(files, mapping_of(VOTES), tmp_path)) == 0
    wanted = MemoryStore()
    await load(wanted, order(files, mapping_of(VOTES), tmp_path))
    assert await votes_of(store) == await votes_of(wanted) == VOTED


async def test_undoing_a_cut_one_leaves_an_empty_graph(
    store: Store, held: EndpointStore, tmp_path: Path
) -> None:
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    await read(held, order([tmp_path / "follows.csv"], "follows", tmp_path, name="first"))

    def cut(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await held.finish(cut)
    await undo(store, "first")
    assert (await graph_of(store), await store.imports()) == ([], [])
    people = await cast(store)
    await follow(store, people.alice, people.bob)
    await assert_sound(store)


async def test_names_made_up_for_people_are_nobody_elses(store: Store, tmp_path: Path) -> None:
    second = await store.take_ids(1) + 2
    ids = [f"u{second}", "x y", f"u{second}_2", "z"]
    (tmp_path / "people.csv").write_text("id,name,at\n" + "".join(f"{id},,\n" for id in ids))
    mapping = mapping_of(SAID.replace("match: follows*", "match: follows*, optional: true"))
    assert await in_bulk(store, order([tmp_path / "people.csv"], mapping, tmp_path)) == 0
    people = await store.people(range(second - 1, second + 3))
    given = [one.username for one in people if one is not None]
    assert given == [f"u{second}", f"u{second}_1", f"u{second}_2", "z"]


async def test_a_tag_gets_nobody_elses_name(store: Store, tmp_path: Path) -> None:
    text = "source: mine\nfiles:\n  - {node: Tag, id: id, set: {name: name}}\n"
    # A step each: the first rows of all ids, the second ones, and so on.
    said = "1,x 2,y 2,x 3,z 1,w 4,z 1,v 5,w 2,x 2,x"
    (tmp_path / "tags.csv").write_text("id,name\n" + said.replace(" ", "\n") + "\n")
    what = order([tmp_path / "tags.csv"], mapping_of(text), tmp_path)
    assert await in_bulk(store, what) == 1
    wanted = MemoryStore()
    await load(wanted, replace(what, rejects=tmp_path / "others"))
    keys = [f"mine\x1f{number}" for number in range(1, 6)]
    for one in (store, wanted):
        ids = await one.find_nodes("Tag", "externalKey", keys)
        found = await one.standing_nodes("Tag", [id for id in ids if id is not None], ["name"])
        assert [id and found[id][0] for id in ids] == ["v", "x", "z", None, "w"]
