"""The draft that everybody edits: who may, that there is one, and what people do at the same moment."""

from __future__ import annotations

from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from accounts import access_keys
from accounts.models import AccessKey
from accounts.permissions import NotAllowed
from moderation.models import PolicyDraft, PolicyVersion
from moderation.policy_versions import draft, store
from moderation.publishing import publish
from tests.moderation.policy_versions.test_draft import BODY, in_force, save, with_thresholds
from tests.world import World

__all__ = ["in_force"]


def verbs(by: Any) -> list[Any]:
    return [
        partial(save, BODY, by=by),
        partial(draft.undo, "x", expected_version=0, by=by),
        partial(draft.rebase, by=by),
        partial(draft.discard, expected_version=1, by=by),
        partial(publish.publish, by=by),
        partial(publish.rollback, 1, by=by),
    ]


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_may(world: World, in_force: int, name: str) -> None:
    for verb in verbs(getattr(world, name)):
        with pytest.raises(NotAllowed):
            verb()


@pytest.mark.parametrize(("scopes", "app"), [(["ingest", "read", "deliver"], False), (["policy"], True)])
def test_and_keys_with_the_scope_for_every_app(world: World, in_force: int, scopes: list[str], app: bool) -> None:
    key, _ = access_keys.issue(name="k", app=world.web if app else None, scopes=scopes, by="tests")
    for verb in verbs(key):
        with pytest.raises(PermissionDenied):
            verb()
    whole, _ = access_keys.issue(name="k", app=None, scopes=[AccessKey.Scope.POLICY], by="tests")
    assert save(with_thresholds(porn=1, ad=1), by=whole).saved_by_name == f"key k ({whole.hint}…)"


def test_there_is_one_draft(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDraft.objects.create(id=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyDraft.objects.create(shadow_since="2026-11-29T08:00:00Z")


def test_a_save_whose_event_cannot_be_written_is_none(
    world: World, in_force: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("moderation.policy_versions.draft.audit.record", breaks)
    with pytest.raises(RuntimeError):
        save(with_thresholds(porn=480, ad=400), by=world.dave)
    monkeypatch.undo()
    assert draft.current().is_empty
    assert PolicyVersion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_people_who_save_at_the_same_moment_lose_nothing(transactional_db: None) -> None:
    store.put_in_force({"sections": [{"name": "all"}]}, by="tests")
    start, failures = Barrier(6), []

    def put(label: str) -> None:
        try:
            start.wait()
            draft.save(
                {"sections": [{"name": "all", "thresholds": {label: {"review": 1}}}]},
                base=1,
                expected_version=0,
                by=label,
            )
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [Thread(target=put, args=[f"label{n}"]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert set(draft.current().policy.sections[0].thresholds) == {f"label{n}" for n in range(6)}
    assert draft.current().version == 6
