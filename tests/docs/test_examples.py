"""The comparison itself: what the placeholder lets through, and what it does not."""

from __future__ import annotations

import pytest

from tests.docs.examples import difference, examples, text_difference


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({"a": [1, None, True]}, {"a": [1, None, True]}),
        ("2026-…Z", "2026-01-01T00:00:00.000Z"),
        ("…", 12),
        (["x", "…"], ["x"]),
        (["x", "…"], ["x", "y", "z"]),
    ],
)
def test_what_is_shown_describes_what_came(shown: object, real: object) -> None:
    assert difference(shown, real) is None


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ([1, 2], [1, 2, 3]),
        ([1, "…"], []),
        (["x", "…"], ["y", "x"]),
        ("2026-…Z", "2025-01-01T00:00:00.000Z"),
        ("a…", 12),
        (1, True),
        (1, 1.0),
        (None, "…"),
    ],
)
def test_what_came_is_something_else(shown: object, real: object) -> None:
    assert difference(shown, real) is not None


def test_plain_text() -> None:
    assert text_difference("ready http://127.0.0.1:…", "ready http://127.0.0.1:8000\n") is None
    assert text_difference("one\n…\nlast", "one\ntwo\nthree\nlast") is None
    assert text_difference("one …", "one two\nthree") is not None
    assert text_difference("a.c", "abc") is not None


def test_a_question_is_paired_with_its_answer() -> None:
    page = "x\n```graphql alice\n{ a }\n```\n\n```json\n{}\n```\n```sh\namity serve\n```\n"
    first, second = examples("page.md", page)
    assert (first.asked.language, first.asked.info, first.asked.text) == (
        "graphql",
        "alice",
        "{ a }",
    )
    assert first.answer is not None
    assert first.answer.text == "{}"
    assert second.answer is None
    assert second.name == "page.md:9"


@pytest.mark.parametrize("page", ["```json\n{}\n```", "```sh\namity"])
def test_a_page_that_is_written_wrongly_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match=r"page\.md:1"):
        examples("page.md", page)
