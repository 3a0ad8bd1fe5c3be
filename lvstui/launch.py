"""Putting the parts together: which Directors, reached how, shown by what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from lvstui.session import Session
from lvstui.transport.link import NoQuestions, Questions


def session(
    directors: Sequence[str], questions: Questions, *, ssh_config: Path | None, name: str, interval: float, read_only: str | None
) -> Session:  # fmt: skip
    """A session with these Directors over SSH. Imports asyncssh: a fifth of a second."""
    from lvstui.transport.ssh import SshConnector

    connectors = [SshConnector(director, ssh_config=ssh_config, questions=questions) for director in directors]
    return Session(connectors, name=name, interval=interval, read_only=read_only)


def script_session(directors: Sequence[str], ssh_config: Path | None) -> Session:
    """For lvsctl: nobody is asked anything, and samples come quickly."""
    return session(
        directors, NoQuestions(), ssh_config=ssh_config, name=" ".join(directors), interval=0.5, read_only=None
    )


def console(
    directors: Sequence[str], *, ssh_config: Path | None, demo: bool, read_only: str | None, interval: float, theme: str | None
) -> None:  # fmt: skip
    """Run the console until it is quit."""
    from lvstui.console.app import ConsoleApp

    make: Callable[[Questions], Session]
    if demo:
        from lvstui.demo.pair import DemoPair

        with DemoPair() as pair:
            make = lambda questions: session(  # noqa: E731
                pair.names, questions, ssh_config=pair.ssh_config, name="demo (simulated)", interval=interval, read_only=read_only
            )  # fmt: skip
            ConsoleApp(make, theme=theme).run()
        return
    make = lambda questions: session(  # noqa: E731
        directors, questions, ssh_config=ssh_config, name=" · ".join(directors), interval=interval, read_only=read_only
    )  # fmt: skip
    ConsoleApp(make, theme=theme).run()
