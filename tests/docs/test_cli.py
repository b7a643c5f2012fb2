"""docs/cli.md has a section for each verb, with the flags that its help names and no others."""

from __future__ import annotations

import re

import pytest

from cli import VERBS, main
from tests.docs.examples import ROOT

PAGE = (ROOT / "docs" / "cli.md").read_text()
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def sections() -> dict[str, str]:
    parts = re.split(r"^## amity (\S+).*$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_verb_has_its_section() -> None:
    assert sorted(sections()) == sorted(VERBS)


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_its_flags_are_those_of_the_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    in_help = set(FLAG.findall(capsys.readouterr().out)) - {"--help"}
    # Only what the table or the sentences of the section name, not what its examples pipe into.
    prose = re.sub(r"```.*?```", "", sections()[verb], flags=re.DOTALL)
    assert set(FLAG.findall(prose)) == in_help
