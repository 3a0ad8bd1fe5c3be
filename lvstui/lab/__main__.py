"""Run `python -m lvstui.lab …`, the same as `lvsctl lab …`."""

from lvstui.lab.lab_commands import lab

lab(prog_name="lvsctl lab")
