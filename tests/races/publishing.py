"""Processes that publish policies while others take in results: started by the race and by the benchmark.

    python -m tests.races.publishing publish 25 seed
    python -m tests.races.publishing intake 100 0.4

Each writes a line of JSON for each publish or batch to its standard output.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

PUBLISHERS, INTAKES = 4, 2
BATCH = 100
EVERY_SECONDS = 0.4  # a batch of each of two processes: 500 results a second
SCORES = 1000

Line = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """What the processes told: `published` by number, the time at which the verb returned; `batches` of each intake, by
    their process: when each was over, the policy that routed it, and how many seconds it took.
    """

    published: dict[int, float]
    batches: list[list[Line]]

    def effects(self) -> list[float]:
        """For each publish and intake process: the seconds until a batch was routed by it, or by a later one."""
        found = []
        for told in self.batches:
            for number, at in self.published.items():
                after = (one["ended"] for one in told if one["ended"] >= at and one["policy"] >= number)
                if (ended := next(after, None)) is not None:
                    found.append(max(0.0, ended - at))
        return sorted(found)


def run(publishes: int, *, environment: dict[str, str]) -> Run:
    """So many publishes by each of the processes, under a steady stream of batches."""
    with _processes("intake", INTAKES, BATCH, EVERY_SECONDS, environment=environment) as intakes:
        with _processes("publish", PUBLISHERS, publishes, environment=environment) as publishers:
            told = [_lines(process) for process in publishers]
        time.sleep(2 * EVERY_SECONDS)  # one batch more by the last of them
        for process in intakes:
            process.terminate()
        batches = [_lines(process) for process in intakes]
    return Run({line["number"]: line["at"] for lines in told for line in lines}, batches)


def unexplained() -> tuple[Counter[str], int]:
    """What of the stored routes their version does not explain, and how many there are. Each is routed once more by the
    policy that it names, and has to be the same in every part.
    """
    from moderation import labels
    from moderation.models import MachineResult, PolicyVersion
    from moderation.policy import read, route
    from moderation.policy_versions import past_facts

    wrong, results = Counter[str](), 0
    policies = {one.number: read(one.number, one.body) for one in PolicyVersion.objects.all()}
    taxonomy = labels.in_force()
    stored = MachineResult.objects.select_related("case__app", "policy_version").order_by("pk")
    for result in stored.iterator(chunk_size=500):
        results += 1
        (facts,) = past_facts.facts_of([result])
        found = route(facts, policy=policies[result.route["policy"]], taxonomy=taxonomy).as_json()
        told = {name: value for name, value in result.route.items() if name != "dueAt"}
        plain = json.loads(json.dumps(found, default=str)) | {"queue": told["queue"]}
        if plain != told or result.policy_version is None or result.policy_version.number != found["policy"]:
            wrong[f"{told.get('riskLevel')} by policy {told['policy']}"] += 1
    return wrong, results


@contextmanager
def _processes(kind: str, many: int, *arguments: Any, environment: dict[str, str]) -> Iterator[list[Any]]:
    argv = [sys.executable, "-m", "tests.races.publishing", kind, *map(str, arguments)]
    started = [
        subprocess.Popen([*argv, str(seed)], env=environment, stdout=subprocess.PIPE, text=True) for seed in range(many)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()


def _lines(process: Any) -> list[Line]:
    """All that it tells until it ends; a line that the end has cut off is left out."""
    with process.stdout as told:
        return [json.loads(line) for line in told if line.endswith("\n")]


# What follows runs in the processes.


def _publish(publishes: int, seed: int) -> None:
    from moderation.policy_versions import draft, store
    from moderation.publishing import publish

    dice = random.Random(seed)
    done = 0
    while done < publishes:
        seen = draft.current()
        try:
            saved = draft.save(_body(dice), base=seen.base, expected_version=seen.version, by=f"publisher {seed}")
            number = store.next_number()
            version = publish.publish(confirm=number, expected_version=saved.version, by=f"publisher {seed}")
        except (draft.Conflict, draft.NothingDrafted):
            time.sleep(dice.random() / 20)  # another process was first
            continue
        _tell(number=version.number, at=time.time())
        done += 1


def _body(dice: random.Random) -> Line:
    """Thresholds that are hardly ever the same twice, in two sections that have to come together."""
    review, reject = sorted((dice.randint(0, SCORES), dice.randint(0, SCORES)))
    numbers = {"porn": {"review": review, "reject": reject}}
    web = {"name": "web", "scope": {"app": "web"}, "thresholds": numbers, "intermediate": "decide"}
    rule = {"name": f"by {review}", "when": {"finalResult": [0, 1], "level": {"atLeast": 3}}, "queue": "nudity"}
    return {"rules": [rule], "sections": [web, {"name": "default", "otherwise": dice.choice(["PASS", "REVIEW"])}]}


def _intake(size: int, every_seconds: float, seed: int) -> None:
    from accounts.models import App
    from moderation.contract import parse_submission
    from moderation.intake.accept import accept_all
    from tests.factories import bodies
    from tests.factories.policy_decisions import scored

    app, dice = App.objects.get(app_id="web"), random.Random(seed)
    due = time.time()
    for turn in count():
        names = (f"p{seed}-{turn}-{n}" for n in range(size))
        sent = [bodies.envelope(requestId=name, **scored(dice.randint(0, SCORES) / SCORES)) for name in names]
        submissions = [(parse_submission(one), app) for one in sent]
        began = time.time()
        accepted = accept_all(submissions, by=f"intake {seed}")
        _tell(ended=time.time(), took=time.time() - began, policy=_policy_of(accepted[0].case.pk))
        due = max(due + every_seconds, time.time())
        time.sleep(max(0.0, due - time.time()))


def _policy_of(case_id: int) -> int:
    from moderation.models import MachineResult

    found: int = MachineResult.objects.values_list("route__policy", flat=True).get(case_id=case_id)
    return found


def _tell(**line: Any) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _main(kind: str, *arguments: str) -> None:
    import django

    django.setup()
    if kind == "publish":
        _publish(*map(int, arguments))
    else:
        _intake(int(arguments[0]), float(arguments[1]), int(arguments[2]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    _main(*sys.argv[1:])
