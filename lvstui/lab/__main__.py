"""`python -m lvstui.lab …`: the same as `lvsctl lab …`."""

from lvstui.lab.cli import lab

lab(prog_name="lvsctl lab")
