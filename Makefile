# `make figures` and `make test` do all the set-up on a fresh machine.
PYTHON ?= python3
VENV ?= .venv
OUT ?= out
KIT := $(VENV)/bin/kit
SEEDS ?= 1-10
FIGURES ?=

.PHONY: figures claims test test-pure lint types install-test bench bench-check docs notebooks pictures clean

figures: $(VENV)/installed
	$(KIT) figures --out $(OUT)

# with how many SEEDS each claim holds, and its control refutes it: into evidence.json of each topic
claims: $(VENV)/installed
	$(KIT) claims $(FIGURES) --seeds $(SEEDS)

test: $(VENV)/installed-dev
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile

# what leans on counting, once more in NumPy; the tests of counting itself try both ways
test-pure: $(VENV)/installed-dev
	KIT_PURE=1 $(VENV)/bin/python -m pytest -n 2 --dist loadfile tests/test_probe.py tests/test_recording.py kit/stats

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

# a short table of ratios beside those of the last release
bench-check: $(VENV)/installed-dev
	$(VENV)/bin/python -m benchmarks.check

# the site in docs/_build/html; figures and films that are missing are drawn first
docs: $(VENV)/installed-docs
	$(KIT) figures --out $(OUT) --format png svg
	$(KIT) figures --out $(OUT)/dark --theme dark
	$(VENV)/bin/python -m docs --figures $(OUT)

# the pictures of README and of the site's first page, from the figures in OUT
pictures: $(VENV)/installed-docs
	$(KIT) figures init-sigmoid-normal-0.01 training-curves filters-photo --out $(OUT)
	$(VENV)/bin/python -m docs.readme_pictures --figures $(OUT)

# the project's address, from setup.cfg, into notebooks and pages; each .ipynb from its .py
notebooks: $(VENV)/installed-docs
	$(VENV)/bin/python -m docs.address

clean:
	rm -rf $(VENV) build dist docs/_build *.egg-info kit/stats/_counting*.so

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# the loop that counts is compiled in place, where there is a compiler
$(VENV)/installed: $(VENV)/bin/python setup.cfg pyproject.toml setup.py $(wildcard kit/stats/*.[ch])
	$(VENV)/bin/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(VENV)/installed-docs: $(VENV)/installed
	$(VENV)/bin/python -m pip install --quiet --editable '.[docs,slides,mp4]'
	touch $@
