"""How delimited text is told apart: quotes, line ends, headers, and what is no record."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.chunks import START, Place, SourceError
from loaders.delimited import plainly
from loaders.dialects import Dialect
from loaders.records import slowly
from loaders.summary import Progress
from tests.loaders.loading import graph_of, load, mapping_of, order
from tests.support.reading import rows

pytestmark = pytest.mark.anyio

POSTS = "source: mine\nfiles:\n  - {node: Post, id: id, set: {text: text}}\n"


async def loaded(store: MemoryStore, folder: Path, text: bytes | str, mapping: str) -> Progress:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return await load(store, order([path], mapping_of(mapping), folder))


async def texts_of(store: MemoryStore) -> list[str]:
    return [props["text"] async for chunk in store.scan_nodes("Post") for props in chunk]


async def test_a_carriage_return_is_wrong_only_outside_of_quotes(
    memory: MemoryStore, tmp_path: Path
) -> None:
    text = b'id,text\r\n1,"a\r\nb"\r\n2,"c\rd"\r\n3,e\rf\r\n'
    done = await loaded(memory, tmp_path, text, POSTS)
    assert (done.created, done.rejected) == (2, 1)
    assert sorted(await texts_of(memory)) == ["a\r\nb", "c\rd"]
    given_back = (tmp_path / "rejects").read_bytes()
    assert b"a carriage return within the line\n3,e\rf\n" in given_back


PLACES = """
source: mine
files:
  - {edge: FOLLOWS, from: '1', to: '2', unknown: create, set: {since: '3?'}}
