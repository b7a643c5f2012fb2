"""One operation, whichever way it came: on whose behalf, at what cost, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult

from graph.errors import BadInput
from graph.visibility import ANYONE
from resolvers.context import Context, Identity
from schema.errors import present_errors
from web.answers import MAX_ERRORS, Error
from web.budget import Budget, Standing, spent_up, who_pays
from web.cost import Costs
from web.documents import Document, Documents, Operation
from web.parameters import Parameters
from web.services import Services

MAX_EPOCH = 128


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks, as far as the request says."""

    identity: Identity | None
    address: str | None
    epoch: bytes | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A GraphQL answer: members as they travel, and the code of the first failure."""

    body: dict[str, Any]
    code: str
    asked_nothing: bool  # the request as a whole was refused


class Operations:
    def __init__(self, services: Services, documents: Documents, budget: Budget | None) -> None:
        self._services = services
        self._documents = documents
        self._budget = budget
        self._costs = Costs(services.reader, services.numbers.max_cost)

    def prepare(self, query: str) -> Document:
        return self._documents.prepare(query)

    async def context(self, caller: Caller) -> Context:
        """Who looks, with the sets that decide what is seen."""
        reader = self._services.reader
        if caller.epoch is not None:
            await reader.catch_up(_epoch(caller.epoch))
        viewer = ANYONE
        if caller.identity is not None:
            person = await reader.person_of(caller.identity.subject_key)
            viewer = await reader.viewer(person)
        return self.context_of(caller.identity, viewer)

    def context_of(self, identity: Identity | None, viewer: Any) -> Context:
        services = self._services
        return Context(
            identity=identity,
            viewer=viewer,
            reader=services.reader,
            store=services.store,
            actions=services.actions,
            cursors=services.cursors,
            snapshots=services.snapshots,
            now=services.now,
            feeds=services.feeds,
        )

    async def price(self, context: Context, operation: Operation, asked: Parameters) -> int:
        """Raises TooExpensive."""
        return await self._costs.check(
            operation.shape, operation.reads, asked.variables, context.viewer
        )

    async def charge(self, caller: Caller, context: Context, cost: int) -> Standing | None:
        """Where the viewer's budget stands now; None where there are no budgets."""
        if self._budget is None:
            return None
        who = who_pays(
            context.viewer.id,
            caller.identity.subject_key if caller.identity else None,
            caller.address,
        )
        return await self._budget.spend(who, cost)

    async def run(
        self, context: Context, document: Document, asked: Parameters, root: object = None
    ) -> Result:
        operation = document.operation(asked.operation_name)
        result = operation.run(context, dict(asked.variables), root)
        return present(await result if isawaitable(result) else result)


def check_standing(standing: Standing | None) -> None:
    """Raises RateLimited."""
    if standing is not None and not standing.allowed:
        raise spent_up(standing)


def present(result: ExecutionResult) -> Result:
    body: dict[str, Any] = {}
    code = "OK"
    if result.errors:
        errors = present_errors(result.errors[:MAX_ERRORS])
        body["errors"] = [error.formatted for error in errors]
        code = str((errors[0].extensions or {})["code"])
    asked_nothing = result.data is None and all(one.path is None for one in result.errors or ())
    if not asked_nothing:
        body["data"] = result.data
    return Result(body, code, asked_nothing)


def first_code(failures: tuple[Error, ...]) -> str:
    return str(failures[0]["extensions"]["code"])


def _epoch(header: bytes) -> str:
    if len(header) > MAX_EPOCH or not header.isascii() or not header.decode().isprintable():
        raise BadInput("The Amity-Epoch header is none that we sent.")
    return header.decode()
