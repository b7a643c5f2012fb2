"""The schema is what frontends were promised, and the snapshot is what is served."""

from __future__ import annotations

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    build_schema,
    print_ast,
)

from graph.model import LIST
from schema.snapshot import SNAPSHOT, printed

SERVED = build_schema(printed())

PAGE = "first: Int, after: String"
BOTH_WAYS = f"{PAGE}, last: Int, before: String"
ORDERED = f"({BOTH_WAYS}, order: LinkOrder): UserConnection!"

# The public names: type, then each field with its arguments and type. Written by hand.
PROMISED = {
    "Query": [
        "viewer: User",
        "node(id: ID!): Node",
        "nodes(ids: [ID!]!): [Node]!",
        "post(id: ID!): Post",
        "user(id: ID, username: String, externalId: String, source: String): User",
        "relationships(with: [ID!]!): [Relationship]!",
        "paths(from: ID!, to: ID!, first: Int, maxLength: Int): [Path!]!",
        "feed(ranker: Ranker, first: Int, after: String): FeedConnection!",
        "whyNot(post: ID!, ranker: Ranker): WhyNot!",
        "explainAccess(id: ID!): AccessDecision!",
    ],
    "Node": ["id: ID!"],
    "PageInfo": [
        "hasNextPage: Boolean!",
        "hasPreviousPage: Boolean!",
        "startCursor: String",
        "endCursor: String",
    ],
    "User": [
        "id: ID!",
        "username: String!",
        "externalId: String",
        "name: String",
        "bio: String",
        "avatarUrl: String",
        "verified: Boolean!",
        "privacy: Privacy!",
        "createdAt: DateTime!",
        "followerCount: Int!",
        "followingCount: Int!",
        "friendCount: Int!",
        "postCount: Int!",
        "relationship: Relationship",
        f"followers{ORDERED}",
        f"following{ORDERED}",
        f"friends{ORDERED}",
        f"mutualFriends(with: ID, {PAGE}): UserConnection!",
        f"followersYouFollow({PAGE}): UserConnection!",
        f"friendsOfFriends({PAGE}): FriendOfFriendConnection!",
        f"peopleYouMayKnow({PAGE}): SuggestionConnection!",
        f"posts({BOTH_WAYS}): PostConnection!",
        "community: Int",
        "settings: Settings",
        f"followRequests({PAGE}): UserConnection!",
        f"sentRequests({PAGE}): UserConnection!",
        f"blocked({PAGE}): UserConnection!",
        f"muted({PAGE}): UserConnection!",
    ],
    "Settings": [
        "hideNetwork: Boolean!",
        "discoverable: Boolean!",
        "allowSuggestions: Boolean!",
        "country: String",
        "interests: [String!]!",
    ],
    "UserConnection": [
        "edges: [UserEdge!]!",
        "nodes: [User!]!",
        "pageInfo: PageInfo!",
        "totalCount: Int!",
        "restricted: String",
    ],
    "UserEdge": ["cursor: String!", "node: User!", "since: DateTime"],
    "FriendOfFriendConnection": [
        "edges: [FriendOfFriendEdge!]!",
        "nodes: [User!]!",
        "pageInfo: PageInfo!",
        "totalCount: Int!",
        "restricted: String",
    ],
    "FriendOfFriendEdge": [
        "cursor: String!",
        "node: User!",
        "mutualCount: Int!",
        "via(first: Int): [User!]!",
    ],
    "SuggestionConnection": [
        "edges: [SuggestionEdge!]!",
        "nodes: [User!]!",
        "pageInfo: PageInfo!",
    ],
    "SuggestionEdge": ["cursor: String!", "node: User!", "score: Float!", "reasons: [Reason!]!"],
    "Relationship": [
        "user: User!",
        "following: Boolean!",
        "followedBy: Boolean!",
        "friends: Boolean!",
        "requested: Boolean!",
        "requestedBy: Boolean!",
        "blocking: Boolean!",
        "muting: Boolean!",
        "notify: Boolean!",
        "since: DateTime",
        "distance: Int",
        "mutualFriendCount: Int!",
    ],
    "Post": [
        "id: ID!",
        "author: User!",
        "text: String",
        "type: PostType!",
        "visibility: Visibility!",
        "createdAt: DateTime!",
        "editedAt: DateTime",
        "replyTo: Post",
        "shares: Post",
        "tags: [String!]!",
        "mentions: [User!]!",
        "media: [Media!]!",
        "likeCount: Int!",
        "replyCount: Int!",
        "shareCount: Int!",
        "saveCount: Int!",
        "viewCount: Int!",
        "likedByViewer: Boolean!",
        "savedByViewer: Boolean!",
        "sharedByViewer: Boolean!",
        f"likedBy({PAGE}, onlyFollowed: Boolean): UserConnection!",
        f"replies({PAGE}, order: ReplyOrder): PostConnection!",
        "edits: [PostVersion!]!",
    ],
    "PostVersion": ["text: String", "media: [Media!]!", "until: DateTime!"],
    "Media": [
        "url: String!",
        "type: PostType!",
        "width: Int",
        "height: Int",
        "alt: String",
    ],
    "PostConnection": [
        "edges: [PostEdge!]!",
        "nodes: [Post!]!",
        "pageInfo: PageInfo!",
        "totalCount: Int!",
        "restricted: String",
    ],
    "PostEdge": ["cursor: String!", "node: Post!"],
    "FeedConnection": [
        "edges: [FeedEdge!]!",
        "nodes: [Post!]!",
        "pageInfo: PageInfo!",
        "newer: Int!",
        "complete: Boolean!",
    ],
    "FeedEdge": ["cursor: String!", "node: Post!", "score: Float!", "why: [Reason!]!"],
    "WhyNot": ["shown: Boolean!", "stage: String", "rule: String", "text: String!"],
    "Path": ["users: [User!]!", "length: Int!"],
    "Reason": ["code: String!", "text: String!", "path: [Node!]!", "weight: Float"],
    "AccessDecision": ["allowed: Boolean!", "rule: String!", "text: String!"],
    "Mutation": [
        "createProfile(input: ProfileInput!): User!",
        "updateProfile(input: ProfileInput!): User!",
        "deleteProfile: DeletedPayload!",
        "follow(user: ID!, notify: Boolean, via: String): FollowPayload!",
        "unfollow(user: ID!): FollowPayload!",
        "acceptFollow(user: ID!): FollowPayload!",
        "declineFollow(user: ID!): FollowPayload!",
        "removeFollower(user: ID!): FollowPayload!",
        "block(user: ID!): FollowPayload!",
        "unblock(user: ID!): FollowPayload!",
        "mute(user: ID!, until: DateTime): FollowPayload!",
        "unmute(user: ID!): FollowPayload!",
        "dismissSuggestion(user: ID!): FollowPayload!",
        "createPost(input: PostInput!, key: String): Post!",
        "deletePost(post: ID!): DeletedPayload!",
        "editPost(post: ID!, input: PostInput!): Post!",
        "like(post: ID!): Post!",
        "unlike(post: ID!): Post!",
        "save(post: ID!): Post!",
        "unsave(post: ID!): Post!",
        "share(post: ID!, text: String, key: String): Post!",
        "unshare(post: ID!): Post!",
        "vote(post: ID!, value: Int!): Post!",
        "recordViews(posts: [ID!]!): Int!",
    ],
    "ProfileInput": [
        "username: String",
        "name: String",
        "bio: String",
        "avatarUrl: String",
        "privacy: Privacy",
        "country: String",
        "hideNetwork: Boolean",
        "discoverable: Boolean",
        "allowSuggestions: Boolean",
        "interests: [String!]",
    ],
    "PostInput": [
        "text: String",
        "type: PostType",
        "visibility: Visibility",
        "replyTo: ID",
        "shares: ID",
        "media: [MediaInput!]",
    ],
    "MediaInput": [
        "url: String!",
        "type: PostType!",
        "width: Int",
        "height: Int",
        "alt: String",
    ],
    "FollowPayload": ["user: User!", "relationship: Relationship!"],
    "DeletedPayload": ["id: ID!"],
}
DEFAULTS = {
    "User.followers.order": "LATEST",
    "User.following.order": "LATEST",
    "User.friends.order": "LATEST",
    "FriendOfFriendEdge.via.first": "3",
    "Query.paths.first": "1",
    "Query.paths.maxLength": "4",
    "Mutation.follow.notify": "false",
    "Post.likedBy.onlyFollowed": "false",
    "Post.replies.order": "LATEST",
}


