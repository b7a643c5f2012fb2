"""`amity serve`: the whole service, in the foreground."""

from __future__ import annotations

import argparse
import os
import sys

from graph.stores.embedded import demo_mark
from settings import Settings
from verbs import Verb
from verbs.supervisor import Service, supervise

APP = "server:app"
LOAD_DEMO = (sys.executable, "-m", "verbs.demo")
DEMO_CELEBRITY = "500"
DEMO_QUERY = (
    '{ user(username: \\"bob\\") { name mutualFriends(first: 5) { totalCount nodes { name } } } }'
)


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("--demo", action="store_true", help="load a small lively network first")
    form.add_argument("--host", help="the address to listen on (AMITY_HOST)")
    form.add_argument("--port", help="the port, 0 for a free one (AMITY_PORT)")
    form.add_argument("--workers", help="processes that answer (AMITY_WORKERS)")
    form.add_argument(
        "--no-worker", action="store_true", help="leave the event consumers to `amity worker`"
    )


def _run(args: argparse.Namespace, settings: Settings) -> int:
    settings = _with_flags(args, settings)
    service = Service(
        APP,
        announce=lambda url: _announce(url, settings, args.demo),
        prepare=LOAD_DEMO if args.demo and not _is_loaded(settings) else None,
    )
    supervise(settings, service)
    return 0


def _with_flags(args: argparse.Namespace, settings: Settings) -> Settings:
    """A flag is worth as much as its setting, and is checked the same way."""
    flags = {"AMITY_HOST": args.host, "AMITY_PORT": args.port, "AMITY_WORKERS": args.workers}
    if args.demo and "AMITY_CELEBRITY_FOLLOWERS" not in os.environ:
        flags["AMITY_CELEBRITY_FOLLOWERS"] = DEMO_CELEBRITY
    if args.no_worker:
        flags["AMITY_CONSUME_EVENTS"] = "off"
    given = {name: text for name, text in flags.items() if text is not None}
    return Settings.read({**settings.env(), **given})


def _is_loaded(settings: Settings) -> bool:
    """Asking the graph itself would cost another process, which takes seconds to import."""
    mark = demo_mark(settings)
    return mark is not None and mark.exists()


def _announce(url: str, settings: Settings, demo: bool) -> None:
    print(f"ready {url}", flush=True)
    if demo:
        from verbs.token import token_for  # not before it is ready: cryptography is heavy

        print(_invitation(url, token_for(settings, "alice", ttl=86_400)), flush=True)


def _invitation(url: str, token: str) -> str:
    return f"""
A token for alice, for a day:
{token}

Which friends do alice and bob share? Paste:
curl -s {url}/graphql -H 'Content-Type: application/json' \\
  -H 'Authorization: Bearer {token}' \\
  -d '{{"query": "{DEMO_QUERY}"}}'
"""


VERB = Verb("amity serve --demo", _arguments, _run)
