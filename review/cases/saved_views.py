"""Searches that people save, and share with colleagues."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from review.cases.search_form import SearchForm, known
from review.models import SavedView
from review.permissions import check_sees_cases, queues_seen_by, sees_cases
from review.refusals import NotAcceptable

MOST = 100  # views of one person


def save(*, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Save a search under a name; the same name again replaces it.

    Raises NotAllowed, or NotAcceptable for filters that the search page would refuse.
    """
    check_sees_cases(by)
    asked = _checked(query, by)
    name = _named(name)
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that MOST holds for two tabs at once
        if SavedView.objects.filter(owner=by).exclude(name=name).count() >= MOST:
            raise NotAcceptable("/name", gettext("You have {most} views. Delete one first.").format(most=MOST))
        before = SavedView.objects.filter(owner=by, name=name).values("query", "shared").first()
        view, _ = SavedView.objects.update_or_create(owner=by, name=name, defaults={"query": asked, "shared": shared})
        audit.record(AuditAction.VIEW_SAVED, by=by, on=view, name=name, query=asked, shared=shared, before=before)
    return view


def delete(view_id: int, *, by: User) -> None:
    """Raises SavedView.DoesNotExist, also for another person's view."""
    with transaction.atomic():
        view = SavedView.objects.select_for_update().get(pk=view_id, owner=by)
        audit.record(AuditAction.VIEW_DELETED, by=by, on=view, name=view.name)
        view.delete()


def seen_by(user: User, *, queues: Collection[str] | None = None) -> Sequence[SavedView]:
    """The user's own views, and those that colleagues share; a view over a queue only if the user may see the queue.
    `queues` are the slugs of those, where they are known already.
    """
    slugs = {queue.slug for queue in queues_seen_by(user)} if queues is None else set(queues)
    if not slugs and not sees_cases(user):
        return []
    views = SavedView.objects.filter(Q(owner=user) | Q(shared=True, owner__is_active=True)).select_related("owner")
    asked = {view.pk: QueryDict(view.query).get("queue", "") for view in views}
    return [view for view in views if view.owner_id == user.pk or asked[view.pk] in {"", *slugs}]


def _named(name: str) -> str:
    name = name.strip()
    longest = SavedView._meta.get_field("name").max_length or 0
    if not name or len(name) > longest or "\0" in name:
        refused = gettext("Give the view a name of 1–{longest} characters.")
        raise NotAcceptable("/name", refused.format(longest=longest))
    return name


def _checked(query: str, by: User) -> str:
    try:
        asked = known(query)
    except ValueError as error:
        raise NotAcceptable("/query", str(error)) from None
    if not asked:
        raise NotAcceptable("/query", gettext("Set at least one filter; a view of everything is the page itself."))
    form = SearchForm(QueryDict(asked), user=by)
    if not form.is_valid():
        raise NotAcceptable("/query", gettext("These filters cannot be used: correct the marked fields, then save."))
    return asked
