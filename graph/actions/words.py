"""Tags and mentions in the words of a post, whatever the script. Pure."""

from __future__ import annotations

import re
import unicodedata

from graph.usernames import MAX_USERNAME, username_key

MAX_TAG = 50
# More than these in one post are noise: the first ones count.
MAX_TAGS = 30
MAX_MENTIONS = 30

_MENTION = re.compile(r"@([A-Za-z0-9_.]+)")
# What may stand before # or @ for it to begin something: nothing of a word, of an address or of
# another mark.
_GLUE = "/&@#=.-:"


def tags_in(text: str) -> tuple[str, ...]:
    """As they are kept: folded, each once, in order.

    >>> tags_in("#Graph theory, #Größe and #graph; not#this, #1 or https://a.example/#part")
    ('graph', 'grösse')
    >>> tags_in("東京は #夏 です。#日本語タグ")
    ('夏', '日本語タグ')
    """
    found: dict[str, None] = {}
    for start in _marks(text, "#"):
        tag = folded(_run(text, start + 1))
        if 0 < len(tag) <= MAX_TAG and not all(_is_digit(char) for char in tag):
            found[tag] = None
    return tuple(found)[:MAX_TAGS]


def mentions_in(text: str) -> tuple[str, ...]:
    """The keys of the usernames that are mentioned, each once, in order.

    >>> mentions_in("@Alice and @bob. (@carol_) dan@example.com @alice")
    ('alice', 'bob', 'carol_')
    """
    found: dict[str, None] = {}
    for start in _marks(text, "@"):
        match = _MENTION.match(text, start)
        name = match[1].rstrip(".") if match else ""
        ended = match is not None and not _goes_on(text, match.end())
        if 0 < len(name) <= MAX_USERNAME and ended:
            found[username_key(name)] = None
    return tuple(found)[:MAX_MENTIONS]


def folded(tag: str) -> str:
    """One spelling of a tag for all of its spellings.

    >>> folded("ＧＲＡＰＨ") == folded("Graph") == "graph"
    True
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())


def _marks(text: str, mark: str) -> list[int]:
    """Where the mark begins something."""
    return [
        at
        for at, char in enumerate(text)
        if char == mark and (at == 0 or not (_goes_on(text, at - 1) or text[at - 1] in _GLUE))
    ]


def _run(text: str, start: int) -> str:
    end = start
    while _goes_on(text, end):
        end += 1
    return text[start:end]


def _goes_on(text: str, at: int) -> bool:
    """Is this part of a word? Letters, marks, digits and joiners of any script."""
    if at >= len(text):
        return False
    char = text[at]
    return char == "_" or unicodedata.category(char)[0] in "LMN" or char in "\u200c\u200d"


def _is_digit(char: str) -> bool:
    return unicodedata.category(char)[0] == "N" or char == "_"
