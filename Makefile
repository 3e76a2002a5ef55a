# make demo   everything on this machine, in the foreground        make test   the quick suite
# make help   the rest

VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough; `make PYTHON=/path/to/python3.12 demo` chooses another.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
  $$python -c '$(NEW_ENOUGH)' 2>/dev/null && { echo $$python; break; }; done)
SUITES := bench faults races browser
# A suite starts dozens of processes: told not to write bytecode, each would compile all of ours again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help venv demo demo-reset test check format schema lock lint types imports dependencies house $(SUITES)

help:
	@echo 'make demo         run everything here: PORT=9000 moves it, Ctrl-C stops it'
	@echo 'make demo-reset   the same, forgetting everything of earlier runs'
	@echo 'make test         the quick tests'
	@echo 'make check        format, lint, types, import contracts, migrations, API schema, production settings, dependencies'
	@echo 'make bench        load tests          make faults    bookings under supplier faults'
	@echo 'make races        concurrent writes   make browser   the pages in a real browser'
	@echo 'make format       format and mend     make schema    write docs/openapi.yaml'
	@echo 'make lock         pin what pyproject.toml asks for (make lock UPGRADE=1: the newest of each)'

# --- The virtual environment: made once, installed again when the lock changes ----------------------------------------

venv:
	@$(PY) -c '' 2>/dev/null && cmp -s requirements.lock $(VENV)/requirements.lock || $(MAKE) --no-print-directory $(VENV)/made

$(VENV)/made: FORCE
	@'$(or $(PYTHON),python3)' -c '$(NEW_ENOUGH)' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; $(or $(PYTHON),python3) here is: $$('$(or $(PYTHON),python3)' -V 2>&1)" >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo 'The package python3-venv is missing (on Debian and Ubuntu: apt-get install python3-venv).' >&2; exit 1; }
	@$(PY) -c '' 2>/dev/null || '$(PYTHON)' -m venv --clear $(VENV)
	@echo 'Installing what requirements.lock pins into $(VENV) (a minute or two the first time) ...'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@cp requirements.lock $(VENV)/requirements.lock

FORCE:

lock: venv
	@$(VENV)/bin/uv pip compile --quiet $(if $(UPGRADE),--upgrade) --universal --python-version 3.11 --all-extras \
	  --generate-hashes --no-header --output-file requirements.lock pyproject.toml

# --- Running it -------------------------------------------------------------------------------------------------------

demo: venv
	@exec $(PY) manage.py demo --with-parent

demo-reset: venv
	@exec $(PY) manage.py demo --reset --with-parent

# --- Tests: `make test ARGS='-k quote'` passes arguments on ------------------------------------------------------------

test: venv
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

bench: SUITE := tests/load
faults: SUITE := tests/faults tests/hotels/faults
races browser: SUITE = tests/$@
$(SUITES): venv
	@$(PY) -m pytest $(SUITE) $(ARGS)

# --- Checks -----------------------------------------------------------------------------------------------------------

check: lint types imports dependencies house

lint: venv
	@$(VENV)/bin/ruff format --check --quiet . || { $(VENV)/bin/ruff format --diff . ; exit 1; }
	@$(VENV)/bin/ruff check .

types: venv
	@$(VENV)/bin/mypy

imports: venv
	@$(VENV)/bin/lint-imports

dependencies: venv
	@$(VENV)/bin/deptry .

house: venv
	@$(PY) -m pytest tests/house $(ARGS)

format: venv
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

schema: venv
	@$(PY) manage.py spectacular --fail-on-warn --validate --file docs/openapi.yaml
