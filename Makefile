# Each heading shows the seconds since make began. Tools come by scripts/setup.sh, which does nothing when they are there.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

BEGAN := $(shell date +%s)
heading = @printf '\n== %s (%s s)\n' "$(1)" "$$(( $$(date +%s) - $(BEGAN) ))"
tools = eval "$$(scripts/setup.sh env)";

# leptos reads this while it compiles. cargo-leptos sets it too: the same value everywhere keeps artefacts shared.
export LEPTOS_OUTPUT_NAME := nashboard

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: run
run: build ## build the release and serve it
	./target/release/nashboard serve

# In parts: a browser fetches the code of a page when somebody opens it.
.PHONY: build
build: setup-build ## build the release: target/release/nashboard and target/site
	$(call heading,Release build)
	$(tools) cargo leptos build --release --precompress --split --lib-features split

.PHONY: watch
watch: setup-build ## build, serve, and do both again after each change
	$(tools) cargo leptos watch

.PHONY: test
test: setup-test fmt clippy clippy-wasm unit site end2end ## all that a change must pass
	$(call heading,All tests passed)

.PHONY: fmt
fmt: ## check the formatting
	$(call heading,Formatting)
	$(tools) cargo fmt --all --check

.PHONY: clippy
clippy: ## lint the server
	$(call heading,Lints: server)
	$(tools) cargo clippy --locked --all-targets --features ssr -- -D warnings

.PHONY: clippy-wasm
clippy-wasm: ## lint the browser side
	$(call heading,Lints: browser)
	$(tools) cargo clippy --locked --lib --target wasm32-unknown-unknown --no-default-features --features hydrate -- -D warnings

.PHONY: unit
unit: ## Rust tests; builds target/debug/nashboard on the way
	$(call heading,Rust tests)
	$(tools) cargo test --locked --features ssr

# The server is there already: cargo builds the binary for the integration tests. Only the browser's side is missing; in
# parts, as in a release, so that what is tested is what is shipped.
.PHONY: site
site: setup-build ## build the browser side for target/debug/nashboard
	$(call heading,Browser side)
	$(tools) cargo leptos build --frontend-only --split --lib-features split

.PHONY: end2end
end2end: setup-test ## browser tests, on what unit and site have built
	$(call heading,Browser tests)
	$(tools) cd end2end && npx playwright test

.PHONY: screenshots
screenshots: setup-test ## take the pictures of docs/images anew, with what unit and site have built
	$(call heading,Screenshots)
	$(tools) cd end2end && NASHBOARD_SCREENSHOTS=1 npx playwright test looks

# One command for all figures but those that take long or need other programs; a part of it is `cargo bench --bench live -- clients`.
.PHONY: bench
bench: setup-build ## measure the way from a trainer's output to the page: a table, also in docs/benchmarks.md
	$(call heading,Benches)
	$(tools) NASHBOARD_BENCH_NOTE=$(CURDIR)/docs/benchmarks.md \
		cargo bench --locked --features ssr --bench live --bench pipeline --bench reader

.PHONY: bench-peers
bench-peers: setup-build ## the same events through TensorBoard, Trackio, Aim and Visdom, where they can be installed
	$(call heading,Peers)
	test -d target/peers-env || python3 -m venv target/peers-env
	target/peers-env/bin/pip install --quiet 'setuptools<80' wheel
	for peer in $$(grep -v '^#' benches/peers.txt); do \
		target/peers-env/bin/pip install --quiet --no-build-isolation $${peer//+/ } || echo "$$peer could not be installed"; done
	$(tools) cargo build --locked --release --features ssr --bin nashboard
	NASHBOARD_BENCH_NOTE=$(CURDIR)/docs/benchmarks.md target/peers-env/bin/python benches/peers.py \
		$${CARGO_TARGET_DIR:-target}/release/nashboard

.PHONY: load
load: setup-build ## keep ten runs, two hundred clients, uploads and restarts up for LOAD_SECONDS (1800)
	$(call heading,Load)
	$(tools) NASHBOARD_BENCH_NOTE=$(CURDIR)/docs/benchmarks.md cargo bench --locked --features ssr --bench load

.PHONY: fuzz
fuzz: setup-build ## feed reader, log, preview and upload with what nobody thought of, for FUZZ_SECONDS (600) each
	$(call heading,Fuzzing)
	$(tools) scripts/fuzz.sh

# With NASHBOARD_BIN the binary to measure is another, with NASHBOARD_SITE its site folder too.
.PHONY: bench-page
bench-page: setup-test ## measure the page in Chromium beside uPlot and Chart.js, with what build has built
	$(call heading,Page)
	$(tools) cd end2end && NASHBOARD_BIN=$${NASHBOARD_BIN:-../target/release/nashboard} npm run --silent bench

# PyTorch and CTGAN go to an environment of the project's own; where they are not to be had, the bench says so.
.PHONY: bench-trainer
bench-trainer: setup-build ## measure the embedded trainer beside PyTorch and CTGAN
	$(call heading,Trainer)
	test -d target/bench-env || python3 -m venv target/bench-env
	target/bench-env/bin/pip install --quiet -r benches/requirements.txt || echo "not all of benches/requirements.txt could be installed"
	$(tools) cargo build --locked --release --features ssr --bin nashboard
	$(tools) steps=$$(cargo bench --locked --features ssr --bench trainer | awk '/^steps_per_second/ { print $$2 }'); \
		target/bench-env/bin/python benches/trainer.py target/release/nashboard "$$steps"

.PHONY: faults
faults: setup-test ## kill servers and recorders at random over 200 runs, and count lost and doubled lines
	$(call heading,Faults)
	$(tools) NASHBOARD_FAULT_RUNS=$${NASHBOARD_FAULT_RUNS:-200} cargo test --locked --features ssr --test faults -- --nocapture

# Neither is a part of the tests: the one needs a tool that takes minutes to build, the other changes nothing.
.PHONY: deny
deny: setup-build ## check licences, sources and known faults of all that the program uses
	$(call heading,Dependencies)
	@$(tools) command -v cargo-deny >/dev/null || { echo "cargo-deny is missing: cargo install --locked cargo-deny"; exit 1; }
	$(tools) cargo deny --locked check licenses bans sources
	@$(tools) if cargo deny --locked fetch db; then cargo deny --locked check --disable-fetch advisories; \
		else echo "the database of known faults cannot be had here: they are not checked"; fi

.PHONY: unused
unused: setup-build ## look for libraries that are named and not used
	$(call heading,Unused libraries)
	@$(tools) command -v cargo-machete >/dev/null || { echo "cargo-machete is missing: cargo install --locked cargo-machete"; exit 1; }
	$(tools) cargo machete . fuzz

.PHONY: sbom
sbom: setup-build ## list all that server and page are made of: target/sbom-*.cdx.json
	$(call heading,Bill of materials)
	$(tools) mkdir -p target && cargo metadata --format-version 1 --locked --filter-platform x86_64-unknown-linux-gnu --features ssr \
		| scripts/sbom.py > target/sbom-server.cdx.json
	$(tools) cargo metadata --format-version 1 --locked --filter-platform wasm32-unknown-unknown --no-default-features --features hydrate \
		| scripts/sbom.py > target/sbom-page.cdx.json
	@ls -l target/sbom-*.cdx.json

.PHONY: setup-build setup-test
setup-build:
	@scripts/setup.sh build
setup-test:
	@scripts/setup.sh test

.PHONY: clean
clean: ## delete what building and testing made; runs and data stay
	rm -rf target fuzz/target fuzz/corpus end2end/node_modules end2end/test-results end2end/playwright-report
