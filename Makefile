# Bare `make` lists what there is. Each line behind ## is its help.
PYTHON ?= python3
VENV := .venv
PORT ?= 8000
BIN := $(VENV)/bin
# uv installs in seconds what takes pip a minute. Nothing needs it: where it is missing, what runs
# the site is installed by pip, and what runs the tests by a uv that pip installs.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
INSTALL := $(if $(UV),uv pip install --quiet --python $(BIN)/python,\
	$(BIN)/python -m pip install --quiet --disable-pip-version-check)
TEST_INSTALL := $(if $(UV),uv,$(BIN)/uv) pip install --quiet

.PHONY: help install demo test test-newer check fix bench torture clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.installed ## Make .venv with the pennypress command

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Pennypress"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.tested: pyproject.toml bin/install-test-tools
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Pennypress and what tests it"
	@$(if $(UV),:,test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv)
	@$(TEST_INSTALL) --python $(BIN)/python --editable '.[test,check]'
	@touch $(VENV)/.installed
	@bin/install-test-tools
	@touch $@

demo: install ## Make the demo newspaper in ./site and serve it (PORT=8000)
	@$(BIN)/pennypress demo --port $(PORT)

test: $(VENV)/.tested ## Run all tests: on SQLite and on PostgreSQL, and in a real browser
	@$(BIN)/python bin/test $(ARGS)

test-newer: $(VENV)/.tested ## The same without a browser, on SQLite, under the newest Python installed
	@set -e; python=$$(bin/newer-python); \
	if [ -z "$$python" ]; then echo "No newer Python is installed"; exit 0; fi; \
	test -x .cache/newer/bin/python || "$$python" -m venv .cache/newer; \
	$(TEST_INSTALL) --python .cache/newer/bin/python --editable '.[test]'; \
	echo "Testing under $$(.cache/newer/bin/python --version)"; \
	.cache/newer/bin/python -m pytest -q -n 2 -m 'not browser and not thorough' --ignore tests/cli --ignore tests/verifier $(ARGS)

check: $(VENV)/.tested ## Lint and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy pennypress
	@PENNYPRESS_HOME=.cache/check $(BIN)/pennypress manage makemigrations --check --dry-run

fix: $(VENV)/.tested ## Format, and mend what the linter can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: install ## Measure the site beside the machine's limits (ARGS="--only reads --seconds 2")
	@bin/install-bench-tools
	@$(BIN)/python -m bench $(ARGS)

torture: install ## Attack a site in all ways at once, and see what its readers notice (ARGS="--seconds 60")
	@$(BIN)/python -m bench.torture $(ARGS)

clean: ## Remove .venv and caches, never a site
	@rm -rf $(VENV) .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis
