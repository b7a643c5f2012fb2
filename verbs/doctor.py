"""`amity doctor`: what is wrong, a line each; exit 1 while something is."""

from __future__ import annotations

import argparse
import sys

from graph.doctor import CHECKS, examine
from graph.events.queue import Queue
from graph.patients import Finding, Patient
from rooms import Rooms, now_ms
from settings import Settings
from verbs import Verb
from verbs.rooms import in_rooms


def _arguments(form: argparse.ArgumentParser) -> None:
    form.add_argument("--repair", action="store_true", help="repair what can be, and look again")
    form.add_argument("--only", choices=sorted(CHECKS), help="one check")
    form.add_argument("--sample", type=_count, help="about so many people, chosen at random")


def _run(args: argparse.Namespace, settings: Settings) -> int:
    async def work(rooms: Rooms) -> int:
        patient = Patient(
            rooms.store,
            rooms.reader,
            rooms.actions,
            now_ms,
            args.sample,
            timelines=rooms.timelines,
            queue=Queue(rooms.cache),
        )
        if args.repair:
            await repair(patient, args.only)
        return await report(patient, args.only)

    return in_rooms(settings, "doctor", work)


async def report(patient: Patient, only: str | None) -> int:
    wrong = 0
    async for finding in examine(patient, only):
        wrong += 1
        _say(finding)
    verdict = f"{wrong} found" if wrong else "nothing is wrong"
    print(f"amity: looked at {only or 'everything'}: {verdict}.", file=sys.stderr)
    return min(wrong, 1)


async def repair(patient: Patient, only: str | None) -> None:
    async for finding in examine(patient, only):
        if finding.repair is not None:
            _say(finding, "repaired: ")
            await finding.repair()


def _say(finding: Finding, prefix: str = "") -> None:
    print(f"{prefix}{finding.check}: {finding.text}", flush=True)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of people is wanted")
    return int(text)


VERB = Verb("amity doctor --repair --only counters --sample 1000", _arguments, _run)
