"""Cypher straight to a store, through the official driver, in a process of its own.

`python -m benchmarks.driver` reads one job as JSON from standard input and prints one result.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from neo4j import READ_ACCESS, AsyncDriver, AsyncGraphDatabase
from neo4j.exceptions import TransientError


async def ask(driver: AsyncDriver, job: dict[str, Any]) -> Any:
    """One question, asked again where the store has no room for it just now."""
    while True:
        try:
            async with driver.session(
                database=job["database"], default_access_mode=READ_ACCESS
            ) as session:
                result = await session.run(job["text"], job["params"])
                row = await result.single()
                return row["answer"] if row else None
        except TransientError:
            await asyncio.sleep(0.01)


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """As many questions as are answered in the time, or a single one with no time given."""
    answered = 0
    auth = (job["user"], job["password"]) if job["user"] else None
    async with AsyncGraphDatabase.driver(
        job["url"], auth=auth, notifications_min_severity="OFF", telemetry_disabled=True
    ) as driver:
        answer = await ask(driver, job)
        began = time.perf_counter()

        async def keep_asking() -> None:
            nonlocal answered
            while time.perf_counter() - began < job["seconds"]:
                await ask(driver, job)
                answered += 1

        await asyncio.gather(*(keep_asking() for _ in range(job["sessions"])))
        seconds = time.perf_counter() - began
    return {"answer": answer, "rate": answered / seconds}


async def cypher(**job: Any) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.driver",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(json.dumps(job).encode())
    if process.returncode != 0:
        raise RuntimeError(f"the driver's process ended with {process.returncode}")
    result: dict[str, Any] = json.loads(out)
    return result


if __name__ == "__main__":
    json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)
