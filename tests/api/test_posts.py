"""Posts through GraphQL: who sees which, threads, pages, and the state right after each change."""

from __future__ import annotations

from typing import Any

import pytest

from graph.declaring import PostType
from graph.posts import write_media
from graph.records import Media
from tests.support.asking import Client, gid
from tests.support.cast import T0, befriend, block, cast, follow
from tests.support.posting import edge, like, post

pytestmark = pytest.mark.anyio

LISTED = "posts { totalCount restricted nodes { id } }"
CARD = """fragment Card on Post {
  id text type visibility createdAt editedAt tags author { username } mentions { username }
  replyTo { id } shares { id } media { url type width height alt }
  likeCount replyCount shareCount saveCount viewCount
  likedByViewer savedByViewer sharedByViewer }"""
POST = "query($id: ID!) { post(id: $id) { ...Card } }" + CARD
PAGE = "nodes { text } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } totalCount"


def pid(id: int) -> str:
    return f"post_{id}"


def change(call: str) -> str:
    return f"mutation($id: ID!) {{ done: {call} {{ ...Card }} }}" + CARD


async def seen(client: Client, as_: str | None, *ids: int) -> list[bool]:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    found = (await client.ask(query, as_, ids=[pid(id) for id in ids]))["nodes"]
    return [one is not None for one in found]


async def test_a_post_says_all_there_is_to_say(client: Client) -> None:
    people = await cast(client.store)
    await block(client.store, people.carol, people.dan)
    media = (Media("https://a.example/b.png", PostType.IMAGE, 64, 48, "a cat"),)
    first = await post(client.store, people.alice, T0)
    second = await post(
        client.store,
        people.bob,
        T0 + 1,
        reply_to=first,
        tags=("b", "a"),
        mentions=(people.carol, people.eve),
        text="hello",
        type="IMAGE",
        media=write_media(media),
    )
    await like(client.store, people.alice, second)
    found = (await client.ask(POST, "dan", id=pid(second)))["post"]
    assert found == {
        "id": pid(second),
        "text": "hello",
        "type": "IMAGE",
        "visibility": "PUBLIC",
        "createdAt": "2023-11-14T22:13:20.001Z",
        "editedAt": None,
        "tags": ["a", "b"],
        "author": {"username": "bob"},
        # Carol blocked dan: for dan, nobody mentions her.
        "mentions": [{"username": "eve"}],
        "replyTo": {"id": pid(first)},
        "shares": None,
        "media": [
            {
                "url": "https://a.example/b.png",
                "type": "IMAGE",
                "width": 64,
                "height": 48,
                "alt": "a cat",
            }
        ],
        "likeCount": 1,
        "replyCount": 0,
        "shareCount": 0,
        "saveCount": 0,
        "viewCount": 0,
        "likedByViewer": False,
        "savedByViewer": False,
        "sharedByViewer": False,
    }


async def test_who_sees_which_post(client: Client) -> None:
    people = await cast(client.store)
    await follow(client.store, people.bob, people.alice)
    await befriend(client.store, people.carol, people.alice)
    await block(client.store, people.alice, people.dan)
    ids = [
        await post(client.store, people.alice, T0 + n, visibility=kind)
        for n, kind in enumerate(("PUBLIC", "FOLLOWERS", "FRIENDS", "PRIVATE"))
    ]
    gone = await post(client.store, people.alice, T0 + 9, gone=True)
    for viewer, many in ((None, 1), ("eve", 1), ("bob", 2), ("carol", 3), ("alice", 4), ("dan", 0)):
        assert await seen(client, viewer, *ids, gone, 7) == [n < many for n in range(4)] + [
            False,
            False,
        ], viewer
        listed = await client.ask(
            of("alice", "posts { totalCount restricted nodes { id } }"), viewer
        )
        if viewer == "dan":
            assert listed["user"] is None
        else:
            shown = listed["user"]["posts"]
            assert shown["nodes"] == [{"id": pid(id)} for id in ids[:many][::-1]]
            # The public number, as on the profile.
            assert (shown["totalCount"], shown["restricted"]) == (5, None)


