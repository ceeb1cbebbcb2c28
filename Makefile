# Everything a person or a CI job does with this repository. `make` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
GOLANGCI ?= github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@latest
GOVULNCHECK ?= golang.org/x/vuln/cmd/govulncheck@v1.8.0

# How often and how long `make bench` measures: BENCHTIME=3s COUNT=5 make bench
BENCHTIME ?= 1s
COUNT ?= 1
# How many users `make bench-flat` measures with.
USERS ?= 1000,10000,100000,1000000
# How long `make fuzz` spends on each fuzz target.
FUZZTIME ?= 1m

# The packages whose tests need a browser, PostgreSQL, Apache or npm. They run with
# -count=1: the program and the servers they start are outside what Go's test
# cache watches.
system_packages = $$(grep -rl --include='*_test.go' '^//go:build system' . | xargs -r -n1 dirname | sort -u)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build ./portico, one static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o portico ./cmd/portico

.PHONY: generate
generate: ## turn the templ files into Go; commit the result
	$(GO) tool templ generate

.PHONY: test
test: deps check test-go test-system ## install what the tests need, check, run every test

.PHONY: deps
deps: ## install Chromium, PostgreSQL, Apache, Node and the npm clients, where missing
	@scripts/install-test-deps

.PHONY: check
check: ## gofmt, generated code and go vet
	@echo '== gofmt'
	@bad=$$(gofmt -l $$(find . -name '*.go' -not -path '*/node_modules/*')); \
	  if [[ -n $$bad ]]; then printf 'not formatted; run gofmt -w on:\n%s\n' "$$bad" >&2; exit 1; fi
	@echo '== generated code'
	@scripts/check-generated
	@echo '== go vet'
	@$(GO) vet ./...
	@$(GO) vet -tags system ./...

.PHONY: test-go
test-go: ## the tests that need Go alone
	@echo '== go test'
	@$(GO) test ./...

.PHONY: test-system
test-system: ## the tests with Chromium, PostgreSQL, Apache and npm
	@echo '== go test -tags system'
	@$(GO) test -tags system -count=1 -timeout 15m $(system_packages)

.PHONY: race
race: ## the tests that need Go alone, with the race detector
	$(GO) test -race ./...

.PHONY: bench
bench: ## every benchmark, each beside the bare cost of its cryptography
	@packages=$$(grep -rl --include='*_test.go' '^func Benchmark' . | xargs -r -n1 dirname | sort -u); \
	  $(GO) test -p 1 -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) -count $(COUNT) $$packages

.PHONY: bench-flat
bench-flat: ## every endpoint with USERS in the store (1000 to 1000000), on SQLite and PostgreSQL
	@PORTICO_BENCH_USERS=$(USERS) $(GO) test -tags system -run '^$$' -bench FlatCost -timeout 60m ./cmd/portico

.PHONY: bench-pages
bench-pages: ## the first paint of the sign-in page in Chromium, beside that of a bare form
	@$(GO) test -tags system -run '^$$' -bench FirstPaint -benchtime 100x -timeout 15m ./cmd/portico

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (1m)
	@grep -rn --include='*_test.go' -oE '^func Fuzz[A-Za-z0-9_]+' . | while IFS=: read -r file _ name; do \
	  $(GO) test -run '^$$' -fuzz "^$${name#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")"; done

.PHONY: lint
lint: ## golangci-lint with .golangci.yml; staticcheck where it cannot be had
	@if $(GO) run $(GOLANGCI) version >/dev/null 2>&1; then \
	  $(GO) run $(GOLANGCI) run --build-tags system ./...; \
	else \
	  echo 'golangci-lint cannot be fetched; go vet and staticcheck instead' >&2; \
	  $(GO) vet -tags system ./... && $(GO) run $(STATICCHECK) -tags system ./...; \
	fi

.PHONY: vuln
vuln: ## govulncheck: known vulnerabilities in what we call
	@GOVULNCHECK='$(GOVULNCHECK)' GO='$(GO)' scripts/check-vulnerabilities
