"""What happened, and what DECISIONS' "Home feed" makes of it, computed from the whole history.

As slow and as plain as it can be: it is what feeds are compared with.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Post:
    id: int
    author: int
    visibility: str = "PUBLIC"
    reply_to: int | None = None
    shares: int | None = None
    text: str | None = "hello"
    gone: bool = False

    @property
    def is_plain_share(self) -> bool:
        return self.shares is not None and self.text is None


@dataclass
class History:
    people: tuple[int, ...]
    posts: dict[int, Post] = field(default_factory=dict)  # in the order they were made
    follows: set[tuple[int, int]] = field(default_factory=set)
    requests: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)
    mutes: set[tuple[int, int]] = field(default_factory=set)
    private: dict[int, str] = field(default_factory=dict)

    # --- who sees what

    def apart(self, a: int, b: int) -> bool:
        return (a, b) in self.blocks or (b, a) in self.blocks

    def friends(self, a: int, b: int) -> bool:
        return (a, b) in self.follows and (b, a) in self.follows

    def open(self, viewer: int, person: int) -> bool:
        if viewer == person:
            return True
        match self.private.get(person, "PUBLIC"):
            case "PRIVATE":
                let_in = (viewer, person) in self.follows
            case "FRIENDS":
                let_in = self.friends(viewer, person)
            case _:
                let_in = True
        return let_in and not self.apart(viewer, person)

    def seen(self, viewer: int, post: Post) -> bool:
        if post.gone or not self.open(viewer, post.author):
            return False
        if post.author == viewer:
            return True
        match post.visibility:
            case "PRIVATE":
                return False
            case "FOLLOWERS":
                return (viewer, post.author) in self.follows
            case "FRIENDS":
                return self.friends(viewer, post.author)
        return True

    # --- the home feed

    def heard(self, viewer: int, post: Post) -> bool:
        """No reply, or one to oneself or to somebody one follows too."""
        if post.reply_to is None:
            return True
        parent = self.posts[post.reply_to].author
        return parent == viewer or (viewer, parent) in self.follows

    def belongs(self, viewer: int, post: Post) -> bool:
        followed = post.author == viewer or (viewer, post.author) in self.follows
        return (
            followed
            and (viewer, post.author) not in self.mutes
            and self.seen(viewer, post)
            and self.heard(viewer, post)
        )

    def feed(self, viewer: int) -> list[int]:
        """Newest first."""
        return [post.id for post in reversed(self.posts.values()) if self.belongs(viewer, post)]

    def originals(self, viewer: int) -> list[int]:
        """What there is to read in it, each once."""
        feed = [self.posts[id] for id in self.feed(viewer)]
        contents = [
            post.shares
            if post.is_plain_share and self.seen(viewer, self.posts[post.shares or 0])
            else post.id
            for post in feed
        ]
        return sorted({id for id in contents if id is not None})
