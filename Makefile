# make demo        the console on the embedded, simulated pair
# make test        every check and every test, the lab too
# make unit        the pure core and the settings: no system package, no network, no root
# make console     the screens: no system package, no network, no root
# make other-tests the rest that needs no lab: no root but for zsh and fish
# make lab-tests   what runs on real keepalived, IPVS and sshd, in the lab
# make lab         the console on a real pair, brought up in the lab for it
# Each does its own set-up on a fresh Debian machine: .venv, and system packages where it needs them (apt, as root or with sudo).

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
RUNS ?= 20
# What Python has compiled is kept, whatever the environment says: the workers and every command that a test starts load it again.
export PYTHONDONTWRITEBYTECODE :=

CONSOLE_PACKAGES := python3 python3-venv
LAB_PACKAGES := $(CONSOLE_PACKAGES) slirp4netns mmdebstrap uidmap kmod tmux
SHELL_PACKAGES := zsh fish
BROWSER_PACKAGES := chromium
PICTURE_PACKAGES := librsvg2-bin fonts-firacode
APT := $(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get

# $(call packages,LIST): install what of LIST is missing, and nothing when nothing is
packages = missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q '^install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "Installing" $$missing; \
	$(APT) -qq update && $(APT) -qq -y install --no-install-recommends $$missing >/dev/null; fi

.PHONY: demo lab test unit console other-tests lab-tests check pytest slow-test processor-time bench faults drills drill-faults soak demo-recording corpus screenshots man clean

demo: .venv/installed
	$(BIN)/lvstui --demo

lab: .venv/installed
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/lvsctl lab up
	$(BIN)/lvstui -F "$$($(BIN)/lvsctl lab ssh-config)" director1 director2; status=$$?; $(BIN)/lvsctl lab down; exit $$status

# the checks run while the tests wait for a lab; what they say comes after the tests
test: .venv/installed
	@echo "Every check and test: 9 to 26 minutes on two cores. Needs root (or sudo) for apt, and the lab's packages."
	@mkdir -p build; $(MAKE) --no-print-directory check >build/check.log 2>&1 & checks=$$!; \
	$(MAKE) --no-print-directory pytest; tests=$$?; \
	wait $$checks; checks=$$?; cat build/check.log; exit $$((tests ? tests : checks))

# the parts of the suite that anybody can run, without the lab's packages
unit: .venv/installed
	@echo "The pure core and the settings: 1 to 3 minutes on two cores. Needs python3 alone."
	$(BIN)/pytest tests/keepalived tests/cluster tests/settings

console: .venv/installed
	@echo "The screens, on an invented pair: 2 to 5 minutes on two cores. Needs python3 alone."
	$(BIN)/pytest tests/console

other-tests: .venv/installed
	@echo "Commands, agent, recordings, reports, sessions, demo, the repo itself: 1 to 3 minutes on two cores. Needs zsh and fish (root or sudo for apt)."
	@$(call packages,$(SHELL_PACKAGES))
	$(BIN)/pytest tests/cli tests/demo tests/director tests/probe tests/record tests/report tests/session tests/transport tests/test_*.py

lab-tests: .venv/installed
	@echo "Real keepalived, IPVS and sshd in the lab: 8 to 20 minutes on two cores. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES) $(BROWSER_PACKAGES))
	$(BIN)/pytest tests/lab

check: .venv/installed
	@echo "Lint, format, types, import contracts, names and sizes: half a minute on two cores. Needs python3 alone."
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.support.layout

# collected once before, so that the workers find the tests compiled (pytest changes their assertions first, which takes long)
pytest: .venv/installed
	@$(call packages,$(LAB_PACKAGES) $(SHELL_PACKAGES) $(BROWSER_PACKAGES))
	@$(BIN)/pytest --numprocesses=0 --collect-only --quiet >/dev/null || true
	$(BIN)/pytest

# the suite where processors are scarce: what passes quickly must pass slowly; not in CI
slow-test: .venv/installed
	@echo "The suite under nice beside two busy loops: 20 to 75 minutes on two cores. Needs what \`make test\` needs."
	@echo "With LVSTUI_LAB_SHARE=0.33, each guest of a lab has a third of a processor as well."
	@$(call packages,$(LAB_PACKAGES) $(SHELL_PACKAGES) $(BROWSER_PACKAGES))
	$(BIN)/python -m tests.support.slowed

# how much of a processor each test file needs, into tests/processor_time.json: the order in which the suite runs
processor-time: .venv/installed
	@echo "The suite, measured: as long as \`make test\`, and needs the same."
	@$(call packages,$(LAB_PACKAGES) $(SHELL_PACKAGES) $(BROWSER_PACKAGES))
	$(BIN)/python -m pytest -p tests.support.processor_time --store-processor-time

bench: .venv/installed
	@echo "The figures of docs/performance.md, 14 benchmarks: some minutes each, on a machine that does nothing else. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.bench

# every fault at every step on either Director, into docs/transactions.md
faults: .venv/installed
	@echo "Every fault at every step of a change: 15 to 20 minutes on two cores. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.support.fault_table

# every kind of failover, RUNS times each, with VRRP 2 and 3, into docs/drills.md
drills: .venv/installed
	@echo "Every kind of failover, $(RUNS) times: a minute and a quarter for each of them (20: half an hour), on two cores that do nothing else. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.support.drill_table $(RUNS)

# console, link and agent killed at each step of each kind of drill
drill-faults: .venv/installed
	@echo "Every kill at every step of a drill: 10 minutes on two cores. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.support.drill_faults

# two consoles that change the same pair at once, 200 times; a recorded session held against 1,000 moments of it;
# a process that records killed 200 times; 10,000 recordings without names; 1,000 examples of each property
soak: .venv/installed
	@echo "Two consoles, recordings: about two hours on two cores. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.support.two_consoles 200
	$(BIN)/python -m tests.support.recorded_lab 1000
	LVSTUI_KILLS=200 $(BIN)/pytest -n 0 tests/record/test_recording_file.py -k killed
	LVSTUI_EXAMPLES=10000 $(BIN)/pytest -n 0 tests/record/test_anonymous.py -k no_original --timeout 14400
	LVSTUI_EXAMPLES=1000 $(BIN)/pytest -m hypothesis tests/keepalived tests/cluster --timeout 14400

# the recording that lvstui brings along (lvstui --replay demo)
demo-recording: .venv/installed
	@echo "A failover in the lab, recorded without names: 3 minutes. Needs root (or sudo) for apt, and the lab's packages."
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.support.recorded_lab

# how many files of the corpora are read as keepalived reads them, version by version, and what becomes of every edit in them
# Versions of which the folder $LVSTUI_KEEPALIVED_BUILDS has a build are asked too: ten minutes for each, as root
corpus: .venv/installed
	@echo "Real configuration files against what keepalived reads in them: minutes. Needs ../shared, beside the repo."
	$(BIN)/python -m tests.support.corpora
	$(BIN)/python -m tests.support.corpora_vrrp
	$(BIN)/python -m tests.support.corpora_edits

screenshots: .venv/installed
	@echo "Pictures of README and docs: 2 to 5 minutes on two cores. Needs root (or sudo) for apt, the lab's packages and librsvg."
	@$(call packages,$(LAB_PACKAGES) $(PICTURE_PACKAGES))
	$(BIN)/python -m screenshots

man: .venv/installed
	@echo "Man pages, completions and README's table of keys: seconds. Needs python3 alone."
	$(BIN)/python -m docs.man

# pip is what venv makes last: a .venv without it was left half made
.venv/installed: pyproject.toml requirements.lock
	@echo "Setting up .venv from the package index: half a minute."
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { $(call packages,$(CONSOLE_PACKAGES)); }
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --no-compile --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv build dist
