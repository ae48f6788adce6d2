# Flow Orchestrator: everything a developer or a first-time visitor types.
# The first `make run` or `make test` does all the set-up (scripts/setup.sh); the second time it costs almost nothing.

SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

PY := .venv/bin/python
EXAMPLE := resources/floworch_resources/examples/folder-audit.flow.json
ARTIFACTS ?= artifacts
# Without a display the example does not wait for somebody to approve.
UNATTENDED ?= --set auto_approve=true --set output=artifacts/run/report
# Test processes at the same time; 0 runs everything in one process (for a debugger).
WORKERS ?= 2
PYTEST_ARGS ?=

export FLOWORCH_ARTIFACTS := $(abspath $(ARTIFACTS))
# Containers often forbid Python to keep compiled modules; hundreds of processes that the tests start would compile all anew.
unexport PYTHONDONTWRITEBYTECODE
# The designer's tests draw without a display; those that need a real window start their own virtual X server.
# After the crash of a test process the others are not waited for: --dist loadfile would wait for its files for ever.
PYTEST_COMMAND = $(PY) -m pytest -n $(WORKERS) --dist loadfile --max-worker-restart 0
PYTEST = QT_QPA_PLATFORM=offscreen FLOWORCH_REQUIRE_QT=1 $(PYTEST_COMMAND)
# The same with temporary files in memory.
PYTEST_IN_MEMORY = QT_QPA_PLATFORM=offscreen FLOWORCH_REQUIRE_QT=1 scripts/tests.sh $(PYTEST_COMMAND)
WINDOW_SOAK = tests/proof/test_designer_soak.py
# Alone: it measures frames, and what runs beside it would be measured too.
SOAK = $(PYTEST) -n 0 -m proof $(WINDOW_SOAK)

.PHONY: help run test check proof soak bench screenshots package format clean
.PHONY: setup-run setup-test setup-proof form lint types pyright imports budgets tests-quick tests-full

help:  ## Print this list
	@echo 'Flow Orchestrator. Type "make" and one of:'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup-run  ## Open the designer on the folder audit example (without a display: run it here, with live progress)
	@scripts/run-example.sh $(EXAMPLE) $(UNATTENDED)

test: setup-test  ## The full check: form, lint, types, imports, budgets and every test
	@MAKE='$(MAKE)' scripts/check.sh 'make test' form lint +pyright types imports budgets wait tests-full

check: setup-test  ## The check for every commit: like test, with mypy alone and the quick tests only
	@MAKE='$(MAKE)' scripts/check.sh 'make check' form lint +types imports budgets wait tests-quick

proof: setup-proof  ## Kill and resume in every way, open the real window; keeps screenshots in artifacts/ (at most 45 minutes)
	FLOWORCH_REQUIRE_SPIN=1 FLOWORCH_REQUIRE_SERVERS=1 $(PYTEST) -m proof --timeout 600 --junitxml=$(FLOWORCH_ARTIFACTS)/proof.xml --ignore=$(WINDOW_SOAK) $(PYTEST_ARGS); \
	failed=$$?; $(SOAK) || failed=$$?; exit $$failed  # the second one in any case: one run tells all that is wrong

soak: setup-proof  ## Edit at random while runs go on, for half an hour: no exception, flat memory, no frame over 100 ms
	FLOWORCH_SOAK_SECONDS=$${FLOWORCH_SOAK_SECONDS:-1800} $(SOAK) $(PYTEST_ARGS)

bench: setup-test  ## Measure this machine: engine and designer against the bars
	$(PY) -m floworch bench --engine --designer

screenshots: setup-test  ## Draw the screenshots of README and docs again (no display needed)
	@scripts/screenshots.sh $(EXAMPLE) docs/images

package:  ## Build the program for people without Python: a folder, an archive and a .deb, in dist/ (needs the package index)
	@packaging/build.sh

format: setup-test  ## Bring the code into its form
	$(PY) -m ruff check --fix-only --quiet .
	$(PY) -m ruff format .

clean:  ## Remove the environment and everything that was made
	rm -rf .venv .setup.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist $(ARTIFACTS)
	find engine designer resources tests scripts -type d -name __pycache__ -prune -exec rm -rf {} +

setup-run:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

setup-proof:
	@scripts/setup.sh proof

form: setup-test
	$(PY) -m ruff format --check --output-format concise .

lint: setup-test
	$(PY) -m ruff check --output-format concise .

types: setup-test
	$(PY) -m mypy

pyright: setup-test
	.venv/bin/basedpyright --warnings

imports: setup-test
	.venv/bin/lint-imports

budgets: setup-test
	$(PY) scripts/budgets.py

tests-quick: setup-test
	$(PYTEST_IN_MEMORY) -m 'not slow and not xvfb and not proof' $(PYTEST_ARGS)

tests-full: setup-test
	$(PYTEST_IN_MEMORY) -m 'not proof' --junitxml=$(FLOWORCH_ARTIFACTS)/tests.xml $(PYTEST_ARGS)
