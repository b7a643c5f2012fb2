"""A small schema whose fields fail, wait and change in every way the web has to bear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

import strawberry

from graph.deadline import remaining
from graph.errors import DeadlineExceeded, Forbidden, Unavailable
from resolvers.context import Context


@dataclass
class Steps:
    """What happened inside, and when it may go on."""

    begun: int = 0
    ended: int = 0
    cancelled: int = 0
    go: asyncio.Event = field(default_factory=asyncio.Event)
    moved: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def begin(self) -> None:
        async with self.moved:
            self.begun += 1
            self.moved.notify_all()

    async def until(self, begun: int) -> None:
        async with self.moved:
            await self.moved.wait_for(lambda: self.begun >= begun)


def toy(steps: Steps) -> strawberry.Schema:
    async def wait() -> str:
        await steps.begin()
        try:
            await steps.go.wait()
        except asyncio.CancelledError:
            steps.cancelled += 1
            raise
        finally:
            steps.ended += 1
        return "done"

    @strawberry.type
    class Query:
        @strawberry.field
        def hello(self, name: str = "you") -> str:
            return f"hello {name}"

        @strawberry.field
        def twice(self, number: int) -> int:
            return 2 * number

        @strawberry.field
        async def waits(self) -> str | None:
            return await wait()

        @strawberry.field
        async def store_is_slow(self) -> str | None:
            await asyncio.sleep(remaining(60.0))
            raise DeadlineExceeded("The graph did not answer in time.")

        @strawberry.field
        def broken(self) -> str | None:
            raise KeyError("alice's secret, user_42")

        @strawberry.field
        def nothing(self) -> int | None:
            return "no number of user_42"  # type: ignore[return-value]

        @strawberry.field
        def forbidden(self) -> str | None:
            raise Forbidden("Only followers see this.", rule="PRIVATE")

        @strawberry.field
        def unavailable(self) -> str:
            raise Unavailable("The graph can't be reached.", 3)

        @strawberry.field
        def whoami(self, info: strawberry.Info[Context, None]) -> str | None:
            identity = info.context.identity
            return identity.subject if identity else None

    @strawberry.type
    class Mutation:
        @strawberry.mutation
        def change(self, info: strawberry.Info[Context, None]) -> str:
            info.context.epoch = "e-17"
            return "changed"

        @strawberry.mutation
        async def change_slowly(self) -> str:
            return await wait()

    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def ticks(self) -> AsyncGenerator[int, None]:
            yield 1

    return strawberry.Schema(Query, Mutation, Subscription)
