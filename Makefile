# `make figures` and `make test` do all the set-up on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
OUT ?= out
KIT := $(VENV)/bin/kit

.PHONY: figures test lint types install-test bench clean

figures: $(VENV)/installed
	$(KIT) figures --out $(OUT)

test: $(VENV)/installed-dev
	$(VENV)/bin/python -m pytest

lint: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/installed-dev
	$(VENV)/bin/mypy

# the wheel in a second environment, with the checkout nowhere on its path
install-test: $(VENV)/installed-dev
	$(VENV)/bin/python tests/check_install.py

bench: $(VENV)/installed-dev
	$(VENV)/bin/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python setup.cfg pyproject.toml
	$(VENV)/bin/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@
