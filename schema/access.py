"""Why the viewer may see something, or not."""

from __future__ import annotations

import strawberry

from graph.visibility import Decision


@strawberry.type(description="Why the viewer may see something, or not.")
class AccessDecision:
    allowed: bool = strawberry.field(description="May the viewer see it?")
    rule: str = strawberry.field(description="The rule that decided.")
    text: str = strawberry.field(description="The rule, as a sentence.")


def access_decision(decision: Decision) -> AccessDecision:
    return AccessDecision(allowed=decision.allowed, rule=decision.rule, text=decision.text)
