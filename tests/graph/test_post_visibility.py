"""Who sees which posts: the mask and the decision say the same, and it is what was decided."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from graph.declaring import Flag, Visibility
from graph.post_visibility import Audience, access_post, audience, posts_mask
from graph.records import PostCard
from graph.visibility import Viewer

ALICE, BOB = 1, 2
RELATIONS = {
    "stranger": Viewer(ALICE),
    "nobody": Viewer(),
    "follower": Viewer(ALICE, following=np.array([BOB])),
    "friend": Viewer(ALICE, following=np.array([BOB]), friends=np.array([BOB])),
    "blocking": Viewer(ALICE, following=np.array([BOB]), blocking=np.array([BOB])),
    "blocked": Viewer(ALICE, following=np.array([BOB]), blocked_by=np.array([BOB])),
    "author": Viewer(BOB),
}
FLAGS = (Flag(0), Flag.PRIVATE, Flag.FRIENDS_ONLY, Flag.GONE, Flag.HIDES_NETWORK)


def mask(viewer: Viewer, flags: Flag, kind: Audience) -> bool:
    one = posts_mask(
        viewer, np.array([BOB]), np.array([flags], np.uint8), np.array([kind], np.uint8)
    )
    return bool(one[0])


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_mask_is_the_decision(relation: str) -> None:
    viewer = RELATIONS[relation]
    for flags, kind in product(FLAGS, Audience):
        decision = access_post(viewer, BOB, int(flags), kind)
        assert mask(viewer, flags, kind) == decision.allowed, (flags, kind)


@pytest.mark.parametrize(
    ("relation", "seen"),
    [
        ("nobody", {Audience.PUBLIC}),
        ("stranger", {Audience.PUBLIC}),
        ("follower", {Audience.PUBLIC, Audience.FOLLOWERS}),
        ("friend", {Audience.PUBLIC, Audience.FOLLOWERS, Audience.FRIENDS}),
        ("blocking", set()),
        ("blocked", set()),
        ("author", set(Audience) - {Audience.NOBODY}),
    ],
)
def test_posts_of_a_public_profile(relation: str, seen: set[Audience]) -> None:
    assert {kind for kind in Audience if mask(RELATIONS[relation], Flag(0), kind)} == seen


def test_a_closed_profile_closes_its_public_posts() -> None:
    for flags, let_in in (
        (Flag.PRIVATE, {"follower", "friend", "author"}),
        (Flag.FRIENDS_ONLY, {"friend", "author"}),
        (Flag.GONE, set()),
    ):
        seen = {name for name, viewer in RELATIONS.items() if mask(viewer, flags, Audience.PUBLIC)}
        assert seen == let_in


def test_what_may_not_be_known_of_sounds_like_what_never_was() -> None:
    never = access_post(Viewer(ALICE), 0, int(Flag.GONE), Audience.PUBLIC)
    assert never.rule == "NOT_FOUND"
    stranger = RELATIONS["stranger"]
    assert access_post(stranger, BOB, 0, Audience.PRIVATE) == never
    assert access_post(stranger, BOB, int(Flag.PRIVATE), Audience.PRIVATE) == never
    assert access_post(RELATIONS["blocked"], BOB, 0, Audience.PUBLIC) == never
    assert access_post(RELATIONS["author"], BOB, 0, Audience.NOBODY) == never
    assert access_post(stranger, BOB, 0, Audience.FOLLOWERS).rule == "FOLLOWERS_ONLY"


def test_a_gone_post_is_for_nobody() -> None:
    assert audience(PostCard(7, BOB, 0, gone=True)) is Audience.NOBODY
    for visibility in Visibility:
        assert audience(PostCard(7, BOB, 0, visibility)).name == visibility.value
