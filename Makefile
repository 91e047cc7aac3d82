# The verbs of this project. `make demo` and `make test` set everything up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A machine that forbids byte code would compile every module at every start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo serve test test-postgres fuzz check format bench chaos build lock clean

help:  ## Show these verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(STAMP)  ## Make the environment: pinned dependencies and this package

$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the pinned dependencies into $(VENV) (a minute or two, once)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup  ## Run a real experiment: classifiers on handwritten digits, cross-validated
	$(BIN)/athanor run digits

serve: setup  ## Serve this repository's examples at http://127.0.0.1:4000
	$(BIN)/athanor serve

test: setup check  ## Run every check and every test
	$(BIN)/pytest

test-postgres: setup  ## Run every test of processes with its rows on PostgreSQL
	ATHANOR_TEST_POSTGRESQL=1 $(BIN)/pytest tests/process -m "not embedded"

fuzz: setup  ## Try the REST interface against its document, with many examples (half an hour)
	FUZZ_EXAMPLES=300 $(BIN)/pytest tests/server/test_openapi.py

check: setup  ## Lint, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup  ## Put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup  ## Measure, each figure beside its floor
	$(BIN)/python -m benchmarks

chaos: setup  ## Kill every process at random for some minutes, and see that nothing is lost
	$(BIN)/python -m chaos $(STORM)

build: setup  ## Wheel and source distribution
	$(BIN)/python -m build --no-isolation

lock:  ## Renew the pinned dependencies (needs uv)
	uv pip compile pyproject.toml --extra parquet --extra pandas --extra polars --extra postgres --extra gpus --extra examples \
		--group dev \
		--universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-package athanor \
		--custom-compile-command "make lock" --quiet --output-file requirements/dev.txt

clean:  ## Remove what was made, the data directory excepted
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
