"""The names of events. An event's data always has `touched` (what the change made stale)."""

from enum import StrEnum


class Kind(StrEnum):
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    REQUESTED = "requested"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    FOLLOWER_REMOVED = "follower_removed"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MUTED = "muted"
    UNMUTED = "unmuted"
    DISMISSED = "dismissed"
    PROFILE_CREATED = "profile_created"
    PROFILE_CHANGED = "profile_changed"
    PROFILE_OPENED = "profile_opened"  # became PUBLIC: what is pending is to be accepted
    PROFILE_DELETED = "profile_deleted"  # the rest is to be erased, in batches
