"""Warm questions through HTTP and GraphQL, against the same questions as Cypher to the store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.driver import cypher
from benchmarks.rounds import alternate
from benchmarks.service import Service
from benchmarks.table import Row, short

CARD = "id username name"
MUTUAL = (
    f"query($b: ID!) {{ viewer {{ mutualFriends(with: $b, first: 20) {{ nodes {{ {CARD} }} }} }} }}"
)
FOF = (
    "{ viewer { friendsOfFriends(first: 20) "
    f"{{ edges {{ mutualCount node {{ {CARD} }} }} }} }} }}"
)
# Enough to keep both cores busy; more only makes the embedded store run out of room.
SESSIONS = 4


@dataclass(frozen=True, slots=True)
class Question:
    name: str
    document: str
    text: str  # the file of its Cypher
    answer: Callable[[Any], list[list[Any]]]  # GraphQL's, in the shape of Cypher's
    at_least: float


def cards(data: Any) -> list[list[Any]]:
    return [card(node) for node in data["viewer"]["mutualFriends"]["nodes"]]


def counted(data: Any) -> list[list[Any]]:
    edges = data["viewer"]["friendsOfFriends"]["edges"]
    return [[*card(edge["node"]), edge["mutualCount"]] for edge in edges]


def card(node: Any) -> list[Any]:
    return [int(node["id"].removeprefix("user_")), node["username"], node["name"]]


QUESTIONS = (
    Question("mutual friends, plain Cypher", MUTUAL, "mutual_plain", cards, 20),
    Question("mutual friends, best Cypher", MUTUAL, "mutual_best", cards, 20),
    Question("friends of friends, best Cypher", FOF, "fof_best", counted, 50),
)


async def rows(service: Service, ids: list[int], quick: bool) -> AsyncIterator[Row]:
    for question in QUESTIONS:
        yield await compare(service, ids[0], ids[1], question, quick)


async def compare(
    service: Service, viewer: int, other: int, question: Question, quick: bool
) -> Row:
    text = (Path(__file__).parent / "cypher" / f"{question.text}.cypher").read_text()
    variables = {"b": f"user_{other}"} if question.document is MUTUAL else {}
    request = service.request(question.document, variables, viewer)
    seconds = 1.0 if quick else 3.0

    async def ours() -> float:
        return (await service.load([request], seconds=seconds)).rate

    async def theirs(seconds: float = seconds, sessions: int = SESSIONS) -> Any:
        at = service.connection
        return await cypher(
            url=at.graph_url,
            user=at.graph_user,
            password=at.graph_password,
            database=at.graph_database,
            text=text,
            params={"viewer": viewer, "other": other},
            seconds=seconds,
            sessions=sessions,
        )

    async def their_rate() -> float:
        return float((await theirs())["rate"])

    shown = question.answer(await service.ask(question.document, variables, viewer))
    same = (await theirs(0.5, 1))["answer"]
    if shown != same or len(shown) != 20:
        raise RuntimeError(f"{question.name}: {shown} is not {same}")
    # A store just started compiles what it runs often; it is to be at its best, as we are.
    await theirs(2.0 if quick else 6.0)
    await ours()
    seen = await alternate(ours, their_rate, rounds=2 if quick else 3)
    a, b = seen.medians
    return Row(
        question.name,
        service.name,
        seen.ratios,
        f"{short(a)} requests/s against {short(b)} statements/s",
        at_least=question.at_least,
    )
