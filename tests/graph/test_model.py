"""The registry holds together."""

from __future__ import annotations

import pytest

from graph.declaring import Edge, Flag, Node, SeenBy
from graph.model import (
    CACHED,
    EDGE,
    EDGES,
    LIST,
    NODE,
    PREFIX,
    counters,
    histories,
    person_edges,
)
from graph.nodes import NODES
from graph.records import flags_of

TYPES = {"string", "int", "bool", "time", "strings", "json"}


def test_names_are_unique_and_no_edge_is_named_like_a_node() -> None:
    assert len(NODE) == len(NODES)
    assert len(EDGE) == len(EDGES)
    assert not {name.upper() for name in NODE} & {name.upper() for name in EDGE}
    assert len(PREFIX) == len(NODES)


@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: edge.name)
def test_an_edge_is_declared_whole(edge: Edge) -> None:
    assert {edge.source, edge.target} <= NODE.keys()
    types = {prop.name: prop.type for prop in edge.properties}
    assert types[edge.time] == "time"
    assert set(types.values()) <= TYPES
    if edge.mutual:
        assert edge.source == edge.target
    if edge.history:
        past = EDGE[edge.history]
        assert (past.source, past.target) == (edge.source, edge.target)
        assert {edge.time, past.time} <= {prop.name for prop in past.properties}


def test_every_side_of_an_edge_is_a_list_of_its_own() -> None:
    sides = [side for edge in EDGES for side in (edge.out, edge.into, edge.mutual) if side]
    assert len({side.list for side in sides}) == len(sides) == len(LIST)


def test_a_list_knows_who_holds_it_and_who_stands_in_it() -> None:
    ends = {
        name: (LIST[name].owner, LIST[name].member) for name in ("posts", "liked_by", "friends")
    }
    assert ends == {
        "posts": ("User", "Post"),
        "liked_by": ("Post", "User"),
        "friends": ("User",) * 2,
    }


def test_what_people_and_posts_count() -> None:
    assert sorted(counters("User")) == ["followers", "following", "friends", "posts"]
    posts = ["downs", "likes", "replies", "saves", "shares", "ups", "views"]
    assert sorted(counters("Post")) == posts
    assert counters("Tag") == ()


def test_only_hot_lists_are_cached_and_only_lists_of_everybody_are_huge() -> None:
    people = ["blocked_by", "blocking", "followers", "following", "friends"]
    posts = ["liked_by", "likes", "posts", "replies", "saves"]
    assert sorted(CACHED) == sorted(people + posts)
    huge = ["followers", "liked_by", "posts", "replies"]
    assert sorted(name for name, lst in LIST.items() if lst.side.huge) == huge


def test_between_two_people_history_is_not_a_live_edge() -> None:
    live = {edge.name for edge in person_edges()}
    assert live == {"FOLLOWS", "REQUESTED", "BLOCKS", "MUTES", "DISMISSED"}
    assert histories() == {"FOLLOWED"}


def test_nobody_but_its_maker_sees_a_block_a_mute_or_a_dismissal() -> None:
    makers = {edge.name for edge in person_edges() if edge.seen_by is SeenBy.MAKER}
    assert makers == {"BLOCKS", "MUTES", "DISMISSED"}
    assert EDGE["REQUESTED"].seen_by is SeenBy.ENDS
    hidden = {edge.name for edge in EDGES if edge.hidden_by is Flag.HIDES_NETWORK}
    assert hidden == {"FOLLOWS", "FOLLOWED"}


def test_the_keys_of_a_person_are_unique_and_ours_alone() -> None:
    unique = {prop.name: prop.public for prop in NODE["User"].properties if prop.unique}
    assert unique == {"usernameKey": False, "externalKey": False, "subjectKey": False}


def test_flags_fit_one_byte() -> None:
    everything = Flag(0)
    for flag in Flag:
        everything |= flag
    assert int(everything) < 256


@pytest.mark.parametrize(
    ("privacy", "switch", "flags"),
    [
        ("PUBLIC", {}, Flag(0)),
        ("PRIVATE", {}, Flag.PRIVATE),
        ("FRIENDS", {"hide_network": True}, Flag.FRIENDS_ONLY | Flag.HIDES_NETWORK),
        ("PUBLIC", {"gone": True}, Flag.GONE),
        ("PUBLIC", {"allow_suggestions": False}, Flag.NOT_SUGGESTED),
        ("PUBLIC", {"discoverable": False}, Flag.UNDISCOVERABLE),
        ("PUBLIC", {"celebrity": True}, Flag.CELEBRITY),
    ],
)
def test_each_setting_is_a_flag(privacy: str, switch: dict[str, bool], flags: Flag) -> None:
    usual = {
        "gone": False,
        "hide_network": False,
        "discoverable": True,
        "allow_suggestions": True,
        "celebrity": False,
    }
    assert flags_of(privacy, **{**usual, **switch}) == flags


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
def test_an_import_can_name_every_kind_of_node(node: Node) -> None:
    found = {prop.name: (prop.unique, prop.public) for prop in node.properties}
    assert found["externalId"] == (False, True)
    assert found["source"] == (False, True)
    assert found["externalKey"] == (True, False)


@pytest.mark.parametrize("kind", ["Tag", "TagClass", "Place"])
def test_a_name_leads_to_what_is_asked_for_by_name(kind: str) -> None:
    [name] = [prop for prop in NODE[kind].properties if prop.name == "name"]
    assert name.unique or name.indexed
