# Overgang: every command a developer needs. A fresh machine needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
COMMA  := ,

.PHONY: help run demo test check format lock crash bench-intake bench-close bench-months bench-validate billing-histories same-bytes conformance fuzz-validate package clean

help:            ## show this list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  .*##' $(MAKEFILE_LIST) | sed 's/:.*##/  -/'

# What the program needs to run; made again when the lock file changes.
$(VENV)/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Overgang needs Python 3.11 or newer: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@echo "Installing what Overgang needs into $(VENV); the first time takes a minute or two."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

# The same and what tests and checks need.
$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	@echo "Installing what its tests need; the first time takes a minute."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m tests.e_invoice_rules
	@touch $@

run: $(VENV)/run.stamp             ## play the demo month through the real doors, close it, and keep serving the pages
	$(BIN)/python -m gateway demo --serve

demo: $(VENV)/run.stamp            ## the same without serving; claims and reports lie under out/
	$(BIN)/python -m gateway demo

test: $(VENV)/dev.stamp            ## run all tests
	$(BIN)/python -m pytest -n auto

check: $(VENV)/dev.stamp test      ## tests, formatting, lint, strict types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/dev.stamp          ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

crash: $(VENV)/dev.stamp           ## kill -9 under load, again and again: CYCLES=50 SEED=1
	$(BIN)/python -m tests.crash --cycles $(or $(CYCLES),50) --seed $(or $(SEED),1)

bench-intake: $(VENV)/dev.stamp    ## messages a second over HTTP and MLLP, against the raw fsync rate; prints JSON
	$(BIN)/python -m tests.bench.intake

bench-close: $(VENV)/dev.stamp     ## months of 10 thousand to a million episodes: rated, explained, written; prints JSON: SIZE=10000000
	$(BIN)/python -m tests.bench.close --sizes $(or $(SIZE),10000$(COMMA)100000$(COMMA)1000000)

bench-months: $(VENV)/dev.stamp    ## a month in a real store: closed, reconciled, controlled; memory against a limit; prints JSON: SIZE=1000000 URL=
	$(BIN)/python -m tests.bench.months --size $(or $(SIZE),1000000) $(if $(URL),--database-url $(URL))

bench-validate: $(VENV)/dev.stamp  ## milliseconds a resource, warm, beside other validators; prints JSON: DATA=folder
	$(BIN)/python -m tests.bench.validate --data $(or $(DATA),../shared/data)

billing-histories: $(VENV)/dev.stamp ## invented lives of many months, closed and judged by a truth of their own: N=50000 SEED=1
	$(BIN)/python -m tests.histories --count $(or $(N),50000) --seed $(or $(SEED),1)

same-bytes: $(VENV)/dev.stamp      ## close the same months again and again, each run with its own hash seed, zone, order: N=50 URL=
	$(BIN)/python -m tests.same_bytes --runs $(or $(N),50) $(if $(URL),--database-url $(URL))

conformance: $(VENV)/dev.stamp     ## score validator and FHIRPath on the public suites: DATA=folder beside the project
	$(BIN)/python -m tests.conformance.fhirpath $(or $(DATA),../shared/data)/fhirpath-suite --json
	$(BIN)/python -m tests.conformance.validator $(or $(DATA),../shared/data)/fhir-validator-suite --json

fuzz-validate: $(VENV)/dev.stamp   ## mutated documents through readers and validator: N=5000 SECONDS=300 SEED=1; prints JSON
	$(BIN)/python -m tests.fuzz.validate --cases $(or $(N),5000) --seconds $(or $(SECONDS),300) --seed $(or $(SEED),1)

package: $(VENV)/run.stamp         ## write our FHIR guide as a package others can load
	$(BIN)/python -m profiles.guide out/overgang-guide.tgz

lock:            ## pin dependencies anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --extra dev pyproject.toml -o requirements-dev.lock

clean:           ## remove everything made here
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
