# make run · make demo · make test · make lint · make bench — everything a fresh machine needs, in .venv and var/
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
DEV    := $(VENV)/.installed-dev

.PHONY: run demo test lint bench fonts locks migration clean

run: $(STAMP) fonts          ## examples taken through the whole journey, then the site on http://127.0.0.1:8000
	$(BIN)/anheng run --demo

demo: $(STAMP) fonts         ## the same without serving; the circular is left under var/demo
	$(BIN)/anheng demo --out var/demo

test: $(DEV) fonts           ## everything, a real browser and PostgreSQL included
	sh tests/provide.sh
	$(BIN)/python -m pytest -n 2 --db=both

lint: $(DEV)                 ## style, types, architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py

bench: $(DEV) fonts          ## every own figure beside a peer's
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/anheng bench rules --cases 100000
	$(BIN)/anheng bench read
	$(BIN)/anheng bench search

fonts: $(STAMP)              ## faces for official documents, converted once into var/fonts
	@$(BIN)/anheng fonts

locks:                       ## renew the pinned versions and their hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --no-header --extra ocr --extra bulk pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile -q --universal --generate-hashes --no-header --extra ocr --extra bulk --extra dev pyproject.toml requirements/build.in -o requirements/dev.txt
	uv pip compile -q --universal --generate-hashes --no-header --extra ocr --extra bulk --extra dev --extra bench pyproject.toml requirements/build.in -o requirements/bench.txt

migration: $(DEV)            ## write a migration from the difference between models and database: make migration M="what it does"
	$(BIN)/alembic revision --autogenerate -m "$(M)"

clean:                       ## remove the virtual environment and everything under var
	rm -rf $(VENV) var

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更高版本")'
	$(PYTHON) -m venv $(VENV)

$(STAMP): requirements/run.txt pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(DEV): requirements/dev.txt $(STAMP)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@
