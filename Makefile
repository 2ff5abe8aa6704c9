# `make` alone lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
# File by file, in the order of tests/conftest.py.
BY_FILE = --dist loadfile --no-loadscope-reorder
AT_ONCE = -n $(or $(JOBS),4) $(BY_FILE)
# One process per processor: these tests calculate, the others wait for browsers and servers too.
FAST_AT_ONCE = -n $(or $(JOBS),auto) --maxprocesses $(or $(JOBS),4) $(BY_FILE)
NODE := node_modules/.installed
PEN := .venv-pen
# The tests under node run beside pytest. Their output follows pytest's: the summary, or everything if one failed.
NODE_TESTS_BEGIN = said=$$(mktemp); npm test --silent >$$said 2>&1 & node=$$!; status=0
NODE_TESTS_END = if wait $$node; then tail -n 9 $$said; else status=1; cat $$said; fi; rm -f $$said; exit $$status
# In a new clone one process compiles the tests, while node runs. Otherwise each of the four would compile all of them.
COMPILE_TESTS = test -d tests/__pycache__ || $(PYTEST) --collect-only --quiet >/dev/null || true
# What `make test-fast` runs. Nothing here starts a browser or another process of the desk.
FAST := attachments chat clock contracts identity routing storage texts ticketing server/live server/settings widgets

# Each process of the tests and each program that they start would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run run-scaled test test-fast test-scaled check bench bench-desk bench-routing bench-simulation gallery soak lock sbom wheel audit pen vendor released weights catalogues
.PHONY: system scaled-servers mail-servers ruff ruff-format mypy arrows exceptions javascript

help: ## List the targets
	@echo "Switchboard: live chat that always ends in a ticket."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=python3.13  makes .venv with a Python other than python3"
	@echo "  ARGS=\"-k queue\"    is added to the command of run, run-scaled, test, test-fast, test-scaled, soak, bench, bench-desk, gallery and pen"
	@echo "  JOBS=2             runs 2 tests at once instead of 4 (test-fast: one per processor)"
	@echo "  SYSTEM=ready       skips the Debian packages that test, test-scaled, soak, bench and gallery need"

setup: $(VENV)/.installed ## Create .venv with the program `switchboard`
	@echo "Ready: $(BIN)/switchboard"

run: setup ## Run the demo with sample people; prints the links
	@$(BIN)/switchboard demo $(ARGS)

run-scaled: scaled-servers setup ## Run the demo in two processes on PostgreSQL and Valkey, which it starts and ends
	@$(BIN)/python -m tools.run_scaled $(ARGS)

test-fast: $(VENV)/.installed-dev $(NODE) ## Run rules, services and contracts in memory, for the inner loop
	@$(NODE_TESTS_BEGIN); \
	$(PYTEST) $(FAST_AT_ONCE) -m "not scaled and not soak and not processes and not long" --hypothesis-profile fast \
	    $(addprefix tests/,$(FAST)) $(ARGS) || status=1; \
	$(NODE_TESTS_END)

test: system $(VENV)/.installed-dev $(NODE) ## Run all tests on SQLite, in a browser and under node
	@$(NODE_TESTS_BEGIN); \
	$(COMPILE_TESTS); \
	$(PYTEST) $(AT_ONCE) -m "not scaled and not soak" $(ARGS) || status=1; \
	$(NODE_TESTS_END)

test-scaled: system scaled-servers $(VENV)/.installed-dev $(NODE) ## Run contracts, stories and faults on PostgreSQL and Valkey
	@$(PYTEST) $(AT_ONCE) -m "scaled and not soak" $(ARGS)

check: $(VENV)/.installed-dev $(NODE) ## Check style, types, imports between packages, and the count of exceptions
	@$(MAKE) --no-print-directory --keep-going ruff ruff-format mypy arrows exceptions javascript

bench: system setup ## Measure the cost of a message, here and elsewhere (docs/benchmarks.md); without ARGS the simulator too
	@status=0; \
	$(BIN)/python -m bench.run $(ARGS) || status=1; \
	$(if $(ARGS),,$(BIN)/python -m bench.simulation || status=1;) \
	exit $$status

bench-desk: setup ## Measure chat hours and ticket lists (docs/benchmarks.md)
	@$(BIN)/python -m bench.desk $(ARGS)

