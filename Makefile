# Two commands: `make demo` shows the thing, `make test` checks all of it. A stamp in .venv remembers what is installed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: quick slow coverage oldest docs picture links review dist demo primer test lint types imports check agree forge mutants format clean

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
	$(BIN)/pytest -n auto

# The same without what is slow, which pytest counts as deselected; and only that.
quick: $(VENV)/tested
	$(BIN)/pytest -n auto -m "not slow"

slow: $(VENV)/tested
	$(BIN)/pytest -n auto -m slow

# Which lines and branches of the kernel its own tests reach.
coverage: $(VENV)/tested
	$(BIN)/pytest -n auto --cov --cov-report=term-missing:skip-covered tests/kernel

# All of it with the oldest libraries that pyproject.toml allows; what they themselves call old is not our error.
oldest: | $(VENV)/made
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/oldest
	$(BIN)/uv pip compile --quiet pyproject.toml --extra all --resolution lowest-direct --no-emit-package chainrule-check \
	  --output-file build/oldest.txt
	$(BIN)/uv pip install --quiet --python build/oldest --group test --constraint build/oldest.txt --editable ".[all]"
	build/oldest/bin/python -m pytest -n auto -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning

# The documentation as a site that needs no network, in build/docs; every link in it is looked at.
docs: $(VENV)/documented
	$(BIN)/sphinx-build --builder html --fail-on-warning --keep-going --quiet --doctree-dir build/doctrees docs build/docs
	$(BIN)/python docs/primer.py build/docs/primer.html
	$(BIN)/python docs/links.py build/docs

# The README's picture, for a light and for a dark page.
picture: $(VENV)/installed
	$(BIN)/python docs/picture.py

# Links that leave it, asked for one by one; this needs a network.
links: $(VENV)/documented
	$(BIN)/sphinx-build --builder linkcheck --doctree-dir build/doctrees docs build/links

# The scientific Python guide's review of the repository; what is left out stands with its reason in pyproject.toml.
review: $(VENV)/tested
	$(BIN)/repo-review .

# What a release uploads.
dist: | $(VENV)/made
	$(BIN)/python -m pip install --quiet build twine
	$(BIN)/python -m build --outdir dist checker
	$(BIN)/python -m build --outdir dist
	$(BIN)/twine check --strict dist/*

# Certificates forged in large numbers, and held against a truth that shares nothing with the product; `make check` runs a sample.
forge: $(VENV)/tested
	$(BIN)/python -W ignore -m tests.forge
	$(BIN)/python -W ignore -m tests.forge --kernel

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

# The checkers are a distribution of their own, chainrule-check; it is not published, so both are installed from here, in one call.
$(VENV)/installed: pyproject.toml checker/pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable checker --editable ".[page]"
	@touch $@

$(VENV)/tested: pyproject.toml checker/pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable checker --editable . --group test
	@touch $@ $(VENV)/installed

$(VENV)/documented: pyproject.toml checker/pyproject.toml | $(VENV)/made
	$(BIN)/python -m pip install --quiet --editable checker --editable ".[all]" --group docs
	@touch $@
