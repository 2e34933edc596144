# `make` alone lists what can be done. Nothing is installed outside of this folder, but for the
# browser that `make test` needs.

VENV := .venv
BIN := $(VENV)/bin
DIST := trato/ui/static/ui/dist
# Tools that read the settings must not touch the folder of somebody's real installation.
OWN_HOME := TRATO_HOME=$(CURDIR)/.trato

.DEFAULT_GOAL := help
.PHONY: help install dev demo test check bench messages lock clean chromium java

help: ## List these
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/.runtime $(DIST)/.built $(VENV)/.messages ## Set everything up, in .venv

demo: install ## Start Trato with a company to try (Ctrl-C stops it)
	@$(BIN)/trato demo

dev: install $(VENV)/.dev ## Set up what tests and checks need, too

test: dev chromium java ## Run all tests
	$(BIN)/python -m pytest

check: dev ## Look over format, style, types, layers, migrations and texts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(OWN_HOME) $(BIN)/mypy trato tests tools bench
	$(BIN)/lint-imports
	@home=$$(mktemp -d /tmp/trato-check-XXXXXX); trap 'rm -rf "$$home"' EXIT; \
		TRATO_HOME=$$home $(BIN)/trato manage makemigrations --check --dry-run
	$(BIN)/python tools/messages.py check

bench: dev ## Measure the speed (size=1000000: with a million customers; docs/benchmarks.md)
	$(BIN)/python -m bench $(or $(size),100000)

messages: install ## Collect the texts to translate and compile the translations
	$(BIN)/python tools/messages.py extract
	$(BIN)/python tools/messages.py compile

lock: $(BIN)/uv ## Write the lock files again (upgrade=yes: with the newest versions)
	$(LOCK) --extra embedded -o requirements.lock
	$(LOCK) --extra embedded --group dev -o requirements-dev.lock

clean: ## Remove what install made
	rm -rf $(VENV) $(DIST) frontend/node_modules .trato

LOCK := $(BIN)/uv pip compile -q $(if $(upgrade),--upgrade) --universal --python-version 3.12 \
	--generate-hashes --no-emit-index-url --no-header pyproject.toml

# --- the parts -----------------------------------------------------------------------------------

$(BIN)/python:
	@for name in python3.13 python3.12 python3 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
			"$$name" -m venv $(VENV) >/dev/null 2>&1 && exit 0; \
			rm -rf $(VENV); \
			echo "make: $$name cannot make a virtual environment. Debian: apt install python3-venv" >&2; \
			exit 1; \
		fi; \
	done; \
	echo "make: Trato needs Python 3.12 or later, and none was found on the PATH." >&2; exit 1

$(BIN)/uv: | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'

$(VENV)/.runtime: requirements.lock | $(BIN)/uv
	$(INSTALL) -r requirements.lock
	@$(BIN)/python -c "import pathlib, sysconfig; \
		pathlib.Path(sysconfig.get_path('purelib'), 'trato.pth').write_text('$(CURDIR)\n')"
	@printf '#!/bin/sh\nPYTHONSAFEPATH=1 exec "$$(dirname "$$0")/python" -m trato.cli "$$@"\n' > $(BIN)/trato
	@chmod +x $(BIN)/trato
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(INSTALL) -r requirements-dev.lock
	@touch $@

INSTALL = VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --require-hashes

frontend/node_modules/.installed: frontend/package-lock.json
	@command -v npm >/dev/null || { echo "make: Trato needs Node.js with npm to build its pages." >&2; exit 1; }
	npm ci --prefix frontend --silent
	@touch $@

# The style sheet has only the classes, and the sprite only the icons, that the sources name.
$(DIST)/.built: frontend/node_modules/.installed $(shell find frontend -path frontend/node_modules \
		-prune -o -type f -print) $(shell find trato -name '*.html' -o -name '*.py')
	npm run build --prefix frontend --silent
	@touch $@

$(VENV)/.messages: $(shell find trato -name '*.po') $(VENV)/.runtime
	@$(BIN)/python tools/messages.py compile
	@touch $@

chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } || \
		{ echo "make: the tests of the pages need Chromium. Debian: apt install chromium" >&2; exit 1; }

# Without Java the tests of the Spark cluster are skipped, and say so.
java:
	@command -v java >/dev/null || [ -n "$$JAVA_HOME" ] || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq default-jre-headless >/dev/null; } || \
		echo "make: no Java: the tests on Spark are skipped. Debian: apt install default-jre-headless" >&2
