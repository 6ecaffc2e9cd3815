# chipdb's whole task file. `make try` answers the main question, `make test` passes every check; each sets up what it needs.
.PHONY: try test lint types layers tests docs schemas examples pictures bench clean
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(wildcard data/*.yaml) $(wildcard data/rules/*/*.yaml)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

try: $(VENV)/.runtime
	@$(BIN)/chipdb check Blackwell --derate compute=30% --to CN --on 2026-06-01 || test $$? -eq 1

test: lint types layers tests docs

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

tests: $(VENV)/.dev
	@sh tools/packages.sh
	$(BIN)/pytest -n 2 --dist loadgroup

docs: $(VENV)/.dev
	$(BIN)/sphinx-build -n -W --keep-going -q -b html docs docs/_build/html

schemas: $(VENV)/.dev
	$(BIN)/python tools/schemas.py

examples: $(VENV)/.dev
	$(BIN)/python tools/record_examples.py

pictures: $(VENV)/.dev
	$(BIN)/python tools/pictures.py

bench: $(VENV)/.dev
	$(BIN)/pip install --quiet --editable '.[bench]'
	$(BIN)/python bench/measured.py
	$(BIN)/python bench/explorer.py

clean:
	rm -rf $(VENV) chipdb/_compiled build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/pip:
	@sh tools/venv.sh $(PYTHON) $(VENV)

$(VENV)/.runtime: $(VENV)/bin/pip pyproject.toml build_hook.py $(DATA)
	@echo "setting up (the first time takes a minute) ..." >&2
	@$(BIN)/pip install --quiet --editable .
	@$(BIN)/python -m compileall -q chipdb
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@
