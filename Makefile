# Needs Python 3.11 or newer, git and make. Everything else goes into .venv.
#   make demo    run suites/ against the built-in demo application, compare with baselines/
#   make test    lint, types, import contracts and tests
#   make clean   remove what the two have made

VENV := .venv
BIN := $(VENV)/bin
# Compiling every file of every dependency takes longer than the demo: Python does it when needed.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# A name may exist without a working Python behind it (pyenv), or without venv (Debian): try each.
CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

.PHONY: demo test clean

demo: $(VENV)/installed
	@status=0; $(BIN)/pytest suites || status=$$?; \
	echo; echo "report: $(CURDIR)/reports/latest/report.html"; exit $$status

test: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-compile --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-compile --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/bin/python:
	@for python in $(CANDIDATES); do \
		if $$python -c '$(USABLE)' 2>/dev/null; then \
			echo "$$python -m venv $(VENV)"; exec $$python -m venv $(VENV); \
		fi; \
	done; \
	echo "no Python >= 3.11 with the venv module found; name one: make PYTHON=/path/to/python" >&2; \
	exit 1

clean:
	rm -rf $(VENV) build dist reports/2* reports/latest .llmeval-cache \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
