"""What an import changes is in everybody's feed, also where a timeline was kept before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.declaring import Flag
from graph.timelines.soundness import unsound
from tests.feed.running import CELEBRITY, Running, a_cast
from tests.loaders.loading import load, mapping_of, order
from tests.support.cast import NAMES, T0, Cast

pytestmark = [pytest.mark.anyio, pytest.mark.server("cache")]

TEXT = """
source: s
files:
  - match: "posts*"
    rows:
      - {node: Post, id: id, set: {text: text, createdAt: at}}
      - {edge: POSTED, from: who, to: id, set: {at: at}}
  - match: "follows*"
    edge: FOLLOWS
    from: who
    to: whom
    set: {since: at}
"""
MORE = ("frank", "grace")


async def known(it: Running) -> Cast:
    keys = {name: {"externalId": name, "externalKey": f"s\x1f{name}"} for name in (*NAMES, *MORE)}
    return await a_cast(it, **keys)


async def imported(it: Running, folder: Path, **files: str) -> None:
    paths = []
    for name, text in files.items():
        paths.append(folder / f"{name}.csv")
        paths[-1].write_text(text)
    done = await load(it.store, order(paths, mapping_of(TEXT), folder, crowd=CELEBRITY))
    assert done.rejected == 0
    await it.reader.catch_up(f"-.0.{await it.store.generation()}")


async def assert_sound(it: Running, people: Cast) -> None:
    assert await unsound(it.store, it.timelines, list(people), it.client.clock() + 10**9) == {}


async def test_a_timeline_that_was_kept_before_is_right_after(it: Running, tmp_path: Path) -> None:
    people = await known(it)
    await it.client.actions.follow(people.alice, people.bob)
    mine = await it.post(people.bob)
    old = await it.post(people.carol)
    await it.settle()
    assert await it.walk("alice") == [mine]
    follows = f"who,whom,at\nalice,carol,{T0 - 5}\n"
    posts = f"id,who,text,at\n1,bob,imported,{T0 - 3}\n"
    await imported(it, tmp_path, follows=follows, posts=posts)
    [post] = await it.store.find_posts("externalKey", ["s\x1f1"])
    assert await it.walk("alice") == [old, mine, post]
    await assert_sound(it, people)
    new = await it.post(people.carol)
    await it.settle()
    assert await it.walk("alice") == [new, old, mine, post]
    await assert_sound(it, people)


async def test_whom_an_import_made_a_celebrity_is_read_from_then_on(
    it: Running, tmp_path: Path
) -> None:
    people = await known(it)
    first = await it.post(people.bob)
    await it.settle()
    assert await it.walk("alice") == []
    names = [name for name in people.ids if name != "bob"][: CELEBRITY - 1]
    text = "who,whom,at\n" + "".join(f"{name},bob,{T0}\n" for name in names)
    await imported(it, tmp_path, posts="id,who,text,at\n", follows=text)
    [bob] = await it.store.people([people.bob])
    assert bob is not None
    assert not bob.flags & Flag.CELEBRITY
    assert await it.walk("alice") == [first]
    (tmp_path / "more").mkdir()
    more = f"who,whom,at\ngrace,bob,{T0}\n"
    await imported(it, tmp_path / "more", posts="id,who,text,at\n", follows=more)
    [bob] = await it.store.people([people.bob])
    assert bob is not None
    assert bob.flags & Flag.CELEBRITY
    pushed = it.fanout.stats.pushed
    second = await it.post(people.bob)
    await it.settle()
    assert (it.fanout.stats.pushed, it.fanout.stats.pulled) == (pushed, 1)
    for name in ("alice", "grace"):
        assert await it.walk(name) == [second, first]
    await assert_sound(it, people)
