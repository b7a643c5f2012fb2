"""Tags and mentions among the words of a post, in any script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.actions.words import MAX_MENTIONS, MAX_TAG, MAX_TAGS, folded, mentions_in, tags_in

TEXT = st.text(alphabet=st.sampled_from("aB9_ #@./-:&ßİ夏é\u0301\u200d\n#@") | st.characters())


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#one #Two #THREE", ("one", "two", "three")),
        ("(#in) \u201e#quotes\u201c, #comma. #end!", ("in", "quotes", "comma", "end")),
        ("#straße #STRASSE", ("strasse",)),
        ("#Größe #GRÖSSE", ("grösse",)),
        ("#Cafe\u0301 #Café", ("café",)),
        ("#ｆｕｌｌ #full", ("full",)),
        ("#夏#冬", ("夏",)),
        ("#夏 #冬。", ("夏", "冬")),
        ("#हिन्दी #العربية #עברית", ("हिन्दी", "العربية", "עברית")),
        ("#snake_case #2024 #2024wm #_", ("snake_case", "2024wm")),
        ("no#tag &#39; /#path a@b#c ##twice", ()),
        ("# alone #", ()),
        ("#" + "x" * MAX_TAG, ("x" * MAX_TAG,)),
        ("#" + "x" * (MAX_TAG + 1), ()),
        ("#a,#b", ("a", "b")),
        ("", ()),
    ],
)
def test_tags(text: str, tags: tuple[str, ...]) -> None:
    assert tags_in(text) == tags


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@alice @BOB.", ("alice", "bob")),
        ("(@alice), @a.b.c...", ("alice", "a.b.c")),
        ("mail alice@example.com or @@bob", ()),
        ("@alicé @ли @", ()),
        ("@" + "x" * 30 + " @" + "y" * 31, ("x" * 30,)),
        ("@alice/@bob", ("alice",)),
    ],
)
def test_mentions(text: str, names: tuple[str, ...]) -> None:
    assert mentions_in(text) == names


def test_noise_has_an_end() -> None:
    assert len(tags_in(" ".join(f"#t{n}x" for n in range(100)))) == MAX_TAGS
    assert len(mentions_in(" ".join(f"@u{n}" for n in range(100)))) == MAX_MENTIONS


@given(TEXT)
def test_whatever_is_written_tags_are_folded_short_and_each_once(text: str) -> None:
    tags = tags_in(text)
    assert len(set(tags)) == len(tags)
    for tag in tags:
        assert 0 < len(tag) <= MAX_TAG
        assert folded(tag) == tag
        assert not any(char.isspace() or char in "#@" for char in tag)
    assert all(name == name.lower() for name in mentions_in(text))


@given(TEXT)
def test_words_in_between_change_no_tag(text: str) -> None:
    assert tags_in(f"before {text} after") == tags_in(text)
