# `make help` says what there is. All that is downloaded or built goes below
# target/ (or CARGO_TARGET_DIR), ui/node_modules/ and ui/dist/.

PYTHON ?= python3
export PYTHONDONTWRITEBYTECODE = 1

NPM_READY := ui/node_modules/.package-lock.json
UI_READY := ui/dist/index.html
# Folders too, so that a removed file is noticed.
UI_SOURCES := $(shell find ui/src ui/public 2>/dev/null) \
	ui/index.html ui/package.json ui/vite.config.ts ui/svelte.config.js ui/tsconfig.json

.PHONY: help run test check package bench bindings icons system ui
.DEFAULT_GOAL := help

help:
	@echo 'make run       install what is missing, build, and open Lectern on the practice bucket.'
	@echo '               With no display: in a virtual one, with a screenshot, until Ctrl-C'
	@echo '               (LECTERN_RUN_ONCE=1, or no terminal: ends after the screenshot).'
	@echo 'make test      install what is missing and prove everything: format, lint, types,'
	@echo '               licences, walls, unit, integration, documentation and desktop tests.'
	@echo 'make check     only what needs no running: format, lint, types, licences, walls.'
	@echo 'make package   the .deb and the .rpm.'
	@echo 'make bench     measure beside other tools; writes benches/RESULTS.md. With QUICK=1 a'
	@echo '               small look that writes nothing; BENCH="--only put,get" for some of it.'
	@echo 'make bindings  write ui/src/generated/ anew from the Rust commands.'
	@echo 'make icons     draw icons/ anew from icons/lectern.svg.'
	@echo 'make help      this.'

run: system $(UI_READY)
	@$(PYTHON) scripts/run.py

test: LECTERN_PURPOSE = test
test: system $(UI_READY)
	@$(PYTHON) scripts/test.py all

check: system $(UI_READY)
	@$(PYTHON) scripts/test.py check

package: system $(UI_READY)
	ui/node_modules/.bin/tauri build --bundles deb,rpm
	@$(PYTHON) scripts/compress_deb.py $(or $(CARGO_TARGET_DIR),target)/release/bundle/deb

bench: LECTERN_PURPOSE = test
bench: system $(UI_READY)
	@$(PYTHON) benches/run.py $(if $(QUICK),--quick) $(BENCH)

bindings: system $(UI_READY)
	LECTERN_WRITE_BINDINGS=1 cargo test --package lectern --lib the_committed_bindings

icons: $(NPM_READY)
	scripts/make-icons.sh

system:
	@$(PYTHON) scripts/install_system.py $(or $(LECTERN_PURPOSE),run)

ui: $(UI_READY)

$(NPM_READY): ui/package-lock.json | system
	npm ci --prefix ui --no-audit --no-fund --loglevel=error
	@touch $@

$(UI_READY): $(NPM_READY) $(UI_SOURCES)
	npm run build --prefix ui --silent
	@touch $@
