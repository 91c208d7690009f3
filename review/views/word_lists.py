"""Word lists, for administrators: parse, call one verb of moderation.word_lists, render."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from moderation.contract.values import Span
from moderation.models import WordList
from moderation.policy_versions import list_names
from moderation.word_lists import cache, changes, import_export
from moderation.word_lists.changes import Added
from moderation.word_lists.folding import fold
from moderation.word_lists.matching import Found
from moderation.word_lists.refusals import BadFile, WordListRefused
from review.presentation import highlights
from review.views.word_list_forms import Form, Import, NewList, Rename, TryText, Words

ENTRIES_ON_A_PAGE = 100


@require_GET
@administrators_only
def word_lists(request: HttpRequest) -> HttpResponse:
    return _all(request)


@require_GET
@administrators_only
def word_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _one(request, get_object_or_404(WordList, pk=pk))


@require_POST
@administrators_only
def create(request: HttpRequest) -> HttpResponse:
    form = NewList(request.POST)
    made = _done(form, lambda: changes.create(**form.cleaned_data, by=signed_in(request)))
    return redirect("review:word_list", made.pk) if made else _all(request, form)


@require_POST
@administrators_only
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(WordList, pk=pk)
    sent = page_forms.send(request, changes.EDITED, own, form=_rename_form, save=partial(_rename, request, own))
    if sent.is_saved:
        return redirect("review:word_list", pk)
    return _one(request, get_object_or_404(WordList, pk=pk), rename=sent, status=sent.status)


def _rename_form(sent: QueryDict | None, own: WordList) -> Rename:
    return Rename(sent, initial={"name": own.name})


def _rename(request: HttpRequest, own: WordList, form: Rename, expected_version: str) -> None:
    name, by = form.cleaned_data["name"], signed_in(request)
    if version := list_names.rename_list(own, name=name, by=by, expected_version=expected_version):
        told = gettext("Policy %(number)s is in force: its rules name the list by its new name.")
        messages.success(request, told % {"number": version.number})


@require_POST
@administrators_only
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    own, wanted = get_object_or_404(WordList, pk=pk), request.POST.get("enabled")
    if wanted not in ("yes", "no"):
        messages.error(request, gettext("The form did not arrive whole. Nothing was changed."))
        return redirect("review:word_list", pk)
    changes.set_enabled(own, wanted == "yes", by=signed_in(request))
    return redirect("review:word_list", pk)


@require_POST
@administrators_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    own = get_object_or_404(WordList, pk=pk)
    try:
        changes.delete(own, by=signed_in(request))
    except WordListRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("review:word_list", pk)
    messages.success(request, gettext("The list “%(name)s” is deleted.") % {"name": own.name})
    return redirect("review:word_lists")


@require_POST
@administrators_only
def add(request: HttpRequest, pk: int) -> HttpResponse:
    own, form = get_object_or_404(WordList, pk=pk), Words(request.POST)
    added = _done(form, lambda: changes.add(own, form.lines(), by=signed_in(request)))
    if added is None:
        return _one(request, own, form)
    messages.success(request, _said(own.name, added))
    return redirect("review:word_list", pk)


@require_POST
@administrators_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    chosen = [int(sent) for sent in request.POST.getlist("entry") if sent.isdecimal() and len(sent) < 19]
    removed = changes.remove(get_object_or_404(WordList, pk=pk), chosen, by=signed_in(request))
    said = ngettext("%(n)d entry is removed.", "%(n)d entries are removed.", removed) % {"n": removed}
    messages.success(request, said)
    return redirect("review:word_list", pk)


@require_POST
@administrators_only
def import_file(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Import into one list, or into those that the file names."""
    own = get_object_or_404(WordList, pk=pk) if pk else None
    form = Import(request.POST, request.FILES)
    added = _done(form, lambda: _imported(form, own, by=signed_in(request)))
    if added is None:
        return _one(request, own, form) if own else _all(request, form)
    for name, counts in added.items():
        messages.success(request, _said(name, counts))
    return redirect("review:word_list", own.pk) if own else redirect("review:word_lists")


@require_GET
@administrators_only
def export(request: HttpRequest, pk: int | None = None) -> StreamingHttpResponse:
    own = get_object_or_404(WordList, pk=pk) if pk else None
    lines = import_export.export_csv(own, by=signed_in(request))
    filename = f"word-list-{own.pk}.csv" if own else "word-lists.csv"
    disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)


@require_POST
@administrators_only
def try_text(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Matches of one list in a text, enabled or not; or of all enabled lists. Nothing is stored."""
    own = get_object_or_404(WordList, pk=pk) if pk else None
    form = TryText(request.POST)
    tried = {}
    if form.is_valid():
        text = form.cleaned_data["text"]
        tried = _tried(text, cache.search_one(own, text) if own else cache.search(text))
    return _one(request, own, form, **tried) if own else _all(request, form, **tried)


def _all(request: HttpRequest, *forms: Form, **more: Any) -> HttpResponse:
    lists = WordList.objects.annotate(entry_count=Count("entries")).order_by("name")
    context = {"lists": lists, **_forms(NewList(), Import(), TryText(), *forms), **more}
    return render(request, "review/word_lists.html", context, status=_status(forms))


def _one(
    request: HttpRequest,
    own: WordList,
    *forms: Form,
    rename: PageForm[Rename] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    asked = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = own.entries.filter(_asks_for(asked)).order_by("key")
    page = Paginator(found, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"list": own, "page": page, "q": asked, "entry_count": own.entries.count()}
    context |= _forms(Words(), Import(), TryText(), *forms)
    context["rename"] = rename or page_forms.open_on(changes.EDITED, own, form=_rename_form)
    return render(request, "review/word_list.html", context | more, status=max(status, _status(forms)))


def _asks_for(asked: str) -> Q:
    return Q(key__contains=fold(asked)) | Q(text__contains=asked) if asked else Q()


def _forms(*forms: Form) -> dict[str, Form]:
    """Forms by their name in the template; a later one replaces an earlier."""
    return {f"{type(form).__name__.lower()}_form": form for form in forms}


def _status(forms: tuple[Form, ...]) -> int:
    return 422 if any(form.errors for form in forms) else 200


def _done(form: Form, verb: Callable[[], Any]) -> Any:
    """The verb's result; None when the form or the verb refuses, which the form then shows."""
    if not form.is_valid():
        return None
    try:
        return verb()
    except BadFile as refusal:
        form.refuse(refusal)
        for error in refusal.errors:
            form.refuse(WordListRefused(str(error)))
    except WordListRefused as refusal:
        form.refuse(refusal)
    return None


def _imported(form: Import, own: WordList | None, *, by: User) -> dict[str, Added]:
    file, replace = form.cleaned_data["file"], form.cleaned_data["replace"]
    return import_export.import_csv(file, size=file.size, into=own, replace=replace, by=by)


def _tried(text: str, found: Found) -> dict[str, Any]:
    spans = [Span(word.start, word.end, "list", word.word, word.list_name) for word in found.words]
    return {"tried": {"pieces": highlights.pieces(text, spans), "words": found.words, "skipped": found.skipped}}


def _said(name: str, counts: Added) -> str:
    said = gettext("“%(name)s”: %(added)d added, %(duplicates)d were there already.")
    return said % {"name": name, "added": counts.added, "duplicates": counts.duplicates}
