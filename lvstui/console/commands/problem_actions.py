"""Do the actions that concern problems: go to what one is about, acknowledge it, list them all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import Problem
from lvstui.console.actions import ACKNOWLEDGE, JUMP, PROBLEMS
from lvstui.console.app_parts import parts_of
from lvstui.console.commands import screens
from lvstui.console.commands.console import acts_now
from lvstui.console.commands.registry import runs
from lvstui.console.problem_place import Place, ProblemStep, steps

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen

_NONE = "There is no problem."


def _now(main: MainScreen) -> tuple[Problem, ...]:
    """Return the problems of now, those that need attention first."""
    known = main.newest.problems if main.newest is not None else ()
    return parts_of(main.app).acknowledged.order(known)


@runs(JUMP)
def jump(main: MainScreen) -> None:
    """Go to what the gravest problem is about; pressed again, to the next."""
    every = steps(_now(main))
    if not every:
        main.tell(_NONE)
        return
    at = next((number for number, step in enumerate(every) if step.key == main.jumped), -1)
    go(main, every[(at + 1) % len(every)])


def go(main: MainScreen, step: ProblemStep) -> None:
    """Show what a problem is about, and say which problem it is."""
    main.jumped = step.key
    subject, director = step.problem.subject, step.problem.director
    if step.row is not None:
        _go_to_row(main, *step.row)
    elif step.place is Place.CONFIGURATION:
        screens.show_file(main, director, subject.file, subject.line)
    elif step.place is Place.DIRECTOR and director is not None:
        screens.show_director(main, director)
    else:
        screens.topology(main)
    main.notify(step.problem.text, title="Problem", markup=False)


def show_problem(main: MainScreen, problem: Problem) -> None:
    """Show what a problem is about that was chosen."""
    go(main, steps([problem])[0])


def _go_to_row(main: MainScreen, virtual_server: str, real_server: str | None) -> None:
    """Put the cursor on a row of the main screen; show the server's own page where the table does not have the row."""
    while main.app.screen is not main and len(main.app.screen_stack) > 1:
        main.app.pop_screen()
    main.table.fold({virtual_server}, fold=False)
    line = main.table.listing.line((virtual_server, real_server))
    if line is not None:
        main.table.go(line)
    elif real_server is not None:
        screens.show_real_server(main, Target(virtual_server, real_server))
    else:
        screens.show_virtual_server(main, virtual_server)


@runs(ACKNOWLEDGE)
def acknowledge(main: MainScreen) -> None:
    """Acknowledge the problem that was gone to last, else the gravest that is not yet."""
    every, known = _now(main), parts_of(main.app).acknowledged
    new = [problem for problem in every if problem not in known]
    at = next((problem for problem in new if main.jumped is not None and problem.id == main.jumped[0]), None)
    if not new:
        main.tell("Every problem is acknowledged." if every else _NONE)
        return
    toggle(main, at or new[0])


def toggle(main: MainScreen, problem: Problem) -> None:
    """Acknowledge a problem, or take that back; say so."""
    if not acts_now(main, ACKNOWLEDGE):
        return
    if parts_of(main.app).acknowledged.toggle(problem):
        key = parts_of(main.app).keys.label(PROBLEMS)
        said = f"Acknowledged: {problem.text}. It still counts, and is new again when it changes; {key} lists it."
    else:
        said = f"No longer acknowledged: {problem.text}"
    main.notify(said, markup=False)
    main.draw_again()


@runs(PROBLEMS)
def problems(main: MainScreen) -> None:
    """List all problems in full."""
    from lvstui.console.screens.problems_screen import ProblemsScreen

    def quiet(problem: Problem) -> None:
        toggle(main, problem)

    screens.show(main, ProblemsScreen, lambda session: ProblemsScreen(session, partial(show_problem, main), quiet))
