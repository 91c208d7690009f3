"""What the worst pictures and the worst answers cost: the decoder's process, and the worker that fetches.

Run by `make bench ONLY=pictures`. The limits are those we promise: 300 MB and 2 s for a decoder; for a fetch, 30 MB as
they come, once more when they are complete, and 15 s by the wall clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from moderation.outbound.limits import PICTURE
from tests.moderation.media.conftest import Cost
from tests.moderation.media.hostile import ALL, REFUSED
from tests.moderation.media.test_hostile import CPU_SECONDS, PEAK_MIB, what_becomes_of
from tests.moderation.outbound.bodies import BODIES, MIB, cost_of
from tests.moderation.outbound.test_bodies import MOST_BYTES


def test_hostile_pictures_cost_their_decoder_no_more_than_promised(cost: Callable[[], Cost]) -> None:
    decoded = [hostile for hostile in ALL if hostile not in REFUSED]
    figures: list[tuple[str, Cost, float]] = []
    for hostile in decoded:
        data = hostile.build()
        started = time.monotonic()
        assert what_becomes_of(data) in hostile.ends
        figures.append((hostile.name, cost(), time.monotonic() - started))
    memory = max(figures, key=lambda figure: figure[1].peak_mib)
    cpu = max(figures, key=lambda figure: figure[1].cpu_seconds)
    wall = max(figures, key=lambda figure: figure[2])
    print(
        f"\n{len(ALL)} hostile pictures, {len(REFUSED)} refused unopened:"
        f" most memory {memory[1].peak_mib:.0f} MiB ({memory[0]}), most processor time {cpu[1].cpu_seconds:.2f} s"
        f" ({cpu[0]}), longest {wall[2]:.2f} s ({wall[0]})"
    )
    assert memory[1].peak_mib <= PEAK_MIB
    assert cpu[1].cpu_seconds <= CPU_SECONDS


def test_hostile_answers_cost_the_worker_no_more_than_promised() -> None:
    for name in BODIES:
        cost = cost_of(name, PICTURE)
        print(f"\n{name:32} {cost.ended!s:12} grew {cost.grown_bytes / MIB:5.1f} MiB in {cost.seconds:5.1f} s", end="")
        assert str(cost.ended) in str(BODIES[name][1]).split(" or ")
        assert cost.grown_bytes <= MOST_BYTES
        assert cost.seconds <= PICTURE.total_seconds + 1
    print()
