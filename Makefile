# chipdb's whole task file. `make try` answers the main question, `make test` passes every check; each sets up what it needs.
.PHONY: try test quick lint types layers tests soak mutants lock release coverage js wheel floors matrix docs schemas examples pictures bench clean
PYTHON ?= python3
PYTHONS ?= python3.12 python3.13
VENV := .venv
BIN := $(VENV)/bin
DATA := $(wildcard data/*.yaml) $(wildcard data/rules/*/*.yaml)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# a process of a test that compiles the package again takes half a second longer
unexport PYTHONDONTWRITEBYTECODE

# the law, the cases and what they rest on: most mistakes show here within a minute
QUICK := tests/law tests/metrics tests/catalog tests/rules tests/solver tests/answers/test_cases.py tests/integrity/test_rules_data.py
# what the quick tests leave unvisited of the packages that decide an answer
COVERING := chipdb/solver chipdb/metrics chipdb/rules tests/answers/test_budget.py tests/answers/test_rules_diff.py tests/integrity/test_places.py tests/property/test_regions.py tests/views/test_dossier.py tests/views/test_catalog_frames.py
# every dependency once, then the column types of frames, where old engines differ most
OLDEST := tests/smoke tests/catalog/test_units_written_out.py tests/bulk/test_frame_columns.py

try: $(VENV)/.runtime
	@$(BIN)/chipdb check Blackwell --derate compute=30% --to CN --on 2026-06-01 || test $$? -eq 1

test: $(VENV)/.dev
	@sh tools/packages.sh
	@sh tools/parts.sh $(MAKE) lint types layers js docs wheel floors coverage tests

quick: lint types layers
	$(BIN)/pytest -n 2 -m "not slow" $(QUICK)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

layers: $(VENV)/.dev
	$(BIN)/lint-imports

tests: $(VENV)/.dev
	@sh tools/packages.sh
	$(BIN)/pytest -n 2 --dist loadgroup -m "not wheel"

# the rules as written out from their text, on as many cases as wanted, then hostile input: make soak CASES=1000000 FIRST=0 JOBS=2 INPUTS=1000000 BLOCK=0
soak: $(VENV)/.dev
	PYTHONPATH=tests $(BIN)/python -m oracle.soak --first $(or $(FIRST),0) --cases $(or $(CASES),1000000) --jobs $(or $(JOBS),1)
	PYTHONPATH=tests:tests/helpers $(BIN)/python -W ignore -m fuzz.soak --first $(or $(BLOCK),0) --cases $(or $(INPUTS),1000000)

# one change of the rules or the code at a time, and whether a test notices: make mutants SAMPLE=100 SEED=2
mutants: $(VENV)/.dev
	$(BIN)/python tools/mutants.py data $(if $(SAMPLE),--sample $(SAMPLE)) --seed $(or $(SEED),1) --least 99
	for package in solver metrics rules bulk; do \
	    $(BIN)/python tools/mutants.py code --only chipdb/$$package --sample $(or $(SAMPLE),100) --seed $(or $(SEED),1); \
	done

# 95 % of each package that decides an answer
coverage: $(VENV)/.dev
	$(BIN)/pytest -n 2 -m "not slow" --cov --cov-report= $(QUICK) $(COVERING)
	@for package in solver metrics rules; do \
	    $(BIN)/coverage report --include="chipdb/$$package/*" --skip-covered --fail-under=95 || exit 1; \
	done

js: $(VENV)/.dev
	@sh tools/packages.sh nodejs
	$(BIN)/python tools/lint_js.py
	node --test tests/js/*.test.mjs

# what a release publishes: installed elsewhere, with its types, README and sources
wheel: $(VENV)/.dev
	$(BIN)/pytest -m wheel tests/test_package.py

floors: $(VENV)-floors/.installed
	$(VENV)-floors/bin/pytest -p no:cacheprovider $(OLDEST)

# the quick tests on other interpreters; those that are not there are named
matrix:
	@sh tools/matrix.sh "$(PYTHONS)" $(VENV) $(QUICK)

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
	rm -rf $(VENV) $(VENV)-* chipdb/_compiled build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/pip:
	@sh tools/venv.sh $(PYTHON) $(VENV)

$(VENV)/.runtime: $(VENV)/bin/pip pyproject.toml build_hook.py $(DATA)
	@echo "setting up (the first time takes a minute) ..." >&2
	@$(BIN)/pip install --quiet --editable .
	@$(BIN)/python -m compileall -q chipdb
	@touch $@

# the files that the lock names by their hashes, and nothing else
$(VENV)/.dev: $(VENV)/bin/pip pyproject.toml build_hook.py tools/dev-lock.txt $(DATA)
	@echo "installing what the checks need ..." >&2
	@$(BIN)/pip install --quiet --require-hashes --requirement tools/dev-lock.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q chipdb
	@touch $(VENV)/.runtime $@

# newer versions of what the checks need; read the difference
lock: $(VENV)/bin/pip
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --quiet \
	    --generate-hashes --no-emit-index-url --no-annotate --no-header --output-file tools/dev-lock.txt

# the wheel, the sources, and what a user's environment then has in it
release: $(VENV)/.dev
	rm -rf dist && $(BIN)/python -m build --outdir dist
	@sh tools/venv.sh $(PYTHON) $(VENV)-release
	$(VENV)-release/bin/pip install --quiet dist/*.whl
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --output-format JSON \
	    --output-file dist/chipdb.cdx.json $(VENV)-release/bin/python
	$(BIN)/python tools/bill_of_materials.py dist/chipdb.cdx.json

$(VENV)-floors/.installed: pyproject.toml build_hook.py tools/floors.py $(VENV)/.dev
	@sh tools/venv.sh $(PYTHON) $(VENV)-floors
	$(BIN)/python tools/floors.py fast frames office plot > $(VENV)-floors/floors.txt
	PIP_CONSTRAINT=$(VENV)-floors/floors.txt PIP_BUILD_CONSTRAINT=$(VENV)-floors/floors.txt \
	    $(VENV)-floors/bin/pip install --quiet --editable '.[fast,frames,office,plot]' pytest
	@touch $@
