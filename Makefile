# Two commands: `make demo` shows the thing, `make test` checks all of it. A stamp in .venv remembers what is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo primer test lint types imports check agree forge mutants format clean

demo: $(VENV)/installed
	@mkdir -p out
	$(BIN)/chainrule explain examples/cross.toml --page out/cross.html
	@echo "Open out/cross.html in a browser."

# The notebook examples/primer.ipynb, run afresh, as one page.
primer: $(VENV)/tested
	$(BIN)/python docs/primer.py build/primer.html

test: lint imports types check

lint: $(VENV)/tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check

imports: $(VENV)/tested
	$(BIN)/lint-imports

types: $(VENV)/tested
	$(BIN)/mypy

# Tests, doctests, the README's commands, the examples and their certificates.
check: $(VENV)/tested
	$(BIN)/pytest

# Certificates forged in large numbers, and held against a truth that shares nothing with the product; `make check` runs a sample.
forge: $(VENV)/tested
	$(BIN)/python -W ignore -m tests.forge

# Small faults planted in the files of the checker that decide: each must make a test fail. Hours; `python -m tests.forge.mutants verdict.py` asks of one.
mutants: $(VENV)/tested
	$(BIN)/python -W ignore -m tests.forge.mutants

# 20 000 random formulas and networks: the checker follows every answer. Some hours; a sample is among the tests.
agree: $(VENV)/tested
	$(BIN)/python -m tests.agree

format: $(VENV)/tested
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean:
	rm -rf $(VENV) build out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks

$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Chainrule needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>/dev/null || echo missing)."; \
	  echo "Name a newer one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip   # dependency groups need pip 25.1
	@touch $@

$(VENV)/installed: pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable ".[page]"
	@touch $@

$(VENV)/tested: pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable . --group test
	@touch $@ $(VENV)/installed
