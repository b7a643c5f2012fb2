"""The only writers: each method is one change, checked, committed with its event, and visible.

Every one of them is idempotent: what is already so is answered again, without a write or an event.
A denial changes nothing; it raises one of `graph.errors` that names the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graph.actions import (
    deletion,
    operators,
    pending,
    post_deletion,
    post_editing,
    posts,
    profile,
    reactions,
    sharing,
)
from graph.actions.access import access_other
from graph.actions.activity import Activity, mark_celebrity
from graph.actions.block import decide_block, decide_unblock
from graph.actions.follow import check_via, decide_follow, decide_unfollow
from graph.actions.mute import decide_mute, decide_unmute, is_muting
from graph.actions.post_rules import PostInput
from graph.actions.profile_rules import ProfileInput
from graph.actions.requests import decide_accept, decide_decline, decide_remove_follower
from graph.actions.suggestions import decide_dismiss
from graph.actions.writer import Done, Writer, Written
from graph.adjacency.reader import Reader
from graph.ids import TimeIds, UserIds
from graph.store import Store

__all__ = ["Actions", "Done", "PostInput", "ProfileInput", "Written", "is_muting"]


class Actions:
    def __init__(
        self,
        store: Store,
        reader: Reader,
        ids: TimeIds,
        user_ids: UserIds,
        clock: Callable[[], int],
        kick: Callable[[int], None],
    ) -> None:
        """`clock` answers epoch milliseconds; `kick` is the relay's (`Relay.kick`)."""
        self._writer = Writer(store, reader, ids, user_ids, clock, kick)
        self._activity = Activity(self._writer)

    # --- between two people

    async def follow(
        self, viewer: int, user: int, notify: bool = False, via: str | None = None
    ) -> Done:
        access_other(viewer, user, "follow")
        check_via(via)
        return await self._writer.pair(viewer, user, decide_follow, notify=notify, via=via)

    async def unfollow(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "unfollow")
        return await self._writer.pair(viewer, user, decide_unfollow)

    async def accept_follow(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "accept")
        return await self._writer.pair(viewer, user, decide_accept)

    async def decline_follow(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "decline")
        return await self._writer.pair(viewer, user, decide_decline)

    async def remove_follower(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "remove")
        return await self._writer.pair(viewer, user, decide_remove_follower)

    async def block(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "block")
        return await self._writer.pair(viewer, user, decide_block)

    async def unblock(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "unblock")
        return await self._writer.pair(viewer, user, decide_unblock)

    async def mute(self, viewer: int, user: int, until: int | None = None) -> Done:
        access_other(viewer, user, "mute")
        return await self._writer.pair(viewer, user, decide_mute, until=until)

    async def unmute(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "unmute")
        return await self._writer.pair(viewer, user, decide_unmute)

    async def dismiss(self, viewer: int, user: int) -> Done:
        access_other(viewer, user, "dismiss")
        return await self._writer.pair(viewer, user, decide_dismiss)

    # --- a person's own profile

    async def create_profile(self, subject_key: str, given: ProfileInput) -> Done:
        return await profile.create_profile(self._writer, subject_key, given)

    async def update_profile(self, viewer: int, given: ProfileInput) -> Done:
        return await profile.update_profile(self._writer, viewer, given)

    async def delete_profile(self, viewer: int) -> Done:
        return await deletion.delete_profile(self._writer, viewer)

    async def touch_active(self, viewer: int) -> None:
        await self._activity.touch(viewer)

    # --- posts

    async def create_post(self, viewer: int, given: PostInput, key: str | None = None) -> Written:
        return await posts.create_post(self._writer, viewer, given, key)

    async def delete_post(self, viewer: int, post: int) -> Written:
        return await post_deletion.delete_post(self._writer, viewer, post)

    async def edit_post(self, viewer: int, post: int, given: PostInput) -> Written:
        return await post_editing.edit_post(self._writer, viewer, post, given)

    async def share(
        self, viewer: int, post: int, text: str | None = None, key: str | None = None
    ) -> Written:
        return await sharing.share(self._writer, viewer, post, text, key)

    async def unshare(self, viewer: int, post: int) -> Written:
        return await sharing.unshare(self._writer, viewer, post)

    async def like(self, viewer: int, post: int) -> Written:
        return await reactions.react(self._writer, viewer, post, "LIKED", wanted=True)

    async def unlike(self, viewer: int, post: int) -> Written:
        return await reactions.react(self._writer, viewer, post, "LIKED", wanted=False)

    async def save(self, viewer: int, post: int) -> Written:
        return await reactions.react(self._writer, viewer, post, "SAVED", wanted=True)

    async def unsave(self, viewer: int, post: int) -> Written:
        return await reactions.react(self._writer, viewer, post, "SAVED", wanted=False)

    async def vote(self, viewer: int, post: int, value: int) -> Written:
        return await reactions.vote(self._writer, viewer, post, value)

    async def record_views(self, viewer: int, ids: Sequence[int]) -> tuple[str, int]:
        """The epoch, and how many were counted."""
        return await reactions.record_views(self._writer, viewer, ids)

    # --- the person on call

    async def suspend(self, username: str) -> Done:
        return await operators.suspend(self._writer, username)

    async def restore(self, username: str) -> Done:
        return await operators.restore(self._writer, username)

    async def bind(self, username: str, issuer: str, subject: str) -> Done:
        return await operators.bind(self._writer, username, issuer, subject)

    # --- the long wake of a change, worked off by the relay

    async def mark_celebrity(self, person: int) -> None:
        await mark_celebrity(self._writer, person)

    async def accept_pending(self, owner: int, batch: int) -> None:
        await pending.accept_all(self._writer, owner, batch)

    async def forget_subjects(self) -> None:
        await operators.forget_subjects(self._writer)

    async def erase_some(self, person: int, limit: int) -> bool:
        return await deletion.erase_some(self._writer, person, limit)

    async def delete_posts_of(self, person: int, limit: int) -> bool:
        return await post_deletion.delete_posts_of(self._writer, person, limit)

    async def erase_post(self, post: int, limit: int) -> bool:
        return await post_deletion.erase_post(self._writer, post, limit)
