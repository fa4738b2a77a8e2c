# Every verb a person needs here. `make` alone tells them.
SHELL := /bin/bash
PYTHON ?= $(shell for p in /usr/bin/python3.11 python3.11 python3.12 python3.13 python3; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PORT ?= 8000
BIN := .venv/bin
CODE := $(wildcard src tests benchmarks)
export UV_PYTHON_DOWNLOADS = never
export UV_LINK_MODE = copy
# Trust what this machine trusts, where it has a list of its own.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt),)
export UV_SYSTEM_CERTS = true
endif

.PHONY: help setup start test test-long check fix bench lock vendor
help: ## show the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 14

setup: .venv/base.stamp ## make .venv with .venv/bin/passalong

.venv/bin/uv: requirements/build.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed (apt install python3.11 python3-venv)."; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "python3-venv is needed (apt install python3-venv)."; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

.venv/base.stamp: .venv/bin/uv requirements/base.txt pyproject.toml src/passalong/__init__.py
	@echo "Setting up .venv (once; a minute or two) ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/base.stamp requirements/dev.txt
	@echo "Adding what tests need ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

start: setup ## set up, open a demo practice, print a gameplan, serve on PORT
	@$(BIN)/passalong start --demo --port $(PORT)

test: .venv/dev.stamp ## everything that must hold; ARGS=... goes to pytest
	@tools/test-services tools/run-tests $(ARGS)

test-long: .venv/dev.stamp ## the same, with the long runs in full
	@PASSALONG_TEST_LONG=1 tools/test-services tools/run-tests $(ARGS)

check: export PASSALONG_DATA = $(CURDIR)/.venv/check-data
check: .venv/dev.stamp ## lint, types, layers, templates, migrations
	@mkdir -p $$PASSALONG_DATA
	@$(BIN)/ruff check $(CODE)
	@$(BIN)/ruff format --check --quiet $(CODE)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --quiet --lint --check src
	@$(BIN)/python -m passalong.config.manage makemigrations --check --dry-run

fix: .venv/dev.stamp ## format and mend what tools can mend
	@$(BIN)/ruff check --fix $(CODE)
	@$(BIN)/ruff format $(CODE)
	@$(BIN)/djlint --quiet --reformat src

bench: .venv/dev.stamp ## every benchmark, product and peer side by side
	@$(BIN)/python -m benchmarks all

lock: .venv/bin/uv ## pin requirements anew
	@for n in build base dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header requirements/$$n.in -o requirements/$$n.txt; done
