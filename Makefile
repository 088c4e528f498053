# Everything runs from .venv, which the first use makes from the hashed, pinned requirements and
# which follows them when they change. `make` alone lists the targets.

PYTHON ?= python3
UV ?= uv
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
# -I: nothing from the current folder or the user's own packages may reach an installation.
PIP := $(PY) -I -m pip --disable-pip-version-check --no-input --quiet
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

RUNTIME := $(VENV)/.runtime-installed
DEVELOPMENT := $(VENV)/.development-installed

.DEFAULT_GOAL := help
.PHONY: help install run test check format lock bench chaos mutants
.DELETE_ON_ERROR:

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

install: $(RUNTIME) ## Make .venv and install what the bot needs

run: $(RUNTIME) ## Start everything that is configured; with nothing configured, the playground
	@$(PY) -m bot run $(ARGS)

test: $(DEVELOPMENT) ## Run the tests (ARGS="tests/bot -k inbox" for some of them)
	@$(PY) -m pytest $(ARGS)

check: $(DEVELOPMENT) ## Formatter, linter, strict types, import rules, tests
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -n 2 --dist loadfile $(ARGS)

format: $(DEVELOPMENT) ## Format the code and mend what the linter can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: $(DEVELOPMENT) ## Print the benchmark tables
	@$(PY) -m benchmarks $(ARGS)

chaos: $(DEVELOPMENT) ## Kill and freeze processes at random and count what was lost
	@$(PY) -m tests.chaos $(ARGS)

mutants: $(DEVELOPMENT) ## Break each important guard and see whether a test notices
	@$(PY) -m tests.mutants $(ARGS)

lock: ## Pin the requirements anew after a change in pyproject.toml (needs uv; UV="…")
	@$(LOCK) $(ARGS) pyproject.toml -o requirements.txt
	@$(LOCK) $(ARGS) pyproject.toml --group dev -o requirements-dev.txt
	@$(LOCK) $(ARGS) --group build -c requirements-dev.txt -o requirements-build.txt

$(PY):
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) was not found. Install Python 3.11" \
		"or newer, or name yours: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, and $(PYTHON) is $$($(PYTHON) -V 2>&1)." \
		"Install a newer one, or name it: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make virtual" \
		"environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV)…"
	@$(PYTHON) -m venv --clear $(VENV)

$(RUNTIME): requirements.txt requirements-build.txt pyproject.toml | $(PY)
	@echo "Installing what the bot needs into $(VENV)…"
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOPMENT): requirements-dev.txt | $(RUNTIME)
	@echo "Installing what development needs into $(VENV)…"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
