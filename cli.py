"""`amity VERB …`: reads the settings, calls the verb's few lines, turns failures into exit codes.

0 done; 1 done, but something was rejected or is wrong; 2 called wrongly; 3 a server can't be
reached; 130 interrupted. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from graph.errors import AmityError, Unavailable
from graph.stores.embedded import ServersError
from settings import SettingsError, read_settings
from verbs import Verb

VERBS = {
    "serve": "answer GraphQL, and run the servers that this needs",
    "token": "print a signed token for development",
    "migrate": "bring constraints, indexes and formats up to date",
    "worker": "consume events, and nothing else",
    "analyze": "run a graph algorithm over all edges of a kind",
    "load": "import nodes and edges from files",
    "export": "write the whole graph, or one person's data, into files",
    "doctor": "check what must always hold, and repair it",
    "user": "suspend, restore or bind one person",
    "cypher": "ask the graph, in read-only Cypher",
    "events": "look at events that were given up, and replay them",
}


def main(argv: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if argv is None else argv)
    try:  # a verb's imports take a while, and may be interrupted too
        args = _parser(words[0] if words else None).parse_args(words)
        return _verb(args.verb).run(args, read_settings())
    except SettingsError as wrong:
        return _say(f"{wrong}", 2)
    except (ServersError, Unavailable) as unreachable:
        return _say(f"{unreachable}", 3)
    except AmityError as refused:
        return _say(f"{refused}", 1)
    except KeyboardInterrupt:
        return _say("Interrupted.", 130)


def _parser(asked: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="amity",
        description="A social graph service: GraphQL over a graph database.",
        epilog="`amity VERB --help` shows each with an example. Settings: docs/settings.md.",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, about in VERBS.items():
        form = verbs.add_parser(
            name, help=about, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        if name == asked:  # only the one that is asked for is imported: they are heavy
            verb = _verb(name)
            form.description = f"{about[0].upper()}{about[1:]}."
            form.epilog = f"example:\n  {verb.example}"
            verb.arguments(form)
    return parser


def _verb(name: str) -> Verb:
    verb: Verb = import_module(f"verbs.{name}").VERB
    return verb


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"amity: {sentence}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
