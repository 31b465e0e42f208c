# What can be done here; `make help` lists it from the comments behind the targets.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
FUZZTIME ?= 30s

# Properties draw the same values in each run, so that a change is judged by itself; make fuzz draws others.
export RAPID_SEED ?= 20261129

FILTER   ?=
BENCH    ?=

# The packages in which goroutines meet, without what only decodes, plans or prints; and of the command's tests those that
# have something going on beside a script, without the many that run one example or mistake after the other.
# A test of all back ends runs on SQLite and on Postgres; on the third, which is Postgres with another dialect of SQL, the same
# goroutines meet. The detector slows SQLite down most of all, which is Go too, so the client's own tests leave it to client/internal/db
# and client/clienttest/races.
CONCURRENT := ./client/internal/db ./client/clienttest/races ./client/clienttest/pgproxy ./runtime/... ./stdlib/... ./cmd/...
SEQUENTIAL := $(shell grep -v '^#' tests/race/sequential.txt | grep . | paste -sd '|')

# Tests of other back ends alone, of the slow ones: through PgBouncer they would be the same as in make test. A test that runs on
# every back end fails if it is one of these.
export DBOS_SCRIPT_TEST_UNPOOLED := ^(TestKills.*|TestTenThousand.*|TestEachOperationTakesEffectOnce.*|TestTheFirstReasonBeside.*|TestRoundTrips.*|TestEffectsOutlive.*|TestWritesTakeEffectOnce|Test.*OutliveTheServer|TestTheRowsOfEverySDKSurvive|TestAPrunePausesForAReplica.*|TestExportedWorkflowsAreImported.*|TestLongReads.*|TestEachChangeCommits.*|TestCancellingManyChildren|TestADryRunFinds.*|TestAKilledProcess.*|TestScheduleTrips|TestPartitionsAtTheirLimit.*|TestAnUnknownOutcome.*|TestAPruneThatFails.*|TestACallThatIsTriedAgain.*|TestAPruneOfAKilled.*|TestTroubleHidesNoConflict)$$

# All tests of a run share one private PostgreSQL server, which ends with them.
WITH_POSTGRES := go run ./client/clienttest/pgtest/cmd/with-postgres --
# make lint runs vet, so the tests do not run it once more for each package and each way of building it.
GO_TEST       := go test -json -vet=off -timeout 30m
# The detector has every process sleep for a second at its end by default, and the command's tests start hundreds.
GO_TEST_RACE  := CGO_ENABLED=1 GORACE=atexit_sleep_ms=20 $(GO_TEST) -race
STATICCHECK   := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GO_FILES       = git ls-files -z --cached --others --exclude-standard -- '*.go'

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the command: bin/dbos-script
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -X main.version=$(VERSION)' -o bin/dbos-script ./cmd/dbos-script

PREFIX ?= /usr/local
BINDIR  = $(DESTDIR)$(PREFIX)/bin
SHARE   = $(DESTDIR)$(PREFIX)/share

# Nothing is built or installed if another program has the short name.
.PHONY: own-name
own-name:
	@if [ -e '$(BINDIR)/dbs' ] && [ "$$(readlink '$(BINDIR)/dbs')" != dbos-script ]; then \
		echo '$(BINDIR)/dbs is another program; remove it, or install to another PREFIX' >&2; exit 1; fi

.PHONY: install
install: own-name build ## Install the command, its short name dbs, manual pages and completions: make install PREFIX=$HOME/.local
	mkdir -p '$(BINDIR)' '$(SHARE)/man/man1' '$(SHARE)/bash-completion/completions' '$(SHARE)/zsh/site-functions' '$(SHARE)/fish/vendor_completions.d'
	install -m 755 bin/dbos-script '$(BINDIR)/dbos-script'
	ln -sf dbos-script '$(BINDIR)/dbs'
	./bin/dbos-script man --dir '$(SHARE)/man/man1'
	ln -sf dbos-script.1 '$(SHARE)/man/man1/dbs.1'
	./bin/dbos-script completion bash >'$(SHARE)/bash-completion/completions/dbos-script'
	ln -sf dbos-script '$(SHARE)/bash-completion/completions/dbs'
	./bin/dbos-script completion zsh >'$(SHARE)/zsh/site-functions/_dbos-script'
	./bin/dbos-script completion fish >'$(SHARE)/fish/vendor_completions.d/dbos-script.fish'
	ln -sf dbos-script.fish '$(SHARE)/fish/vendor_completions.d/dbs.fish'

.PHONY: uninstall
uninstall: ## Remove all that make install has put below PREFIX
	rm -f '$(BINDIR)/dbos-script' '$(SHARE)'/man/man1/dbos-script*.1 '$(SHARE)/man/man1/dbs.1' '$(SHARE)/zsh/site-functions/_dbos-script'
	rm -f '$(SHARE)'/bash-completion/completions/{dbos-script,dbs} '$(SHARE)'/fish/vendor_completions.d/{dbos-script,dbs}.fish
	@if [ "$$(readlink '$(BINDIR)/dbs')" = dbos-script ]; then rm '$(BINDIR)/dbs'; fi

