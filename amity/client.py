"""Asks a running Amity from a notebook, with the rights of a token.

from amity import Amity

amity = Amity("http://127.0.0.1:8000", token)
amity.cypher("MATCH (u:User) RETURN u.country AS c, count(*) AS n").to_pandas()
amity.ego("p…", depth=2)  # draws itself
amity.analyze("pagerank", top=10).to_pandas()
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx

from amity.answer import Answer

# For a turn to come, besides the time that a question may take.
GRACE_SECONDS = 60.0
NODES = ("id", "username", "externalId", "value")  # what an algorithm says of each
DRAWN = 2_000  # edges that an ego network or a sample brings at most

EGO = """
MATCH (u:User {{{field}: $who}})-[:FOLLOWS*0..{depth}]-(v:User)
WITH DISTINCT v LIMIT $most
WITH collect(v) AS vs UNWIND vs AS a
OPTIONAL MATCH (a)-[f:FOLLOWS]->(b:User) WHERE b IN vs
RETURN a, f, b
"""
SAMPLE = """
MATCH (u:User) WITH u, rand() AS turn ORDER BY turn LIMIT $most
WITH collect(u) AS us UNWIND us AS a
OPTIONAL MATCH (a)-[f:FOLLOWS]->(b:User) WHERE b IN us
RETURN a, f, b
"""


class AmityError(Exception):
    """What Amity refused, with its stable code."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Amity:
    def __init__(self, url: str, token: str, timeout: float = 60.0) -> None:
        self._timeout = timeout
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=timeout + GRACE_SECONDS,
            trust_env=False,
        )

    def cypher(self, query: str, *, limit: int | None = None, **params: Any) -> Answer:
        """Rows of a statement; keyword arguments are its parameters."""
        return self._ask("/cypher", {"query": query, "params": params}, limit)

    def saved(self, name: str, *, limit: int | None = None, **params: Any) -> Answer:
        """Rows of a saved question."""
        return self._ask(f"/cypher/saved/{name}", {"params": params}, limit)

    def ego(self, user: int | str, depth: int = 1, most: int = 200) -> Answer:
        """Who is within so many follows of somebody, either way, and the follows among them.

        `user` is an id (42, `user_42`), a pseudonym, or, for a role that may know, a username.
        """
        field, who = _whom(user)
        query = EGO.format(field=field, depth=int(depth))
        return self.cypher(query, limit=DRAWN, who=who, most=most)

    def sample(self, n: int = 50) -> Answer:
        """Some people chosen at random, and the follows among them."""
        return self.cypher(SAMPLE, limit=DRAWN, most=n)

    def analyze(
        self,
        algorithm: str,
        graph: str = "follows",
        *,
        note: Callable[[str], None] | None = None,
        **more: Any,
    ) -> Answer:
        """What an algorithm says of each node, best first; `facts` is what it says of the whole.

        `more` are the command line's flags: source, target, top, samples, seed, resolution,
        summary, estimate, write; `plot="png"` brings a picture besides, which the answer shows
        as the last value of a cell. `note` is told how it goes.
        """
        body = {"algorithm": algorithm, "graph": graph, **more}
        patience = httpx.Timeout(self._timeout + GRACE_SECONDS, read=None)
        with self._client.stream("POST", "/analyze", json=body, timeout=patience) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                self._read(answer)
            return _analyzed(answer.iter_lines(), note or (lambda _: None))

    def schema(self) -> Mapping[str, Any]:
        """Every public label, type and property, and how it stands in this role's answers."""
        found: Mapping[str, Any] = self._read(self._client.get("/cypher/schema"))
        return found

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Amity:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Amity({self._client.base_url!s})"  # never the token

    def _ask(self, path: str, body: dict[str, Any], limit: int | None) -> Answer:
        body["timeout"] = self._timeout
        if limit is not None:
            body["limit"] = limit
        data = self._read(self._client.post(path, json=body))
        return Answer(data["columns"], data["rows"], data["asOf"], data["cut"], data["suppressed"])

    def _read(self, answer: httpx.Response) -> Any:
        data = answer.json()
        if answer.status_code != httpx.codes.OK:
            error = data["errors"][0]
            raise AmityError(error["message"], error["extensions"]["code"])
        return data


def _analyzed(lines: Iterable[str], note: Callable[[str], None]) -> Answer:
    rows: list[Mapping[str, Any]] = []
    for line in lines:
        match json.loads(line):
            case {"note": text}:
                note(text)
            case {"row": row}:
                rows.append(row)
            case {"error": error}:
                raise AmityError(error["message"], error["code"])
            case {"end": end}:
                return Answer(
                    NODES, rows, end["asOf"], end["cut"], facts=end["facts"], picture=_picture(end)
                )
    raise AmityError("The answer broke off.", "UNAVAILABLE")


def _picture(end: Mapping[str, Any]) -> bytes | None:
    drawn = end.get("picture")
    return None if drawn is None else b64decode(drawn)


def _whom(user: int | str) -> tuple[str, int | str]:
    if isinstance(user, int):
        return "id", user
    number = user.removeprefix("user_")
    if number != user and number.isdecimal():
        return "id", int(number)
    is_pseudonym = len(user) == 18 and user[0] == "p" and user.isalnum()
    return ("id" if is_pseudonym else "username"), user