def of(name: str, text: str) -> str:
    return f'{{ user(username: "{name}") {{ {text} }} }}'


@pytest.mark.parametrize(("privacy", "rule"), [("PRIVATE", "PRIVATE"), ("FRIENDS", "FRIENDS_ONLY")])
async def test_a_closed_profile_closes_its_posts(client: Client, privacy: str, rule: str) -> None:
    people = await cast(client.store, alice={"privacy": privacy})
    await befriend(client.store, people.bob, people.alice)
    id = await post(client.store, people.alice, T0)
    query = of("alice", "postCount posts { totalCount restricted nodes { id } }")
    assert (await client.ask(query, "bob"))["user"]["posts"]["nodes"] == [{"id": pid(id)}]
    assert (await client.ask(query, "eve"))["user"] == {
        "postCount": 1,
        "posts": {"totalCount": 1, "restricted": rule, "nodes": []},
    }
    assert await seen(client, "eve", id) == [False]
    explain = "query($id: ID!) { explainAccess(id: $id) { allowed rule } }"
    for viewer, expected in (("eve", (False, rule)), ("alice", (True, "AUTHOR"))):
        found = (await client.ask(explain, viewer, id=pid(id)))["explainAccess"]
        assert (found["allowed"], found["rule"]) == expected


async def test_what_was_never_posted_and_what_may_not_be_known_explain_alike(
    client: Client,
) -> None:
    people = await cast(client.store, eve={"gone": True})
    await block(client.store, people.bob, people.alice)
    ids = [
        await post(client.store, people.bob, T0),
        await post(client.store, people.carol, T0 + 1, visibility="PRIVATE"),
        await post(client.store, people.carol, T0 + 2, gone=True),
        await post(client.store, people.eve, T0 + 3),
        7,
    ]
    explain = "query($id: ID!) { explainAccess(id: $id) { allowed rule text } }"
    found = [await client.ask(explain, "alice", id=pid(id)) for id in ids]
    assert all(one == found[-1] for one in found)
    assert found[-1]["explainAccess"]["rule"] == "NOT_FOUND"


async def test_a_reply_and_a_share_stay_when_what_they_lead_to_is_hidden(client: Client) -> None:
    people = await cast(client.store)
    hidden = await post(client.store, people.alice, T0, visibility="PRIVATE")
    reply = await post(client.store, people.bob, T0 + 1, reply_to=hidden)
    share = await post(client.store, people.bob, T0 + 2, shares=hidden)
    for viewer, expected in (("alice", {"id": pid(hidden)}), ("carol", None)):
        for id, name in ((reply, "replyTo"), (share, "shares")):
            found = await client.ask(POST, viewer, id=pid(id))
            assert found["post"][name] == expected


async def test_only_who_wrote_a_post_learns_how_many_saved_it(client: Client) -> None:
    people = await cast(client.store)
    id = await post(client.store, people.alice, T0)
    saved = (await client.ask(change("save(post: $id)"), "bob", id=pid(id)))["done"]
    assert (saved["saveCount"], saved["savedByViewer"]) == (0, True)
    mine = (await client.ask(POST, "alice", id=pid(id)))["post"]
    assert (mine["saveCount"], mine["savedByViewer"]) == (1, False)


async def walk(client: Client, field: str, id: int, as_: str | None, size: int) -> list[str]:
    """Every page of a list of a post, by its cursors."""
    found: list[str] = []
    after = "null"
    while True:
        query = f"query($id: ID!) {{ post(id: $id) {{ {field % (size, after)} }} }}"
        page = next(iter((await client.ask(query, as_, id=pid(id)))["post"].values()))
        found += [node.get("text") or node.get("username") for node in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] is (after != "null" and len(found) > 0)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = f'"{page["pageInfo"]["endCursor"]}"'


REPLIES = (
    "replies(order: {}, first: %d, after: %s) {{ nodes {{ text }} "
    "pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
)


