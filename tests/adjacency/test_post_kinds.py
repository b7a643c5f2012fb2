"""How posts travel through the cache: what comes out is what went in, or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.adjacency.kinds import VERSION, Sheet, kinds
from graph.declaring import PostType, Visibility
from graph.model import counters
from graph.records import Media, PostCard
from graph.stores.memory import MemoryStore

KINDS = kinds(MemoryStore())
IDS = st.integers(1, 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
MEDIA = st.builds(
    Media,
    url=TEXT,
    type=st.sampled_from(PostType),
    width=st.none() | st.integers(1, 100),
    height=st.none() | st.integers(1, 100),
    alt=st.none() | TEXT,
)
CARDS = st.builds(
    PostCard,
    id=IDS,
    author=st.integers(0, 2**32),
    created_at=st.integers(0, 2**50),
    visibility=st.sampled_from(Visibility),
    type=st.sampled_from(PostType),
    text=st.none() | TEXT,
    edited_at=st.none() | st.integers(0, 2**50),
    edits=st.integers(0, 100),
    gone=st.booleans(),
    reply_to=st.none() | IDS,
    shares=st.none() | IDS,
    tags=st.tuples(TEXT, TEXT) | st.just(()),
    mentions=st.tuples(IDS) | st.just(()),
    media=st.tuples(MEDIA) | st.just(()),
    external_id=st.none() | TEXT,
    source=st.none() | TEXT,
)


@given(st.none() | CARDS)
def test_a_card_comes_back_as_it_was(card: PostCard | None) -> None:
    filling = KINDS.posts.pack(7, Sheet(card))
    assert KINDS.posts.unpack([filling.value]) == [Sheet(card)]
    assert KINDS.posts.size(Sheet(card)) > 0


@given(CARDS, st.data())
def test_what_was_cut_short_is_read_anew(card: PostCard, data: st.DataObject) -> None:
    value = KINDS.posts.pack(7, Sheet(card)).value
    cut = value[: data.draw(st.integers(0, len(value) - 1))]
    assert KINDS.posts.unpack([cut]) == [None]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x00" + b"null",
        VERSION + b"{}",
        VERSION + b"[]",
        VERSION + b'{"id": 1, "visibility": "EVERYBODY"}',
    ],
)
def test_what_another_version_wrote_is_as_good_as_missing(value: bytes) -> None:
    assert KINDS.posts.unpack([value]) == [None]
    assert KINDS.post_counts.unpack([value]) == [None]


def test_counts_of_posts_are_kept_apart_from_those_of_people() -> None:
    counts = dict.fromkeys(counters("Post"), 3)
    filling = KINDS.post_counts.pack(7, counts)
    assert filling.name != KINDS.counts.key(7)
    assert [dict(one or {}) for one in KINDS.post_counts.unpack([filling.value])] == [counts]
    assert KINDS.counts.unpack([filling.value]) == [None]
