"""Senders whose results name the same new labels at the same moment, and administrators who import them."""

from __future__ import annotations

import io
import random
from functools import partial

from django.db import transaction

from accounts.models import User
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.labels import exchange
from moderation.labels.proposal import Overtaken
from moderation.models import Label
from tests.races.crowd import at_once, held_up

SENDERS, ROUNDS, LABELS = 8, 4, 500


def send(paths: list[LabelPath]) -> None:
    with transaction.atomic():
        labels.register(paths)


def test_eight_senders_of_the_same_new_labels_register_each_once_and_never_deadlock(transactional_db: None) -> None:
    for number in range(ROUNDS):
        paths = [LabelPath("Fraud", f"round_{number}", f"{n}") for n in range(LABELS)]
        shuffled = [random.sample(paths, len(paths)) for _ in range(SENDERS)]
        assert at_once([partial(send, some) for some in shuffled]) == [None] * SENDERS
        assert Label.objects.filter(risk_label1="fraud", risk_label2=f"round_{number}").count() == LABELS + 1
        labels.forget()  # as a process does that has just started
        send(paths)
    assert Label.objects.filter(source="seen").count() == ROUNDS * (LABELS + 1) + 1


def test_two_senders_that_name_the_same_labels_the_other_way_round_wait_for_each_other_in_one_order(
    transactional_db: None,
) -> None:
    """Both come as far as the label in the middle, which somebody else is registering, then both go on."""
    first, middle, last = (LabelPath("fraud", name) for name in ("a", "m", "z"))
    send([LabelPath("fraud")])
    there, back = partial(send, [first, middle, last]), partial(send, [last, middle, first])
    assert held_up(partial(labels.register, [middle]), there, back) == [None, None]
    assert set(Label.objects.filter(source="seen").values_list("risk_label2", flat=True)) == {"", "a", "m", "z"}


def confirm(token: str, by: User) -> bool:
    try:
        exchange.apply(token, by=by)
    except Overtaken:
        return False
    return True


def test_of_two_imports_of_the_same_labels_one_is_written_whole_while_senders_register_them(
    transactional_db: None,
) -> None:
    dave = User.objects.create(email="dave@example.test", name="Dave", role="administrator")
    for number in range(ROUNDS):
        paths = [LabelPath("fraud", f"round_{number}", f"{n}") for n in range(LABELS)]
        send(paths[::2])
        tokens = []
        for name in ("One", "Two"):
            told = ("path,name_en\n" + "".join(f"{path},{name}\n" for path in random.sample(paths, LABELS))).encode()
            tokens.append(exchange.propose(io.BytesIO(told), size=len(told), by=dave).token())
        confirmed = [partial(confirm, token, dave) for token in tokens]
        _, _, *written = at_once([partial(send, paths), partial(send, paths[::-1]), *confirmed])
        assert sorted(written) == [False, True]
        named = set(Label.objects.filter(risk_label2=f"round_{number}", risk_label3__gt="").values_list("name_en"))
        assert named == {("One" if written[0] else "Two",)}
