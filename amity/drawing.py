"""A small graph as SVG: springs between neighbours, and a circle for everybody."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import networkx

SIDE, EDGE_OF_PAGE = 480, 40
STEPS, SEED = 200, 7
NAMED = 30  # with more nodes, names would lie upon one another
COLOURS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#9d755d", "#e45756", "#72b7b2")


def svg(graph: networkx.MultiDiGraph) -> str:
    names = list(graph)
    number = {name: at for at, name in enumerate(names)}
    pairs = {(number[a], number[b]) for a, b in graph.edges() if a != b}
    places = _placed(len(names), sorted(pairs))
    kinds = sorted({_kind(data) for _, data in graph.nodes(data=True)})
    lines = [_line(places, a, b, both=(b, a) in pairs) for a, b in sorted(pairs)]
    circles = [
        _circle(place, name, data, COLOURS[kinds.index(_kind(data)) % len(COLOURS)])
        for place, (name, data) in zip(places, graph.nodes(data=True), strict=True)
    ]
    texts = [
        _text(place, _name(name, data))
        for place, (name, data) in zip(places, graph.nodes(data=True), strict=True)
        if len(names) <= NAMED
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" width="{SIDE}" '
        'font-family="sans-serif" font-size="10"><defs><marker id="amity-arrow" viewBox="0 0 6 6" '
        'refX="12" refY="3" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0,0 L6,3 L0,6 z" fill="#999"/></marker></defs>'
        + "".join((*lines, *circles, *texts))
        + "</svg>"
    )


def _placed(count: int, pairs: list[tuple[int, int]]) -> np.ndarray:
    """Fruchterman and Reingold, 1991: all push one another away, neighbours pull."""
    random = np.random.default_rng(SEED)
    at = random.random((count, 2))
    wanted = 1 / np.sqrt(max(count, 1))
    ends = np.array(pairs, dtype=int).reshape(-1, 2)
    for step in range(STEPS):
        apart = at[:, None] - at[None]
        distance = np.maximum(np.linalg.norm(apart, axis=2), 1e-3)
        push = (apart * (wanted / distance)[..., None] ** 2).sum(axis=1)
        pull = np.zeros_like(at)
        along = at[ends[:, 0]] - at[ends[:, 1]]
        strength = along * np.linalg.norm(along, axis=1, keepdims=True) / wanted
        np.add.at(pull, ends[:, 0], -strength)
        np.add.at(pull, ends[:, 1], strength)
        move = push + pull + (0.5 - at) * 0.1
        length = np.maximum(np.linalg.norm(move, axis=1, keepdims=True), 1e-9)
        at += move / length * np.minimum(length, 0.1 * (1 - step / STEPS))
    span = np.maximum(np.ptp(at, axis=0), 1e-9)
    placed: np.ndarray = (at - at.min(axis=0)) / span * (SIDE - 2 * EDGE_OF_PAGE) + EDGE_OF_PAGE
    return placed


def _line(places: np.ndarray, a: int, b: int, *, both: bool) -> str:
    (x1, y1), (x2, y2) = places[a], places[b]
    arrow = "" if both else ' marker-end="url(#amity-arrow)"'
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#bbb"{arrow}/>'


def _circle(place: np.ndarray, name: Any, data: dict[str, Any], colour: str) -> str:
    said = ", ".join(f"{key}: {value}" for key, value in data.items() if key != "labels")
    title = escape(f"{_kind(data)} {name} {said}".strip())
    return (
        f'<circle cx="{place[0]:.1f}" cy="{place[1]:.1f}" r="6" fill="{colour}" stroke="#fff">'
        f"<title>{title}</title></circle>"
    )


def _text(place: np.ndarray, name: str) -> str:
    return f'<text x="{place[0] + 8:.1f}" y="{place[1] + 3:.1f}">{escape(name)}</text>'


def _kind(data: dict[str, Any]) -> str:
    return str((data.get("labels") or [""])[0])


def _name(name: Any, data: dict[str, Any]) -> str:
    text = str(data.get("username") or data.get("name") or name)
    return text if len(text) <= 14 else text[:13] + "…"