"""


@pytest.mark.parametrize("first", ["", "from,to,when\n"])
async def test_a_column_that_may_be_missing_is_found_by_its_place(
    memory: MemoryStore, tmp_path: Path, first: str
) -> None:
    text = first + "alice,bob,2024-01-01\ncarol,dan,2024-01-02\n"
    mapping = f"format: {{header: {str(bool(first)).lower()}}}\n{PLACES}"
    done = await loaded(memory, tmp_path, text, mapping)
    assert (done.created, done.rejected) == (2, 0)
    assert [at for _, _, at in await rows(memory, "FOLLOWS")] == [1704067200000, 1704153600000]


async def test_a_column_that_may_be_missing_is_missing(memory: MemoryStore, tmp_path: Path) -> None:
    done = await loaded(memory, tmp_path, "alice,bob\n", PLACES)
    assert (done.created, done.rejected) == (1, 0)


NO_NAMES = PLACES.replace(", set: {since: '3?'}", "")
GUESSED = {
    "alice,bob\n1,2\ncarol,dan\n": [("1", "2"), ("alice", "bob"), ("carol", "dan")],
    "one,other\n1,2\n3,4\n": [("1", "2"), ("3", "4")],
    "one,other\n": [("one", "other")],
    "who,whom\n\nalice,bob\n": [("alice", "bob")],
    "one,other\n1,2\n٣,4\n": [("1", "2"), ("one", "other"), ("٣", "4")],
    '"who","whom"\nalice,bob\n': [("alice", "bob")],
    '"alice\nsmith","bob"\ncarol,dan\n': [("alice\nsmith", "bob"), ("carol", "dan")],
    '"a,b";dan\ncarol;eve\n': [("a,b", "dan"), ("carol", "eve")],
}


@pytest.mark.parametrize("text", GUESSED)
async def test_a_first_line_is_a_header_or_a_row(
    memory: MemoryStore, tmp_path: Path, text: str
) -> None:
    done = await loaded(memory, tmp_path, text, NO_NAMES)
    assert done.rejected == 0
    assert await graph_of(memory) == GUESSED[text]


async def test_comments_may_be_long(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = f"format: {{comment: '#'}}\n{NO_NAMES}"
    text = f"# a,b {'x' * 999}\n" * 100 + "alice\tbob\n"
    await loaded(memory, tmp_path, text, mapping)
    assert await graph_of(memory) == [("alice", "bob")]


async def test_a_first_line_that_is_no_text_is_given_back(
    memory: MemoryStore, tmp_path: Path
) -> None:
    done = await loaded(memory, tmp_path, b"\xff,bob\n1,2\n", NO_NAMES)
    assert (done.created, done.rejected) == (1, 1)
    assert b"line 1: byte 1 is no UTF-8" in (tmp_path / "rejects").read_bytes()


async def test_a_header_may_have_line_ends(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = POSTS.replace("text: text", 'text: "what was\\nsaid"')
    text = 'id,"what was\nsaid"\n1,a\n2,"b\nc"\nx\n'
    done = await loaded(memory, tmp_path, text, mapping)
    assert (done.created, done.rejected) == (2, 1)
    assert sorted(await texts_of(memory)) == ["a", "b\nc"]
    back = tmp_path / "rejects"
    assert "#! line 6: 1 columns" in back.read_text()
    mended = tmp_path / "mended"
    mended.write_text(back.read_text().replace("\nx\n", "\n3,d\n"))
    done = await load(memory, order([mended], mapping_of(mapping), tmp_path))
    assert (done.created, done.rejected) == (1, 0)


NAMED_TWICE = {
    "id,id,id#2\n": ("id", "id#3"),
    "id,id\n": ("id", "id#2"),
    "id?,id\n": ("id?", "id"),
}


@pytest.mark.parametrize("header", NAMED_TWICE)
async def test_every_column_has_a_name_of_its_own(
    memory: MemoryStore, tmp_path: Path, header: str
) -> None:
    a, b = NAMED_TWICE[header]
    mapping = f'files:\n  - {{edge: FOLLOWS, from: "{a}", to: "{b}", unknown: create}}\n'
    text = header + ",".join(["alice", "bob", "carol"][: header.count(",") + 1])
    done = await loaded(memory, tmp_path, text, mapping)
    assert done.created == 1
    assert await graph_of(memory) == [("alice", "bob")]
    mapping = 'files:\n  - {edge: BLOCKS, from: id, to: "id#2", format: {columns: [id, id]}}\n'
    done = await loaded(memory, tmp_path, "alice,bob\n", mapping)
    assert done.created == 1


async def test_a_number_is_written_in_digits(memory: MemoryStore, tmp_path: Path) -> None:
    mapping = NO_NAMES.replace("'1'", "'²'")
    with pytest.raises(SourceError, match='no column "²"'):
        await loaded(memory, tmp_path, "alice,bob\n", mapping)


# What begins a piece, or stands in it, and may be seen by one of the two ways to read it alone.
PIECES = (
    *("a", "bé", "7", "007", " ", "\t", "\n", "\r\n", "\r", ",", "  ", "|", "#", "#! ", "#! x"),
)
PIECES += (
    "\ufeff",
    "\u00a0",
    "\u2003",
    "\x0b",
    "\x1c",
    "\x85",
    "\0",
    '"',
    '"a\rb"',
    "\n\n",
    "NULL",
)
DIALECTS = [
    Dialect(delimiter, quote, comment, names, START, b"", notes)
    for delimiter in (",", "\t", "whitespace")
    for quote in ('"', None)
    for comment in (None, "#")
    for names in (("1",), ("1", "2"))
    for notes in (False, True)
]
ODD = [
    "\ufeffa,b\n",
    "a\u00a0x b\nc d\n",
    "\t\na\tb\n",
    "a,b\n \n",
    "   \n",
    "a,b\n\r\n",
    "#! a,b\n",
]


def check_that_both_say_the_same(text: str, dialect: Dialect) -> bool:
    """Whether it can be read at once at all."""
    block = text.encode()
    at_once = plainly(block, dialect, START, Place(len(block), 1 + block.count(b"\n")))
    if at_once is None:
        return False
    one_by_one, used = slowly(block, dialect, START, True)
    assert used == len(block)
    assert one_by_one.end == at_once.end
    assert one_by_one.rejects == at_once.rejects
    assert one_by_one.lines.tolist() == at_once.lines.tolist()
    for name in dialect.names:
        assert one_by_one.columns[name].to_pylist() == at_once.columns[name].to_pylist()
    for row in range(len(at_once)):
        assert one_by_one.raw(row) == at_once.raw(row)
    return True


def test_both_ways_to_read_a_piece_say_the_same() -> None:
    some = random.Random(7)
    texts = ["".join(some.choices(PIECES, k=some.randint(1, 9))) for _ in range(2_000)]
    texts += ["".join(some.choices(PIECES[:14], k=some.randint(1, 9))) for _ in range(2_000)]
    pairs = [(text, some.choice(DIALECTS)) for text in texts]
    pairs += [(text, dialect) for text in ODD for dialect in DIALECTS]
    assert sum(check_that_both_say_the_same(*pair) for pair in pairs) > 300
