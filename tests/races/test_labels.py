"""Senders whose results name the same new labels at the same moment."""

from __future__ import annotations

import random
from functools import partial

from django.db import transaction

from moderation import labels
from moderation.contract.values import LabelPath
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
