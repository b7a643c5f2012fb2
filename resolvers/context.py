"""What one request carries to its resolvers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.adjacency.reader import Reader
from graph.store import Store
from graph.visibility import Viewer
from resolvers.batches import Batches
from resolvers.feed.feeds import Feeds, no_timelines

if TYPE_CHECKING:
    from graph.actions import Actions
    from resolvers.cursors import Cursors
    from resolvers.snapshots import Snapshots


@dataclass(frozen=True, slots=True)
class Identity:
    """What a verified token says."""

    issuer: str
    subject: str
    scopes: frozenset[str]
    expires_at: int  # epoch seconds

    @property
    def subject_key(self) -> str:
        return f"{self.issuer}\x1f{self.subject}"


@dataclass(slots=True)
class Context:
    identity: Identity | None
    viewer: Viewer  # ANYONE where the token speaks for nobody yet
    reader: Reader
    store: Store
    actions: Actions
    cursors: Cursors
    snapshots: Snapshots
    now: Callable[[], int]  # epoch ms
    feeds: Feeds = field(default_factory=no_timelines)
    # Set by mutations: the answer's Amity-Epoch header.
    epoch: str | None = field(default=None)
    # This request's look-ups, gathered.
    batches: Batches = field(init=False)

    def __post_init__(self) -> None:
        self.batches = Batches(self)
