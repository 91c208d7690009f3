"""One run: start everything, do the faults of the plan, heal, wait until nothing is outstanding, stop everything."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

from demo.processes import Process, Supervisor
from tests.faults import drain, fault_plan, installation
from tests.faults.exhaustion import Heal, Missed
from tests.faults.fault_plan import Fault
from tests.faults.injections import Injector
from tests.faults.options import Options, Run

READY_SECONDS = 120
RESTART_SECONDS = 0.5  # after the end of a process until its supervisor starts it again
TICK_SECONDS = 0.05
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Done:
    """A fault that was done. `missed` says why there was nothing to hit."""

    kind: str
    at: float
    ended_at: float
    missed: str = ""


@dataclass(slots=True)
class Outcome:
    run: Run
    done: list[Done] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)  # kinds that were not planned, and why
    faults_ended_at: float = 0.0
    drained: drain.Drained = field(default_factory=drain.Drained)
    ended: list[str] = field(default_factory=list)  # processes of the product that had to be started again, and why


class Interrupted(Exception):
    """Somebody pressed Ctrl-C, or the processes did not become ready."""


def perform(prepared: Path, folder: Path, options: Options, *, say: Say) -> Outcome:
    """Raises Interrupted, NotReady, and NoAnswer when the API does not come back after the faults."""
    sizes = _mounted(folder, options)
    outcome = Outcome(installation.copied(prepared, folder, options))
    planned = _planned(options, outcome)
    with ExitStack() as stack:
        for place in sizes:
            stack.callback(installation.unmount, place)
        supervisors = [stack.enter_context(one) for one in _parts(outcome)]
        injector = Injector(outcome.run, ground=supervisors[0], product=supervisors[1], sizes=sizes)
        _do_faults(planned, injector, supervisors, outcome, say)
        _wait(outcome, supervisors, say)
    (folder / "faults.json").write_text(json.dumps([asdict(one) for one in outcome.done]))
    return outcome


def _planned(options: Options, outcome: Outcome) -> list[Fault]:
    missing = installation.missing(options)
    outcome.skipped = {one.name: missing[one.needs] for one in fault_plan.KINDS if one.needs in missing}
    return fault_plan.plan(
        seed=options.seed, seconds=options.seconds, faults=options.faults, only=options.only, missing=list(missing)
    )


def _wait(outcome: Outcome, supervisors: list[Supervisor], say: Say) -> None:
    """Until nothing is outstanding, and all that the API says is kept."""
    outcome.faults_ended_at = time.time()
    outcome.run.set_phase("drain")
    say("the faults have ended; waiting until nothing is outstanding")
    outcome.drained = drain.wait(outcome.run, since=outcome.faults_ended_at, meanwhile=lambda: _keep_up(supervisors))
    drain.keep_what_the_api_says(outcome.run, meanwhile=lambda: _keep_up(supervisors))
    outcome.run.set_phase("stop")


def _mounted(folder: Path, options: Options) -> dict[Path, int]:
    """File systems of their own, in megabytes, where they can be made."""
    if fault_plan.TMPFS in installation.missing(options):
        return {}
    sizes = {folder / "database": 800 + options.items // 20, folder / "pictures": 64 + options.items // 100}
    for place, megabytes in sizes.items():
        installation.mount(place, megabytes=megabytes)
    return sizes


def _parts(outcome: Outcome) -> Iterator[Supervisor]:
    """One supervisor after the other, each entered and ready before the next."""
    run = outcome.run
    yield _Ready(installation.ground(run), run)
    yield _Ready(installation.product(run), run, say=outcome.ended.append)
    yield _Ready(installation.actors(run), run)


class _Ready(Supervisor):
    """A supervisor that starts again at once what has ended, and is entered when all is ready."""

    def __init__(self, processes: list[Process], run: Run, *, say: Say | None = None) -> None:
        super().__init__(processes, folder=run.places.folder, say=say or _silent, pause=lambda _: RESTART_SECONDS)

    def __enter__(self) -> Supervisor:
        super().__enter__()
        try:
            if not self.wait_until_ready(READY_SECONDS):
                raise Interrupted
        except BaseException:
            self.__exit__()
            raise
        return self


def _silent(words: str) -> None:
    pass


def _do_faults(
    planned: list[Fault], injector: Injector, supervisors: list[Supervisor], outcome: Outcome, say: Say
) -> None:
    began, heals, left = time.monotonic(), list[tuple[float, Heal]](), list(reversed(planned))
    ends, told_at = began + outcome.run.options.seconds, 0.0
    while time.monotonic() < ends or heals:
        _keep_up(supervisors)
        for due, heal in [one for one in heals if one[0] <= time.monotonic()]:
            heals.remove((due, heal))
            heal()
        while left and began + left[-1].at <= time.monotonic():
            _do(left.pop(), injector, heals, outcome)
        if time.monotonic() > told_at + 30:
            told_at = time.monotonic()
            say(f"{round(told_at - began)} s, {len(outcome.done)} faults done, {len(left)} left")
        time.sleep(TICK_SECONDS)


def _do(fault: Fault, injector: Injector, heals: list[tuple[float, Heal]], outcome: Outcome) -> None:
    at = time.time()
    try:
        heal = injector.begin(fault)
    except Missed as missed:
        outcome.done.append(Done(fault.kind, at, at, str(missed)))
        return
    outcome.done.append(Done(fault.kind, at, at + fault.seconds if heal else at))
    if heal:
        heals.append((time.monotonic() + fault.seconds, heal))


def _keep_up(supervisors: list[Supervisor]) -> None:
    for one in supervisors:
        one.restart_dead()
        if one.stopping:
            raise Interrupted
