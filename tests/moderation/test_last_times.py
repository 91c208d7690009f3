"""When something last happened: one row for each name, by the database's clock."""

from __future__ import annotations

from moderation import last_times
from moderation.last_times import Happening


def test_the_last_time_is_kept_and_the_name_of_who_it_was(db: None) -> None:
    assert last_times.last_times() == {}
    last_times.record(Happening.BACKUP, by="one")
    first = last_times.last_times()["backup"]
    assert (first.by, 0 <= first.seconds_ago < 5) == ("one", True)
    last_times.record(Happening.BACKUP, by="x" * 400)
    again = last_times.last_times()["backup"]
    assert (again.by, again.at > first.at) == ("x" * 320, True)


def test_nothing_is_written_within_the_given_time(db: None) -> None:
    last_times.record(Happening.WORKER, by="one", every_seconds=60)
    last_times.record(Happening.WORKER, by="two", every_seconds=60)
    assert last_times.last_times()["worker"].by == "one"
    last_times.record(Happening.WORKER, by="three")
    assert last_times.last_times()["worker"].by == "three"
