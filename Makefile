# make demo   the console on the embedded, simulated pair
# make test   every check and every test, the lab too
# make lab    the console on a real pair, brought up in the lab for it
# All three do their own set-up on a fresh Debian machine: system packages (apt, as root or with sudo) and .venv.

SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin

CONSOLE_PACKAGES := python3 python3-venv
LAB_PACKAGES := $(CONSOLE_PACKAGES) user-mode-linux slirp4netns mmdebstrap uidmap kmod tmux
SHELL_PACKAGES := zsh fish
PICTURE_PACKAGES := librsvg2-bin fonts-firacode
APT := $(if $(filter 0,$(shell id -u)),,sudo )env DEBIAN_FRONTEND=noninteractive apt-get

# $(call packages,LIST): install what of LIST is missing, and nothing when nothing is
packages = missing=$$(for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q '^install ok installed' || echo $$p; done); \
	if [ -n "$$missing" ]; then echo "Installing" $$missing; \
	$(APT) -qq update && $(APT) -qq -y install --no-install-recommends $$missing >/dev/null; fi

.PHONY: demo lab test check pytest bench faults soak screenshots man clean

demo: .venv/installed
	$(BIN)/lvstui --demo

lab: .venv/installed
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/lvsctl lab up
	$(BIN)/lvstui -F "$$($(BIN)/lvsctl lab ssh-config)" director1 director2; status=$$?; $(BIN)/lvsctl lab down; exit $$status

test: check pytest

check: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

pytest: .venv/installed
	@$(call packages,$(LAB_PACKAGES) $(SHELL_PACKAGES))
	$(BIN)/pytest

bench: .venv/installed
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.bench

# every fault at every step on either Director, into docs/transactions.md: about 15 minutes
faults: .venv/installed
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.lab.fault_table

# two consoles that change the same pair at once, 200 times: about 20 minutes
soak: .venv/installed
	@$(call packages,$(LAB_PACKAGES))
	$(BIN)/python -m tests.lab.two_consoles 200

screenshots: .venv/installed
	@$(call packages,$(LAB_PACKAGES) $(PICTURE_PACKAGES))
	$(BIN)/python -m screenshots

man: .venv/installed
	$(BIN)/python -m docs.man

.venv/installed: pyproject.toml requirements.lock
	@$(call packages,$(CONSOLE_PACKAGES))
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

clean:
	rm -rf .venv build dist
