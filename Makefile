# The commands of qpv, for users, developers and CI alike. `make` alone lists them.
#
# Options: CARGO_TARGET_DIR (where Rust builds), LISTEN (address of `serve`), DATA=official (`serve` on the State's
# perimeters instead of the fictional sample), CRATE (whose tests `test` runs), QPV_REAL_DATA (folder of real data that the tests read), FUZZ_SECONDS, FUZZ_TARGETS and FUZZ_SEEDS (`fuzz/run`).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help build dist serve python test faults fuzz lint bless bench deb deb-test image sbom install-build install-python install-test install-package web web-check

export PATH := $(PATH):$(HOME)/.cargo/bin
LISTEN ?= 127.0.0.1:8080
FUZZ_TARGETS ?=
DATA ?= sample
ifeq ($(filter sample official,$(DATA)),)
$(error DATA=$(DATA) is unknown: say DATA=official, or nothing for the fictional sample)
endif
ifdef QPV_REAL_DATA
export QPV_REAL_DATA := $(abspath $(QPV_REAL_DATA))
endif
TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
QPV := $(TARGET)/release/qpv
VENV := $(or $(QPV_VENV),$(HOME)/.cache/qpv/venv)

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

build: install-build web ## install what is missing, build the web page and the binary
	cargo build --release --locked --bin qpv
	@echo "built: $(QPV)"

dist: install-build web ## build the program to publish and to measure, optimised as a whole
	cargo build --profile dist --locked --bin qpv

serve: build ## build, serve and print the address (LISTEN=127.0.0.1:8080); DATA=official downloads the real perimeters first, once
ifeq ($(DATA),official)
	"$(QPV)" data status --json | grep -q '"fictional": false' || "$(QPV)" data pull
endif
	@exec "$(QPV)" serve --listen "$(LISTEN)"

python: install-python web ## build the wheel of the Python package, with the program in it (docs/python.md)
	cd python && "$(VENV)/bin/maturin" build --locked --interpreter "$(VENV)/bin/python" --out "$(TARGET)/wheels"

ifdef CRATE
test: install-build web ## run every test: Rust with doc tests, web, independent Python checks; CRATE=qpv-engine for those of a crate
	cargo test --release --locked -p "$(CRATE)"
else
test: install-test build web-check
	cd web && QPV="$(QPV)" npm test
	cargo test --release --workspace --locked
	QPV="$(QPV)" .ci/python-checks
	$(MAKE) python
	"$(VENV)/bin/pip" install -q --disable-pip-version-check --force-reinstall --no-deps "$(TARGET)"/wheels/qpv-*.whl
	QPV="$(QPV)" "$(VENV)/bin/python" -m pytest -q tests/python/package
endif

faults: install-test ## break imports, files and processes by the thousand, for half an hour and more (docs/reliability.md)
	QPV_FAULTS=long cargo test --release --locked -p qpv --test e2e -- --nocapture faults::

fuzz: install-build ## drive every reader with random input, FUZZ_SECONDS=1800 each; FUZZ_TARGETS="ods xls" for some (docs/reliability.md)
	CARGO_TARGET_DIR="$(TARGET)" fuzz/run $(FUZZ_TARGETS)

lint: install-build web web-check ## check formatting, Clippy, TypeScript, Biome, dependencies (if cargo-deny is installed)
	cargo fmt --all --check
	python3 tests/house/measure.py
	python3 tests/house/documents.py
	cd web && npm run lint
	python3 tests/house/colours.py
	cargo clippy --release --workspace --all-targets --locked -- -D warnings
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check bans licenses sources; \
	else echo "lint: cargo-deny is not installed, deny.toml was not checked"; fi

bless: install-build web ## accept the new answers as the expected ones (review them with git diff)
	INSTA_UPDATE=always INSTA_FORCE_PASS=1 cargo test --release --workspace --locked
	cd web && npm run bless

bench: install-build web ## run the benchmarks
	cargo bench --profile dist --workspace --locked

deb: install-package web ## build the Debian package, with the program optimised as a whole (docs/install.md)
	packaging/build-program dist
	CARGO_TARGET_DIR="$(TARGET)/package" packaging/make-deb dist

deb-test: install-package build ## as root: install, upgrade and purge a package on a bare Debian, and run its units under systemd
	first=$$(packaging/make-deb release) && second=$$(packaging/make-deb release 999) && packaging/test-deb "$$first" "$$second" && packaging/test-units "$$first"

image: install-package build ## build the OCI image localhost/qpv from scratch; as root, start it too
	packaging/make-image "$(QPV)" localhost/qpv
	@if [ "$$(id -u)" -eq 0 ]; then packaging/test-image localhost/qpv; fi

sbom: install-build web/node_modules/.package-lock.json ## list the libraries of the program and of the pages, as CycloneDX
	mkdir -p "$(TARGET)/deb"
	python3 packaging/sbom.py "$$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)" >"$(TARGET)/deb/qpv.cdx.json"
	@echo "written: $(TARGET)/deb/qpv.cdx.json"

install-build:
	@.ci/install build

install-python:
	@.ci/install python

install-test:
	@.ci/install test

install-package:
	@.ci/install package

# The web page is built again only when one of its sources has changed.
web: web/dist/index.html

WEB_SOURCES := $(shell find web/src web/public web/build tiles/symbols -type f) tiles/palette.toml web/index.html web/vite.config.ts web/tsconfig.json \
	crates/qpv-french/fr.json
web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	@# Cargo does not see new files in web/dist: make it embed them again.
	@touch crates/qpv-http/src/web.rs

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web-check: web/node_modules/.package-lock.json
	cd web && npm run check
