# Python 3.11 or newer and make are enough: the rest is put into .venv, checked by hash.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check telegram-day whatsapp-day broadcast-day bench bench-broadcast upkeep faults reading lock

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--require-hashes --only-binary :all: --requirement

# A system upgrade can take away the Python a venv stands on; then all of it is made again.
GONE := $(shell test -x $(BIN)/python || rm -f .venv/.made .venv/.installed-run .venv/.installed-dev)

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target words; do \
		printf '%-12s %s\n' "$$target" "$$words"; done

run: .venv/.installed-run ## Start web chat and console on HOST:PORT (127.0.0.1:8000); Ctrl-C ends it
	@grep -qs '^SUAR_DEMO=' .env || export SUAR_DEMO="$${SUAR_DEMO:-1}"; exec $(BIN)/suar run

test: .venv/.installed-dev ## Run every test, and list at the end what could not run here (ARGS=... goes to pytest)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 $(ARGS)

check: .venv/.installed-dev ## Style, types, the four floors, the rules of the house, and how hard the words are to read
	@failed=0; \
	for step in "ruff check ." "ruff format --check ." mypy "lint-imports --no-logo" \
			"python -m pytest -q tests/test_house.py tests/test_readability.py"; do \
		echo "== $$step"; $(BIN)/$$step || failed=1; \
	done; exit $$failed

telegram-day: .venv/.installed-dev ## Play a day on Telegram with faults (ARGS=5000 messages; 300 without)
	@TELEGRAM_DAY="$(or $(ARGS),300)" $(BIN)/python -m pytest -q -o faulthandler_timeout=3600 tests/test_telegram_faults.py -k a_day

whatsapp-day: .venv/.installed-dev ## Play a day on WhatsApp with faults (ARGS=5000 messages; 300 without)
	@WHATSAPP_DAY="$(or $(ARGS),300)" $(BIN)/python -m pytest -q -o faulthandler_timeout=3600 tests/test_whatsapp_faults.py -k a_day

broadcast-day: .venv/.installed-dev ## Send an alert to many on a bad day, killed twice (ARGS=3000 people; 100 without)
	@SUBSCRIBERS="$(or $(ARGS),100)" $(BIN)/python -m pytest -q -o faulthandler_timeout=3600 tests/faults/test_broadcast.py

bench: .venv/.installed-dev ## Measure the desk against a plain bot, as ratios (ARGS=... goes to the bench)
	@$(BIN)/python -m tests.bench $(ARGS)

bench-broadcast: .venv-bench/.installed ## Send an alert to 100,000 against a plain loop (ARGS=... as --people 20000 --engine sqlite)
	@.venv-bench/bin/python -m tests.bench.broadcast $(ARGS)

upkeep: .venv/.installed-dev ## Purge 100,000 reports and back up while 64 talk (ARGS=... as --reports 5000 --engine sqlite)
	@$(BIN)/python -m tests.bench.upkeep $(ARGS)

faults: .venv/.installed-dev ## Kill the service under 200 people, 20 times an engine (6 minutes; ARGS=... as --kills 5)
	@$(BIN)/python -m tests.faults $(ARGS)

reading: .venv/.installed-dev ## How well free text is read: each figure with its 95 % interval (ARGS=intent: only that)
	@$(BIN)/python -m tests.reading $(ARGS)

lock: .venv/.made ## Write the lock files anew from pyproject.toml (ARGS=--upgrade takes the newest versions)
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@PATH="$(BIN):$$PATH"; \
	compile="uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header"; \
	$$compile $(ARGS) --output-file requirements.lock && \
	$$compile $(ARGS) --extra dev --output-file requirements-dev.lock && \
	$$compile $(ARGS) --extra dev --extra bench --output-file requirements-bench.lock

.venv/.installed-run: requirements.lock .venv/.made
	@echo "Installing what Suar stands on (once; about half a minute) ..."
	@$(INSTALL) requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock .venv/.made
	@echo "Installing what the tests need (once; about a minute) ..."
	@$(INSTALL) requirements-dev.lock
	@touch $@

# aiogram wants an older pydantic than the product stands on: what is compared lives in a venv of its own.
.venv-bench/.installed: requirements-bench.lock .venv/.made
	@echo "Installing what the alert's speed is compared with (once; about a minute) ..."
	@$(BIN)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check \
		--require-hashes --only-binary :all: --requirement requirements-bench.lock
	@touch $@

# sh hands the file to the Python beside it; Python reads those two lines as a string. So a path with
# spaces, a path longer than the kernel's limit for #!, and a link from elsewhere all work.
define LAUNCHER
#!/bin/sh
'''exec' "$$(dirname "$$(readlink -f "$$0")")/python" -P "$$0" "$$@"
' '''
import sys

from bot.__main__ import main

sys.exit(main())
endef
export LAUNCHER

.venv/.made:
	@works='import sys, pip; raise SystemExit(sys.version_info < (3, 11))'; \
	if ! $(BIN)/python -c "$$works" 2>/dev/null; then \
		new='import sys; raise SystemExit(sys.version_info < (3, 11))'; found=; \
		for python in $(PYTHON) python3 python3.11 python3.12 python3.13 python3.14; do \
			if "$$python" -c "$$new" 2>/dev/null; then found="$$python"; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "Suar needs Python 3.11 or newer, and python3 here is $$(python3 --version 2>&1 || true)." \
				"Install it, or name it: make run PYTHON=/path/to/python3.11" >&2; exit 1; \
		fi; \
		if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
			echo "$$("$$found" --version) here cannot make a virtual environment." \
				"On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
		fi; \
		"$$found" -m venv --clear .venv || exit 1; \
	fi
	@site=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') && \
		echo ../../../.. > "$$site/suar.pth"
	@printf '%s\n' "$$LAUNCHER" > $(BIN)/suar && chmod +x $(BIN)/suar
	@touch $@
