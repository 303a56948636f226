# Two commands: make demo, make test. Nothing is needed beforehand but python3 (3.11 or newer), python3-venv and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test torture lint bench docs pictures lock clean

help:
	@echo "make demo    a sandbox Heroku, the daemon, a whole day in 20 seconds"
	@echo "make test    lint, types, the import law and every test"
	@echo "make lint    the first three alone"
	@echo "make torture faults, kills and wrong clocks against the real daemon, a quarter of an hour; writes docs/reliability.md"
	@echo "make bench   how fast it is, beside peers on the same work"
	@echo "make docs    the documentation as a site, in build/docs"
	@echo "make pictures  the pictures of docs/pictures anew, with Debian's chromium and fonts-inter"
	@echo "make lock    write requirements*.txt anew from pyproject.toml"

demo: $(VENV)/run.stamp
	@$(BIN)/python -m autoscaler demo

test: lint
	$(BIN)/python -m pytest

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

torture: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.torture.run $(ONLY)

bench: $(VENV)/dev.stamp
	@$(BIN)/python -m benchmarks

docs: .tools/docs.stamp
	@mkdir -p build
	@NO_MKDOCS_2_WARNING=1 .tools/docs/bin/mkdocs build --strict >build/docs.log 2>&1 || { cat build/docs.log; exit 1; }
	@echo "build/docs/index.html"

pictures: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.pictures docs/pictures

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.txt $(VENV)/bin/python
	@echo "Installing what it runs on (once) ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/bin/python
	@echo "Installing what its tests run on (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --editable .
	@touch $@

.tools/docs.stamp: docs/site/requirements.txt
	@$(PYTHON) -m venv .tools/docs
	@.tools/docs/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r docs/site/requirements.txt
	@touch $@

lock: $(VENV)/bin/python
	@test -x .tools/uv/bin/uv || { $(PYTHON) -m venv .tools/uv && .tools/uv/bin/pip --quiet install uv; }
	.tools/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra calendars --extra postgres --extra redis --output-file requirements.txt pyproject.toml
	.tools/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra calendars --extra postgres --extra redis --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml
	.tools/uv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --output-file docs/site/requirements.txt docs/site/requirements.in

clean:
	rm -rf $(VENV) .tools .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build/docs
