# Two commands do all the set-up: `make demo` and `make test`. The rest is for working on dunningkit.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LEDGER := examples/ledger/build

.PHONY: demo test check types lint imports pytest cover campaign ibm schema lock clean bench bench-import bench-plugins bench-law mutation csv-huge

demo: $(READY)
	@$(BIN)/python examples/demo.py

test: check pytest

check: lint types imports

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy src plugins/csv/src

imports: $(READY)
	$(BIN)/lint-imports

pytest: $(READY)
	$(BIN)/pytest -n auto

cover: $(READY)
	$(BIN)/pytest -n auto --cov --cov-report=term-missing:skip-covered

# Months of random events against the slow model, another campaign each time. Takes hours.
campaign: $(READY)
	$(BIN)/pytest -n 0 --hypothesis-profile=campaign tests/engine/test_months_of_events.py

# The public IBM sample ledger, joined with made-up contacts; DATA is the downloaded CSV.
ibm: $(READY)
	$(BIN)/python examples/ibm/join_contacts.py "$(DATA)" examples/ibm/build

# The first reading and the day of a large ledger. Quick look: make bench ROWS=100000 ROUNDS=1
ROWS ?= 1000000
ROUNDS ?= 3
bench: $(READY)
	$(BIN)/python benchmarks/bench.py --rows $(ROWS) --rounds $(ROUNDS) --write

bench-plugins: $(READY)
	$(BIN)/python benchmarks/plugin_cost.py --write

bench-law: $(READY)
	$(BIN)/python benchmarks/law.py --write

bench-import: $(READY)
	$(BIN)/python benchmarks/import_cost.py --write

# Small faults in dunningkit.law, one at a time, against the tests that reach them. One module: make mutation ONLY=interest
ONLY ?=
mutation: $(VENV)/.mutation
	@$(BIN)/python benchmarks/mutation.py $(if $(ONLY),--only $(ONLY),--write)

# Reads a generated CSV file of more than 2 GiB; what it took is in plugins/csv/README.md.
csv-huge: $(READY)
	$(BIN)/python benchmarks/csv_huge.py

# The published JSON Schemas of a policy, of a rule pack and of a case for the law; tests hold them equal to the models.
schema: $(READY)
	$(BIN)/python -c 'import json; from dunningkit.policy import policy_json_schema as schema; print(json.dumps(schema(), indent=2, ensure_ascii=False))' > docs/policy.schema.json
	$(BIN)/python -c 'import json; from dunningkit.law.case_question import question_json_schema as schema; print(json.dumps(schema(), indent=2, ensure_ascii=False))' > docs/law_case.schema.json
	$(BIN)/python -c 'import json; from dunningkit.law.case_answer import answer_json_schema as schema; print(json.dumps(schema(), indent=2, ensure_ascii=False))' > docs/law_answer.schema.json
	$(BIN)/python -c 'import json; from dunningkit.law.pack_file import pack_json_schema as schema; print(json.dumps(schema(), indent=2, ensure_ascii=False))' > docs/rule_pack.schema.json

lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --extra cli --extra http pyproject.toml requirements/dev.in -o requirements/dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  -c requirements/dev.lock requirements/mutation.in -o requirements/mutation.lock

clean:
	rm -rf $(VENV) $(LEDGER) examples/ibm/build benchmarks/build build

$(READY): requirements/dev.lock pyproject.toml plugins/csv/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "dunningkit needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.12 ...")'
	@echo "Setting up $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e plugins/csv
	@$(BIN)/python -m compileall -q src plugins/csv/src
	@touch $@

$(VENV)/.mutation: $(READY) requirements/mutation.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/mutation.lock
	@touch $@
