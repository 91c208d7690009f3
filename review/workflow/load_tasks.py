"""Read tasks with all that the stage shows of them, in one statement."""

from __future__ import annotations

from collections.abc import Sequence

from accounts.database.statements import Statement, read_sql
from accounts.models import App, User
from moderation.models import Case, Picture, PictureFetch
from review.models import Queue, ReviewTask
from review.refusals import LeaseLost

_LOAD = Statement(
    read_sql(__file__, "load_tasks"),
    task=ReviewTask,
    case=Case,
    app=App,
    picture_fetch=PictureFetch,
    picture=Picture,
    queue=Queue,
    leased_by=User,
    noted_by=User,
)


def loaded(tasks: Sequence[int]) -> list[ReviewTask]:
    """Tasks with all that the stage shows of them, in the order of the queue."""
    return [_loaded(*row) for row in _LOAD.rows(ids=tasks)]


def still_leased(tasks: Sequence[int], *, by: User) -> list[ReviewTask]:
    """As `loaded`, without what was given back since it was leased: a page that is left releases while the next one
    takes, and the token on the row may be somebody else's by now.
    """
    return [task for task in loaded(tasks) if task.leased_by_id == by.pk]


def still_leased_one(task_id: int, *, by: User) -> ReviewTask:
    """Raises LeaseLost."""
    for task in still_leased([task_id], by=by):
        return task
    raise LeaseLost


def _loaded(
    task: ReviewTask,
    case: Case,
    app: App,
    picture_fetch: PictureFetch | None,
    picture: Picture | None,
    queue: Queue,
    leased_by: User | None,
    noted_by: User | None,
) -> ReviewTask:
    if picture_fetch:
        picture_fetch.picture = picture
    task.noted_by = noted_by
    return joined(task, case, app, picture_fetch, queue, leased_by)


def joined(
    task: ReviewTask,
    case: Case,
    app: App,
    picture_fetch: PictureFetch | None,
    queue: Queue,
    leased_by: User | None,
) -> ReviewTask:
    """The rows of one statement, knowing each other."""
    task.case, task.queue, task.leased_by = case, queue, leased_by
    case.app = app
    if picture_fetch:
        picture_fetch.case = case  # the reverse of `case.picture_fetch`
    return task
