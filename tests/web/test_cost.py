"""What a request costs: its shape, its page sizes and real degrees."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import build_schema, parse, validate

from graph.stores.memory import MemoryStore
from graph.visibility import ANYONE, Viewer
from tests.support.cast import T0, befriend, cast, crowd, follow, link
from tests.support.direct import DirectReader
from tests.support.posting import like, post
from tests.web.serving import ask, bearer, code, services, serving
from web.cost import Costs, Degrees, Named, named, price
from web.shapes import Shape
from web.shaping import shape_of

pytestmark = pytest.mark.anyio

SCHEMA = build_schema(
    """
    type Query {
      viewer: User
      node(id: ID!): Node
      nodes(ids: [ID!]!): [Node]!
      user(id: ID, username: String): User
      post(id: ID!): Post
      relationships(with: [ID!]!): [Relationship]!
      paths(from: ID!, to: ID!, first: Int = 1): [Path!]!
      feed(first: Int, after: String): PostConnection!
    }
    type Mutation { follow(user: ID!): Payload! }
    interface Node { id: ID! }
    enum LinkOrder { LATEST STRONGEST }
    type User implements Node {
      id: ID!  username: String!  followerCount: Int!
      followers(first: Int, last: Int, order: LinkOrder = LATEST): UserConnection!
      following(first: Int, last: Int, order: LinkOrder = LATEST): UserConnection!
      friends(first: Int, last: Int, order: LinkOrder = LATEST): UserConnection!
      blocked(first: Int): UserConnection!
      posts(first: Int): PostConnection!
      mutualFriends(with: ID, first: Int): UserConnection!
      friendsOfFriends(first: Int): FriendOfFriendConnection!
    }
    type UserConnection { edges: [UserEdge!]! nodes: [User!]! totalCount: Int! }
    type UserEdge { cursor: String! node: User! }
    type FriendOfFriendConnection { edges: [FriendOfFriendEdge!]! totalCount: Int! }
    type FriendOfFriendEdge { node: User! mutualCount: Int! via(first: Int = 3): [User!]! }
    type PostConnection { nodes: [Post!]! }
    type Post implements Node {
      id: ID! text: String tags: [String!]! author: User!
      likedBy(first: Int): UserConnection!
      replies(first: Int, order: ReplyOrder = LATEST): PostConnection!
    }
    enum ReplyOrder { LATEST OLDEST BEST }
    type Relationship { user: User! following: Boolean! distance: Int mutualFriendCount: Int! }
    type Path { users: [User!]! length: Int! }
    type Payload { user: User! }
    """
)


Counted = dict[Named, dict[str, int]]


def shape(query: str) -> Shape:
    document = parse(query)
    assert not validate(SCHEMA, document)
    return shape_of(SCHEMA, document, document.definitions[0])  # type: ignore[arg-type]


def cost(query: str, counts: Counted | None = None, **variables: Any) -> float:
    return price(shape(query), Degrees(counts or {}, variables, viewer=1))


def degrees(**named: int) -> Counted:
    """u7=3: user_7 has three of everything; p7=3: so has post_7."""
    lists = ("followers", "following", "friends", "posts", "likes", "replies")
    kinds = {"u": "User", "p": "Post"}
    return {(kinds[one[0]], int(one[1:])): dict.fromkeys(lists, n) for one, n in named.items()}


FEW = degrees(u1=100)


def test_a_plain_question_costs_its_fields() -> None:
    assert cost('{ user(id: "user_7") { id username } }') == pytest.approx(1 + 2 * 0.2)
    assert shape('{ user(id: "user_7") { id username } }').constant


def test_aliases_cost_again() -> None:
    once = cost('{ user(id: "user_7") { id } }')
    thrice = '{ a: user(id: "user_7") { id } b: user(id: "user_7") { id } c: viewer { id } }'
    assert cost(thrice) == pytest.approx(3 * once)


@pytest.mark.parametrize("argument", ["first: 50", "last: 50", "first: $n"])
def test_a_page_costs_its_rows(argument: str) -> None:
    names = "($n: Int) " if "$" in argument else ""
    many = cost(
        f"query {names}{{ viewer {{ friends({argument}) {{ nodes {{ id }} }} }} }}", FEW, n=50
    )
    one = cost("{ viewer { friends(first: 1) { nodes { id } } } }", FEW)
    assert many - one == pytest.approx(49 * 1.2)


def test_page_sizes_have_defaults_and_bounds() -> None:
    def of(argument: str, declared: str = "", **variables: Any) -> float:
        return cost(
            f"query{declared} {{ viewer {{ blocked{argument} {{ nodes {{ id }} }} }} }}",
            **variables,
        )

    twenty = of("(first: 20)")
    assert of("") == twenty
    assert of("(first: $n)", "($n: Int)") == twenty
    assert of("(first: $n)", "($n: Int = 7)") == of("(first: 7)")
    assert of("(first: $n)", "($n: Int = 7)", n=9) == of("(first: 9)")
    assert of("(first: 1000000)") == of("(first: 100)")
    assert of("(first: -5)") == of("(first: 0)")
    assert of("(first: $n)", "($n: Int)", n="many") == twenty


def test_pages_within_pages_multiply() -> None:
    inner = "following(first: 100) { nodes { id } }"
    outer = cost(f"{{ viewer {{ blocked(first: 100) {{ nodes {{ {inner} }} }} }} }}")
    assert outer > 100 * 100


def test_edges_and_nodes_both_count() -> None:
    edges = cost("{ viewer { blocked(first: 9) { edges { node { id } } } } }")
    nodes = cost("{ viewer { blocked(first: 9) { nodes { id } } } }")
    both = cost("{ viewer { blocked(first: 9) { nodes { id } edges { node { id } } } } }")
    assert both == pytest.approx(
        edges + nodes - cost("{ viewer { blocked { totalCount } } }") + 0.2
    )


def test_fragments_cost_what_they_mean() -> None:
    spread = (
        "query { viewer { ...F } } fragment F on User { ... on User { friends { nodes { id } } } }"
    )
    assert cost(spread) == cost("{ viewer { friends { nodes { id } } } }")


FOLLOWERS = '{ user(id: "user_7") { followers(first: 20) { totalCount nodes { id } } } }'


def test_a_celebritys_followers_cost_more_than_a_newcomers() -> None:
    newcomer = cost(FOLLOWERS, degrees(u7=3))
    usual = cost(FOLLOWERS, degrees(u7=100))
    celebrity = cost(FOLLOWERS, degrees(u7=1_000_000))
    assert newcomer < usual < celebrity
    assert celebrity == cost(FOLLOWERS, degrees(u7=10_000_000))


def test_the_strongest_of_a_list_reads_all_of_it() -> None:
    strongest = FOLLOWERS.replace("first: 20", "first: 20, order: STRONGEST")
    many = degrees(u7=10_000)
    assert cost(strongest, many) > 4 * cost(FOLLOWERS, many)


def test_mutual_friends_cost_both_lists() -> None:
    query = '{ user(id: "user_7") { mutualFriends(with: "user_8", first: 5) { totalCount } } }'
    assert cost(query, degrees(u7=10, u8=10)) < cost(query, degrees(u7=10, u8=5_000))
    mine = query.replace('with: "user_8", ', "")
    assert cost(mine, degrees(u7=10, u1=5_000)) == cost(query, degrees(u7=10, u8=5_000))


def test_friends_of_friends_cost_about_the_square() -> None:
    query = '{ user(id: "user_7") { friendsOfFriends(first: 5) { totalCount } } }'
    nobody = cost(query, degrees(u7=0))
    ten, hundred = cost(query, degrees(u7=10)) - nobody, cost(query, degrees(u7=100)) - nobody
    assert hundred == pytest.approx(100 * ten)
    assert cost(query, degrees(u7=5_000)) > 900


def test_relationships_cost_each_of_them() -> None:
    query = "query($ids: [ID!]!) { relationships(with: $ids) { following distance } }"
    ids = [f"user_{n}" for n in range(2, 52)]
    assert cost(query, ids=ids) > 20 * cost(query, ids=ids[:1])
    literal = '{ relationships(with: ["user_2", "user_3"]) { following distance } }'
    assert cost(literal) == cost(query, ids=["user_2", "user_3"])


def test_paths_cost_the_degrees_of_their_ends() -> None:
    query = '{ paths(from: "user_2", to: "user_3") { length } }'
    assert cost(query, degrees(u2=5_000, u3=5)) > 2 * cost(query, degrees(u2=5, u3=5))


def test_a_mutation_costs_more_than_a_question() -> None:
    assert cost('mutation { follow(user: "user_2") { user { id } } }') > 20


def test_introspection_has_a_price() -> None:
    assert cost("{ __schema { types { name } } }") >= 1_000
    assert cost("{ __typename }") < 1


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("user_7", [("User", 7)]),
        (["user_7", "post_8", None], [("User", 7), ("Post", 8)]),
        ("tag_7", []),
        ("nobody", []),
        (7, []),
        (None, []),
        ({"a": 1}, []),
        (["user_7"] * 1_000, [("User", 7)] * 200),
    ],
)
def test_what_a_value_names(value: object, ids: list[Named]) -> None:
    assert named(value) == ids


def test_lists_of_a_post_cost_what_the_post_has() -> None:
    for field in ("likedBy", "replies"):
        query = f'{{ post(id: "post_7") {{ {field}(first: 100) {{ nodes {{ id }} }} }} }}'
        liked, alone = cost(query, degrees(p7=100)), cost(query, degrees(p7=0))
        assert liked - alone > 100
        assert cost(query, degrees(u7=100)) == alone, "a post is not a person of the same number"
    best = '{ post(id: "post_7") { replies(order: BEST) { nodes { id } } } }'
    assert cost(best, degrees(p7=10_000)) - cost(best, degrees(p7=20)) > 150


def test_posts_cost_their_page_and_what_is_asked_of_each() -> None:
    query = "{ viewer { posts(first: %d) { nodes { text author { id } } } } }"
    many, one = (cost(query % size, degrees(u1=100)) for size in (51, 1))
    assert many - one == pytest.approx(50 * 2.4)


# --- with the counts of a store -------------------------------------------------------------------


async def counted(store: MemoryStore, query: str, viewer: Viewer = ANYONE, **variables: Any) -> int:
    made = shape(query)
    costs = Costs(DirectReader(store), limit=10**9)
    return await costs.check(made, tuple(made.reads()), variables, viewer)


async def test_degrees_come_from_the_store_in_two_looks(memory: MemoryStore) -> None:
    people = await cast(memory)
    for fan in await crowd(memory, 300):
        await follow(memory, fan, people.alice)
    query = "query($id: ID!) { user(id: $id) { followers(first: 100) { nodes { id } } } }"
    before = memory.trips
    celebrity = await counted(memory, query, id=f"user_{people.alice}")
    assert memory.trips - before == 2  # flags and counts; both are cached by the real reader
    newcomer = await counted(memory, query, id=f"user_{people.bob}")
    assert celebrity > 100 > 10 > newcomer


async def test_a_question_without_lists_looks_nothing_up(memory: MemoryStore) -> None:
    before = memory.trips
    await counted(memory, '{ user(id: "user_1") { id } }')
    assert memory.trips == before


async def test_a_cost_does_not_tell_that_somebody_exists(memory: MemoryStore) -> None:
    people = await cast(memory, carol={"gone": True})
    for owner in (people.alice, people.carol):
        for fan in (people.bob, people.dan, people.eve):
            await follow(memory, fan, owner)
    await link(memory, "BLOCKS", people.alice, people.bob, since=1)
    query = "query($id: ID!) { user(id: $id) { followers { nodes { id } } } }"
    bob = await DirectReader(memory).viewer(people.bob)
    nobody = await counted(memory, query, bob, id="user_999999")
    assert await counted(memory, query, bob, id=f"user_{people.alice}") == nobody
    assert await counted(memory, query, bob, id=f"user_{people.carol}") == nobody
    assert await counted(memory, query, ANYONE, id=f"user_{people.alice}") > nobody


async def test_a_cost_does_not_tell_that_a_post_exists(memory: MemoryStore) -> None:
    people = await cast(memory)
    seen = await post(memory, people.alice, T0)
    hidden = await post(memory, people.alice, T0 + 1, visibility="PRIVATE")
    for id in (seen, hidden):
        for fan in (people.bob, people.dan, people.eve):
            await like(memory, fan, id)
    query = "query($id: ID!) { post(id: $id) { likedBy { nodes { id } } } }"
    bob = await DirectReader(memory).viewer(people.bob)
    nothing = await counted(memory, query, bob, id="post_999999")
    assert await counted(memory, query, bob, id=f"post_{hidden}") == nothing
    assert await counted(memory, query, bob, id=f"post_{seen}") > nothing


# --- through HTTP ---------------------------------------------------------------------------------

MUTUAL = "query($id: ID!) { user(id: $id) { mutualFriends(first: 100) { nodes { username } } } }"


async def test_beyond_the_limit_nothing_is_asked(memory: MemoryStore) -> None:
    people = await cast(memory)
    for friend in await crowd(memory, 30):
        await befriend(memory, people.bob, friend)
    made = services(memory)
    id = f"user_{people.bob}"
    async with serving(made, max_cost=30) as client:
        refused = await ask(client, MUTUAL, bearer("alice"), id=id)
        assert code(refused) == "TOO_EXPENSIVE"
        (error,) = refused.json()["errors"]
        assert error["extensions"]["limit"] == 30
        assert error["extensions"]["cost"] > 30
        assert str(error["extensions"]["cost"]) in error["message"]
        newcomer = await ask(client, MUTUAL, bearer("alice"), id=f"user_{people.carol}")
        assert "errors" not in newcomer.json()


async def test_the_cost_is_told_to_whoever_asks_for_it(memory: MemoryStore) -> None:
    people = await cast(memory)
    async with serving(services(memory)) as client:
        id = f"user_{people.bob}"
        told = await ask(client, MUTUAL, {**bearer("alice"), "Amity-Cost": "1"}, id=id)
        assert told.json()["extensions"]["cost"] >= 1
        silent = await ask(client, MUTUAL, bearer("alice"), id=id)
        assert "extensions" not in silent.json()
