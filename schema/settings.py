"""A person's own settings."""

from __future__ import annotations

import strawberry

from resolvers.profile import Settings as Found


@strawberry.type(description="A person's own settings.")
class Settings:
    hide_network: bool = strawberry.field(description="Nobody else sees one's links.")
    discoverable: bool = strawberry.field(description="May be found by search.")
    allow_suggestions: bool = strawberry.field(description="May be suggested to others.")
    country: str | None = strawberry.field(description="Two letters, ISO 3166-1.")
    interests: list[str] = strawberry.field(description="What one likes to read about.")


def settings(found: Found | None) -> Settings | None:
    if found is None:
        return None
    return Settings(
        hide_network=found.hide_network,
        discoverable=found.discoverable,
        allow_suggestions=found.allow_suggestions,
        country=found.country,
        interests=list(found.interests),
    )
