"""Every example that users read is run, and gives the answer that is shown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from graph.stores.memory import MemoryStore
from loaders.demo import load_demo
from tests.docs.conftest import Shell
from tests.docs.examples import PAGES, ROOT, Example, difference, of_page, text_difference
from tests.support.acting import acting
from tests.support.asking import DictSnapshots
from tests.web.serving import NOW, bearer, services, serving

pytestmark = pytest.mark.anyio

# Commands that can't be run beside the tests: (page, first line) and the reason.
NOT_RUN: dict[tuple[str, str], str] = {
    ("README.md", "make run"): "makes an environment and stays in the foreground",
    ("README.md", "make test"): "would run this test",
    ("docs/getting-started.md", "make run"): "makes an environment and stays in the foreground",
}

LINK = re.compile(r"\[[^\]]*\]\(([^)#]+)(?:#[^)]*)?\)")


def page_name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def with_examples(language: str) -> list[Path]:
    return [page for page in PAGES if any(e.asked.language == language for e in of_page(page))]


def is_left_out(example: Example) -> bool:
    return (example.asked.page, example.asked.text.partition("\n")[0]) in NOT_RUN


@pytest.mark.parametrize("page", with_examples("graphql"), ids=page_name)
async def test_questions_have_the_answers_that_are_shown(page: Path) -> None:
    store = MemoryStore()
    await load_demo(store, NOW)
    it = acting(store)
    it.clock.now = NOW  # what is written now is newer than what was loaded
    made = services(store, actions=it.actions, snapshots=DictSnapshots())
    wrong: list[str] = []
    async with serving(made) as client:
        for example in of_page(page):
            if example.asked.language == "graphql":
                assert example.answer is not None, f"{example.name} shows no answer"
                headers = bearer(example.asked.info) if example.asked.info else {}
                body = {"query": example.asked.text}
                came = (await client.post("/graphql", json=body, headers=headers)).json()
                said = difference(json.loads(example.answer.text), came)
                wrong += [f"{example.name}: {said}"] if said else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.server("embedded", "cache")
@pytest.mark.parametrize("page", with_examples("sh"), ids=page_name)
def test_commands_print_what_is_shown(page: Path, shell: Shell) -> None:
    wrong: list[str] = []
    for example in of_page(page):
        if example.asked.language == "sh" and not is_left_out(example):
            done = shell.run(example.asked.text)
            said = printed(example, done.stdout) if done.returncode == 0 else done.stderr
            wrong += [f"{example.name}: {said}"] if said else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.server("embedded", "cache")
@pytest.mark.parametrize("notebook", sorted((ROOT / "docs").glob("*.ipynb")), ids=page_name)
def test_notebooks_run_from_top_to_bottom(notebook: Path, shell: Shell) -> None:
    cells = json.loads(notebook.read_text())["cells"]
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    done = shell.run(f"python - <<'END_OF_NOTEBOOK'\n{code}\nEND_OF_NOTEBOOK")
    assert done.returncode == 0, done.stderr


def printed(example: Example, output: str) -> str | None:
    if example.answer is None:
        return None
    if example.answer.language == "json":
        return difference(json.loads(example.answer.text), json.loads(output))
    return text_difference(example.answer.text, output)


def test_no_example_goes_unrun() -> None:
    unrun = [
        f"{example.name} ({example.asked.language})"
        for page in PAGES
        for example in of_page(page)
        if example.asked.language not in ("graphql", "sh") and not is_left_out(example)
    ]
    assert unrun == []


def test_what_is_left_out_is_still_there() -> None:
    there = {
        (e.asked.page, e.asked.text.partition("\n")[0]) for page in PAGES for e in of_page(page)
    }
    assert sorted(NOT_RUN.keys() - there) == []


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
