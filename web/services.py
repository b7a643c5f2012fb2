"""What the front door hands to the web: everything concrete, already made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import (
    ASTValidationRule,
    GraphQLSchema,
    specified_rules,
)

from analysts.cypher.desk import Desk
from analysts.runs.served import Runs
from graph.adjacency.reader import Reader
from graph.events.inboxes import Inboxes
from graph.store import Store
from resolvers.feed.feeds import Feeds, no_timelines
from settings import Settings
from web.budget import Script
from web.execution import Prepare
from web.health import Check
from web.limits import Limits
from web.metrics import Source
from web.tokens import Tokens
from web.tracing import NoTracing, Tracing

if TYPE_CHECKING:
    from graph.actions import Actions
    from resolvers.cursors import Cursors
    from resolvers.snapshots import Snapshots

Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Bounds, as the settings say."""

    max_cost: int = 50_000
    budget_per_minute: int | None = None
    max_body_bytes: int = 262_144
    max_concurrency: int = 128
    max_waiting: int = 256
    wait_seconds: float = 2.0
    request_seconds: float = 15.0
    max_sockets: int = 10_000
    heartbeat_seconds: float = 10.0
    document_cache_bytes: int = 32 << 20
    cors_origins: tuple[str, ...] = ()

    @staticmethod
    def of(settings: Settings) -> Numbers:
        return Numbers(
            max_cost=settings.max_cost,
            budget_per_minute=settings.budget_per_minute,
            max_body_bytes=settings.max_body_bytes,
            max_concurrency=settings.max_concurrency,
            max_waiting=2 * settings.max_concurrency,
            request_seconds=settings.request_seconds,
            max_sockets=settings.max_sockets,
            heartbeat_seconds=settings.heartbeat_seconds,
            cors_origins=tuple(filter(None, (settings.cors_origins or "").split(","))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    store: Store
    reader: Reader
    actions: Actions
    cursors: Cursors
    snapshots: Snapshots
    feeds: Feeds = field(default_factory=no_timelines)
    schema: GraphQLSchema
    prepare: Prepare
    tokens: Tokens
    now: Callable[[], int]  # epoch ms
    checks: Mapping[str, Check] = field(default_factory=dict)
    # Plain counters of other rooms, by room, for /metrics.
    counters: Mapping[str, Source] = field(default_factory=dict)
    # Runs Lua on the cache server, for budgets; None keeps them in this process.
    script: Script | None = None
    # Where live events are kept and heard of; without one there are no subscriptions.
    inboxes: Inboxes | None = None
    numbers: Numbers = field(default_factory=Numbers)
    limits: Limits = field(default_factory=Limits)
    rules: tuple[type[ASTValidationRule], ...] = tuple(specified_rules)
    tracing: Tracing = field(default_factory=NoTracing)
    desk: Desk | None = None  # where analysts are served; None where the store has no Cypher
    runs: Runs | None = None  # the same of algorithms
    on_start: tuple[Hook, ...] = ()
    on_stop: tuple[Hook, ...] = ()  # run in reverse
