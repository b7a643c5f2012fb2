"""Editing a post: what it said before is kept, and may be read by whoever sees the post."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from graph.actions.access import access_self
from graph.actions.moment import Moment
from graph.actions.post_deletion import access_own
from graph.actions.post_edges import linked, unlinked
from graph.actions.post_events import told_of_post
from graph.actions.post_rules import MAX_EDITS, PostInput, redrafted
from graph.actions.posts import mentioned
from graph.actions.writer import Writer, Written
from graph.changes import Append, Name, Op, Ops, Put
from graph.errors import BadInput
from graph.events.kinds import Kind
from graph.posts import write_media, write_version
from graph.records import Person, PostCard, Ties, Version
from graph.sight import no_post


async def edit_post(writer: Writer, person: int, post: int, given: PostInput) -> Written:
    card = await access_own(writer, person, post)
    if card.gone:
        raise no_post()
    draft = redrafted(card, given)
    decide = partial(
        decide_edit,
        given=given,
        mentions=await mentioned(writer, person, draft.mentions),
        tags={tag: await writer.ids.new() for tag in draft.tags},
    )
    _, ops = await writer.posts(person, [post], decide)
    return Written(await writer.committed(ops), post)


def decide_edit(
    person: Person | None,
    ties: Sequence[Ties],
    moment: Moment,
    given: PostInput,
    mentions: Sequence[int],
    tags: Mapping[str, int],
) -> Ops:
    me, before = access_self(person), ties[0].post
    if before is None or before.gone:
        raise no_post()
    draft = redrafted(before, given)
    after = replace(
        before,
        text=draft.text,
        media=draft.media,
        type=draft.type,
        visibility=draft.visibility,
    )
    if "text" in given:
        after = replace(after, tags=tuple(sorted(tags)), mentions=tuple(sorted(mentions)))
    ops = differing(before, after, moment.now, tags)
    return told_of_post(Kind.POST_CHANGED, moment, me.id, after, ops)


def differing(before: PostCard, after: PostCard, now: int, tags: Mapping[str, int]) -> Ops:
    """What makes the one of the other; nothing where they are the same."""
    reworded = (before.text, before.media) != (after.text, after.media)
    props: dict[str, Any] = {
        name: value
        for name, value, old in (
            ("text", after.text, before.text),
            ("media", write_media(after.media), write_media(before.media)),
            ("type", after.type.value, before.type.value),
            ("visibility", after.visibility.value, before.visibility.value),
        )
        if value != old
    }
    if reworded:
        props["editedAt"] = now
    ops: list[Op] = [Put("Post", after.id, props)] if props else []
    if reworded:
        ops.append(_kept(before, now))
    if before.tags != after.tags:
        ops.append(Name("TAGGED", after.id, {tag: tags[tag] for tag in after.tags}))
    for user in set(after.mentions) - set(before.mentions):
        ops += linked("MENTIONS", after.id, user, now)
    for user in set(before.mentions) - set(after.mentions):
        ops += unlinked("MENTIONS", after.id, user)
    return tuple(ops)


def _kept(before: PostCard, now: int) -> Append:
    if before.edits >= MAX_EDITS:
        raise BadInput(f"A post is edited at most {MAX_EDITS} times.", field="text")
    version = Version(now, before.text, before.media)
    return Append("Post", before.id, "edits", write_version(version))
