"""graphql-transport-ws, message by message: what is answered, and what a socket is closed with."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.live.serving import INBOX, PATIENCE, Served, Socket
from tests.support.cast import Cast
from web.live import socket as endpoint

pytestmark = pytest.mark.anyio

HELLO = {"query": "{ viewer { username } }"}


async def errors(socket: Socket, id: str = "1") -> str:
    said = await socket.receive()
    assert (said["type"], said["id"]) == ("error", id), said
    code: str = said["payload"][0]["extensions"]["code"]
    return code


async def test_a_socket_answers_questions_and_changes_too(service: Served, people: Cast) -> None:
    async with service.socket("alice") as alice:
        await alice.send("subscribe", "q", HELLO)
        said = await alice.receive()
        assert said["payload"] == {"data": {"viewer": {"username": "alice"}}}
        assert await alice.receive() == {"id": "q", "type": "complete"}
        follow = "mutation($u: ID!) { follow(user: $u) { user { username } } }"
        payload = {"query": follow, "variables": {"u": f"user_{people.bob}"}}
        await alice.send("subscribe", "q", payload)  # the id is free again
        said = await alice.receive()
        assert said["payload"]["data"]["follow"]["user"]["username"] == "bob"


async def test_the_token_may_come_with_the_handshake(service: Served) -> None:
    at = service.url.replace("http://", "ws://")
    headers = {"Authorization": f"Bearer {service.token('alice')}"}
    async with connect(
        f"{at}/graphql",
        subprotocols=["graphql-transport-ws"],  # type: ignore[list-item]
        additional_headers=headers,
        proxy=None,
    ) as connection:
        socket = Socket(connection)
        await socket.send("connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.send("subscribe", "q", HELLO)
        assert (await socket.receive())["payload"]["data"]["viewer"]["username"] == "alice"


@pytest.mark.parametrize("payload", [{"token": "{}"}, {"Authorization": "Bearer {}"}])
async def test_or_with_the_first_message(service: Served, payload: dict[str, str]) -> None:
    said = {name: value.format(service.token("alice")) for name, value in payload.items()}
    async with service.socket() as socket:
        await socket.send("connection_init", payload=said)
        assert await socket.receive() == {"type": "connection_ack"}


async def test_pings_are_answered(service: Served) -> None:
    async with service.socket() as socket:
        await socket.send("ping", payload={"x": 1})
        assert await socket.receive() == {"type": "pong", "payload": {"x": 1}}
        await socket.send("pong")
        await socket.send("ping")
        assert await socket.receive() == {"type": "pong"}


async def test_the_service_pings_as_well(service: Served) -> None:
    async with service.socket("alice") as alice, asyncio.timeout(PATIENCE):
        assert json.loads(await alice.connection.recv()) == {"type": "ping"}


async def test_nothing_is_listened_to_without_a_token(service: Served, people: Cast) -> None:
    async with service.socket() as socket:
        await socket.send("connection_init")
        assert await socket.receive() == {"type": "connection_ack"}
        await socket.subscribe()
        assert await errors(socket) == "UNAUTHENTICATED"
    async with service.socket("nobody") as socket:
        await socket.subscribe()
        assert await errors(socket) == "FORBIDDEN"
    assert (await service.metrics())["amity_live_listeners"] == 0


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription {", "BAD_INPUT"),
        ("subscription { nothing }", "BAD_INPUT"),
        ("subscription { inbox { __typename } __typename }", "BAD_INPUT"),
        ('subscription { inbox(after: "yesterday") { __typename } }', "BAD_INPUT"),
        ("subscription($after: Int!) { inbox(after: $after) { __typename } }", "BAD_INPUT"),
        ("subscription($x: Int!) { inbox { __typename @skip(if: $x) } }", "BAD_INPUT"),
        ("subscription($x: Boolean!) { inbox { __typename @skip(if: $x) } }", "BAD_INPUT"),
        (
            "subscription { inbox { ... on Followed { by { friends(first: 100) "
            "{ nodes { friends(first: 100) { nodes { id } } } } } } } }",
            "TOO_EXPENSIVE",
        ),
    ],
)
async def test_what_can_not_be_listened_to(service: Served, query: str, code: str) -> None:
    async with service.socket("alice") as alice:
        await alice.subscribe(query=query)
        assert await errors(alice) == code
        await alice.subscribe()  # the id is free, and the socket goes on
        await service.listening(1)


async def test_complete_ends_a_subscription(service: Served, people: Cast) -> None:
    async with service.socket("bob") as bob:
        await bob.subscribe()
        await bob.subscribe(id="2")
        await service.listening(2)
        await bob.send("complete", "1")
        await bob.send("complete", "never was")
        await service.listening(1)
        await service.rooms.actions.follow(people.alice, people.bob)
        assert (await bob.event("2"))["by"] == {"username": "alice"}


async def closed_after(service: Served, *messages: Any, name: str | None = "alice") -> int | None:
    async with service.socket(name) as socket:
        for message in messages:
            raw = message if isinstance(message, str | bytes) else json.dumps(message)
            await socket.connection.send(raw)
        return await socket.closed()


SUBSCRIBE = {"id": "1", "type": "subscribe", "payload": {"query": INBOX}}
BAD = (
    "",
    "{",
    b"{}",
    "[]",
    '"ping"',
    {},
    {"type": "nonsense"},
    {"type": "ping", "payload": 1},
    {"type": "connection_init", "payload": "token"},
    {"type": "subscribe"},
    {"type": "subscribe", "id": 1, "payload": {"query": INBOX}},
    {"type": "subscribe", "id": "", "payload": {"query": INBOX}},
    {"type": "subscribe", "id": "x" * 129, "payload": {"query": INBOX}},
    {"type": "subscribe", "id": "1", "payload": {"query": 1}},
    {"type": "subscribe", "id": "1", "payload": {"query": INBOX, "variables": []}},
    {"type": "complete"},
    {"type": "ping", "payload": {"x": "x" * 300_000}},
)


@pytest.mark.parametrize("message", BAD, ids=lambda message: str(message)[:40])
async def test_what_is_no_message_closes_the_socket(service: Served, message: Any) -> None:
    assert await closed_after(service, message) == 4400


async def test_the_codes_of_the_protocol(service: Served, monkeypatch: Any) -> None:
    assert await closed_after(service, SUBSCRIBE, name=None) == 4401
    init = {"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}}
    assert await closed_after(service, init, name=None) == 4403
    assert await closed_after(service, {"type": "connection_init"}) == 4429
    assert await closed_after(service, SUBSCRIBE, SUBSCRIBE) == 4409
    monkeypatch.setattr(endpoint, "INIT_SECONDS", 0.1)
    assert await closed_after(service, {"type": "ping"}, name=None) == 4408


async def test_another_subprotocol_is_not_spoken(service: Served) -> None:
    at = service.url.replace("http://", "ws://")
    async with connect(f"{at}/graphql", proxy=None) as connection:
        assert await Socket(connection).closed() == 4406


MESSAGES = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200),
    st.sampled_from([json.dumps(one) for one in (*BAD[5:-1], SUBSCRIBE, {"type": "ping"})]),
    st.fixed_dictionaries(
        {"type": st.sampled_from(["subscribe", "complete", "ping", "pong", "connection_init"])},
        optional={
            "id": st.text(max_size=5) | st.integers(),
            "payload": st.recursive(
                st.none() | st.integers() | st.text(max_size=10),
                lambda inner: st.dictionaries(
                    st.sampled_from(["query", "variables", "authorization", "token", "after"]),
                    inner,
                    max_size=3,
                ),
                max_leaves=5,
            ),
        },
    ).map(json.dumps),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(MESSAGES, max_size=8), known=st.booleans())
async def test_no_garbage_is_our_fault(
    service: Served, messages: list[str | bytes], known: bool
) -> None:
    """Answered or closed with a code of the protocol: never an error of ours, never silence."""
    async with service.socket("alice" if known else None) as socket:
        try:
            for message in messages:
                await socket.connection.send(message)
            await socket.send("ping", payload={"last": True})
            while (await socket.receive()).get("payload") != {"last": True}:
                pass
        except ConnectionClosed:
            assert socket.connection.close_code in range(4400, 4500)


async def test_garbage_below_the_protocol(service: Served, monkeypatch: Any) -> None:
    """Broken frames, and half a handshake."""
    monkeypatch.setattr(endpoint, "INIT_SECONDS", 0.1)
    host, port = service.url.removeprefix("http://").split(":")
    for garbage in (
        b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        b"GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
        b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
        b"sec-websocket-protocol: graphql-transport-ws\r\n\r\n\xff\xff\xff\xff\xff\xff",
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(garbage)
        async with asyncio.timeout(PATIENCE):
            await reader.read()
        writer.close()
    async with service.socket("alice") as alice:
        await alice.subscribe()
        await service.listening(1)
