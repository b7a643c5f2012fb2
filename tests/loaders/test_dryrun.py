"""A dry run says what a real one then does, and writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.changes import Create
from graph.store import Store
from graph.stores.memory import MemoryStore
from loaders.degrees import distribution
from loaders.dryrun import DryRun
from loaders.sources import find_sources
from tests.loaders.loading import graph_of, load, mapping_of, order

pytestmark = pytest.mark.anyio

TEXT = """
source: mine
files:
  - {edge: FOLLOWS, from: who, to: whom, unknown: create, set: {since: at}}
"""


async def test_it_foresees_what_a_load_does(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = mapping_of(TEXT)
    first = tmp_path / "first.csv"
    first.write_text("who,whom,at\nalice,bob,5\nbob,alice,6\nbob,carol,7\n")
    await load(memory, order([first], mapping, tmp_path))
    before = await graph_of(memory)
    second = tmp_path / "second.csv"
    second.write_text(
        "who,whom,at\nalice,bob,9\nbob,alice,6\ndan,bob,1\ndan,bob,1\neve,bob,2\ndan,dan,3\nx\n"
    )
    sources, _ = find_sources([str(second)], mapping)
    found = await DryRun(memory, supernode=3).run(sources)
    assert await graph_of(memory) == before
    assert (found["read"], found["rejected"], found["selfLoops"]) == (7, 2, 1)
    assert found["nodes"] == {"User": {"new": 2, "changed": 0, "same": 2}}
    edges = found["edges"]["FOLLOWS"]
    assert (edges["new"], edges["changed"], edges["same"], edges["duplicates"]) == (2, 1, 1, 1)
    assert edges["growing"] == {"bob": 2}
    assert edges["newSupernodes"] == ["bob"]
    assert edges["degreesBefore"] == {"1": 3}
    assert edges["degreesAfter"] == {"1": 2, "2-9": 1}
    done = await load(memory, order([second], mapping, tmp_path))
    assert (done.created, done.changed, done.same, done.rejected) == (2, 1, 2, 2)


BLOG = """
source: blog
files:
  - match: people.csv
    node: User
    id: id
    set: {name: name, bio: "bio?", verified: "verified?"}
  - {match: tags.csv, optional: true, node: Tag, id: id, set: {name: name, url: "url?"}}
  - {match: follows.csv, edge: FOLLOWS, from: a, to: b, set: {since: at, notify: "notify?"}}
"""


async def test_changed_is_told_from_same_by_every_property(store: Store, tmp_path: Path) -> None:
    mapping = mapping_of(BLOG)
    people, follows = tmp_path / "people.csv", tmp_path / "follows.csv"
    people.write_text("id,name,bio,verified\n1,A,a,true\n2,B,b,\n3,C,,\n4,D,d,\n")
    follows.write_text("a,b,at,notify\n1,2,5,false\n2,3,5,false\n3,1,5,\n4,1,5,true\n")
    await load(store, order([people, follows], mapping, tmp_path, name="first"))
    # 1: nothing said; 2: another bio; 3: a bio at last; 4: changed and back again; 5: new.
    people.write_text("id,name,bio,verified\n1,A,,\n2,B,x,\n3,C,c,false\n4,E,,\n4,D,,\n5,E,,\n")
    # another `notify`; the same; a `notify` at last; another time, and back again; new.
    follows.write_text(
        "a,b,at,notify\n1,2,5,true\n2,3,5,\n3,1,5,true\n4,1,6,true\n4,1,5,true\n5,1,5,\n"
    )
    sources = order([people, follows], mapping, tmp_path).sources
    before = await exported(store)
    found = await DryRun(store, supernode=9).run(sources)
    assert await exported(store) == before
    assert found["nodes"] == {"User": {"new": 1, "changed": 2, "same": 2}}
    edges = found["edges"]["FOLLOWS"]
    assert [edges[name] for name in ("new", "changed", "same", "duplicates")] == [1, 2, 2, 1]
    await load(store, order([people, follows], mapping, tmp_path, name="second"))
    again = await DryRun(store, supernode=9).run(sources)
    assert again["nodes"] == {"User": {"new": 0, "changed": 0, "same": 5}}
    assert again["edges"]["FOLLOWS"]["changed"] == 0


async def exported(store: Store) -> list[object]:
    """Everything that people and their edges say."""
    nodes = [row async for some in store.scan_nodes("User") for row in some]
    links = [row async for some in store.scan_links("FOLLOWS") for row in some]
    return sorted([*nodes, *links], key=str)


MODES = """
source: blog
files:
  - {match: made.csv, node: User, id: id, mode: create, optional: true}
  - {match: gone.csv, node: Tag, id: id, mode: delete, optional: true}
  - {match: tags.csv, node: Tag, id: id, set: {name: name}, optional: true}
  - {match: new.csv, edge: FOLLOWS, from: a, to: b, mode: create, optional: true}
  - {match: ended.csv, edge: FOLLOWS, from: a, to: b, mode: delete, optional: true}
"""


async def test_what_would_be_given_back_is_told_as_a_load_does(
    store: Store, tmp_path: Path
) -> None:
    """Rows that only create, that delete, and names that are another's."""
    await store.write((Create("Tag", 2**50, {"name": "music"}),))
    mapping = mapping_of(MODES)
    written = {
        "made.csv": "id\n1\n2\n2\n",
        "tags.csv": "id,name\n1,music\n2,art\n3,art\n",
        "new.csv": "a,b\n1,2\n1,2\n2,1\n",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    first = [tmp_path / name for name in written]
    told = await DryRun(store, 9).run(order(first, mapping, tmp_path).sources)
    assert told["nodes"] == {
        "User": {"new": 2, "changed": 0, "same": 0},
        "Tag": {"new": 1, "changed": 1, "same": 0},
    }
    assert told["edges"]["FOLLOWS"]["new"] == 2
    done = await load(store, order(first, mapping, tmp_path, name="first"))
    assert (told["read"], told["rejected"]) == (done.read, done.rejected) == (9, 3)
    (tmp_path / "new.csv").write_text("a,b\n1,2\n")
    (tmp_path / "ended.csv").write_text("a,b\n2,1\n2,1\n1,9\n")
    (tmp_path / "gone.csv").write_text("id\n2\n9\n")
    second = [tmp_path / name for name in ("gone.csv", "new.csv", "ended.csv")]
    told = await DryRun(store, 9).run(order(second, mapping, tmp_path).sources)
    assert told["nodes"]["Tag"] == {"new": 0, "changed": 0, "same": 0, "deleted": 1}
    assert told["edges"]["FOLLOWS"]["deleted"] == 1
    done = await load(store, order(second, mapping, tmp_path, name="second"))
    assert (told["read"], told["rejected"]) == (done.read, done.rejected) == (6, 4)
    assert done.changed == 2


async def test_ends_that_nobody_knows_are_counted(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1,2\n3,4\n")
    text = "files:\n  - {edge: FOLLOWS, from: '1', to: '2'}\n"
    sources, _ = find_sources([str(file)], mapping_of(text))
    found = await DryRun(memory, supernode=10).run(sources)
    assert (found["unknownEnds"], found["rejected"]) == (2, 2)


def test_a_distribution_leaves_nobody_out() -> None:
    assert distribution({1: 1, 2: 1, 3: 5, 4: 100_000, 5: 0}) == {"1": 2, "2-9": 1, "100000+": 1}