@pytest.mark.parametrize("size", [1, 2, 100])
async def test_a_thread_is_read_level_by_level_in_three_orders(size: int) -> None:
    client = await threaded()
    root = await root_of(client)
    newest = [f"reply {n}" for n in (6, 5, 3, 2, 1, 0)]
    for order, expected in (
        ("LATEST", newest),
        ("OLDEST", newest[::-1]),
        ("BEST", ["reply 2", "reply 1", "reply 6", "reply 5", "reply 3", "reply 0"]),
    ):
        field = REPLIES.format(order)
        assert await walk(client, field, root, "alice", size) == expected
    # Bob alone sees what is for him alone.
    field = REPLIES.format("LATEST")
    assert "reply 4" in await walk(client, field, root, "bob", size)
    below = "replies { nodes { text replies { nodes { text replyCount } totalCount } } }"
    query = f"query($id: ID!) {{ post(id: $id) {{ {below} }} }}"
    levels = (await client.ask(query, "alice", id=pid(root)))["post"]["replies"]["nodes"]
    assert levels[-1]["replies"] == {"nodes": [{"text": "deep", "replyCount": 0}], "totalCount": 1}


async def threaded() -> Client:
    """Seven replies: one for bob alone, three voted for, one below the first."""
    from graph.stores.memory import MemoryStore

    client = Client(MemoryStore(), piece=2)
    people = await cast(client.store)
    root = await post(client.store, people.alice, T0)
    ids = []
    for n in range(7):
        kind = "PRIVATE" if n == 4 else "PUBLIC"
        said = {"text": f"reply {n}", "visibility": kind}
        ids.append(await post(client.store, people.bob, T0 + 1 + n, reply_to=root, **said))
    await post(client.store, people.carol, T0 + 20, reply_to=ids[0], text="deep")
    votes = [(people.carol, 2, 1), (people.dan, 2, 1), (people.carol, 1, 1), (people.dan, 0, -1)]
    for person, which, value in votes:
        await client.store.write(edge("VOTED", person, ids[which], T0, value=value))
    return client


async def root_of(client: Client) -> int:
    [alice] = await client.store.find_people("usernameKey", ["alice"])
    assert alice is not None
    return int((await client.store.posts_of([alice], 1)).ids[0])


async def test_the_best_replies_page_through_what_they_were(client: Client) -> None:
    client = await threaded()
    root = await root_of(client)
    first = "replies(order: BEST, first: 2) { nodes { text } pageInfo { endCursor } }"
    query = f"query($id: ID!) {{ post(id: $id) {{ {first} }} }}"
    page = (await client.ask(query, "alice", id=pid(root)))["post"]["replies"]
    texts = [node["text"] for node in page["nodes"]]
    # Whatever is voted, posted or deleted meanwhile, nothing comes twice.
    replies = (await client.store.neighbours("replies", [root]))[0].ids.tolist()
    [carol, bob] = await client.store.find_people("usernameKey", ["carol", "bob"])
    assert carol is not None
    assert bob is not None
    await client.actions.vote(carol, replies[0], 1)
    await client.actions.create_post(carol, {"text": "late", "reply_to": root})
    await client.actions.delete_post(bob, replies[1])
    after = page["pageInfo"]["endCursor"]
    rest = f'replies(order: BEST, first: 9, after: "{after}") {{ nodes {{ text }} }}'
    query = f"query($id: ID!) {{ post(id: $id) {{ {rest} }} }}"
    page = (await client.ask(query, "alice", id=pid(root)))["post"]["replies"]
    texts += [node["text"] for node in page["nodes"]]
    assert texts == ["reply 2", "reply 1", "reply 6", "reply 3", "reply 0"]
    client.snapshots.forget()
    assert (await client.refusal(query, "alice", id=pid(root)))["code"] == "CURSOR_EXPIRED"


