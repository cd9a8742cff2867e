# make repro: set up and run the main job. make test: set up and run the tests. make help: the rest.
.DEFAULT_GOAL := help
.PHONY: setup repro test check bench track ui report clean help
SHELL := /bin/sh
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export DVC_NO_ANALYTICS := 1
# Threads that wait for others sleep: what runs beside them needs the core.
export OMP_WAIT_POLICY := PASSIVE

setup:  ## install everything into this checkout (idempotent)
	@bin/setup

repro: setup  ## run the main job: data, training, GGUF, evaluation, report, MLflow runs
	@bin/clear-dead-lock
	@burnish run; status=$$?; burnish report && burnish track && exit $$status

test: setup  ## run the tests
	@python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

check: setup  ## what CI checks besides tests: style, types, layout of the pipeline
	@ruff check . && ruff format --check . && mypy && bin/python -m burnish.codehash && git diff --exit-code --stat code.lock.json

bench: setup  ## speed side by side with the peers
	@for file in bench/*.py; do echo "== $$file"; python $$file || exit 1; done

track: setup  ## bring all runs into MLflow
	@burnish track

ui: setup  ## MLflow UI on all runs
	@burnish ui

report: setup  ## reports/index.html and reports/report.md
	@burnish report

clean:  ## remove data/, models/, records/ and .resume/ with its downloads; the DVC cache stays
	@rm -rf data models records .resume reports/index.html

help:
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */\1\t/' | expand -t 10
