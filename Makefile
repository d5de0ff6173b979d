# Everything a person or a machine does with this project. `make` alone lists it.
# Needs make and a Python of at least 3.11; the rest is installed under .venv from the locked files.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The newest suitable interpreter, also where `python3` itself is older. PYTHON=/path/to/python overrides.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v "$$p"; break; }; done)

BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
# One more than two cores have: some tests wait for a browser or a server.
WORKERS ?= 3
# Some machines tell Python to keep no compiled modules; each of the many programs of a run would compile them all again.
unexport PYTHONDONTWRITEBYTECODE

# What pytest is run on PostgreSQL with; tests/conftest.py reads the same name.
TEST_POSTGRES_URL ?= postgresql://postgres@127.0.0.1:5432/postgres
TEST_REDIS_URL ?= redis://127.0.0.1:6379/15
export TEST_POSTGRES_URL TEST_REDIS_URL

.PHONY: help run test slow faults lint format openapi bench lock clean pytest-sqlite pytest-postgres

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- environment ----------------------------------------------------------------------------------------------

.venv/bin/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Lex Heller needs Python 3.11 or newer with the venv module, and found none."; \
		echo "Install one (Debian: apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python3.12"; \
		exit 1; fi
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11, which Lex Heller needs."; exit 1; }
	"$(PYTHON)" -m venv .venv

# uv is quick; where it has no build for the machine, pip reads the same hashed files.
.venv/installer.stamp: requirements/uv.txt | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt || \
		echo "uv is not to be had here: pip installs instead, which takes longer."
	@touch $@

define install
	@if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1); fi
	@touch $@
endef

.venv/run.stamp: requirements/run.txt requirements/solver.txt .venv/installer.stamp
	@echo "Installing what the program needs ..."
	$(call install,requirements/run.txt)
	$(call install,requirements/solver.txt)

.venv/test.stamp: requirements/test.txt .venv/installer.stamp
	@echo "Installing what the tests need ..."
	$(call install,requirements/test.txt)

lock: .venv/installer.stamp ## resolve the dependencies again and write requirements/
	$(BIN)/uv pip compile $(LOCK) pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra solver -c requirements/run.txt -o requirements/solver.txt
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --extra solver --group test --group lint -c requirements/run.txt -o requirements/test.txt
	$(BIN)/uv pip compile $(LOCK) --group installer -o requirements/uv.txt
	@! grep -n '://' requirements/*.txt || { echo "A lock file names a host: see CONTRIBUTING.md"; exit 1; }

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url $(UPGRADE)

# ---- run --------------------------------------------------------------------------------------------------------

# One process that also delivers mail, on SQLite, for this machine only: see LOCAL in docs/operations.md.
run: export LOCAL := 1
run: export DELIVERY ?= thread
run: export SITE_URL ?= http://$(HOST):$(PORT)
run: .venv/run.stamp ## start on http://127.0.0.1:8000 (PORT=, DATABASE_URL= change that)
	@mkdir -p var
	@$(BIN)/python manage.py demo --ready --if-empty --who
	@echo "Lex Heller answers on http://$(HOST):$(PORT) (Ctrl-C stops it)"
	@exec $(BIN)/granian --interface wsgi --host $(HOST) --port $(PORT) --workers 1 --blocking-threads 4 \
		--no-ws --log-level warning lexheller.wsgi:application

# ---- test -------------------------------------------------------------------------------------------------------

test: .venv/test.stamp lint pytest-sqlite pytest-postgres ## lint, and the whole suite on SQLite and PostgreSQL

# Ends the recipe well where PostgreSQL is missing and may be, and badly under CI=true.
with-postgres = $(BIN)/python -m tests.servers postgres; case $$? in 0) ;; 3) exit 0 ;; *) exit 1 ;; esac

pytest-sqlite: .venv/test.stamp
	@echo "== pytest on SQLite"
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not postgres and not slow" $(ARGS)

pytest-postgres: .venv/test.stamp
	@$(with-postgres); echo "== pytest on PostgreSQL"; \
	DATABASE_URL="$(TEST_POSTGRES_URL)" $(BIN)/pytest -n $(WORKERS) --dist loadfile -m "not browser and not once and not slow" $(ARGS)

slow: .venv/test.stamp ## what takes long by nature: load, faults, fuzzing
	@$(with-postgres); echo "== slow tests on PostgreSQL"; \
	DATABASE_URL="$(TEST_POSTGRES_URL)" $(BIN)/pytest tests/slow $(ARGS)
	@echo "== made-up input on SQLite"
	@$(BIN)/pytest -n $(WORKERS) --dist load tests/slow/test_fuzz.py $(ARGS)
	@echo "== slow walks in the browser"
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile -m slow $(ARGS)

faults: .venv/test.stamp ## letters that must get there whatever breaks (FAULTS_SEED= plays a run again)
	@$(BIN)/pytest tests/slow/test_faults.py $(ARGS)

bench: .venv/test.stamp ## times and memory at 1,000, 10,000 and 100,000 cases (PostgreSQL)
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench_letters
	@$(BIN)/python -m tests.bench_summaries
	@$(BIN)/python -m tests.bench_export
	@$(BIN)/python -m tests.bench_api

CODE := lexheller cases notifications api tests manage.py

lint: .venv/test.stamp ## formatting, types, templates, imports, common holes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/bandit --quiet --severity-level medium --configfile pyproject.toml --recursive $(filter-out tests,$(wildcard $(CODE)))
	$(BIN)/lint-imports
	DEBUG=1 $(BIN)/python manage.py makemigrations --check --dry-run

openapi: .venv/test.stamp ## write the API's description anew
	@DEBUG=1 $(BIN)/python manage.py spectacular --validate --fail-on-warn --format openapi-json --file api/openapi.json

format: .venv/test.stamp ## put the code in the house form
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

clean: ## remove the environment and caches (data in var/ stays)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
