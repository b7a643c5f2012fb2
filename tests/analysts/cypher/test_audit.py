"""Whatever is asked through the desk is written down, on both servers."""

from __future__ import annotations

import pytest

from analysts.cypher.desk import Question
from analysts.cypher.language import Refused
from graph.stores.bolt import BoltStore
from tests.analysts.cypher.test_masking import MASKED, ask, desk
from tests.support.cast import Cast

pytestmark = pytest.mark.anyio


async def test_every_question_is_written_down(bolt: BoltStore, people: Cast) -> None:
    await ask(bolt, MASKED, "MATCH (u:User) RETURN u.country")
    with pytest.raises(Refused):
        await ask(bolt, MASKED, "MATCH (u:User) DELETE u")
    hidden = "RETURN $a AS a // " + "x" * 20_000 + "\nUNION RETURN $a AS a"
    await ask(bolt, MASKED, hidden, a=[1])
    await desk(bolt).plan(MASKED, Question("RETURN 1 AS one"))
    with pytest.raises(Refused):
        await desk(bolt).plan(MASKED, Question("DROP INDEX x"))
    rows = await bolt.cypher("MATCH (a:_Audit) RETURN a {.*} AS a ORDER BY a.id", {})
    *rows, padded, planned, refused = rows
    assert (padded["a"]["text"], padded["a"]["params"]) == (hidden, '{"a":[1]}')
    assert [one["a"]["text"] for one in (planned, refused)] == [
        "EXPLAIN RETURN 1 AS one",
        "EXPLAIN DROP INDEX x",
    ]
    assert [one["a"]["code"] for one in (planned, refused)] == ["OK", "BAD_INPUT"]
    kept = [(row["a"]["who"], row["a"]["code"], row["a"]["rows"]) for row in rows]
    assert kept == [("ann", "OK", 5), ("ann", "BAD_INPUT", 0)]
    assert rows[0]["a"]["text"] == "MATCH (u:User) RETURN u.country"
