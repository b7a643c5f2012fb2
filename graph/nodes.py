"""Every kind of node there is, declared once: what it says, what is unique, what analysts see."""

from __future__ import annotations

from graph.declaring import Ids, Node, PostType, Privacy, Property, Visibility

# What an import calls a node: unique per kind and source.
EXTERNAL = (
    Property("externalId"),
    Property("source"),
    # f"{source}\x1f{externalId}", so that every store can hold it unique.
    Property("externalKey", unique=True, public=False),
)

NODES: tuple[Node, ...] = (
    Node(
        "User",
        "user",
        Ids.DENSE,
        (
            Property("username"),
            # ASCII-folded and lower case; absent once the name is freed.
            Property("usernameKey", unique=True, public=False),
            Property("name"),
            Property("bio", tells="text"),
            Property("avatarUrl"),
            Property("verified", "bool", tells="nothing"),
            Property("privacy", tells="nothing", words=tuple(Privacy)),
            Property("createdAt", "time", tells="day"),
            Property("externalId", indexed=True),
            Property("source", tells="nothing"),
            # f"{source}\x1f{externalId}", so that every store can hold it unique.
            Property("externalKey", unique=True, public=False),
            # f"{issuer}\x1f{subject}" of the token that speaks for this person.
            Property("subjectKey", unique=True, public=False),
            Property("country", tells="nothing"),
            Property("hideNetwork", "bool", tells="nothing"),
            Property("discoverable", "bool", tells="nothing"),
            Property("allowSuggestions", "bool", tells="nothing"),
            Property("gone", "bool", tells="nothing"),
            Property("lastActiveDay", "int", tells="nothing"),
            Property("community", "int", computed=True, tells="nothing"),
            # What imports of social networks say of people; the API shows none of it.
            Property("firstName", indexed=True),
            Property("lastName"),
            Property("gender", tells="nothing"),
            Property("birthday", "time"),
            Property("emails", "strings"),
            Property("speaks", "strings"),
            Property("locationIP"),
            Property("browserUsed"),
            # Had more followers than posts are pushed to, once: from then on they are read.
            Property("celebrity", "bool", public=False),
        ),
        search=("username", "name"),
        tells="person",
    ),
    Node(
        "Post",
        "post",
        Ids.TIME,
        (
            Property("text", tells="text"),
            Property("type", tells="nothing", words=tuple(PostType)),
            Property("visibility", tells="nothing", words=tuple(Visibility)),
            Property("createdAt", "time", indexed=True, tells="nothing"),
            Property("editedAt", "time", tells="nothing"),
            Property("media", "json", tells="text"),
            # Earlier versions, oldest first, each as JSON.
            Property("edits", "strings", tells="text"),
            Property("gone", "bool", tells="nothing"),
            # Of a deleted post: who wrote it.
            Property("author", "int", public=False),
            # Of a plain share: f"{user}:{post}", so that nobody shares anything twice.
            Property("shareKey", unique=True, public=False),
            # f"{author}:{digest of the caller's key}": the same call again finds its post.
            Property("createKey", unique=True, public=False),
            Property("externalId", indexed=True),
            Property("source", tells="nothing"),
            Property("externalKey", unique=True, public=False),
            Property("language", tells="nothing"),
            Property("length", "int", tells="nothing"),
            Property("imageFile", tells="text"),
            Property("locationIP"),
            Property("browserUsed"),
        ),
        search=("text",),
        tells="person",
        # By one person and on one day, a post is viewed once.
        tallies=("views",),
    ),
    Node("Tag", "tag", Ids.TIME, (Property("name", unique=True), Property("url"), *EXTERNAL)),
    Node(
        "TagClass",
        "tagclass",
        Ids.TIME,
        (Property("name", unique=True), Property("url"), *EXTERNAL),
    ),
    Node(
        "Place",
        "place",
        Ids.TIME,
        (
            Property("name", indexed=True),
            Property("type"),
            Property("key", unique=True, public=False),
            Property("url"),
            *EXTERNAL,
        ),
    ),
    Node(
        "Organisation",
        "organisation",
        Ids.TIME,
        (
            Property("name"),
            Property("type"),
            Property("key", unique=True, public=False),
            Property("url"),
            *EXTERNAL,
        ),
    ),
    Node(
        "Group",
        "group",
        Ids.TIME,
        (
            Property("name", tells="text"),
            Property("createdAt", "time"),
            Property("key", unique=True, public=False),
            *EXTERNAL,
        ),
    ),
)
