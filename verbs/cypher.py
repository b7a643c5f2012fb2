"""`amity cypher`: read-only Cypher; rows on standard output, everything else on standard error."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from analysts.cypher.advice import cheaper
from analysts.cypher.asking import Answer, Bounds, asked
from analysts.cypher.estimating import estimated, sizes
from analysts.cypher.formats import BINARY, MEDIA, written
from analysts.cypher.gate import Judged, judge
from analysts.cypher.saved import find, read_saved
from graph.errors import BadInput
from graph.stores.embedded import Connection, attach
from graph.values import Plan
from rooms import make_store, now_ms
from settings import Settings, SettingsError
from verbs import Verb, cypher_api, service

CUT = {
    "rows": "cut off after {rows:,} rows: ask for more with --limit",
    "bytes": "cut off after {rows:,} rows, at {size} MiB: ask for fewer columns",
}


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("query", nargs="?", help="the statement; or use --file")
    form.add_argument("--saved", metavar="NAME", help="one of the saved questions")
    form.add_argument("--list", action="store_true", help="the saved questions")
    form.add_argument("--file", type=Path, help="a file with the statement")
    form.add_argument(
        "--param",
        action="append",
        type=_param,
        default=[],
        metavar="K=V",
        help="a parameter: JSON where V is such, else text; may be repeated",
    )
    form.add_argument("--format", choices=sorted(MEDIA), default="table")
    form.add_argument("--limit", type=_whole, default=10_000, help="rows at most (10,000)")
    form.add_argument("--timeout", type=_seconds, default=60.0, help="seconds at most (60)")
    form.add_argument("--explain", action="store_true", help="show the plan, and run nothing")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    try:
        if service.is_wanted():
            return _ask_the_api(args)
        if args.list:
            return _list(one.described() for one in read_saved(settings.analyst_queries).values())
        text, params = _question(args, settings)
        judged = judge(text, params, limit=args.limit + 1)
        with attach(settings, "cypher") as where:
            return asyncio.run(_ask_the_store(args, judged, settings, where))
    except BadInput as wrong:
        print(" ".join(filter(None, ["amity:", f"{wrong}", wrong.detail])), file=sys.stderr)
        return 2


def _ask_the_api(args: argparse.Namespace) -> int:
    if args.list:
        return _list(service.ask("/cypher/saved", None, args.timeout)["saved"])
    body = {
        "params": dict(args.param),
        "limit": args.limit,
        "timeout": args.timeout,
        "explain": args.explain,
    }
    path = f"/cypher/saved/{args.saved}" if args.saved else "/cypher"
    if not args.saved:
        body["query"] = _text(args)
    answer = service.ask(path, body, args.timeout)
    if not args.explain:
        return cypher_api.show(answer, args.format)
    _show(_read_plan(answer["plan"]))
    return _advise(answer["rows"], answer["advice"])


def _read_plan(data: dict[str, Any]) -> Plan:
    return Plan(data["step"], data["rows"], tuple(_read_plan(one) for one in data["of"]))


def _list(saved: Iterable[Mapping[str, Any]]) -> int:
    for one in saved:
        params = ", ".join(f"{param['name']}: {param['type']}" for param in one["params"])
        print(f"{one['name']}({params})  {one['about']}".rstrip())
    return 0


def _question(args: argparse.Namespace, settings: Settings) -> tuple[str, dict[str, Any]]:
    params = dict(args.param)
    if args.saved is None:
        return _text(args), params
    one = find(read_saved(settings.analyst_queries), args.saved)
    return one.text, one.filled(params)


def _text(args: argparse.Namespace) -> str:
    if (args.query is None) == (args.file is None):
        raise SettingsError("Either a statement, --file or --saved is wanted.")
    if args.file is None:
        return str(args.query)
    try:
        return str(args.file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as unreadable:
        raise SettingsError(f"{args.file} can't be read.") from unreadable


async def _ask_the_store(
    args: argparse.Namespace, judged: Judged, settings: Settings, where: Connection
) -> int:
    store = make_store(settings, where, longest_read=args.timeout)
    try:
        await store.open()
        await store.migrate()
        if args.explain:
            _show(await store.plan(judged.text, judged.params))
            rows = estimated(judged.parsed, await sizes(store))
            return _advise(rows, cheaper(judged.parsed))
        bounds = Bounds(rows=args.limit, seconds=args.timeout)
        async with asked(store, judged, bounds, now_ms()) as answer:
            return await _print(args.format, answer)
    finally:
        await store.close()


async def _print(format: str, answer: Answer) -> int:
    if format in BINARY and sys.stdout.isatty():
        raise BadInput(f"{format} is not for a terminal: send it to a file.")
    out = sys.stdout.buffer
    async for some in written(format, answer.columns, aiter(answer)):
        out.write(some)
    out.flush()
    if answer.cut:
        said = CUT[answer.cut].format(rows=answer.rows, size=answer.bytes >> 20)
        print(f"amity: {said}.", file=sys.stderr)
    return 0


def _show(plan: Plan, depth: int = 0) -> None:
    rows = "" if plan.rows is None else f"  (about {plan.rows:,.0f} rows)"
    print("  " * depth + plan.text + rows)
    for child in plan.children:
        _show(child, depth + 1)


def _advise(rows: float, advice: Iterable[str]) -> int:
    print(f"estimate: about {rows:,.0f} rows are gone through")
    for one in advice:
        print(f"cheaper: {one}")
    return 0


def _param(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError("NAME=VALUE is wanted")
    try:
        return name, orjson.loads(value)
    except orjson.JSONDecodeError:
        return name, value


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of rows is wanted")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 86_400:
        raise argparse.ArgumentTypeError("a number of seconds is wanted")
    return seconds


VERB = Verb(
    "amity cypher 'MATCH (u:User {username: $name})-[:FOLLOWS]->(v) RETURN v.username'"
    " --param name=alice --format csv",
    _arguments,
    _run,
)
