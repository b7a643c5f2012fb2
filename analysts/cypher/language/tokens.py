"""Text to tokens, and a token back to text that every store reads in one way.

Comments go. Escapes are read here and never printed: a string of anything but plain characters
becomes a parameter. (Neo4j resolves `\\u0027` before it looks for the end of a string.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from graph.errors import BadInput

LONGEST = 65_536
LONGEST_NAME = 128

_WORDS = """ALL ALTER AND ANY AS ASC BEGIN BY CALL CASE COLLECT COMMIT CONTAINS COUNT CREATE CSV
CYPHER DELETE DENY DESC DETACH DISTINCT DROP ELSE END ENDS EXISTS EXPLAIN FALSE FILTER FINISH
FOREACH FROM GRANT IN INSERT INTO IS LET LIMIT LOAD MATCH MERGE NODETACH NONE NOT NULL OFFSET ON
OPTIONAL OR ORDER PROFILE REDUCE REMOVE RENAME RETURN REVOKE ROLLBACK SET SHOW SINGLE SKIP START
STARTS STOP TERMINATE THEN TRUE UNION UNWIND USE USING WHEN WHERE WITH XOR YIELD"""
WORDS = frozenset(re.findall(r"\w+", _WORDS))

_SPACE = re.compile(r"(?:\s+|//[^\n\r]*|/\*.*?\*/)", re.DOTALL)
_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(
    r"0x[0-9a-fA-F]+|0o[0-7]+"
    r"|(?:\d+\.(?!\.)\d+|\.\d+|\d+(?=[eE][+-]?\d))(?:[eE][+-]?\d+)?"
    r"|\d+"
)
_OPERATOR = re.compile(r"<=|>=|<>|=~|\.\.|\+=|::|\|\||[()\[\]{},;:|.=<>+\-*/%^$!&]")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN_STRING = re.compile(r"[A-Za-z0-9 _.,:;!?@#%&*()+=/<>|~^{}\[\]-]*")
_HALF = re.compile("[\ud800-\udfff]")  # of bytes that are no UTF-8
_ESCAPES = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
}


class Refused(BadInput):
    """Why the gate says no, and where."""

    def __init__(self, reason: str, line: int = 1, column: int = 1) -> None:
        super().__init__(
            f"Refused at line {line}, column {column}: {reason}", line=line, column=column
        )
        self.reason = reason


class Token(NamedTuple):
    kind: str  # name | quoted | string | int | float | parameter | operator | end
    text: str  # a name, an operator, a number's digits, a string's value
    at: int  # where in the source it begins
    until: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "name" and self.text.upper() in words


@dataclass(frozen=True, slots=True)
class Source:
    text: str

    def refuse(self, reason: str, at: int) -> Refused:
        before = self.text[:at]
        return Refused(reason, before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)


def tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise Refused(f"a statement has at most {LONGEST} characters")
    source, found, at = Source(text), [], 0
    if half := _HALF.search(text):
        raise source.refuse("this is no character", half.start())
    while True:
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        if at == len(text):
            found.append(Token("end", "", at, at))
            return found
        token = _token(source, at)
        found.append(token)
        at = token.until


def _token(source: Source, at: int) -> Token:
    text = source.text
    if text[at] in "'\"":
        return _string(source, at)
    if text[at] == "`":
        return _quoted(source, at)
    if text[at] == "$":
        return _parameter(source, at)
    if name := _NAME.match(text, at):
        if name.end() - at > LONGEST_NAME:
            raise source.refuse(f"a name has at most {LONGEST_NAME} characters", at)
        return Token("name", name[0], at, name.end())
    if number := _NUMBER.match(text, at):
        return _number(source, at, number[0])
    if text.startswith("/*", at):
        raise source.refuse("this comment does not end", at)
    if operator := _OPERATOR.match(text, at):
        return Token("operator", operator[0], at, operator.end())
    if text[at] == "\\":
        raise source.refuse("an escape may only stand inside a string", at)
    raise source.refuse("this character has no meaning here", at)


def _number(source: Source, at: int, digits: str) -> Token:
    until = at + len(digits)
    if source.text[until : until + 1].isalnum() or source.text[until : until + 1] == "_":
        raise source.refuse("this is neither a number nor a name", at)
    if re.fullmatch(r"\d+|0x.*|0o.*", digits):
        if len(digits) > 66:
            raise source.refuse("an integer has at most 64 bits", at)
        value = int(digits, 0 if digits[:2] in ("0x", "0o") else 10)
        if value > 2**63:
            raise source.refuse("an integer has at most 64 bits", at)
        return Token("int", str(value), at, until)
    if float(digits) == float("inf"):
        raise source.refuse("this number is too large", at)
    return Token("float", repr(float(digits)), at, until)


def _string(source: Source, at: int) -> Token:
    text, quote, here = source.text, source.text[at], at + 1
    value: list[str] = []
    while here < len(text):
        character = text[here]
        if character == quote:
            return Token("string", "".join(value), at, here + 1)
        if character == "\\":
            decoded, here = _escape(source, here)
            value.append(decoded)
        else:
            value.append(character)
            here += 1
    raise source.refuse("this string does not end", at)


def _escape(source: Source, at: int) -> tuple[str, int]:
    text, letter = source.text, source.text[at + 1 : at + 2]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], at + 2
    if letter in ("u", "U"):
        size = 4 if letter == "u" else 8
        digits = text[at + 2 : at + 2 + size]
        if re.fullmatch(f"[0-9a-fA-F]{{{size}}}", digits):
            code = int(digits, 16)
            if code < 0x110000 and not 0xD800 <= code < 0xE000:
                return chr(code), at + 2 + size
    raise source.refuse("this escape has no meaning", at)


def _quoted(source: Source, at: int) -> Token:
    end = source.text.find("`", at + 1)
    name = source.text[at + 1 : end]
    if end < 0:
        raise source.refuse("this name does not end", at)
    if not name or len(name) > LONGEST_NAME or "\\" in name or not name.isprintable():
        raise source.refuse("a quoted name has printable characters, and no backslash", at)
    if source.text[end + 1 : end + 2] == "`":
        raise source.refuse("a quoted name has no backtick", at)
    return Token("quoted", name, at, end + 1)


def _parameter(source: Source, at: int) -> Token:
    text = source.text
    if text[at + 1 : at + 2] == "`":
        name = _quoted(source, at + 1)
        return Token("parameter", name.text, at, name.until)
    found = re.compile(r"\w+").match(text, at + 1)
    if not found or len(found[0]) > LONGEST_NAME:
        raise source.refuse("a parameter needs a name", at)
    return Token("parameter", found[0], at, found.end())


def printed(token: Token, *, named: bool) -> str | None:
    """As every store reads it; None for a string that has to be a parameter.

    `named`: it stands where a name stands, so a word of the language is quoted, lest a store
    takes it for the beginning of a clause.
    """
    match token.kind:
        case "name":
            word = named and token.text.upper() in WORDS
            plain = not word and _PLAIN_NAME.fullmatch(token.text)
            return token.text if plain else f"`{token.text}`"
        case "quoted":
            return f"`{token.text}`"
        case "parameter":
            named = re.fullmatch(r"[A-Za-z0-9_]+", token.text) is not None
            return f"${token.text}" if named else f"$`{token.text}`"
        case "string":
            return f"'{token.text}'" if _PLAIN_STRING.fullmatch(token.text) else None
        case _:
            return token.text
