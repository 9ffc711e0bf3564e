# Every verb of the project. Needs Python 3.11 or newer and make; the rest is set up by itself,
# under .venv/ (product, tests, linters), .engine/ (the local AWS), .sam/, .scan/ and .mutate/.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export SAM_CLI_TELEMETRY := 0

# A build machine may forbid .pyc files; without them each start takes twice as long.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for python in python3 python3.13 python3.14 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && exit; done; echo python3.11-or-newer-is-needed)
export PYTHON

python := .venv/bin/python
to ?= dev

.PHONY: help
help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# Environments: each is laid when a verb first needs it, and again when its pins change.

.venv/.ready: requirements/dev.txt requirements/uv.txt requirements/install
	@requirements/install .venv requirements/dev.txt

.engine/.ready: requirements/engine.txt | .venv/.ready
	@requirements/install .engine requirements/engine.txt

.sam/.ready: requirements/sam.txt | .venv/.ready
	@requirements/install .sam requirements/sam.txt

.scan/.ready: requirements/scan.txt | .venv/.ready
	@requirements/install .scan requirements/scan.txt

.mutate/.ready: requirements/dev.txt requirements/mutate.txt | .venv/.ready
	@requirements/install .mutate requirements/dev.txt requirements/mutate.txt

local-cloud := .venv/.ready .engine/.ready

# Using it.

.PHONY: demo up down invoke logs bench
demo: $(local-cloud) ## run the whole backend here once, end to end, and show what happened
	@$(python) -m local demo

up: $(local-cloud) ## start the local cloud and leave it running (writes .local/env)
	@$(python) -m local up

down: .venv/.ready ## stop the local cloud
	@$(python) -m local down

invoke: $(local-cloud) ## run one function with one event: f=payments/initiate e=happy
	@$(python) -m local invoke $(f) $(e)

logs: .venv/.ready ## follow the functions' logs of the running local cloud
	@$(python) -m local logs

bench: $(local-cloud) ## measure against the bars, as ratios to a baseline of the same run
	@$(python) -m bench

# Testing it.

.PHONY: test simulate mutate check check-code check-house check-template check-docs format
test: $(local-cloud) ## every test, with the coverage gate (t=tests/unit runs only those, without it)
	@$(python) -m pytest -n 2 --dist loadgroup \
		$(if $(t),$(t),--cov --cov-report=term-missing:skip-covered --cov-fail-under=95)

mutate: .mutate/.ready ## plant bugs where money is decided, and count those the unit tests see
	@echo "· planting bugs, one after the other: some minutes"
	@cd .mutate && rm -rf mutants && ln -sfn ../layers/remit src && ln -sfn ../tests tests \
		&& ln -sf ../pyproject.toml . && nice bin/mutmut run --max-children 1 >mutmut.log \
		|| { tr '\r' '\n' <mutmut.log | tail -n 40 >&2; exit 1; }
	@.mutate/bin/python -m tests.mutation .mutate

simulate: .venv/.ready ## make everything fail in turn: runs=10000, seed=7 to replay, bugs=1 to test it
	@PYTHONPATH=layers/remit:. $(python) -m tests.simulation $(if $(runs),--runs $(runs)) \
		$(if $(seed),--seed $(seed)) $(if $(case),--case '$(case)') \
		$(if $(bug),--bug $(bug)) $(if $(bugs),--bugs)

check: check-code check-house check-template check-docs ## every static check
	@echo "check: everything holds"

check-code: .venv/.ready
	@echo "· ruff"
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@echo "· mypy"
	@.venv/bin/mypy
	@echo "· import contracts"
	@.venv/bin/lint-imports --no-logo --cache-dir .cache/imports

check-house: $(local-cloud)
	@echo "· house rules"
	@$(python) -m pytest -q --no-header tests/house

check-template: $(local-cloud) .sam/.ready .scan/.ready
	@echo "· state machines"
	@.venv/bin/statelint statemachines/*.asl.json
	@echo "· template: sam validate, cfn-lint"
	@.sam/bin/sam validate --lint --config-env dev
	@.sam/bin/cfn-lint template.yaml
	@echo "· template: checkov on what CloudFormation would be given"
	@mkdir -p .local
	@$(python) -m local.expand template.yaml Stage=prod >.local/expanded.json
	@.scan/bin/checkov --config-file .checkov.yaml

check-docs: .venv/.ready
	@echo "· generated documents"
	@$(python) -m local openapi --check

format: .venv/.ready ## put the code into the house format, and mend what ruff can mend
	@.venv/bin/ruff check --fix --quiet .
	@.venv/bin/ruff format .

# Shipping it. `deploy` is the only verb that touches the cloud.

.PHONY: build deploy pins
build: .sam/.ready ## build functions and layers for Lambda, into .aws-sam/
	@.sam/bin/sam build --config-env $(to)

deploy: build ## deploy to an account: to=dev, staging or prod
	@.sam/bin/sam deploy --config-env $(to)

pins: .venv/.ready ## pin every requirements file again to the newest releases
	@requirements/compile .venv/bin/uv
