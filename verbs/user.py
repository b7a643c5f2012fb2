"""`amity user`: what the person on call does to one profile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Awaitable, Callable

from rooms import Rooms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("action", choices=("suspend", "restore", "bind"))
    form.add_argument("username")
    form.add_argument("--issuer", help="bind: who signs the tokens")
    form.add_argument("--subject", help="bind: whom they name")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    if args.action == "bind" and not (args.issuer and args.subject):
        print("amity: bind needs --issuer and --subject", file=sys.stderr)
        return 2

    job = work(args.action, args.username, args.issuer, args.subject)
    return in_rooms(settings, "user", job)


def work(
    action: str, username: str, issuer: str | None, subject: str | None
) -> Callable[[Rooms], Awaitable[int]]:
    async def run(rooms: Rooms) -> int:
        if action == "suspend":
            done = await rooms.actions.suspend(username)
        elif action == "restore":
            done = await rooms.actions.restore(username)
        else:
            done = await rooms.actions.bind(username, issuer or "", subject or "")
        print(f"user_{done.person}")
        return 0

    return run


VERB = Verb("amity user bind alice --issuer https://id.example --subject 4711", _arguments, _run)