TARGETS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: cross
cross: ## Build the command for each system, or for TARGETS="linux/arm64 …": bin/dbos-script-linux-amd64 and five more; minutes
	@set -e; for target in $(TARGETS); do \
		echo "$$target"; \
		CGO_ENABLED=0 GOOS=$${target%/*} GOARCH=$${target#*/} go build -trimpath -buildvcs=false \
			-ldflags '-s -w -X main.version=$(VERSION)' -o "bin/dbos-script-$${target/\//-}" ./cmd/dbos-script; \
	done

.PHONY: demo
demo: build ## Make a database with a fleet of workflows and run a runbook against it
	./bin/dbos-script demo

.PHONY: postgres
postgres: ## Install PostgreSQL's server programs where they are missing
	@.ci/postgres

.PHONY: pgbouncer
pgbouncer: ## Install PgBouncer where it is missing
	@.ci/pgbouncer

.PHONY: lua
lua: ## Install lua5.1, which our Lua is compared with, where it is missing
	@.ci/lua

.PHONY: ssh-keygen
ssh-keygen: ## Install ssh-keygen, which judges our signatures, where it is missing
	@.ci/ssh-keygen

.PHONY: java
java: ## Install a JDK and Maven, for a real Java application, where they are missing
	@.ci/java

.PHONY: chromium
chromium: ## Install Chromium, which a test looks at the page of the server with, where it is missing
	@.ci/chromium

.PHONY: browser
browser: chromium build ## Walk through the page of the server in a real browser (needs Node.js 20 with npm); PICTURES=docs/images writes its pictures
	@cd tests/browser && timeout 40 node walk.js ../../bin/dbos-script $(if $(PICTURES),'$(abspath $(PICTURES))')

.PHONY: test
test: postgres pgbouncer lua ssh-keygen ## Run all tests, on SQLite, on a private PostgreSQL, and on it playing CockroachDB
	@$(WITH_POSTGRES) $(GO_TEST) ./... | go run ./tests/summary -backends sqlite,postgres,cockroach

.PHONY: test-pooler
test-pooler: postgres pgbouncer ## Run the client's tests through PgBouncer in transaction mode
	@DBOS_SCRIPT_TEST_BACKEND=PgBouncer $(WITH_POSTGRES) $(GO_TEST) -skip '$(DBOS_SCRIPT_TEST_UNPOOLED)' ./client ./client/clienttest ./tests/lua | go run ./tests/summary -backends pgbouncer

.PHONY: test-race
test-race: postgres pgbouncer ## Run the tests of the concurrent packages under the race detector
	@client=$$(mktemp); trap 'rm -f "$$client"' EXIT; $(WITH_POSTGRES) bash -c '\
		$(GO_TEST_RACE) -skip "$(SEQUENTIAL)|.*/^SQLite$$" ./client >"$$0" & status=0; \
		$(GO_TEST_RACE) -skip "$(SEQUENTIAL)" $(CONCURRENT) || status=1; \
		wait $$! || status=1; cat "$$0"; exit $$status' "$$client" | go run ./tests/summary

.PHONY: test-interop
test-interop: postgres java ## Run runbooks against real DBOS applications (needs Node.js 20 with npm, Python 3.10 with venv, a JDK 17 with Maven)
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && command -v npm >/dev/null || \
		{ echo 'make test-interop needs Node.js 20 or later, and npm: https://nodejs.org' >&2; exit 1; }
	@python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
		{ echo 'make test-interop needs python3, 3.10 or later, with venv (on Debian: apt-get install python3-venv)' >&2; exit 1; }
	@rm -f build/interop/table.md; status=0; \
	$(WITH_POSTGRES) go test -tags interop -timeout 20m -p 1 -parallel 10 ./tests/interop/... || status=$$?; \
	if [ -f build/interop/table.md ]; then cat build/interop/table.md; fi; exit $$status

.PHONY: bench
bench: build postgres ## Compare with raw SQL and the official clients: make bench FILTER=fork BENCH='-tables peer'; see docs/benchmarks.md
	go run ./bench -filter '$(FILTER)' $(BENCH)

.PHONY: plans
plans: postgres ## Compare the plans of every statement at 10,000 and at a million workflows
	go run ./bench -plans 10000,1000000 $(BENCH)

.PHONY: fuzz
fuzz: lua ## Run each fuzz target for FUZZTIME (30s), and each property with new values
	@FUZZTIME='$(FUZZTIME)' .ci/fuzz

.PHONY: generate
generate: ## Write docs/reference from the declarations of the script functions, and the notices of libraries
	@.ci/docs docs/reference
	@go run ./tests/notices >THIRD-PARTY-NOTICES.txt.new && mv THIRD-PARTY-NOTICES.txt.new THIRD-PARTY-NOTICES.txt

.PHONY: verify
verify: ## Fail when docs/reference is not what make generate writes
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; .ci/docs "$$fresh"; \
	diff -ru docs/reference "$$fresh" || { echo 'docs/reference is stale: make generate' >&2; exit 1; }

.PHONY: lint
lint: ## Check format, vet, staticcheck, the layers and the words of comments
	@bad=$$($(GO_FILES) | xargs -0r gofmt -l); [ -z "$$bad" ] || { printf 'gofmt would change:\n%s\n' "$$bad" >&2; exit 1; }
	go vet -tags interop ./...
	go -C tests/interop/goapp vet .
	go -C tests/interop/goapp vet -modfile=v1.3.0.mod -tags oldest .
	go -C bench/gosdk vet .
	$(STATICCHECK) -tags interop ./...
	go test ./tests/layers ./tests/words