@pytest.mark.parametrize("size", [1, 3])
async def test_who_likes_a_post(size: int) -> None:
    from graph.stores.memory import MemoryStore

    client = Client(MemoryStore(), piece=2)
    people = await cast(client.store, dan={"gone": True})
    id = await post(client.store, people.alice, T0)
    for at, name in enumerate(("bob", "carol", "dan", "eve", "alice")):
        await like(client.store, people[name], id, T0 + at)
    await block(client.store, people.eve, people.bob)
    await follow(client.store, people.bob, people.carol)
    await follow(client.store, people.bob, people.dan)
    page = (
        "(first: %d, after: %s{}) {{ nodes {{ username }} totalCount "
        "pageInfo {{ hasNextPage hasPreviousPage endCursor }} }}"
    )
    everybody = "likedBy" + page.format("")
    assert await walk(client, everybody, id, "bob", size) == ["alice", "carol", "bob"]
    assert await walk(client, everybody, id, "eve", size) == ["alice", "eve", "carol"]
    followed = "likedBy" + page.format(", onlyFollowed: true")
    assert await walk(client, followed, id, "bob", size) == ["carol"]
    counts = """query($id: ID!) { post(id: $id) { all: likedBy { totalCount }
      some: likedBy(onlyFollowed: true) { totalCount restricted } } }"""
    found = (await client.ask(counts, "bob", id=pid(id)))["post"]
    assert found == {"all": {"totalCount": 5}, "some": {"totalCount": 1, "restricted": None}}
    found = (await client.ask(counts, None, id=pid(id)))["post"]
    assert found["some"] == {"totalCount": 0, "restricted": "UNAUTHENTICATED"}


