# Two commands: `make book` and `make test`. Every path is relative, so any clone folder will do.
.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready
PORT ?= 8000
WORKERS ?= auto
TRIALS ?= 1000
# JavaScript and CSS: one pinned version, so that everybody formats alike. It needs Node.js.
BIOME := npx --yes @biomejs/biome@2.6.8
NO_NODE := JavaScript and CSS left alone: that needs Node.js (npx).

# The first interpreter that is new enough; `make book PYTHON=/path/to/python3.12` overrides it.
SUPPORTED := import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	"$$p" -c '$(SUPPORTED)' 2>/dev/null && echo "$$p" && break; done)

export JUPYTER_PREFER_ENV_PATH := 1
export PYTHONNOUSERSITE := 1
export PYDEVD_DISABLE_FILE_VALIDATION := 1

.PHONY: help env book preview test test-page pdf serve portable search bench notebooks snapshots format lint lock clean distclean

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

$(READY): requirements.lock pyproject.toml
	@if ! "$(PYTHON)" -c '$(SUPPORTED)' 2>/dev/null; then \
		echo "This book needs Python 3.11, 3.12 or 3.13 with the venv module (Debian: apt install python3-venv)."; \
		echo "Found: $$(python3 --version 2>&1 || echo none). Name another one: make book PYTHON=/path/to/python3.12"; \
		exit 1; fi
	@echo "Making the environment in $(VENV) ..."
	@"$(PYTHON)" -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	@$(PY) -m uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock
	@$(PY) -m uv pip install --quiet --python $(PY) --no-deps --editable .
	@touch $(READY)

env: $(READY)  ## make the environment only

book: $(READY)  ## build the book; prints the file to open
	@$(PY) tools/build.py

preview: $(READY)  ## build some pages only, while writing: make preview PAGES=chapters/04_gate
	@$(PY) tools/preview.py $(PAGES)

test: book  ## run every test: library, notebooks, formulas in the browser, pages
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile

test-page: book  ## run every cell of every chapter in a page of the browser (long)
	@EVERY_CELL=1 $(PY) -m pytest -n0 tests/browser/test_run_here.py

pdf: book  ## print the note for experts and the map of results (needs Chromium)
	@$(PY) tools/pdf.py

serve: book  ## build the book and serve it on http://localhost:8000
	@echo "http://localhost:$(PORT)  (Ctrl-C stops)"
	@$(PY) -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

portable: $(READY)  ## compare what the chapters print under other arithmetic and versions
	@$(PY) tools/portable.py

search: $(READY)  ## look for counterexamples: make search TRIALS=100000 CLAIMS="d38 d41"; it resumes
	@$(PY) -m search --trials $(TRIALS) $(if $(CLAIMS),--claims $(CLAIMS))

bench: $(READY)  ## run the benchmarks
	@$(PY) benchmarks/run.py

notebooks: $(READY)  ## run every chapter and keep the filtered outputs
	@$(PY) tools/notebooks.py run chapters/*.ipynb

snapshots: $(READY)  ## accept how the live figures look now; then look at git diff
	@ACCEPT_SNAPSHOTS=1 $(PY) -m pytest -q -n0 tests/browser/test_snapshots.py
	@echo "Look at every changed picture: git diff --stat tests/browser/snapshots"

format: $(READY)  ## format Python, notebooks, JavaScript and CSS
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .
	@if command -v npx >/dev/null; then $(BIOME) check --fix; else echo "$(NO_NODE)"; fi

lint: $(READY)  ## check format and style of all languages, and the notebooks' outputs
	@$(PY) -m ruff format --check . && $(PY) -m ruff check .
	@if command -v npx >/dev/null; then $(BIOME) check; else echo "$(NO_NODE)"; test -z "$$CI"; fi
	@$(PY) tools/notebooks.py check chapters/*.ipynb

lock: $(READY)  ## renew requirements.lock from pyproject.toml
	@$(PY) -m uv pip compile pyproject.toml --extra book --extra test --extra lint --universal --python-version 3.11 \
		--generate-hashes --custom-compile-command "make lock" \
		--quiet --upgrade -o requirements.lock

clean:  ## remove what the build made
	rm -rf _build vendor .pytest_cache .hypothesis .ruff_cache dist tests/screenshots sam_lib/__pycache__

distclean: clean  ## also remove the environment
	rm -rf $(VENV)
