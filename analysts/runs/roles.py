"""What a role may ask of an algorithm, and what it is told of the result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysts.cypher.masking import Mask
from analysts.cypher.rights import People
from analysts.runs.ranking import Row, as_json, best, shuffled_ties
from analysts.runs.run import Question, Result
from analysts.runs.values import Values
from graph.errors import BadInput

BY_PSEUDONYM = "Your role names people and posts by pseudonyms of its project."


@dataclass(frozen=True, slots=True)
class Role:
    mask: Mask
    smallest: int | None = None  # nothing is told of fewer people

    @property
    def people(self) -> People:
        return self.mask.rights.people

    def access(self, question: Question, *, summary: bool, picture: bool = False) -> Question:
        """The question with what its pseudonyms stand for; raises BadInput."""
        named = question.source is not None or question.target is not None
        single = not summary and question.about.values is not Values.NONE
        if self.smallest and (named or single or picture):
            raise BadInput("Small groups are left out: ask for the summary, about nobody, undrawn.")
        if self.people is People.RAW or not named:
            return question
        if self.people is People.ABSENT:
            raise BadInput("People are absent from what your role sees: ask about nobody.")
        source, target = self._read(question.source), self._read(question.target)
        return replace(question, source=source, target=target)

    def _read(self, name: str | int | None) -> int | None:
        if name is None:
            return None
        found = self.mask.pseudonyms.back(name)
        if found is None:
            raise BadInput(BY_PSEUDONYM)
        return found

    def facts(self, result: Result) -> dict[str, Any]:
        facts = dict(result.facts)
        if self.smallest:
            if result.snapshot.graph.nodes < self.smallest:
                raise BadInput("So few are in this graph that nothing is told of it.")
            if "degrees" in facts:
                many = [one for one in facts["degrees"] if one["nodes"] >= self.smallest]
                facts["degrees"] = many
        if result.outcome.paths is not None:
            facts["paths"] = [
                {"length": length, "ids": [self._id(result, node) for node in path]}
                for length, path in result.outcome.paths
            ]
        return facts

    def order(self, result: Result, top: int) -> NDArray[np.intp]:
        """Best first. Ids are given in the order in which people join, so they order no ties."""
        outcome, values = result.outcome, result.question.about.values
        if values is Values.NONE:
            return np.empty(0, np.intp)
        if self.people is People.RAW:
            return best(outcome, values, top)
        dice = np.random.default_rng(self.mask.pseudonyms.seed())
        return shuffled_ties(best(outcome, values, None), outcome, dice)[:top]

    def cells(self, row: Row) -> list[Any]:
        id = self._property(row.kind, "id", row.id)
        return [
            as_json(id) if isinstance(id, int) else id,
            self._property(row.kind, "username", row.username),
            self._property(row.kind, "externalId", row.external_id),
            row.value,
        ]

    def name(self, result: Result, node: int) -> str:
        """What it is called in a picture."""
        found = self._id(result, node)
        return "" if found is None else f"{found}"

    def _id(self, result: Result, node: int) -> Any:
        id = int(result.snapshot.ids[node])
        told = self._property(result.snapshot.label(node), "id", id)
        return as_json(told) if isinstance(told, int) else told

    def _property(self, kind: str, name: str, value: Any) -> Any:
        return None if value is None else self.mask.property([kind], name, value)
