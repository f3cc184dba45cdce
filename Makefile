# Every target needs only Go, but for what .ci/setup installs for the tests.
# nomsgpack leaves out a codec of gin's that nothing here uses: 6 MB less.
TAGS    := -tags nomsgpack
VERSION := $(shell git describe --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
FUZZ_SECONDS ?= 20
BENCH ?=
# One setting for build, tests and checks: they share what is compiled. Only -race needs cgo.
export CGO_ENABLED := 0

.PHONY: help run build test race e2e clients bench gobench fuzz supply lint generate verify

help: ## List the targets
	@grep -hE '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-10s %s\n", $$1, $$2}'

run: ## Run the console on an embedded org with the seed company
	go run $(TAGS) ./cmd/console demo

build: ## Build the static binary bin/console
	go build $(TAGS) -trimpath -ldflags '$(LDFLAGS)' -o bin/console ./cmd/console

test: ## Install what the tests need, then run them all, then all but the journeys under -race
	@.ci/setup
	go test $(TAGS) -timeout 20m ./...
	@.ci/race

race: ## Run all but the journeys under the race detector, with little data
	@.ci/race

e2e: ## Run the browser journeys only
	@.ci/setup
	go test $(TAGS) ./e2e/...

clients: build ## Run the vendor's SDKs and other OpenID Connect clients against console and org
	@.ci/clients bin/console

bench: build ## Measure the binary beside a floor and a peer: bench/REPORT.md (BENCH=-short for a look)
	@bench/setup
	go build $(TAGS) -o bin/floor ./bench/floor
	go run $(TAGS) ./bench $(BENCH)

gobench: ## Run the benchmarks of single functions
	go test $(TAGS) -run '^$$' -bench . -benchmem ./internal/...

fuzz: ## Run every fuzz target for FUZZ_SECONDS each
	@.ci/fuzz $(FUZZ_SECONDS)

supply: build ## List the modules of the binary (CycloneDX) and ask govulncheck about them
	@.ci/supply bin/console

lint: ## Vet and staticcheck
	go vet $(TAGS) ./...
	go tool staticcheck $(TAGS) ./...

generate: ## Make the generated files anew: templates, static files, notices
	go tool templ generate -log-level error
	go run ./web/static/gen
	go run ./internal/tools/notices

verify: lint ## Check formatting, vet, staticcheck and that generated files are up to date
	@.ci/verify
