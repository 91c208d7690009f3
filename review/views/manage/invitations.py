"""Invitations: made, made anew, revoked. A link is shown once, in the answer to the form that made it."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accounts import invitations, mail, new_secrets
from accounts.auth import invitation_mail
from accounts.auth.access import administrators_only, confirm_for, signed_in
from accounts.invitations import LinkUsedUp, NewLink, NotInvitable
from accounts.models import Invitation
from accounts.new_secrets import NewSecret
from review.views.manage import people
from review.views.manage.people_forms import InviteForm, queue_choices


@require_POST
@administrators_only
def invite(request: HttpRequest) -> HttpResponse:
    confirm_for(request, request.POST.get("role", ""))
    form = InviteForm(request.POST, queues=queue_choices())
    if not form.is_valid():
        return people.show(request, invite=form, status=422)
    try:
        made = invitations.invite(by=signed_in(request), **form.invited())
    except NotInvitable as refusal:
        form.add_error("emails", str(refusal))
        return people.show(request, invite=form, status=422)
    return _show(request, made)


@require_POST
@administrators_only
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    confirm_for(request, invitation.role)
    try:
        link = invitations.renew(invitation, by=signed_in(request))
    except LinkUsedUp as refusal:
        messages.error(request, str(refusal))
        return redirect("review:manage_people")
    return _show(request, [link])


@require_POST
@administrators_only
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        invitations.revoke(invitation, by=signed_in(request))
        messages.success(request, gettext("The link of %(email)s works no more.") % {"email": invitation.email})
    except LinkUsedUp as refusal:
        messages.error(request, str(refusal))
    return redirect("review:manage_people")


def _show(request: HttpRequest, links: Sequence[NewLink]) -> HttpResponse:
    addresses = [(one, request.build_absolute_uri(reverse("invitation", args=[one.token]))) for one in links]
    if mail.is_set():
        _mail(request, [(one.invitation, address) for one, address in addresses])
    secrets = [NewSecret(gettext("Invitation"), one.invitation.email, address) for one, address in addresses]
    return new_secrets.page(request, secrets, back=reverse("review:manage_people"))


def _mail(request: HttpRequest, links: Sequence[tuple[Invitation, str]]) -> None:
    left = invitation_mail.send(links)
    if sent := len(links) - len(left):
        told = ngettext("%(n)d link was mailed as well.", "%(n)d links were mailed as well.", sent)
        messages.success(request, told % {"n": sent})
    if left:
        told = gettext("The mail server took no more: send these links yourself: %(emails)s.")
        messages.warning(request, told % {"emails": ", ".join(invitation.email for invitation in left)})
