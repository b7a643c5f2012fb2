# Every habit is one command. Python 3.11 and make are all it takes (`lock` also wants uv).

PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p) 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
COMPILE := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench soak lock clean

help: ## say what there is
	@sed -n 's/^\([a-z]*\):[^#]*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(VENV)/runtime.installed ## start everything, with a demo network
	@exec $(BIN)/amity serve --demo

test: lint ## prove it, on real servers
	@$(BIN)/python -m tests

lint: $(VENV)/dev.installed ## style, types and import rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/lint-imports

format: $(VENV)/dev.installed ## let the formatter have its way
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

bench: $(VENV)/dev.installed ## side by side with the alternatives, in one run
	@$(BIN)/python -m benchmarks

soak: $(VENV)/dev.installed ## the long campaigns, whole
	@AMITY_TEST_SOAK=1 $(BIN)/python -m pytest tests/faults tests/loaders tests/data tests/adjacency tests/snb tests/feed/test_against_history.py tests/live/test_campaign.py tests/web/test_fuzz.py

lock: ## choose versions anew, with hashes
	@$(COMPILE) --upgrade -o requirements/runtime.txt
	@$(COMPILE) --upgrade --extra dev --extra tracing -c requirements/runtime.txt -o requirements/dev.txt

clean: ## remove what was installed and cached
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- the virtual environment: made once, filled again only when a lock changed ---------------------

$(VENV)/made:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@echo "Making $(VENV) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# Again when an entry point came: nothing has to be installed anew for it.
$(VENV)/linked: scripts/link.py pyproject.toml $(VENV)/made
	@$(BIN)/python scripts/link.py
	@touch $@

$(VENV)/runtime.installed: requirements/runtime.txt $(VENV)/made | $(VENV)/linked
	@echo "Installing what requirements/runtime.txt locks ..." >&2
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(VENV)/dev.installed: requirements/dev.txt $(VENV)/made | $(VENV)/linked
	@echo "Installing what requirements/dev.txt locks ..." >&2
	@$(PIP) -r requirements/dev.txt
	@touch $@
