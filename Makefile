# Retrack. `make run` and `make test` set up what they need by themselves; `make help` lists all.
# A setting is given in front or behind: make run WEB_PORT=8100

.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python on this machine that is new enough.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin/python

# Named by what it stands for: changed requirements mean another stamp, an unchanged set-up is free.
SET_UP := .venv/ready-$(shell cat requirements-dev.txt package-lock.json dev/setup.py | cksum | tr ' ' -)

.PHONY: help run operator test check fmt words lock screenshots bench bench-intake bench-end-to-end bench-drain bench-resources bench-chart bench-month bench-refresh bench-pages bench-vitals bench-messages bench-import chaos chaos-messages clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { line = sprintf("  make %-19s %s\n", $$1, $$2); \
		if ($$1 ~ /^(bench|chaos)/) measuring = measuring line; else printf "%s", line } \
		END { printf "\nMeasuring, and breaking things (docs/benchmarks.md, docs/promises.md):\n%s", measuring }' $(MAKEFILE_LIST)

run: $(SET_UP) ## Run the whole product with a sandbox store; Ctrl-C stops (VERBOSE=1, TEXTS=gateway, WEB_PORT=, SANDBOX_PORT=, SANDBOX_SMTP_PORT=)
	@exec $(BIN) -m dev.run

operator: $(SET_UP) ## Run an operator's command on the store of `make run` (ARGS="doctor")
	@$(BIN) -m dev.operator $(ARGS)

test: $(SET_UP) ## Run every test, in the browser and on both databases (ARGS="-k word" for some)
	@$(BIN) -m dev.browser
	@$(BIN) -m pytest $(ARGS)

check: $(SET_UP) ## Lint, format, types, import rules, security (AUDIT=required insists on an audit)
	$(BIN) -m ruff check
	$(BIN) -m ruff format --check
	$(BIN) -m mypy
	.venv/bin/lint-imports
	$(BIN) -m bandit --quiet --severity-level medium --recursive shopify_app webhooks sandbox dev wsgi.py worker.py
	$(BIN) -m dev.audit

fmt: $(SET_UP) ## Format the code, sort the imports
	$(BIN) -m ruff check --select I --fix
	$(BIN) -m ruff format

words: $(SET_UP) ## Put new words of the pages into the catalogs, to be translated
	@mkdir -p var
	@$(BIN) -m babel.messages.frontend -q extract -F shopify_app/locale/babel.cfg -k N_ -k gettext --no-location --sort-output -o var/words.pot .
	@for language in $$($(BIN) -c 'from shopify_app.i18n import LANGUAGES; print(*{*LANGUAGES} - {"en"})'); do \
		catalog=shopify_app/locale/$$language.po; \
		$(BIN) -m babel.messages.frontend -q update --init-missing -i var/words.pot -l $$language -o $$catalog -w 100 --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date && \
		sed -i.old -E '/^"(Project-Id|Report|POT-|PO-|Last-|Language-Team|Generated)/d' $$catalog && \
		rm $$catalog.old || exit 1; \
	done
	@rm var/words.pot

screenshots: $(SET_UP) ## Pictures of every page, and of mails, while `make run` goes on (ARGS=address of its sandbox)
	$(BIN) -m dev.screenshots $(ARGS)

lock: $(SET_UP) ## Lock the requirements anew (ARGS=--upgrade for newer versions)
	$(BIN) -m uv pip compile --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt $(ARGS)
	$(BIN) -m uv pip compile --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt $(ARGS)
	npm install --package-lock-only

bench: bench-intake bench-end-to-end bench-drain bench-resources bench-month bench-refresh bench-pages bench-messages bench-import bench-chart ## Measure all of it; what was found is kept in bench/results

PEER := bench/peer/node_modules/.package-lock.json

$(PEER): bench/peer/package-lock.json
	cd bench/peer && npm ci
	@touch $@

bench-intake: $(SET_UP) $(PEER) ## Webhooks taken a second, against Node and BullMQ (2 minutes; needs Node 20)
	$(BIN) -m bench.intake

bench-end-to-end: $(SET_UP) $(PEER) ## Webhooks taken and applied a second, against the same (3 minutes)
	$(BIN) -m bench.end_to_end

bench-chart: $(SET_UP) ## Draw docs/benchmarks.svg from what was measured
	$(BIN) -m bench.chart

bench-drain: $(SET_UP) ## Orders applied a second in shops of 0, 20,000 and 200,000 orders (4 minutes)
	$(BIN) -m bench.drain

bench-resources: $(SET_UP) ## Memory of each process, at rest and under load, and the cold start (1 minute)
	$(BIN) -m bench.resources

bench-month: $(SET_UP) ## A simulated month of 10,000 parcels: calls and staleness (1 minute)
	$(BIN) -m bench.month

bench-refresh: $(SET_UP) ## Trackings a second of one worker, on both databases (some minutes)
	$(BIN) -m bench.refresh

bench-pages: $(SET_UP) ## Time of the pages in a shop of 1,000,000 orders, on both databases (ROWS=100000 for fewer)
	ROWS=$(ROWS) $(BIN) -m bench.pages

bench-vitals: $(SET_UP) ## LCP, CLS and INP of every page while `make run` goes on (ARGS=address of its sandbox)
	$(BIN) -m bench.vitals $(ARGS)

bench-messages: $(SET_UP) ## Messages a second through SMTP on both databases, and one connection against many (1 minute)
	$(BIN) -m bench.messages

bench-import: $(SET_UP) ## Import 100,000 orders by bulk operation, and some by pages, on both databases (ROWS=10000 for fewer)
	ROWS=$(ROWS) $(BIN) -m bench.importing

chaos: $(SET_UP) ## Kill every part under load, take away what it needs, on both databases at once (6 minutes; SEED=, ON=, TRIALS=)
	@$(BIN) -m bench.chaos

chaos-messages: $(SET_UP) ## Kill the sender 40 times over 300 messages: none lost, none twice (2 minutes)
	$(BIN) -m bench.killed

clean: ## Remove what set-up and the tools made; the data in var/ stays
	rm -rf .venv node_modules bench/peer/node_modules shopify_app/static/vendor .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(SET_UP):
	@test -n "$(PYTHON)" || { echo "Retrack needs Python 3.11 or newer; none is on the PATH (or name one: make PYTHON=/path/to/python3)"; exit 1; }
	@$(PYTHON) dev/setup.py $@
