"""Who sees what: the policy against the sentences of it, person by person and edge by edge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import visibility as policy
from graph.declaring import Flag, Privacy
from graph.post_visibility import Audience, posts_mask, readers_mask
from graph.records import Ids, Person
from graph.visibility import ANYONE, Standing, Viewer

ALICE, BOB, CAROL, DAN, EVE = 1, 2, 3, 4, 5
EVERYONE = (ALICE, BOB, CAROL, DAN, EVE)
IDS = np.array(EVERYONE)


@dataclass
class World:
    flags: dict[int, Flag] = field(default_factory=dict)
    follows: set[tuple[int, int]] = field(default_factory=set)
    blocks: set[tuple[int, int]] = field(default_factory=set)

    def friends(self, a: int, b: int) -> bool:
        return (a, b) in self.follows and (b, a) in self.follows

    def flag(self, id: int) -> Flag:
        return self.flags.get(id, Flag(0))

    @property
    def bytes(self) -> policy.Flags:
        return np.array([int(self.flag(id)) for id in EVERYONE], np.uint8)

    def viewer(self, id: int | None) -> Viewer:
        if id is None:
            return ANYONE

        def those(test: Callable[[int], bool]) -> Ids:
            return np.array([other for other in EVERYONE if test(other)], np.int64)

        return Viewer(
            id,
            following=those(lambda o: (id, o) in self.follows),
            friends=those(lambda o: self.friends(id, o)),
            blocking=those(lambda o: (id, o) in self.blocks),
            blocked_by=those(lambda o: (o, id) in self.blocks),
        )

    # The table, as sentences.

    def finds_card(self, viewer: int | None, person: int) -> bool:
        """Everyone but those the owner blocked."""
        return Flag.GONE not in self.flag(person) and (person, viewer) not in self.blocks

    def lists_card(self, viewer: int | None, person: int) -> bool:
        """Who blocked still finds the card by id, and in no list."""
        return self.finds_card(viewer, person) and (viewer, person) not in self.blocks

    def sees_profile(self, viewer: int | None, person: int) -> bool:
        """PUBLIC: everyone; PRIVATE: accepted followers; FRIENDS: friends; always the owner."""
        if not self.lists_card(viewer, person):
            return False
        if viewer == person:
            return True
        if Flag.PRIVATE in self.flag(person):
            return (viewer, person) in self.follows
        if Flag.FRIENDS_ONLY in self.flag(person):
            return viewer is not None and self.friends(viewer, person)
        return True

    def knows_edge(self, viewer: int | None, a: int, b: int) -> bool:
        """Who may see the lists of either end and the cards of both, when neither hides."""
        if not (self.lists_card(viewer, a) and self.lists_card(viewer, b)):
            return False
        if viewer in (a, b):
            return True
        if Flag.HIDES_NETWORK in self.flag(a) | self.flag(b):
            return False
        return self.sees_profile(viewer, a) or self.sees_profile(viewer, b)


privacies = st.sampled_from([Flag(0), Flag(0), Flag.PRIVATE, Flag.FRIENDS_ONLY])
switches = st.lists(
    st.sampled_from([Flag.HIDES_NETWORK, Flag.NOT_SUGGESTED, Flag.UNDISCOVERABLE]), max_size=2
)
pairs = st.sampled_from([(a, b) for a, b in product(EVERYONE, EVERYONE) if a != b])


@st.composite
def worlds(draw: st.DrawFn) -> World:
    flags: dict[int, Flag] = {}
    for id in EVERYONE:
        flags[id] = draw(privacies)
        for switch in draw(switches):
            flags[id] |= switch
    blocks = draw(st.sets(pairs, max_size=4))
    apart = blocks | {(b, a) for a, b in blocks}
    follows = draw(st.sets(pairs, max_size=14)) - apart  # a block ends follows both ways
    for id in draw(st.sets(st.sampled_from((DAN, EVE)), max_size=1)):
        flags[id] |= Flag.GONE
    return World(flags, follows, blocks)


viewers = st.sampled_from([None, ALICE, BOB, CAROL])


@given(world=worlds(), who=viewers)
def test_cards_are_found_as_the_table_says(world: World, who: int | None) -> None:
    viewer, flags = world.viewer(who), world.bytes
    found = policy.cards_mask(viewer, IDS, flags).tolist()
    assert found == [world.finds_card(who, id) for id in EVERYONE]
    one_by_one = [
        policy.access_card(viewer, id, int(flag)).allowed
        for id, flag in zip(EVERYONE, flags, strict=True)
    ]
    assert one_by_one == found
    listed = policy.listed_mask(viewer, IDS, flags).tolist()
    assert listed == [world.lists_card(who, id) for id in EVERYONE]


@given(world=worlds(), who=viewers)
def test_profiles_are_open_as_the_table_says(world: World, who: int | None) -> None:
    viewer, flags = world.viewer(who), world.bytes
    expected = [world.sees_profile(who, id) for id in EVERYONE]
    assert policy.profiles_mask(viewer, IDS, flags).tolist() == expected
    people = [Person(id, f"p{id}", Privacy.PUBLIC, 0, world.flag(id)) for id in EVERYONE]
    assert policy.opened_profiles(viewer, people) == expected
    assert [policy.opened_profiles(viewer, [one])[0] for one in people] == expected
    one_by_one = [
        policy.access_profile(viewer, id, int(flag)).allowed
        for id, flag in zip(EVERYONE, flags, strict=True)
    ]
    assert one_by_one == expected


@given(world=worlds(), who=viewers)
def test_networks_are_open_where_the_profile_is_and_not_hidden(
    world: World, who: int | None
) -> None:
    viewer = world.viewer(who)
    for id in EVERYONE:
        hidden = Flag.HIDES_NETWORK in world.flag(id) and who != id
        allowed = policy.access_network(viewer, id, int(world.flag(id))).allowed
        assert allowed == (world.sees_profile(who, id) and not hidden)


@given(world=worlds(), who=viewers)
def test_edges_are_known_as_the_table_says(world: World, who: int | None) -> None:
    viewer, flags = world.viewer(who), world.bytes
    for owner in EVERYONE:
        others = np.array([id for id in EVERYONE if id != owner])
        mask = policy.edges_mask(
            viewer, owner, int(world.flag(owner)), others, flags[others - ALICE]
        )
        assert mask.tolist() == [world.knows_edge(who, owner, int(id)) for id in others]


@given(world=worlds(), who=viewers)
def test_a_standing_an_id_gives_what_each_owner_gives(world: World, who: int | None) -> None:
    viewer, flags = world.viewer(who), world.bytes
    standing = policy.standings(viewer, IDS, flags)
    one_by_one = [policy.standing_of(viewer, id, int(world.flag(id))) for id in EVERYONE]
    assert one_by_one == standing.tolist()
    for member in EVERYONE:
        members = np.full(len(IDS), member)
        mask = policy.known_mask(
            viewer, standing, members, np.full(len(IDS), int(world.flag(member)), np.uint8)
        )
        others = [at for at, owner in enumerate(EVERYONE) if owner != member]
        expected = [world.knows_edge(who, EVERYONE[at], member) for at in others]
        assert mask[others].tolist() == expected


@given(world=worlds(), who=viewers)
def test_whoever_opted_out_is_not_suggested(world: World, who: int | None) -> None:
    opted_out = Flag.NOT_SUGGESTED | Flag.UNDISCOVERABLE
    mask = policy.suggestible_mask(world.viewer(who), IDS, world.bytes)
    assert mask.tolist() == [
        world.lists_card(who, id) and not world.flag(id) & opted_out for id in EVERYONE
    ]


def test_being_blocked_looks_like_absence() -> None:
    world = World(blocks={(BOB, ALICE)})
    viewer = world.viewer(ALICE)
    absent = policy.access_card(ANYONE, 999, int(Flag.GONE))
    assert policy.access_card(viewer, BOB, 0) == absent
    assert policy.access_profile(viewer, BOB, 0) == absent
    assert policy.access_network(viewer, BOB, 0) == absent
    assert absent.rule == "NOT_FOUND"


@pytest.mark.parametrize(
    ("flags", "follows", "rule"),
    [
        (Flag(0), set(), "PUBLIC"),
        (Flag.PRIVATE, set(), "PRIVATE"),
        (Flag.PRIVATE, {(ALICE, BOB)}, "FOLLOWER"),
        (Flag.PRIVATE, {(BOB, ALICE)}, "PRIVATE"),
        (Flag.FRIENDS_ONLY, {(ALICE, BOB)}, "FRIENDS_ONLY"),
        (Flag.FRIENDS_ONLY, {(ALICE, BOB), (BOB, ALICE)}, "FRIEND"),
    ],
)
def test_a_decision_names_its_rule(flags: Flag, follows: set[tuple[int, int]], rule: str) -> None:
    world = World({BOB: flags}, follows)
    decision = policy.access_profile(world.viewer(ALICE), BOB, int(flags))
    assert decision.rule == rule
    assert decision.text.endswith(".")


def test_more_rules_by_name() -> None:
    world = World(blocks={(ALICE, BOB)})
    alice = world.viewer(ALICE)
    assert policy.access_profile(alice, BOB, 0).rule == "BLOCKING"
    assert policy.access_card(alice, BOB, 0).allowed
    assert policy.access_profile(alice, ALICE, int(Flag.PRIVATE)).rule == "OWNER"
    assert policy.access_network(alice, ALICE, int(Flag.HIDES_NETWORK)).rule == "OWNER"
    assert policy.access_network(alice, CAROL, int(Flag.HIDES_NETWORK)).rule == "HIDES_NETWORK"


def test_a_hidden_network_shows_only_the_edge_to_oneself() -> None:
    alice = World(follows={(ALICE, BOB)}).viewer(ALICE)
    mask = policy.edges_mask(alice, BOB, int(Flag.HIDES_NETWORK), IDS, World().bytes)
    assert IDS[mask].tolist() == [ALICE]


def test_no_standing_shows_nothing() -> None:
    mask = policy.known_mask(World().viewer(ALICE), Standing.NONE, IDS, World().bytes)
    assert not mask.any()


def test_masks_of_nobody_are_empty() -> None:
    none, flags = np.empty(0, np.int64), np.empty(0, np.uint8)
    viewer = World(follows={(ALICE, BOB)}, blocks={(ALICE, EVE)}).viewer(ALICE)
    for mask in (policy.cards_mask, policy.listed_mask, policy.profiles_mask):
        assert len(mask(viewer, none, flags)) == 0
    assert len(policy.edges_mask(viewer, BOB, 0, none, flags)) == 0


sets = st.sets(st.integers(0, 40))


@given(those=sets, ids=st.lists(st.integers(0, 45)))
def test_contains_is_membership(those: set[int], ids: list[int]) -> None:
    ordered = np.array(sorted(those), np.int64)
    expected = [id in those for id in ids]
    assert policy.contains(ordered, np.array(ids, np.int64)).tolist() == expected
    assert [policy.has(ordered, id) for id in ids] == expected


@given(worlds(), st.sampled_from(list(Audience)))
def test_the_other_end_sees_the_same(world: World, meant: Audience) -> None:
    """One event's viewers, judged at once, as each of them would be."""
    audiences = np.array([meant], np.uint8)
    for person in EVERYONE:
        sets, flags = world.viewer(person), world.flag(person)
        one, bits = np.array([person], np.int64), np.array([int(flags)], np.uint8)
        followers = np.array([v for v in EVERYONE if (v, person) in world.follows], np.int64)
        finders = policy.finders_mask(sets, flags, IDS)
        readers = readers_mask(sets, flags, meant, IDS, followers)
        for viewer, found, reads in zip(EVERYONE, finders.tolist(), readers.tolist(), strict=True):
            looks = world.viewer(viewer)
            assert found == policy.listed_mask(looks, one, bits)[0]
            assert reads == posts_mask(looks, one, bits, audiences)[0]
