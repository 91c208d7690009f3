"""A practice session: begin, answer, take back, finish. None of it is a case, so nothing can be delivered."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from review.models import PracticeAnswer, PracticeSession
from review.practice.lessons import LESSONS, REASONS, Answer, Lesson, of_task
from review.queues import onboarding
from review.refusals import AlreadyDecided, LeaseLost, NotAcceptable, WindowClosed

_CODES = {code for code, _ in REASONS}


def open_session(user: User) -> PracticeSession | None:
    return PracticeSession.objects.filter(user=user, finished_at=None).first()


def last_finished(user: User) -> PracticeSession | None:
    return PracticeSession.objects.filter(user=user).exclude(finished_at=None).order_by("-finished_at").first()


def begin(*, by: User) -> PracticeSession:
    """The person's open session; a new one when there is none. Every user may practise, as often as they like."""
    known = open_session(by)
    if known:
        return known
    try:
        with transaction.atomic():
            return PracticeSession.objects.create(user=by, lease_token=uuid4(), begun_at=timezone.now())
    except IntegrityError:  # two tabs at once: one session
        return PracticeSession.objects.get(user=by, finished_at=None)


def left(session: PracticeSession) -> list[Lesson]:
    """What is still to be judged, in order."""
    done = set(session.answers.values_list("lesson", flat=True))
    return [lesson for lesson in LESSONS if lesson.name not in done]


def answer(*, task_id: int, lease_token: UUID, decision_id: UUID, said: Answer, by: User) -> PracticeAnswer:
    """Store a person's answer; the fifth answer ends the session. The same `decision_id` again is the same answer.

    Raises LeaseLost for another session's token, AlreadyDecided, NotAcceptable for a reason practice does not have.
    """
    with transaction.atomic():
        session, lesson = _locked(task_id, lease_token, by=by)
        if known := PracticeAnswer.objects.filter(decision_id=decision_id).first():
            return _repeated(known, session=session, lesson=lesson)
        if session.finished_at or session.answers.filter(lesson=lesson.name).exists():
            raise AlreadyDecided(str(by), "PASS" if said.act == "pass" else "REJECT")
        if said.reason and said.reason not in _CODES:
            refused = gettext('Practice has no reason "{reason}". Reload the page.')
            raise NotAcceptable("/reason", refused.format(reason=said.reason))
        made = _kept(session, lesson, decision_id, said)
        if not left(session):
            _finish(session)
    return made


def take_back(decision_id: UUID, *, by: User) -> Lesson:
    """Delete the answer; its picture can be judged again. Raises WindowClosed when a later session has begun, and
    PracticeAnswer.DoesNotExist, also for another person's answer.
    """
    with transaction.atomic():
        known = PracticeAnswer.objects.select_related("session").get(decision_id=decision_id, session__user=by)
        session = PracticeSession.objects.select_for_update().get(pk=known.session_id)
        if PracticeSession.objects.filter(user=by, begun_at__gt=session.begun_at).exists():
            raise WindowClosed
        PracticeAnswer.objects.filter(pk=known.pk).delete()
        PracticeSession.objects.filter(pk=session.pk).update(finished_at=None)
    return next(lesson for lesson in LESSONS if lesson.name == known.lesson)


def _locked(task_id: int, lease_token: UUID, *, by: User) -> tuple[PracticeSession, Lesson]:
    lesson = of_task(task_id)
    session = PracticeSession.objects.select_for_update().filter(user=by, lease_token=lease_token).first()
    if lesson is None or session is None:
        raise LeaseLost
    return session, lesson


def _repeated(known: PracticeAnswer, *, session: PracticeSession, lesson: Lesson) -> PracticeAnswer:
    if (known.session_id, known.lesson) != (session.pk, lesson.name):
        raise NotAcceptable("/decisionId", gettext("This id belongs to another decision. Send a new UUID."))
    return known


def _kept(session: PracticeSession, lesson: Lesson, decision_id: UUID, said: Answer) -> PracticeAnswer:
    told = {"act": said.act, "reason": said.reason, "agrees": said in lesson.right}
    return PracticeAnswer.objects.create(
        session=session, lesson=lesson.name, decision_id=decision_id, answered_at=timezone.now(), **told
    )


def _finish(session: PracticeSession) -> None:
    PracticeSession.objects.filter(pk=session.pk).update(finished_at=Now())
    onboarding.over(session.user)
    audit.record(AuditAction.PRACTICE_FINISHED, by=session.user, on=session.user, session=session.pk)