async def test_an_authors_posts_page_both_ways(client: Client) -> None:
    people = await cast(client.store)
    for n in range(7):
        kind = "PRIVATE" if n % 3 == 1 else "PUBLIC"
        await post(client.store, people.alice, T0 + n // 2, n, text=str(n), visibility=kind)

    async def page(arguments: str) -> Any:
        query = of("alice", f"posts({arguments}) {{ {PAGE} }}")
        return (await client.ask(query, "bob"))["user"]["posts"]

    first = await page("first: 2")
    assert [one["text"] for one in first["nodes"]] == ["6", "5"]
    second = await page(f'first: 2, after: "{first["pageInfo"]["endCursor"]}"')
    assert [one["text"] for one in second["nodes"]] == ["3", "2"]
    assert second["pageInfo"]["hasPreviousPage"]
    back = await page(f'last: 5, before: "{second["pageInfo"]["startCursor"]}"')
    assert [one["text"] for one in back["nodes"]] == ["6", "5"]
    last = await page("last: 2")
    assert [one["text"] for one in last["nodes"]] == ["2", "0"]
    assert (last["totalCount"], last["pageInfo"]["hasNextPage"]) == (7, False)


async def test_each_change_answers_with_what_is_then_so(client: Client) -> None:
    people = await cast(client.store)
    id = await post(client.store, people.alice, T0)
    for call, expected in (
        ("like(post: $id)", {"likeCount": 1, "likedByViewer": True}),
        ("unlike(post: $id)", {"likeCount": 0, "likedByViewer": False}),
        ("save(post: $id)", {"savedByViewer": True}),
        ("unsave(post: $id)", {"savedByViewer": False}),
        ("vote(post: $id, value: 1)", {}),
    ):
        for _ in range(2):
            done = (await client.ask(change(call), "bob", id=pid(id)))["done"]
            assert {name: done[name] for name in expected} == expected
            assert done["id"] == pid(id)
    share = (await client.ask(change("share(post: $id)"), "bob", id=pid(id)))["done"]
    assert (share["shares"], share["text"], share["type"]) == ({"id": pid(id)}, None, "TEXT")
    assert (await client.ask(POST, "bob", id=pid(id)))["post"]["sharedByViewer"] is True
    quote = change('share(post: $id, text: "look", key: "k")')
    made = [(await client.ask(quote, "bob", id=pid(id)))["done"]["id"] for _ in range(2)]
    assert len(set(made)) == 1
    back = (await client.ask(change("unshare(post: $id)"), "bob", id=pid(id)))["done"]
    assert (back["id"], back["shareCount"], back["sharedByViewer"]) == (pid(id), 1, False)


async def test_posting_and_editing_through_the_api(client: Client) -> None:
    people = await cast(client.store)
    create = (
        "mutation($input: PostInput!, $key: String) "
        "{ createPost(input: $input, key: $key) { ...Card } }" + CARD
    )
    given = {
        "text": "Hi @Bob, #Größe",
        "visibility": "FOLLOWERS",
        "media": [{"url": "https://a.example/b.mp4", "type": "VIDEO", "alt": " a film "}],
    }
    made = (await client.ask(create, "alice", input=given, key="k"))["createPost"]
    assert (await client.ask(create, "alice", input=given, key="k"))["createPost"] == made
    assert (made["type"], made["tags"], made["mentions"]) == (
        "VIDEO",
        ["grösse"],
        [{"username": "bob"}],
    )
    assert made["media"][0]["alt"] == "a film"
    edit = """mutation($id: ID!, $input: PostInput!) { editPost(post: $id, input: $input) {
      text tags editedAt edits { text media { url } until } } }"""
    done = await client.ask(edit, "alice", id=made["id"], input={"text": "now #this", "media": []})
    assert done["editPost"] == {
        "text": "now #this",
        "tags": ["this"],
        "editedAt": done["editPost"]["editedAt"],
        "edits": [
            {
                "text": "Hi @Bob, #Größe",
                "media": [{"url": "https://a.example/b.mp4"}],
                "until": done["editPost"]["editedAt"],
            }
        ],
    }
    delete = "mutation($id: ID!) { deletePost(post: $id) { id } }"
    for _ in range(2):
        assert await client.ask(delete, "alice", id=made["id"]) == {
            "deletePost": {"id": made["id"]}
        }
    assert (await client.ask(POST, "alice", id=made["id"]))["post"] is None
    again = await client.refusal(create, "alice", input=given, key="k")
    assert again["code"] == "NOT_FOUND", "a late retry does not bring back what was deleted"
    assert people


async def test_views_are_told_a_hundred_at_a_time(client: Client) -> None:
    people = await cast(client.store)
    id = await post(client.store, people.alice, T0)
    views = "mutation($ids: [ID!]!) { recordViews(posts: $ids) }"
    assert await client.ask(views, "bob", ids=[pid(id), pid(id)]) == {"recordViews": 1}
    assert await client.ask(views, "bob", ids=[pid(id)]) == {"recordViews": 0}
    assert (await client.ask(POST, None, id=pid(id)))["post"]["viewCount"] == 1
    assert (await client.refusal(views, "bob", ids=[pid(id)] * 101))["code"] == "BAD_INPUT"


@pytest.mark.parametrize(
    "call",
    [
        'createPost(input: {text: "x"}) { id }',
        "deletePost(post: $id) { id }",
        'editPost(post: $id, input: {text: "x"}) { id }',
        "like(post: $id) { id }",
        "save(post: $id) { id }",
        "share(post: $id) { id }",
        "vote(post: $id, value: 1) { id }",
        "recordViews(posts: [$id])",
    ],
)
async def test_who_does_anything_signs_in_first(client: Client, call: str) -> None:
    people = await cast(client.store)
    id = await post(client.store, people.alice, T0)
    query = f"mutation{'($id: ID!)' if '$id' in call else ''} {{ done: {call} }}"
    assert (await client.refusal(query, None, id=pid(id)))["code"] == "UNAUTHENTICATED"
    assert (await client.refusal(query, "nobody_yet", id=pid(id)))["code"] == "FORBIDDEN"


@pytest.mark.parametrize("id", ["user_1", "post_01", "post_99999999999999999999", "x"])
async def test_an_id_of_another_kind_is_bad_input(client: Client, id: str) -> None:
    await cast(client.store)
    assert (await client.refusal(POST, None, id=id))["code"] == "BAD_INPUT"
    assert (await client.refusal(change("like(post: $id)"), "alice", id=id))["code"] == "BAD_INPUT"


async def test_nodes_of_both_kinds_keep_their_order(client: Client) -> None:
    people = await cast(client.store)
    id = await post(client.store, people.alice, T0)
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Post { text } } }"
    ids = [pid(id), gid(people.bob), pid(7), "tag_1", pid(id)]
    text = {"__typename": "Post", "id": pid(id), "text": "post 0"}
    user = {"__typename": "User", "id": gid(people.bob)}
    assert (await client.ask(query, None, ids=ids))["nodes"] == [text, user, None, None, text]