def fields_of(kind: str) -> list[str]:
    described = SERVED.type_map[kind]
    if isinstance(described, GraphQLInputObjectType):
        return [f"{name}: {field.type}" for name, field in described.fields.items()]
    assert isinstance(described, GraphQLObjectType | GraphQLInterfaceType)
    return [
        f"{name}{arguments(field.args)}: {field.type}" for name, field in described.fields.items()
    ]


def arguments(args: dict) -> str:  # type: ignore[type-arg]
    inside = ", ".join(f"{name}: {arg.type}" for name, arg in args.items())
    return f"({inside})" if inside else ""


@pytest.mark.parametrize("kind", PROMISED)
def test_names_arguments_and_types_are_as_promised(kind: str) -> None:
    assert sorted(PROMISED[kind]) == sorted(fields_of(kind))


def test_enums_and_interfaces() -> None:
    for name, values in (
        ("Privacy", "PUBLIC FRIENDS PRIVATE"),
        ("LinkOrder", "LATEST STRONGEST"),
        ("PostType", "TEXT IMAGE VIDEO LINK"),
        ("ReplyOrder", "LATEST OLDEST BEST"),
        ("Visibility", "PUBLIC FOLLOWERS FRIENDS PRIVATE"),
        ("Ranker", "RELEVANCE CHRONOLOGICAL ENGAGEMENT AFFINITY BLEND EDGERANK HOT"),
    ):
        enum = SERVED.type_map[name]
        assert isinstance(enum, GraphQLEnumType)
        assert list(enum.values) == values.split()
    for name in ("User", "Post"):
        node = SERVED.type_map[name]
        assert isinstance(node, GraphQLObjectType)
        assert [one.name for one in node.interfaces] == ["Node"]


@pytest.mark.parametrize("place", DEFAULTS)
def test_defaults(place: str) -> None:
    kind, field, arg = place.split(".")
    described = SERVED.type_map[kind]
    assert isinstance(described, GraphQLObjectType)
    default = described.fields[field].args[arg].default
    assert default is not None
    assert print_ast(default.literal) == DEFAULTS[place]


def test_every_list_that_the_registry_shows_is_a_field() -> None:
    shown = {lst.side.field for lst in LIST.values() if lst.side.field and lst.owner == "User"}
    user = SERVED.type_map["User"]
    assert isinstance(user, GraphQLObjectType)
    assert {name: str(user.fields[name].type) for name in shown} == {
        **dict.fromkeys(shown, "UserConnection!"),
        "posts": "PostConnection!",
    }


def test_everything_is_described() -> None:
    for kind, described in SERVED.type_map.items():
        if kind.startswith("__") or kind in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        assert described.description, kind
        for name, field in getattr(described, "fields", {}).items():
            assert field.description, f"{kind}.{name}"


def test_the_snapshot_is_what_is_served() -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == printed(), "run: python -m schema.snapshot"
