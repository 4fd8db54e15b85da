# BAT OS. `make` prints the targets.
#
#   PYTHON=python3.12     the Python that .venv is made with (3.11 to 3.13; found without it)
#   TORCH_INDEX=URL       an extra package index for torch alone, for instance its CPU builds
#   ARGS="…"              handed on: make run ARGS="--image /tmp/world", make test ARGS="-k undo"

PYTHON ?=
TORCH_INDEX ?=
ARGS ?=

VENV := .venv/bin
# Any Python from 3.9 on can run the set-up and find the right one for the project; the one in .venv is the fastest to find.
BOOTSTRAP = for p in $(VENV)/python "$(PYTHON)" python3 python3.13 python3.12 python3.11 python; do \
	if [ -n "$$p" ] && "$$p" -c "import sys; sys.exit(sys.version_info < (3, 9))" >/dev/null 2>&1; then \
	exec "$$p" tools/bootstrap.py --python "$(PYTHON)" --torch-index "$(TORCH_INDEX)" $(1); fi; done; \
	echo "BAT OS needs Python 3.11 or newer and found none that is new enough."; \
	echo "  Debian, Ubuntu:  sudo apt-get install -y python3 python3-venv"; \
	echo "  macOS:           brew install python@3.13"; exit 1

# Tests need no screen, no sound, no clipboard, no network.
HEADLESS := SDL_VIDEODRIVER=offscreen SDL_AUDIODRIVER=dummy KIVY_NO_ARGS=1 KIVY_NO_FILELOG=1 \
	KIVY_CLIPBOARD=dummy KIVY_HOME="$(CURDIR)/build/kivy" HF_HUB_OFFLINE=1

.PHONY: help setup ready run test lint format pictures doctor clean clean-all
.DEFAULT_GOAL := help

help: ## this table
	@echo "make …"
	@grep -hE '^[a-z%-]+:.*## ' Makefile | sed -E 's/^([a-z%-]+):.*## (.*)/  \1|\2/' | awk -F'|' '{ printf "%-12s %s\n", $$1, $$2 }'
	@echo 'Variables: PYTHON=, TORCH_INDEX=, ARGS= (see the top of the Makefile).'

setup: ## install everything into .venv, or see that it is there
	@$(call BOOTSTRAP,--check)

ready:
	@$(call BOOTSTRAP,)

run: ready ## open the world (set up first if need be)
	@exec $(VENV)/python main.py $(ARGS)

test: ready ## ruff, mypy and pytest, without a screen or a network
	@mkdir -p build/kivy; status=0; \
	echo "ruff check" && $(VENV)/ruff check . || status=1; \
	echo "ruff format" && $(VENV)/ruff format --check --quiet . || { echo "not formatted: make format"; status=1; }; \
	echo "mypy" && $(VENV)/mypy || status=1; \
	echo "pytest" && $(HEADLESS) $(VENV)/python -m pytest $(ARGS) || status=1; \
	exit $$status

lint: ready ## ruff and mypy alone
	@$(VENV)/ruff check . && $(VENV)/ruff format --check . && $(VENV)/mypy

format: ready ## put the code into its form
	@$(VENV)/ruff format . && $(VENV)/ruff check --fix .

bench-%: ready ## run tests/benchmarks/bench_%.py; its figures go to build/bench/%.json
	@mkdir -p build/bench build/kivy; $(HEADLESS) $(VENV)/python tests/benchmarks/bench_$*.py --out build/bench/$*.json $(ARGS)

pictures: ready ## take the README's pictures anew, into docs/pictures
	@mkdir -p build/kivy; $(HEADLESS) $(VENV)/python tests/pictures.py $(ARGS)

doctor: ## what is in order here and what is not
	@ok=0; ($(call BOOTSTRAP,--doctor)) || ok=1; \
	if [ -x $(VENV)/python ]; then $(VENV)/python main.py doctor || ok=1; fi; exit $$ok

clean: ## remove build products and caches; .venv and the images stay
	rm -rf build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

clean-all: clean ## .venv too; the images stay
	rm -rf .venv
