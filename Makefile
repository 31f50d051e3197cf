# make help lists what can be made; every target sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
unexport PYTHONDONTWRITEBYTECODE # bytecode that is kept saves every command a quarter of a second

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## make .venv from the lock file

$(READY): requirements.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) scripts/setup.sh
	touch $(READY)

demo: $(READY) ## play one week of trade and show what came of it
	$(BIN)/cmgateway demo

test: $(READY) ## everything CI checks
	scripts/services.sh
	$(MAKE) lint
	$(BIN)/pytest -q

lint: $(READY) ## style, types, floors, mappings, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m canonical.schemas --check
	$(BIN)/python -m translators.x12.lint
	$(BIN)/cmgateway mapping lint
	$(BIN)/cog --check README.md docs/*.md

bench: $(READY) ## measure; figures go to bench/RESULTS.md by hand, with the date
	$(BIN)/python bench/translate.py

docs: $(READY) ## write the generated parts anew: schemas, command reference
	$(BIN)/python -m canonical.schemas
	$(BIN)/cog -r README.md docs/*.md

lock: ## write requirements.lock anew for what pyproject.toml asks; pins that still fit are kept
	uv pip compile --quiet --universal --generate-hashes --no-header --group dev -o requirements.lock pyproject.toml
	uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 -o scripts/tryton/requirements.lock scripts/tryton/requirements.in

.PHONY: help setup demo test lint bench docs lock
