"""Go through the practice pictures: begin, answer, take back, finish. Nothing of it is a case, so nothing can leave."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit
from accounts.models import User
from review.models import PracticeAnswer, PracticeSitting
from review.practice.lessons import LESSONS, REASONS, Answer, Lesson, of_task
from review.queues import onboarding
from review.refusals import AlreadyDecided, HoldLost, NotAcceptable, WindowClosed

_CODES = {code for code, _ in REASONS}


def open_sitting(user: User) -> PracticeSitting | None:
    return PracticeSitting.objects.filter(user=user, finished_at=None).first()


def last_finished(user: User) -> PracticeSitting | None:
    return PracticeSitting.objects.filter(user=user).exclude(finished_at=None).order_by("-finished_at").first()


def begin(*, by: User) -> PracticeSitting:
    """The person's open sitting; a new one when there is none. Anybody may practise, as often as they like."""
    known = open_sitting(by)
    if known:
        return known
    try:
        with transaction.atomic():
            return PracticeSitting.objects.create(user=by, hold_token=uuid4(), begun_at=timezone.now())
    except IntegrityError:  # two tabs at once: one sitting
        return PracticeSitting.objects.get(user=by, finished_at=None)


def left(sitting: PracticeSitting) -> list[Lesson]:
    """What is still to be judged, in order."""
    done = set(sitting.answers.values_list("lesson", flat=True))
    return [lesson for lesson in LESSONS if lesson.name not in done]


def answer(*, task_id: int, hold_token: UUID, decision_id: UUID, said: Answer, by: User) -> PracticeAnswer:
    """Keep what a person said; the fifth answer ends the sitting. The same `decision_id` again is the same answer.

    Raises HoldLost for another sitting's token, AlreadyDecided, NotAcceptable for a reason that practice does not have.
    """
    with transaction.atomic():
        sitting, lesson = _locked(task_id, hold_token, by=by)
        if known := PracticeAnswer.objects.filter(decision_id=decision_id).first():
            return _repeated(known, sitting=sitting, lesson=lesson)
        if sitting.finished_at or sitting.answers.filter(lesson=lesson.name).exists():
            raise AlreadyDecided(str(by), "PASS" if said.act == "pass" else "REJECT")
        if said.reason and said.reason not in _CODES:
            refused = gettext('Practice has no reason "{reason}". Reload the page.')
            raise NotAcceptable("/reason", refused.format(reason=said.reason))
        made = _kept(sitting, lesson, decision_id, said)
        if not left(sitting):
            _finish(sitting)
    return made


def take_back(decision_id: UUID, *, by: User) -> Lesson:
    """The picture is there to be judged again. Raises WindowClosed when a later sitting has begun, and
    PracticeAnswer.DoesNotExist, also for another person's answer.
    """
    with transaction.atomic():
        known = PracticeAnswer.objects.select_related("sitting").get(decision_id=decision_id, sitting__user=by)
        sitting = PracticeSitting.objects.select_for_update().get(pk=known.sitting_id)
        if PracticeSitting.objects.filter(user=by, begun_at__gt=sitting.begun_at).exists():
            raise WindowClosed
        PracticeAnswer.objects.filter(pk=known.pk).delete()
        PracticeSitting.objects.filter(pk=sitting.pk).update(finished_at=None)
    return next(lesson for lesson in LESSONS if lesson.name == known.lesson)


def _locked(task_id: int, hold_token: UUID, *, by: User) -> tuple[PracticeSitting, Lesson]:
    lesson = of_task(task_id)
    sitting = PracticeSitting.objects.select_for_update().filter(user=by, hold_token=hold_token).first()
    if lesson is None or sitting is None:
        raise HoldLost
    return sitting, lesson


def _repeated(known: PracticeAnswer, *, sitting: PracticeSitting, lesson: Lesson) -> PracticeAnswer:
    if (known.sitting_id, known.lesson) != (sitting.pk, lesson.name):
        raise NotAcceptable("/decisionId", gettext("This id belongs to another decision. Send a new UUID."))
    return known


def _kept(sitting: PracticeSitting, lesson: Lesson, decision_id: UUID, said: Answer) -> PracticeAnswer:
    told = {"act": said.act, "reason": said.reason, "agrees": said in lesson.right}
    return PracticeAnswer.objects.create(
        sitting=sitting, lesson=lesson.name, decision_id=decision_id, answered_at=timezone.now(), **told
    )


def _finish(sitting: PracticeSitting) -> None:
    PracticeSitting.objects.filter(pk=sitting.pk).update(finished_at=Now())
    onboarding.over(sitting.user)
    audit.record("practice.finished", by=sitting.user, on=sitting.user, sitting=sitting.pk)
