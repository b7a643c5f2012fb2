"""The names of events. An event's data always has `touched` (what the change made stale).

Those of a pair have `actor` (who did it) and `subject` (to whom); those of a profile have `actor`.
Those of posts say what `graph/actions/post_events.py` says.
"""

from enum import StrEnum


class Kind(StrEnum):
    FOLLOWED = "followed"
    FOLLOW_CHANGED = "follow_changed"  # `notify` of a follow or of a request
    UNFOLLOWED = "unfollowed"
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"  # actor: who was asked
    DECLINED = "declined"
    FOLLOWER_REMOVED = "follower_removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MUTED = "muted"
    UNMUTED = "unmuted"
    DISMISSED = "dismissed"
    ACTIVE = "active"  # the first sign of a person on this day
    PROFILE_CREATED = "profile_created"
    PROFILE_CHANGED = "profile_changed"
    PROFILE_OPENED = "profile_opened"  # became PUBLIC: what is pending is to be accepted
    PROFILE_SUSPENDED = "profile_suspended"
    PROFILE_RESTORED = "profile_restored"
    PROFILE_BOUND = "profile_bound"  # a token's subject now speaks for this person
    CELEBRITY = "celebrity"  # too many followers to push to: from now on posts are read
    PROFILE_DELETED = "profile_deleted"  # the rest is to be erased, in batches
    POSTED = "posted"  # a post, reply, share or quote came
    POST_CHANGED = "post_changed"  # its words, media or visibility
    POST_DELETED = "post_deleted"
    POST_ERASING = "post_erasing"  # what people did with a deleted post goes, in batches
    LIKED = "liked"
    UNLIKED = "unliked"
    SAVED = "saved"
    UNSAVED = "unsaved"
    VOTED = "voted"  # `value`: 1, -1, or 0 where a vote was taken back
    VIEWED = "viewed"  # `posts`, by `actor`, the first time that day
    ERASED = "erased"  # one step of erasing
    IMPORTED = "imported"  # an import ended, or stopped: its name and numbers, and no `actor`