bench-routing: setup ## Measure routing decisions (docs/benchmarks.md)
	@$(BIN)/python -m bench.routing $(ARGS)

bench-simulation: setup ## Compare the simulator with queueing theory (docs/simulation.md)
	@$(BIN)/python -m bench.simulation $(ARGS)

gallery: system $(VENV)/.installed-dev ## Take pictures of every page and state, beside the mockups in MOCKUPS (docs/testing.md)
	@$(BIN)/python -m tools.gallery $(ARGS)

soak: system scaled-servers mail-servers $(VENV)/.installed-dev ## Run the long forms of the tests, with very many generated examples
	@$(PYTEST) -n $(or $(JOBS),4) -m "soak or hypothesis" --hypothesis-profile soak --timeout 0 $(ARGS)

lock: ## Update both requirements files to the newest versions that pyproject.toml allows
	@scripts/lock $(PYTHON)

pen: $(VENV)/.installed-dev $(PEN)/.installed ## Try a demo desk from outside: hostile requests, schemathesis, wapiti (docs/security.md)
	@$(BIN)/python -m tools.pen $(ARGS)

sbom: $(VENV)/.installed-dev ## Write the bill of materials to dist/sbom-*.json, as CycloneDX (docs/security.md)
	@$(BIN)/python -m scripts.sbom dist

wheel: setup ## Build the wheel into dist/ (docs/operating.md)
	@$(BIN)/python -m hatchling build --target wheel --directory dist

audit: $(VENV)/.installed-dev ## Check dependencies for known vulnerabilities; needs the network
	@status=0; \
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements-dev.txt || status=1; \
	npm audit || status=1; \
	exit $$status

vendor: $(NODE) ## Vendor Lit, and pack the scripts and styles of each page (docs/pages.md)
	@node scripts/vendor.mjs

released: $(NODE) ## After a release: keep its build for pages that are open during the next upgrade
	@node scripts/vendor.mjs --released

weights: $(NODE) ## Print the compressed sizes of the staff pages and the widget (docs/benchmarks.md)
	@node scripts/weights.mjs

catalogues: setup ## Extract the texts that customers read into the catalogues of each language (docs/pages.md)
	@$(BIN)/python -m widgets.shared.extraction

ruff:
	@$(BIN)/ruff check --output-format concise
ruff-format:
	@$(BIN)/ruff format --check --output-format concise
mypy:
	@$(BIN)/mypy
arrows:
	@$(BIN)/lint-imports
exceptions:
	@$(BIN)/python -m tests.rules.exceptions
javascript:
	@npm run --silent check

system:
	@test "$(SYSTEM)" = ready || scripts/install-system-packages
scaled-servers:
	@test "$(SYSTEM)" = ready || scripts/install-system-packages scaled-packages.txt
mail-servers:
	@test "$(SYSTEM)" = ready || scripts/install-system-packages soak-packages.txt

# Stamp files: each is newer than its inputs, so a second run has nothing to do.

# wapiti needs other versions of some packages than the desk.
$(PEN)/.installed: tools/pen-requirements.txt
	@echo "Installing wapiti into $(PEN)"
	@$(PYTHON) -m venv --clear $(PEN)
	@$(PEN)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps --requirement $<
	@touch $@

$(VENV)/.installed: requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
	    echo "Switchboard needs Python 3.11 or newer, and there is no $(PYTHON) on the PATH."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "Switchboard needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	    echo "Where there is another: make setup PYTHON=python3.13"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make a virtual environment. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Installing the program's dependencies into $(VENV), about half a minute"
	@sed -n '/^pip==/,/[^\\]$$/p' requirements.txt >$(VENV)/pip.txt
	@$(PIP) install --require-hashes --no-deps --requirement $(VENV)/pip.txt
	@$(PIP) uninstall --yes setuptools 2>/dev/null
	@$(PIP) install --require-hashes --no-deps --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing what tests and checks need into $(VENV)"
	@$(PIP) install --require-hashes --no-deps --requirement requirements-dev.txt
	@touch $@

$(NODE): package.json package-lock.json
	@echo "Installing what tests and checks need into node_modules"
	@npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	@touch $@
