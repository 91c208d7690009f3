"""What a killed process and a store that is down leave behind: no file and no case is half erased."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from typing import Any

import pytest
from django.utils import timezone

from accounts.audit_chain import append, verify
from moderation.media import removals, store
from moderation.models import Case, FileRemoval, MachineResult, Picture, PictureFetch
from review.models import RetentionRun
from review.retention import runs
from tests.processes import ROOT, environment_of
from tests.review.retention.kept import files, keep_for, old, unnamed
from tests.waiting import wait_for
from tests.world import World


def test_the_store_that_is_down_loses_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    old(world.web, 2)
    keep_for(world, pictures=1)

    def down(key: str) -> None:
        raise store.StoreDown("it does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(store, "remove", down)
        runs.whole()
        assert removals.work() == 0
    assert (len(files()), FileRemoval.objects.filter(removed_at=None).count()) == (8, 8)
    assert removals.work() == 8
    assert files() == []


def test_a_picture_whose_file_went_just_after_it_was_stored_again_is_fetched_anew(world: World) -> None:
    """A worker stores a file, we remove it, the worker then writes the row that names it."""
    (case,) = old(world.web, 1)
    picture = Picture.objects.get()
    keep_for(world, pictures=1)
    runs.whole()
    removals.work()
    picture.save(force_insert=True)
    PictureFetch.objects.filter(case=case).update(state="ready", picture=picture, url="https://127.0.0.1/x.jpg")
    FileRemoval.objects.update(removed_at=timezone.now() - 2 * removals.LOOKED_FOR_AGAIN)
    removals.work()
    assert (PictureFetch.objects.get().state, Picture.objects.get().files_lost) == ("pending", True)
    assert not FileRemoval.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_nothing_half_and_goes_on(cast: World) -> None:
    """kill -9 of a real process at four moments of its work, then the rest by another."""
    world, total = cast, 600
    old(world.web, total)
    keep_for(world, pictures=1, records=1)
    moments = random.Random(7)
    in_mid_run = 0
    for nth in range(4):
        in_mid_run += _killed_once((nth + 1) * total // 6, seconds_later=moments.random() / 5)
        _nothing_is_half()
    assert in_mid_run >= 2, "else nothing is shown"
    assert _retain().wait() == 0
    _nothing_is_half()
    assert (_gone(), files(), Picture.objects.count()) == (total, [], 0)
    run = RetentionRun.objects.exclude(pictures=0).get()
    assert (run.pictures, run.records) == (total, total), "each was counted once"
    append.append()
    assert verify.whole().fault is None


def _killed_once(gone: int, *, seconds_later: float) -> bool:
    """Whether it was still at work."""
    process = _retain()
    wait_for(lambda: _gone() >= gone or process.poll() is not None, what="some to be erased")
    time.sleep(seconds_later)
    was_running = process.poll() is None and _gone() < Case.objects.count()
    process.kill()
    process.wait()
    return was_running


def _retain() -> subprocess.Popen[bytes]:
    argv = [sys.executable, "manage.py", "retain", "--now"]
    return subprocess.Popen(argv, cwd=ROOT, env=environment_of(), stdout=subprocess.DEVNULL)


def _gone() -> int:
    return Case.objects.exclude(records_erased_at=None).count()


def _nothing_is_half() -> None:
    """A case is erased wholly or not at all, and each file is named by a picture or is on the list to be removed."""
    whole: dict[str, Any] = {"pictures_erased_at": None, "bodies_erased_at": None, "records_erased_at": None}
    left, gone = Case.objects.filter(**whole), Case.objects.exclude(records_erased_at=None)
    assert left.count() + gone.count() == Case.objects.count()
    assert not left.filter(token_id="").exists()
    assert not gone.exclude(token_id="").exists()
    assert not MachineResult.objects.filter(case__in=gone, raw__contains="words").exists()
    assert not PictureFetch.objects.filter(case__in=gone, picture__isnull=False).exists()
    assert PictureFetch.objects.filter(case__in=left, state="ready", picture__isnull=False).count() == left.count()
    listed = {key.rsplit("/")[-1] for key in FileRemoval.objects.values_list("key", flat=True)}
    assert unnamed(list(Picture.objects.all())) - listed == set()
