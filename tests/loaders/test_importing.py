"""Files into a graph: what becomes of rows, what is given back, and that it goes on."""

from __future__ import annotations

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
import zstandard

from graph.declaring import PostType, Visibility
from graph.store import Store
from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.summary import DONE, STOPPED
from tests.loaders.loading import assert_sound, graph_of, load, mapping_of, names, order
from tests.support.cast import T0, cast, follow
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

PAIRS = [("alice", "bob"), ("bob", "alice"), ("carol", "bob")]
LINES = "".join(f"{a},{b}\n" for a, b in PAIRS)


async def test_two_columns_become_people_who_follow(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "follows.csv"
    file.write_text("follower,followed\n" + LINES)
    done = await load(memory, order([file], "follows", tmp_path))
    assert (done.read, done.created, done.rejected) == (3, 3, 0)
    assert done.nodes == {"User": 3}
    assert await graph_of(memory) == sorted(PAIRS)
    [alice] = await memory.find_people("usernameKey", ["alice"])
    assert alice is not None
    assert (await memory.counts([alice]))[0]["friends"] == 1
    await assert_sound(memory)
    assert not (tmp_path / "rejects").exists()


async def test_the_same_command_again_does_nothing(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "follows.csv"
    file.write_text(LINES)
    first = await load(memory, order([file], "follows", tmp_path))
    trips = memory.trips
    again = await load(memory, order([file], "follows", tmp_path))
    assert again.to_json() == first.to_json()
    assert memory.trips - trips == 1
    anew = await load(memory, order([file], "follows", tmp_path, restart=True))
    assert (anew.read, anew.same) == (3, 3)
    assert await graph_of(memory) == sorted(PAIRS)


WRITTEN = {
    "a.csv": lambda: LINES.encode(),
    "a.tsv": lambda: LINES.replace(",", "\t").encode(),
    "a.psv": lambda: LINES.replace(",", "|").encode(),
    "a.txt": lambda: LINES.replace(",", " ").encode(),
    "crlf.csv": lambda: LINES.replace("\n", "\r\n").encode(),
    "quoted.csv": lambda: LINES.replace("alice", '"alice"').encode(),
    "bom.csv": lambda: b"\xef\xbb\xbf" + LINES.encode(),
    "utf16.csv": lambda: LINES.encode("utf-16"),
    "utf32.csv": lambda: LINES.encode("utf-32"),
    "no_end.csv": lambda: LINES.rstrip("\n").encode(),
    "gaps.csv": lambda: LINES.replace("\n", "\n\n").encode(),
    "a.csv.gz": lambda: gzip.compress(LINES.encode()),
    "two.csv.gz": lambda: gzip.compress(LINES[:10].encode()) + gzip.compress(LINES[10:].encode()),
    "a.csv.xz": lambda: lzma.compress(LINES.encode()),
    "a.csv.zst": lambda: zstandard.compress(LINES.encode()),
}


@pytest.mark.parametrize("name", WRITTEN)
async def test_however_a_file_is_written(memory: MemoryStore, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WRITTEN[name]())
    done = await load(memory, order([tmp_path / name], "follows", tmp_path))
    assert (done.read, done.created) == (3, 3)
    assert await graph_of(memory) == sorted(PAIRS)


NAMED = """
source: mine
files:
  - edge: FOLLOWS
    from: who
    to: whom
    unknown: create
    set: {since: at}
"""


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.parquet", "a.arrow"])
async def test_columns_by_name_in_every_format(
    memory: MemoryStore, tmp_path: Path, name: str
) -> None:
    table = pa.table(
        {
            "at": pa.array([T0, T0 + 1, T0 + 2], pa.timestamp("ms")),
            "who": [a for a, _ in PAIRS],
            "whom": [b for _, b in PAIRS],
        }
    )
    path = tmp_path / name
    if name.endswith("parquet"):
        pyarrow.parquet.write_table(table, path)
    elif name.endswith("arrow"):
        pyarrow.feather.write_feather(table, str(path), compression="uncompressed")
    else:
        objects = [
            {"who": a, "whom": b, "at": T0 + at, "x": [1]} for at, (a, b) in enumerate(PAIRS)
        ]
        text = "".join(json.dumps(one) + "\n" for one in objects).encode()
        path.write_bytes(gzip.compress(text) if name.endswith("gz") else text)
    done = await load(memory, order([path], mapping_of(NAMED), tmp_path))
    assert (done.read, done.created) == (3, 3)
    assert sorted(at for _, _, at in await rows(memory, "FOLLOWS")) == [T0, T0 + 1, T0 + 2]


async def test_rows_that_are_wrong_are_given_back_and_complete_the_import(
    memory: MemoryStore, tmp_path: Path
) -> None:
    wrong = ["alice", "alice,alice", ",bob", 'alice,"bob', "alice,bob,carol", "alice,b\0b"]
    file = tmp_path / "follows.csv"
    file.write_bytes(
        ("who,whom\n" + LINES + "".join(f"{line}\n" for line in wrong)).encode()
        + b"alice,\xff\xfe\nalice,carol\n"
    )
    done = await load(memory, order([file], "follows", tmp_path))
    assert (done.read, done.created, done.rejected) == (11, 4, 7)
    given_back = (tmp_path / "rejects").read_bytes()
    assert b"#! line 5: 1 columns instead of 2\nalice\n" in given_back
    assert b'#! line 6: FOLLOWS leads from "alice" to itself\nalice,alice\n' in given_back
    assert b"#! line 8: a quote is opened and never closed\n" in given_back
    assert b"#! line 11: byte 7 is no UTF-8\nalice,\xff\xfe\n" in given_back

    mended = given_back
    for old, new in (
        (b"\nalice\n", b"\nalice,dan\n"),
        (b"\nalice,alice\n", b"\nalice,eve\n"),
        (b"\n,bob\n", b"\neve,bob\n"),
        (b'\nalice,"bob\n', b'\nalice,"bob"\n'),
        (b"\nalice,bob,carol\n", b"\ncarol,alice\n"),
        (b"b\0b", b"judy"),
        (b"\xff\xfe", b"heidi"),
    ):
        assert old in mended
        mended = mended.replace(old, new)
    (tmp_path / "mended").write_bytes(mended)
    more = await load(memory, order([tmp_path / "mended"], "follows", tmp_path))
    assert (more.read, more.created, more.same, more.rejected) == (7, 6, 1, 0)
    await assert_sound(memory)


async def test_too_many_wrong_rows_stop_the_load(
    memory: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", 32)
    file = tmp_path / "follows.csv"
    file.write_text("alice\n" * 5 + LINES)
    done = await load(memory, order([file], "follows", tmp_path, tolerate=3))
    assert (done.status, done.rejected, done.created) == (STOPPED, 5, 0)
    again = await load(memory, order([file], "follows", tmp_path, tolerate=5))
    assert (again.status, again.read, again.rejected) == (DONE, 8, 5)
    assert (tmp_path / "rejects").read_text().count("alice\n") == 5


async def test_of_rows_about_the_same_thing_the_last_one_counts(
    memory: MemoryStore, tmp_path: Path
) -> None:
    """Also where every row of a piece has one."""
    (tmp_path / "people.csv").write_text("id,name\na,Ada\nb,Bo\na,Eve\nb,Bea\n")
    (tmp_path / "follows.csv").write_text("who,whom,at\na,b,5\nb,a,6\na,b,7\nb,a,8\n")
    mapping = mapping_of(
        "files:\n  - {match: people.csv, node: User, id: id, set: {name: name}}\n"
        "  - {match: follows.csv, edge: FOLLOWS, from: who, to: whom, set: {since: at}}\n"
    )
    done = await load(memory, order([tmp_path], mapping, tmp_path / ".."))
    assert (done.created, done.changed, done.same) == (4, 4, 0)
    people = await memory.people(list(await names(memory)))
    assert [one.name for one in people if one is not None] == ["Eve", "Bea"]
    assert [at for _, _, at in await rows(memory, "FOLLOWS")] == [7, 8]


async def test_an_empty_field_leaves_what_is_there(store: Store, tmp_path: Path) -> None:
    """Also where a new node would have something of its own."""
    text = "id,author,text,createdAt,type,visibility\n1,a,x,1600000000001,IMAGE,FRIENDS\n"
    await cast(store, alice={"externalId": "a", "externalKey": "import\x1fa"})
    (tmp_path / "posts.csv").write_text(text)
    await load(store, order([tmp_path / "posts.csv"], "posts", tmp_path))
    (tmp_path / "posts.csv").write_text(text.replace("x,1600000000001,IMAGE,FRIENDS", "y,,,"))
    done = await load(store, order([tmp_path / "posts.csv"], "posts", tmp_path))
    assert (done.changed, done.rejected) == (1, 0)
    [id] = await store.find_nodes("Post", "externalKey", ["import\x1f1"])
    assert id is not None
    [post] = await store.posts([id])
    assert post is not None
    assert (post.text, post.created_at) == ("y", 1600000000001)
    assert (post.type, post.visibility) == (PostType.IMAGE, Visibility.FRIENDS)


async def test_friends_count_both_ways(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "friends.csv"
    file.write_text("alice,bob\nbob,alice\nbob,carol\n")
    done = await load(memory, order([file], "friends", tmp_path))
    assert (done.read, done.created, done.same) == (3, 2, 1)
    assert done.edges == {"FOLLOWS": 4}
    ids = list(await names(memory))
    assert [one["friends"] for one in await memory.counts(ids)] == [1, 2, 1]
    await assert_sound(memory)


async def test_ids_are_text_and_no_two_become_one(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "follows.csv"
    file.write_text("7,007\n007,+7\n7,7.0\n7,9223372036854775808\n")
    done = await load(memory, order([file], "follows", tmp_path))
    assert done.nodes == {"User": 5}
    assert await graph_of(memory) == sorted(
        [("7", "007"), ("007", "+7"), ("7", "7.0"), ("7", "9223372036854775808")]
    )


PEOPLE = """
source: staff
files:
  - match: "people*.csv"
    node: User
    id: number
    set:
      name: {columns: [first, last]}
      createdAt: {column: joined, unit: s}
      verified: {column: kind, values: {staff: true, guest: false}}
      country: {value: NL}
  - match: "teams.csv"
    optional: true
    edge: FOLLOWS
    from: number
    to: number#2
    set: {since: at}
"""


async def test_nodes_and_their_edges_in_the_order_of_the_mapping(
    memory: MemoryStore, tmp_path: Path
) -> None:
    (tmp_path / "teams.csv").write_text("number,number,at\n1,2,2024-01-02T03:04:05Z\n1,9,7\n")
    (tmp_path / "people.csv").write_text(
        "number,first,last,joined,kind\n1,Ada,Lovelace,1700000000,staff\n2,Bo,,1700000001,guest\n"
        "3,Cy,,soon,guest\n4,Di,,1,boss\n"
    )
    mapping = mapping_of(PEOPLE)
    done = await load(memory, order([tmp_path], mapping, tmp_path / ".."))
    assert (done.read, done.created, done.rejected) == (6, 3, 3)
    one, two = await memory.people(list(await names(memory)))
    assert one is not None
    assert two is not None
    assert (one.name, one.created_at, one.verified) == ("Ada Lovelace", 1_700_000_000_000, True)
    assert (two.name, two.country, two.source) == ("Bo", "NL", "staff")
    assert [at for _, _, at in await rows(memory, "FOLLOWS")] == [1_704_164_645_000]
    given_back = (tmp_path / ".." / "rejects").read_text()
    assert 'joined is "soon", which is no time' in given_back
    assert 'kind is "boss", which the mapping does not know' in given_back
    assert 'no User "9" is known' in given_back


@pytest.mark.parametrize(("mode", "results"), [("create", (1, 0, 1)), ("delete", (0, 1, 1))])
async def test_rows_that_only_create_or_that_delete(
    memory: MemoryStore, tmp_path: Path, mode: str, results: tuple[int, int, int]
) -> None:
    people = await cast(
        memory,
        alice={"externalId": "a", "externalKey": "x\x1fa"},
        bob={"externalId": "b", "externalKey": "x\x1fb"},
    )
    await follow(memory, people.alice, people.bob)
    text = f"source: x\nfiles:\n  - {{edge: FOLLOWS, from: '1', to: '2', mode: {mode}}}\n"
    (tmp_path / "f.csv").write_text("a,b\nb,a\n")
    done = await load(memory, order([tmp_path / "f.csv"], mapping_of(text), tmp_path))
    assert (done.created, done.changed, done.rejected) == results
    await assert_sound(memory)


async def test_a_chunk_that_was_cut_short_is_completed(
    memory: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store goes away in the middle of each chunk in turn; nothing is lost or counted twice."""
    monkeypatch.setattr("loaders.delimited.CHUNK_BYTES", 100)
    monkeypatch.setattr("loaders.writing.STEP", 3)
    monkeypatch.setattr("loaders.node_steps.NODES_STEP", 4)
    file = tmp_path / "follows.csv"
    lines = [f"p{a},p{(a * 7 + b) % 40}" for a in range(40) for b in range(3)]
    file.write_text("\n".join([*lines, "p1", "p1,p1"]) + "\n")
    whole = MemoryStore()
    expected = await load(whole, order([file], "follows", tmp_path, name="whole"))
    breaking: Any = Breaking(memory)
    done, tries = None, 0
    while done is None and tries < 500:
        tries += 1
        breaking.left = 3 + tries * 5 % 17
        try:
            done = await load(breaking, order([file], "follows", tmp_path))
        except Cut:
            continue
    assert done is not None
    assert tries > 8
    told, wanted = done.to_json(), expected.to_json()
    varies = {"began": 0, "ended": 0, "kept": 0}
    assert told | varies == wanted | varies
    assert await graph_of(memory) == await graph_of(whole)
    await assert_sound(memory)
    text = (tmp_path / "rejects").read_text()
    assert text.count("#! line") == expected.rejected


async def test_a_load_that_is_asked_to_stop_does_so_within_a_chunk(
    memory: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.writing.STEP", 3)
    file = tmp_path / "follows.csv"
    file.write_text("".join(f"p{n},p{n + 1}\n" for n in range(20)))
    what = order([file], "follows", tmp_path)

    class Stopping:
        def __getattr__(self, name: str) -> Any:
            if name == "import_edges":
                what.stop.set()
            return getattr(memory, name)

    stopping: Any = Stopping()
    done = await load(stopping, what)
    assert (done.status, done.read) == (STOPPED, 0)
    assert len(await rows(memory, "FOLLOWS")) == 3
    done = await load(memory, order([file], "follows", tmp_path))
    assert (done.status, done.read, done.created) == (DONE, 20, 20)
    assert done.edges == {"FOLLOWS": 20}
    await assert_sound(memory)


async def test_json_lines_of_another_kind_are_refused(memory: MemoryStore, tmp_path: Path) -> None:
    file = tmp_path / "follows.jsonl"
    file.write_text('{"follower": "alice", "followed": "bob"}\n')
    with pytest.raises(SourceError, match=r'no column "1", which .* it has follower, followed'):
        await load(memory, order([file], "follows", tmp_path))


class Cut(Exception):
    pass


class Breaking:
    """The store, until it has been asked so often: a write is done, and its answer lost."""

    def __init__(self, inner: MemoryStore) -> None:
        self._inner = inner
        self.left = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in ("import_edges", "import_nodes", "save_import", "find_nodes"):
            return found

        async def asked(*args: Any) -> Any:
            answer = await found(*args)
            self.left -= 1
            if self.left <= 0:
                raise Cut
            return answer

        return asked


async def test_other_files_under_the_same_name_are_refused(
    memory: MemoryStore, tmp_path: Path
) -> None:
    file = tmp_path / "follows.csv"
    file.write_text(LINES)
    await load(memory, order([file], "follows", tmp_path, name="a"))
    file.write_text(LINES * 2)
    with pytest.raises(SourceError, match="other files"):
        await load(memory, order([file], "follows", tmp_path, name="a"))


@pytest.mark.parametrize("cut", [30, 60])
async def test_a_damaged_file_is_told_and_what_was_read_stays(
    memory: MemoryStore, tmp_path: Path, cut: int
) -> None:
    file = tmp_path / "follows.csv.gz"
    text = "".join(f"{n},{n * 7919 % 10_007}\n" for n in range(1_000))
    file.write_bytes(gzip.compress(text.encode())[:-cut])
    with pytest.raises(SourceError, match="cut off or damaged"):
        await load(memory, order([file], "follows", tmp_path))
