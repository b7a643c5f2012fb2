"""A prepared operation answers what the library's own executor would, each time it is run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any

import pytest
import strawberry
from graphql import ExecutionResult, execute, get_operation_ast, parse, validate
from strawberry.types import Info

from schema.execute import schema as served
from schema.here import NOT_HERE
from web.computed import computed_fields
from web.execution import graphql_schema, preparer
from web.prepared import Prepared


@strawberry.enum
class Color(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.input
class Wish:
    name: str
    often: int = 1


@strawberry.type
class Leaf:
    name: str

    @strawberry.field
    def shout(self) -> str:
        return self.name.upper()


@strawberry.type
class Twig:
    length: int


@strawberry.interface
class Named:
    name: str

    @strawberry.field
    def twice(self) -> str:
        return self.name * 2


@strawberry.type
class Dog(Named):
    @strawberry.field
    def bark(self, times: int = 1) -> str:
        return "wau " * times


@strawberry.type
class Cat(Named):
    @strawberry.field
    async def purr(self) -> str | None:
        await asyncio.sleep(0)
        return None


@dataclass
class Asked:
    """What a run is given, and what its functions say of having been called."""

    who: str = "alice"
    calls: list[str] = field(default_factory=list)
    # Whose fields had to be waited for: not compared, for that is what differs.
    waited: list[str] = field(default_factory=list, compare=False)


@strawberry.type
class Thing:
    name: str

    @strawberry.field
    def said(
        self,
        info: Info[Any, Any],
        text: str = "nothing",
        times: int | None = None,
        ratio: float = 0.5,
        yes: bool = True,
        color: Color = Color.RED,
        colors: list[Color] | None = None,
        other_words: Annotated[list[str], strawberry.argument(name="others")] = ["a", "b"],  # noqa: B006
    ) -> str:
        info.context.calls.append(text)
        other_words.append("grown")
        return repr((info.context.who, text, times, ratio, yes, color, colors, other_words))

    @strawberry.field
    def unset(
        self, text: str | None = strawberry.UNSET, maybe: strawberry.Maybe[int] = None
    ) -> str:
        return repr((text, maybe))

    @strawberry.field
    def wished(self, wish: Wish, more: list[Wish] | None = None) -> str:
        return repr((wish, more))

    @strawberry.field
    def broken(self, text: str = "sync") -> str:
        raise ValueError(text)

    @strawberry.field
    async def broken_late(self) -> str | None:
        await asyncio.sleep(0)
        raise ValueError("late")

    @strawberry.field
    async def broken_later(self) -> str:
        await asyncio.sleep(0)
        raise ValueError("later")

    @strawberry.field
    def null(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    async def null_late(self) -> str:
        return None  # type: ignore[return-value]

    @strawberry.field
    def wrong(self) -> int:
        return "no number"  # type: ignore[return-value]

    @strawberry.field
    async def itself(self) -> Thing:
        return self

    @strawberry.field
    def maybe_itself(self, often: int = 1) -> Thing | None:
        return self if often else None

    @strawberry.field
    def leaves(self, first: int = 2) -> list[Leaf]:
        return [Leaf(name=f"leaf {number}") for number in range(first)]

    @strawberry.field
    async def leaves_late(self) -> list[Leaf | None]:
        return [Leaf(name="one"), None]

    @strawberry.field
    def either(self, short: bool) -> Leaf | Twig:
        return Twig(length=3) if short else Leaf(name="long")

    @strawberry.field
    def pets(self) -> list[Named]:
        return [Dog(name="rex"), Cat(name="mia")]

    @strawberry.field
    def words(self) -> list[list[str]]:
        return [["a"], ["b", "c"]]

    @strawberry.field
    def color(self) -> Color:
        return Color.BLUE


def here_where_named(answer: Any) -> dict[str, Any]:
    """Said at once of whatever has a short name."""

    def here(jar: Jar, info: Any) -> Any:
        return answer(jar) if len(jar.name) < 4 else NOT_HERE

    return {"here": here}


@strawberry.type
class Jar:
    """Its fields wait, unless what they say is here."""

    name: str

    @strawberry.field(metadata=here_where_named(lambda jar: len(jar.name)))
    async def weight(self, info: Info[Any, Any]) -> int:
        await asyncio.sleep(0)
        info.context.waited.append(self.name)
        return len(self.name)

    @strawberry.field(metadata=here_where_named(lambda jar: None))
    async def label(self, info: Info[Any, Any]) -> str | None:
        await asyncio.sleep(0)
        info.context.waited.append(self.name)
        return None

    @strawberry.field(metadata=here_where_named(lambda jar: Jar(name=jar.name + "'")))
    async def lid(self, info: Info[Any, Any]) -> Jar | None:
        await asyncio.sleep(0)
        info.context.waited.append(self.name)
        return Jar(name=self.name + "'")

    @strawberry.field
    async def cracked(self) -> str:
        await asyncio.sleep(0)
        raise ValueError("cracked")


@strawberry.type
class Holder:
    thing: Thing
    maybe: Thing | None = None


@strawberry.type
class Query:
    @strawberry.field
    def holders(self) -> list[Holder | None]:
        thing = Thing(name="held")
        return [Holder(thing=thing), Holder(thing=thing, maybe=thing), Holder(thing=None)]  # type: ignore[arg-type]

    @strawberry.field
    def thing(self, name: str = "ball") -> Thing:
        return Thing(name=name)

    @strawberry.field
    async def things(self, names: list[str]) -> list[Thing]:
        return [Thing(name=name) for name in names]

    @strawberry.field
    def required(self, name: str) -> str:
        return name

    @strawberry.field
    def jars(self, names: list[str]) -> list[Jar]:
        return [Jar(name=name) for name in names]


SCHEMA = graphql_schema(strawberry.Schema(Query, types=[Dog, Cat]))

# Documents, and what each of their runs is given.
CASES: list[tuple[str, list[dict[str, Any]]]] = [
    ("{ thing { said } }", [{}, {}]),
    ('{ thing { said(text: "x", times: null, colors: [BLUE, RED], others: "one") } }', [{}, {}]),
    (
        "{ thing { a: said(times: 1) b: said(times: 2) said } thing { c: said(color: BLUE) } }",
        [{}] * 2,
    ),
    (
        """query($text: String! = "given", $times: Int, $colors: [Color!]) {
          thing { said(text: $text, times: $times, colors: $colors) }
          again: thing { said(times: 3) unset(text: $text) }
        }""",
        [
            {},
            {"text": "one", "times": 1},
            {"times": None, "colors": None},
            {"times": 2, "colors": ["RED", "BLUE"]},
            {"times": 2, "colors": "RED"},
            {"text": None},
            {"times": "1"},
            {"times": 2**40},
            {"colors": ["GREEN"]},
            {"text": 7},
        ],
    ),
    (
        "query($yes: Boolean!, $color: Color! = RED, $ratio: Float! = 2, $others: [String!]!) {"
        " thing { said(yes: $yes, color: $color, ratio: $ratio, others: $others) } }",
        [
            {"yes": True, "others": ["x"]},
            {"yes": False, "others": [], "color": "BLUE", "ratio": 1},
            {"others": []},
            {"yes": True, "others": [None]},
            {"yes": True, "others": "x"},
        ],
    ),
    (
        "query($text: String, $maybe: Int) { thing { unset(text: $text, maybe: $maybe)"
        " other: unset(text: null) none: unset three: unset(maybe: 3) } }",
        [{}, {"text": None, "maybe": None}, {"text": "x"}, {"maybe": 1}, {}],
    ),
    (
        "query($name: String!, $wish: Wish!) { thing {"
        ' wished(wish: {name: $name}, more: [{name: "x"}])'
        " other: wished(wish: $wish) } }",
        [
            {"name": "a", "wish": {"name": "b", "often": 3}},
            {"name": "c", "wish": {"name": "d"}},
            {"name": "c", "wish": {"often": 3}},
        ],
    ),
    ("{ thing { name broken } }", [{}, {}]),
    ("{ holders { thing { name said leaves { shout } } maybe { name broken } } }", [{}, {}]),
    ("{ holders { thing { itself { brokenLater } } maybe { name color } } }", [{}]),
    ("{ holders { thing { wrong } maybe { nullLate name words } } }", [{}]),
    (
        "query($text: String!) { thing { maybeItself { broken(text: $text) } name } }",
        [{"text": "x"}, {"text": "y"}],
    ),
    ("{ thing { brokenLate name maybeItself { brokenLater name } } }", [{}, {}]),
    ("{ thing { itself { brokenLater } } other: thing { name } }", [{}]),
    ("{ thing { maybeItself { null } name } }", [{}, {}]),
    ("{ thing { maybeItself { nullLate } name } }", [{}, {}]),
    ("{ thing { maybeItself { wrong } name } }", [{}]),
    ("query($n: Int!) { thing { maybeItself(often: $n) { name } } }", [{"n": 0}, {"n": 1}]),
    (
        "query($n: Int = 1) { thing { leaves(first: $n) { name shout } } }",
        [{}, {"n": 0}, {"n": 3}, {"n": None}],
    ),
    (
        "{ thing { leavesLate { name __typename s: shout } words color itself { itself { name } } }"
        " other: thing { name } }",
        [{}],
    ),
    (
        "query($short: Boolean!) { thing { either(short: $short)"
        " { __typename ... on Twig { length } ... on Leaf { ...L } } } }"
        " fragment L on Leaf { shout name }",
        [{"short": True}, {"short": False}, {"short": True}],
    ),
    (
        "{ thing { pets { name twice ... on Dog { bark(times: 2) } ... on Cat { purr } } } }",
        [{}, {}],
    ),
    (
        "query($names: [String!]!) { things(names: $names) { ...T } __typename }"
        ' fragment T on Thing { name said(text: "x") leaves { ...on Leaf { name } } }',
        [{"names": ["a", "b"]}, {"names": []}, {"names": ["c"]}, {}],
    ),
    (
        "query($name: String!) { required(name: $name) thing { name } }",
        [{"name": "x"}, {"name": None}, {}],
    ),
    # What is here is said at once; one jar that waits sends its whole list the library's way.
    (
        "query($names: [String!]!) { jars(names: $names) { weight name lid { label weight } } }",
        [{"names": ["a", "bc"]}, {"names": ["a", "marmalade"]}, {"names": ["jams"]}, {"names": []}],
    ),
    (
        'query { jars(names: ["a", "jams"]) { lid { cracked name } name } }',
        [{}, {}],
    ),
    # Which fields are asked for may differ from run to run.
    (
        "query($yes: Boolean!) { thing { name @include(if: $yes) said @skip(if: $yes)"
        " ...T @include(if: $yes) } }"
        " fragment T on Thing { color }",
        [{"yes": True}, {"yes": False}, {"yes": True}, {}],
    ),
    ("{ thing { name @include(if: false) color } }", [{}]),
    ('{ __schema { queryType { name } } __type(name: "Leaf") { fields { name } } }', [{}, {}]),
]


def told(result: ExecutionResult) -> Any:
    return result.data, [error.formatted for error in result.errors or ()]


async def settled(result: Any) -> ExecutionResult:
    answer: ExecutionResult = await result if asyncio.iscoroutine(result) else result
    return answer


@pytest.mark.parametrize(("text", "runs"), CASES, ids=[text for text, _ in CASES])
def test_every_run_of_one_operation(text: str, runs: list[dict[str, Any]]) -> None:
    asyncio.run(each_run(text, runs))


async def each_run(text: str, runs: list[dict[str, Any]]) -> None:
    document = parse(text)
    assert not validate(SCHEMA, document)
    operation = get_operation_ast(document)
    assert operation is not None
    run = preparer(SCHEMA)(document, operation)
    for number, variables in enumerate(runs):
        ours, theirs = Asked(f"reader {number}"), Asked(f"reader {number}")
        expected = await settled(
            execute(SCHEMA, document, context_value=theirs, variable_values=variables)
        )
        found = await settled(run(ours, variables))  # type: ignore[arg-type]
        # Errors of fields that were waited for come in the order in which those ended.
        data, errors = told(found)
        wanted, wanted_errors = told(expected)
        assert data == wanted
        assert sorted(errors, key=repr) == sorted(wanted_errors, key=repr)
        assert ours == theirs


@pytest.mark.parametrize(
    ("names", "waiting"),
    [(["a", "bc"], []), (["abc"], ["abc'"] * 2), (["a", "jams"], ["jams"] * 2 + ["jams'"] * 2)],
)
def test_nothing_waits_for_what_is_here(names: list[str], waiting: list[str]) -> None:
    document = parse(
        "query($names: [String!]!) { jars(names: $names) { weight lid { label weight } } }"
    )
    operation = get_operation_ast(document)
    assert operation is not None
    asked = Asked()
    run = preparer(SCHEMA)(document, operation)
    answer = asyncio.run(settled(run(asked, {"names": names})))  # type: ignore[arg-type]
    assert not answer.errors
    assert sorted(asked.waited) == sorted(waiting)


def test_runs_at_the_same_time_know_nothing_of_each_other() -> None:
    asyncio.run(runs_at_the_same_time())


async def runs_at_the_same_time() -> None:
    document = parse("query($text: String!) { thing { itself { said(text: $text) brokenLate } } }")
    operation = get_operation_ast(document)
    assert operation is not None
    run = preparer(SCHEMA)(document, operation)
    answers = await asyncio.gather(
        *(
            settled(run(Asked(f"reader {number}"), {"text": f"t{number}"}))  # type: ignore[arg-type]
            for number in range(20)
        )
    )
    for number, answer in enumerate(answers):
        assert answer.data is not None
        assert f"'reader {number}', 't{number}'" in answer.data["thing"]["itself"]["said"]
        assert answer.errors is not None
        assert len(answer.errors) == 1


def test_what_is_prepared() -> None:
    document = parse(
        "query A { thing { name } } query B($yes: Boolean!) { thing { name @skip(if: $yes) } }"
    )
    prepare = preparer(SCHEMA)
    first, second = (get_operation_ast(document, name) for name in "AB")
    assert first is not None
    assert second is not None
    # A directive anywhere in the document is reason enough.
    assert not isinstance(prepare(document, first), Prepared)
    assert not isinstance(prepare(document, second), Prepared)
    plain = parse("query A { thing { name } } query B { thing { name } }")
    only = get_operation_ast(plain, "B")
    assert only is not None
    assert isinstance(prepare(plain, only), Prepared)


def test_fields_left_to_the_library() -> None:
    computed = computed_fields(SCHEMA)
    assert ("Thing", "said") in computed
    assert ("Thing", "leaves") in computed
    # An input of several values, one that may be absent, and a value of several types.
    assert ("Thing", "wished") not in computed
    assert ("Thing", "unset") not in computed
    assert ("Thing", "either") not in computed
    assert ("Thing", "pets") not in computed


def test_the_schema_we_serve_has_nothing_around_its_fields() -> None:
    """An exception handler would change what the library does around a call."""
    assert not served.exception_handlers
    assert ("User", "followers") in computed_fields(graphql_schema(served))
