"""A mapping with an error points at its line and names what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.chunks import SourceError
from loaders.mapping import MappingError
from loaders.parsing import load_mapping, parse, shipped
from tests.loaders.loading import load, mapping_of, order

WRONG = {
    "files:\n  - edge: FOLOWS\n    from: a\n    to: b\n": (
        'mine.yaml, line 2: "FOLOWS" is no kind of edge',
        "FOLLOWS",
    ),
    "files:\n  - edge: FOLLOWS\n    from: a\n": ("mine.yaml, line 2", '"to" is missing'),
    "files:\n  - node: User\n    id: a\n    set:\n      nmae: b\n": (
        "mine.yaml, line 5",
        'a User has no "nmae"',
    ),
    "files:\n  - node: User\n    id: a\n    set: {externalKey: b}\n": ("line 4", "externalKey"),
    "files:\n  - node: User\n    id: a\n    mode: replace\n": ("line 4", "upsert, create, delete"),
    "files:\n  - {node: User, id: a, form: csv}\n": ("line 2", '"form" means nothing here'),
    "files:\n  - {node: User, id: a, from: b}\n": ("line 2", '"from" means nothing here'),
    "files:\n  - {edge: LIKED, from: a, to: b, both_ways: true}\n": ("line 2", "one way only"),
    "fils: []\n": ("mine.yaml, line 1", '"fils" means nothing here'),
    "files: [\n": ("mine.yaml, line 2", ""),
    "": ("mine.yaml is empty", ""),
    "- a\n": ("mine.yaml, line 1", "names with values"),
    "format: {delimiter: ab}\nfiles:\n  - {node: User, id: a}\n": ("line 1", "one plain character"),
    "files:\n  - {node: User, id: a, format: {encoding: utf9}}\n": ("line 2", "utf9"),
    "files:\n  - {edge: FOLLOWS, from: a, to: b, set: {since: {column: c, unit: h}}}\n": (
        "line 2",
        "in s or in ms",
    ),
    **{
        f"files:\n  - {{node: User, id: a, format: {{encoding: {name}}}}}\n": ("line 2", name)
        for name in ("idna", "undefined", "punycode", "rot13", "base64")
    },
    **{
        f"files:\n  - node: User\n    id: a\n    set: {{{said}}}\n": ("line 4", what)
        for said, what in {
            "createdAt: {value: 2024-13-45}": 'it is "2024-13-45", which is no time',
            "name: {value: !foo x}": '"!foo" means nothing here',
            "verified: {value: maybe}": "no true or false",
            "lastActiveDay: {column: c, values: {a: 1, b: x}}": "no whole number",
            "privacy: {value: secret}": "none of PUBLIC, FRIENDS, PRIVATE",
            "emails: {column: c, split: ''}": "between the parts of a list",
            "name: {columns: []}": "a column is wanted",
        }.items()
    },
    **{
        f"files:\n  - {{{said}}}\n": ("line 2", "a name space has")
        for said in (
            "node: User, id: a, source: 'b:c'",
            "node: User, id: a, source: ''",
            'node: User, id: a, source: "b\\x1fc"',
            "edge: FOLLOWS, from: a, to: {column: b, source: 'b:c'}",
        )
    },
    "source: 'b:c'\nfiles:\n  - {node: User, id: a}\n": ("line 1", "no colon"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_line(text: str) -> None:
    where, what = WRONG[text]
    with pytest.raises(MappingError) as error:
        mapping_of(text)
    assert where in str(error.value)
    assert what in str(error.value)
    assert str(error.value).count("mine.yaml") == 1


@pytest.mark.anyio
async def test_a_column_that_a_file_does_not_have_is_named(
    memory: MemoryStore, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("who,whom\nalice,bob\n")
    mapping = mapping_of("files:\n  - {edge: FOLLOWS, from: who, to: wohm}\n")
    with pytest.raises(SourceError, match=r'no column "wohm", which .* at line 2; it has'):
        await load(memory, order([tmp_path / "a.csv"], mapping, tmp_path))


def test_a_mapping_whose_name_is_no_name_space_says_one() -> None:
    text = "files:\n  - {node: User, id: a}\n"
    with pytest.raises(MappingError, match=r'a:b.yaml, line 1: "source" is missing'):
        parse(text, "a:b.yaml", "a:b")
    assert parse(f"source: c\n{text}", "a:b.yaml", "a:b").source == "c"


def test_every_mapping_that_is_shipped_says_what_it_is_about() -> None:
    assert {"follows", "friends", "snap"} <= set(shipped())
    assert all(load_mapping(name).about for name in shipped())


def test_a_mapping_whose_name_is_no_text() -> None:
    with pytest.raises(MappingError, match=r"a\\udcff.yaml can't be read: its name is no UTF-8"):
        load_mapping("a\udcff.yaml")


def test_a_mapping_that_is_not_there() -> None:
    with pytest.raises(MappingError, match="shipped are"):
        load_mapping("nothing")
