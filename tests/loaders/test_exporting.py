"""An export is read back to an equal graph; one person's data is theirs alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest

from graph.changes import Create
from graph.stores.memory import MemoryStore
from loaders.exporting import export, export_person, mapping_text
from loaders.parsing import load_mapping
from loaders.sinks import Csv, Parquet
from tests.loaders.loading import assert_sound, load, mapping_of, order
from tests.support.cast import T0, block, cast, follow, link
from verbs.export import everything

pytestmark = pytest.mark.anyio

MAPPING = "source: other\nfiles:\n  - {edge: FOLLOWS, from: '1', to: '2', unknown: create}\n"
POST = 2**60


async def village(store: MemoryStore) -> None:
    """Every kind of value that could go wrong."""
    people = await cast(store, alice={"bio": 'two\nlines, "quoted"', "speaks": ["a;b", "c"]})
    await follow(store, people.alice, people.bob, T0)
    await follow(store, people.bob, people.alice, T0 + 1, notify=True)
    await block(store, people.carol, people.dan)
    await store.write((Create("Post", POST, {"text": "#! é,\t", "createdAt": T0, "media": "[]"}),))
    returns = {"text": "one\rtwo", "createdAt": T0}, {"text": "one\r\ntwo", "createdAt": T0}
    await store.write(tuple(Create("Post", POST + 1 + at, one) for at, one in enumerate(returns)))
    await link(store, "POSTED", people.alice, POST, at=T0)
    await link(store, "LIKED", people.bob, POST, at=T0 + 5)


def written(folder: Path, suffix: str) -> list[Path]:
    return sorted(folder.glob(f"*{suffix}"))


@pytest.mark.parametrize("sink", [Csv, Parquet])
async def test_what_is_exported_is_read_back_to_an_equal_graph(
    memory: MemoryStore, tmp_path: Path, sink: type[Csv] | type[Parquet]
) -> None:
    await village(memory)
    (tmp_path / "f.csv").write_text("007,8\n8,x:y\n")
    await load(memory, order([tmp_path / "f.csv"], mapping_of(MAPPING), tmp_path))
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    counts = await export(memory, sink(first))
    (first / "mapping.yaml").write_text(mapping_text(sink.suffix))
    other = MemoryStore()
    files = written(first, sink.suffix)
    done = await load(other, order(files, load_mapping(str(first / "mapping.yaml")), tmp_path))
    assert (done.created, done.rejected) == (sum(counts.values()), 0)
    await assert_sound(other)
    assert await export(other, sink(second)) == counts
    if sink is Csv:
        for file in files:
            again = (second / file.name).read_text()
            assert sorted(file.read_text().splitlines()) == sorted(again.splitlines())


async def test_graphml_is_what_others_read(
    memory: MemoryStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await village(memory)
    assert await everything(memory, tmp_path, "graphml") == 0
    assert '"User": 5' in capsys.readouterr().out
    path = tmp_path / "graph.graphml"
    assert ET.parse(path).getroot().tag.endswith("graphml")
    graph = nx.read_graphml(path)
    ours = f"User:amity-{await memory.identity():x}"
    assert graph.nodes[f"{ours}:1"]["username"] == "alice"
    assert graph.edges[f"{ours}:1", f"{ours}:2"]["since"] == T0


async def test_people_of_two_graphs_stay_two(tmp_path: Path) -> None:
    """Also of one that took over the other, and in which others signed up since."""
    first, second, third = MemoryStore(), MemoryStore(), MemoryStore()
    await first.take_ids(3)
    await joined(first, "alice", "bob")
    await moved(first, second, tmp_path / "first")
    await joined(second, "carol", "dan", "eve")
    await moved(second, third, tmp_path / "second")
    everyone = await third.scan_people(0, 10)
    assert [one.username for one in everyone] == ["alice", "bob", "carol", "dan", "eve"]
    await moved(first, third, tmp_path / "again")
    assert await third.scan_people(0, 10) == everyone


async def joined(store: MemoryStore, *names: str) -> None:
    for name in names:
        id = await store.take_ids(1)
        await store.write((Create("User", id, {"username": name, "usernameKey": name}),))


async def moved(one: MemoryStore, other: MemoryStore, folder: Path) -> None:
    await export(one, Csv(with_mapping(folder)))
    files = written(folder, Csv.suffix)
    await load(other, order(files, load_mapping(str(folder / "mapping.yaml")), folder))


def with_mapping(folder: Path) -> Path:
    folder.mkdir()
    (folder / "mapping.yaml").write_text(mapping_text(Csv.suffix))
    return folder


async def test_graphml_says_whatever_the_graph_says(memory: MemoryStore, tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("a\x01c,b,import\na\x02c,b\uffff,import\n")
    mapping = MAPPING.replace("create}", "create, set: {via: '3'}}")
    await load(memory, order([tmp_path / "f.csv"], mapping_of(mapping), tmp_path))
    odd = "one\rtwo\r\nthree\x01\ufffe\U0001f600"
    await memory.write((Create("Post", POST, {"text": odd, "createdAt": T0}),))
    people = await cast(memory, carol={"bio": "<&>"})
    await link(memory, "SHARES", POST, POST, at=T0, via=people.carol)
    assert await everything(memory, tmp_path, "graphml") == 0
    graph = nx.read_graphml(tmp_path / "graph.graphml")
    told = {data["via"] for _, _, data in graph.edges(data=True) if "via" in data}
    assert told == {"import", people.carol}
    [post] = [name for name in graph if name.startswith("Post:")]
    assert graph.nodes[post]["text"] == "one\rtwo\r\nthree\ufffd\ufffd\U0001f600"
    assert {"User:other:a\\u0001c", "User:other:a\\u0002c", "User:other:b\\uffff"} <= set(graph)


async def test_one_persons_data_is_all_of_theirs_and_nobody_elses(memory: MemoryStore) -> None:
    await village(memory)
    ids = await memory.find_people("usernameKey", ["alice", "bob", "carol", "dan"])
    alice, bob, carol, dan = (id or 0 for id in ids)
    told = await export_person(memory, alice)
    assert told["profile"]["username"] == "alice"
    assert "subjectKey" not in told["profile"]
    assert [one["id"] for one in told["edges"]["FOLLOWS"]["out"]] == [f"user_{bob}"]
    assert told["edges"]["FOLLOWS"]["in"][0]["notify"] is True
    assert told["edges"]["POSTED"]["out"][0]["id"] == f"post_{POST}"
    assert (await export_person(memory, carol))["edges"]["BLOCKS"]["out"][0]["id"] == f"user_{dan}"
    assert (await export_person(memory, dan))["edges"] == {}
