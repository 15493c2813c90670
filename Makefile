# Pedido: `make run` starts it, `make test` checks it, `make soak` runs the long experiments, `make bench` measures.
# All do their own set-up; a second run skips what is done.

PYTHON ?= python3
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILED := $(BIN)/python -m compileall -q models services pages # so that the first start is as quick as each later one

.PHONY: run demo test soak bench messages tables screenshots tasks lint lock clean

run: .venv/run.stamp
	@$(BIN)/python main.py

demo: .venv/run.stamp
	@$(BIN)/python main.py demo

test: .venv/test.stamp
	@$(MAKE) --no-print-directory --jobs=3 servers lint rewritten
	$(BIN)/python -m pytest --numprocesses=$$(($$(nproc) + 2)) --dist=loadfile --no-loadscope-reorder # many wait for servers

soak: .venv/test.stamp .venv-scanners/stamp servers
	$(BIN)/python -m tests.soak

bench: .venv/test.stamp servers
	$(BIN)/python -m tests.bench

messages: .venv/test.stamp # collect the sentences of the program, update and compile their translations
	$(BIN)/python -m tests.messages

tables: .venv/test.stamp servers # after a migration was added: what makes a new database at once
	$(BIN)/python -m tests.tables

screenshots: .venv/test.stamp servers # a picture of every page of the sample shop
	$(BIN)/python -m tests.screenshots

tasks: .venv/test.stamp servers # clicks and keystrokes of buyers and sellers, and how soon products are to be seen
	$(BIN)/python -m tests.tasks

lint: .venv/test.stamp
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .

.PHONY: rewritten
rewritten: .venv/test.stamp # how pytest keeps the tests' modules: each of its processes would make them for itself
	@$(COMPILED)
	@$(BIN)/python -m pytest --collect-only >/dev/null || true # the tests tell what is wrong

.PHONY: servers
servers: .servers/unpacked .servers/proxies # what the tests speak to
	@missing=""; \
	for pair in chromium-headless-shell /usr/sbin/sshd:openssh-server /usr/sbin/vsftpd:vsftpd strace curl fakeroot \
		faketime soffice:libreoffice-calc systemd-analyze:systemd; do \
		command -v "$${pair%%:*}" >/dev/null || missing="$$missing $${pair##*:}"; \
	done; \
	ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || missing="$$missing postgresql"; \
	[ -z "$$missing" ] || { $(SUDO) apt-get update -q && \
		$(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; }

# Debian's FTP servers exclude each other, Postfix would take over this machine's mail, and proxies its port 80: unpacked,
# not installed.
.servers/unpacked: SETS = "proftpd-core proftpd-mod-crypto" pure-ftpd postfix
.servers/proxies: SETS = nginx caddy
.servers/proxies: | .servers/unpacked # apt-get does one thing at a time
.servers/unpacked .servers/proxies:
	@mkdir -p .servers/packages/partial
	@$(SUDO) apt-get update -q
	@for packages in $(SETS); do \
		$(SUDO) apt-get install -q -y --no-install-recommends --reinstall --download-only \
			-o Dir::Cache::Archives=$(CURDIR)/.servers/packages $$packages || exit 1; \
	done
	@for package in .servers/packages/*.deb; do dpkg -x $$package .servers || exit 1; done
	@touch $@

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@$(COMPILED)
	@touch $@

.venv/test.stamp: requirements-dev.txt | .venv/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@ .venv/run.stamp

.venv-scanners/stamp: tests/soak/scanners/requirements.txt # programs of others that look for holes
	$(PYTHON) -m venv .venv-scanners
	.venv-scanners/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

lock: # pin what pyproject.toml asks for; needs uv
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --extra dev pyproject.toml -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--no-annotate --group scanners -o tests/soak/scanners/requirements.txt

clean:
	rm -rf .venv .venv-scanners .servers .mypy_cache .ruff_cache .pytest_cache
