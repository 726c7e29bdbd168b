# What a person or a machine needs to set up, run and check OpenValley. Plain `make` prints this list.

PYTHON ?= python3
PORT ?= 8000
MIRROR ?= ../shared/mirror
# A home folder with an atlas of the whole mirror, for benchmarks that only read it.
HOME_DIR ?= .bench-home
PYTEST_ARGS ?=
# Tests run side by side on all cores; the tests of one file stay together and share what they build.
WORKERS ?= auto

BIN := .venv/bin
STAMP := .venv/.up-to-date

export OPENVALLEY_MIRROR ?= $(abspath $(MIRROR))

.DEFAULT_GOAL := help
.PHONY: help setup up test browser postgres check lint types layers licences coverage bench bench-link bench-raw bench-tenfold bench-educate bench-test bench-discover bench-connect bench-site bench-site-cost bench-healthdata fuzz-api docs tour clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  variables: PORT=$(PORT) MIRROR=$(MIRROR) PYTHON=$(PYTHON) WORKERS=$(WORKERS) PYTEST_ARGS=..."

setup: $(STAMP) ## make .venv with everything in it, at pinned versions

# Installed anew when a dependency or a pin changes; the code itself is used where it lies.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

up: setup ## build the starter atlas at the first run, then serve the site on PORT
	$(BIN)/openvalley up --port $(PORT)

test: setup ## run all tests but those in a browser
	$(BIN)/python -m pytest -m "not browser" -n $(WORKERS) --dist loadfile $(PYTEST_ARGS)

browser: setup ## run the tests in a browser (Chromium)
	$(BIN)/python -m pytest -m browser $(PYTEST_ARGS)

# A database of its own, which is emptied first.
POSTGRES ?= postgresql://postgres:postgres@127.0.0.1:5432
postgres: setup ## run the site's tests on PostgreSQL (POSTGRES=postgresql://user:password@host:port)
	$(BIN)/python tests/fresh_database.py $(POSTGRES) openvalley_tests
	DATABASE_URL=$(POSTGRES)/openvalley_tests $(BIN)/python -m pytest -m "not browser" tests/site $(PYTEST_ARGS)

check: lint types layers licences coverage ## everything that must hold before a commit

lint: setup ## ruff, all rules
	$(BIN)/ruff check

types: setup ## mypy --strict
	@# The Django plugin imports the site's settings, which would make a key in the user's home folder.
	OPENVALLEY_SECRET_KEY=unused $(BIN)/mypy

layers: setup ## the direction of imports (import-linter)
	$(BIN)/lint-imports

licences: setup ## the licences of all dependencies
	$(BIN)/python tools/licences.py

coverage: setup ## the tests, with branch coverage
	$(BIN)/python -m pytest -m "not browser" -n $(WORKERS) --dist loadfile --cov --cov-branch --cov-report=term $(PYTEST_ARGS)

bench: setup ## the benchmarks, each beside its peers
	$(BIN)/python benchmarks/atlas/run.py --mirror $(MIRROR)

bench-link: setup ## linking beside its peers (BENCH_LINK_ARGS="--plot reliability.svg" draws what scores mean)
	$(BIN)/python benchmarks/link/run.py --mirror $(MIRROR) $(BENCH_LINK_ARGS)

bench-tenfold: setup ## sync and build with ten times the rows (TENFOLD_ARGS="--times 3" for three times)
	$(BIN)/python benchmarks/atlas/tenfold.py --mirror $(MIRROR) $(TENFOLD_ARGS)

# The whole mirror, taken in and built once for the benchmarks that only read it.
$(HOME_DIR)/atlas/current: | $(STAMP)
	$(BIN)/openvalley --home $(HOME_DIR) sync --mirror $(MIRROR)
	$(BIN)/openvalley --home $(HOME_DIR) build

bench-raw: setup $(HOME_DIR)/atlas/current ## raw affiliations on all lists, beside published figures (BENCH_RAW_ARGS="--page FILE")
	$(BIN)/python benchmarks/link/raw.py --home $(HOME_DIR) --mirror $(MIRROR) $(BENCH_RAW_ARGS)

bench-connect: setup $(HOME_DIR)/atlas/current ## new partners that came true, beside baselines (CONNECT_ARGS="--page FILE")
	$(BIN)/python benchmarks/connect/run.py --home $(HOME_DIR) $(CONNECT_ARGS)

bench-discover: setup $(HOME_DIR)/atlas/current ## what came after the index of a year, beside size alone (DISCOVER_ARGS="--page FILE")
	$(BIN)/python benchmarks/discover/run.py --home $(HOME_DIR) $(DISCOVER_ARGS)

bench-site: setup $(HOME_DIR)/atlas/current ## twenty readers at once (SITE_ARGS="--think 0": as fast as they can)
	$(BIN)/python benchmarks/site/run.py --home $(HOME_DIR) $(SITE_ARGS)

bench-site-cost: setup $(HOME_DIR)/atlas/current ## what a page costs of a processor, by kind
	$(BIN)/python benchmarks/site/cost.py --home $(HOME_DIR) $(SITE_ARGS)

# The fuzzer is only for two of the benchmarks, so it comes only with them.
FUZZER := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt schemathesis
fuzz-api: setup $(HOME_DIR)/atlas/current ## schemathesis over the whole API (FUZZ_ARGS="--examples 100")
	$(FUZZER)
	$(BIN)/python benchmarks/site/fuzz.py --home $(HOME_DIR) $(FUZZ_ARGS)

bench-test: setup $(HOME_DIR)/atlas/current ## sites of later trials among those listed first, beside baselines (TEST_ARGS="--page FILE")
	$(BIN)/python benchmarks/test/run.py --home $(HOME_DIR) $(TEST_ARGS)

bench-healthdata: setup ## counts from hospitals: right, safe, fast, steady (HEALTHDATA_ARGS="--only right")
	$(FUZZER)
	$(BIN)/python benchmarks/healthdata/run.py --mirror $(MIRROR) $(HEALTHDATA_ARGS)

bench-educate: setup ## titles of shortage lists against hand-judged ones (EDUCATE_ARGS="--page FILE")
	$(BIN)/python benchmarks/educate/run.py --mirror $(MIRROR) $(EDUCATE_ARGS)

docs: setup ## write the generated pages below docs/reference
	$(BIN)/python docs/generate.py

tour: setup ## the pictures of docs/tour (TOUR_ARGS="find partner"; HOME_DIR=HOME: of that folder's atlas; Chromium)
	$(BIN)/python docs/tour/pictures.py $(if $(filter command line environment,$(origin HOME_DIR)),--home $(HOME_DIR)) $(TOUR_ARGS)

clean: ## remove what these targets made
	rm -rf .venv .coverage htmlcov .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
