"""Pages: bring files in, look at one before and after, addresses that wait."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import health
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.exchange import selectors, services, tasks
from passalong.exchange.forms import PreviewForm, UploadForm
from passalong.exchange.importing.going import going
from passalong.exchange.models import BatchState, ImportBatch

PAGE_SIZE = 25
ADDRESSES_A_PAGE = 50
page = require_http_methods(["GET", "HEAD", "POST"])


def _batch(request: MemberRequest, public_id: str) -> ImportBatch:
    return or_404(selectors.batch, request.member.practice, public_id)


@member_required
@page
def import_(request: MemberRequest) -> HttpResponse:
    """Choose files; past imports below."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        kept = _upload(request, form)
        if len(kept) == 1 and not form.errors:
            return redirect("exchange:batch", kept[0].public_id)
        if kept and not form.errors:
            messages.success(request, _("The files are here. Look at each, or bring all of them in."))
            return redirect("exchange:import")
    practice = request.member.practice
    context = {
        "form": form,
        "page": Paginator(selectors.batches(practice), PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": selectors.batches(practice).filter(state=BatchState.PREVIEW).count(),
        "staged": selectors.addresses(practice).count(),
    }
    return render(request, "exchange/import.html", context, status=422 if form.errors else 200)


def _upload(request: MemberRequest, form: UploadForm) -> list[ImportBatch]:
    kept = []
    for file in form.cleaned_data["file"]:
        try:
            kept.append(services.upload(by=request.member, file=file, options=form.options()))
        except Refused as refused:
            show_refusal(form, refused if refused.field else Refused(refused.message, field="file"))
    return kept


@member_required
@page
def batch(request: MemberRequest, batch_id: str) -> HttpResponse:
    """One file: what it seems to hold, how far it is, or what became of it."""
    found = _batch(request, batch_id)
    if found.state != BatchState.PREVIEW:
        return _after(request, found)
    form = PreviewForm(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = services.look_again(by=request.member, batch=found, options=form.chosen())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            if "start" not in request.POST:
                return redirect("exchange:batch", batch_id)
            _start(request, found)
            return redirect("exchange:batch", batch_id)
    headings = found.result["headings"]
    rows = [list(zip(headings, cells, strict=True)) for cells in found.result["rows"]]
    context = {"batch": found, "form": form, "seen": found.result, "rows": rows}
    return render(request, "exchange/preview.html", context, status=422 if form.errors else 200)


def _after(request: MemberRequest, found: ImportBatch) -> HttpResponse:
    if request.method == "POST":
        try:
            _start(request, found)
        except Refused as refused:
            messages.error(request, refused.message)
        return redirect("exchange:batch", found.public_id)
    return render(request, "exchange/batch.html", _told(found))


def _told(found: ImportBatch) -> dict[str, Any]:
    late, stale = services.is_late(found), services.is_stale(found)
    working = found.state in (BatchState.QUEUED, BatchState.RUNNING, BatchState.UNDOING)
    told = {"batch": found, "result": found.result, "is_working": working and not (late or stale), "is_stale": stale}
    return {**told, "is_late": late, "worker_is_there": health.state("worker") == "running"}


def _start(request: MemberRequest, found: ImportBatch) -> None:
    services.start(by=request.member, batch=found)
    tasks.run_import.enqueue(found.pk, request.member.pk)


@member_required
@require_safe
def progress(request: MemberRequest, batch_id: str) -> HttpResponse:
    """How far an import is; when there is something else to tell the whole page is loaded anew."""
    told = _told(_batch(request, batch_id))
    response = render(request, "exchange/_progress.html", told)
    if not told["is_late"] if "late" in request.GET else not told["is_working"]:
        response["HX-Refresh"] = "true"
    return response


@member_required
@require_POST
def start_all(request: MemberRequest) -> HttpResponse:
    """Bring in every file that waits."""
    for found in selectors.batches(request.member.practice).filter(state=BatchState.PREVIEW).order_by("pk"):
        try:
            _start(request, found)
        except Refused as refused:
            messages.error(request, f"{found.filename}: {refused.message}")
    return redirect("exchange:import")


@member_required
@page
def undo(request: MemberRequest, batch_id: str) -> HttpResponse:
    """Ask whether an import is to be taken back, saying what goes; take it back."""
    found = _batch(request, batch_id)
    if request.method != "POST":
        if found.state != BatchState.DONE:
            return redirect("exchange:batch", batch_id)
        return render(request, "exchange/undo.html", {"batch": found, "going": going(found)})
    try:
        if services.ask_undo(by=request.member, batch=found):
            tasks.run_undo.enqueue(found.pk, request.member.pk)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("exchange:batch", batch_id)


@member_required
@require_POST
def discard(request: MemberRequest, batch_id: str) -> HttpResponse:
    """Forget a file that was not brought in."""
    found = _batch(request, batch_id)
    try:
        services.discard(by=request.member, batch=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("“%(name)s” was not brought in.") % {"name": found.filename})
    return redirect("exchange:import")


@member_required
@page
def addresses(request: MemberRequest) -> HttpResponse:
    """Mail addresses of nobody on file."""
    if request.method == "POST":
        return _act(request)
    practice, query = request.member.practice, request.GET.get("q", "")[:200]
    aside = bool(request.GET.get("aside"))
    found = selectors.addresses(practice, query=query, dismissed=aside)
    context = {
        "page": Paginator(found, ADDRESSES_A_PAGE).get_page(request.GET.get("page")),
        "q": query,
        "aside": aside,
        "own": selectors.own_addresses(practice),
    }
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"exchange/addresses.html{part}", context)


def _act(request: MemberRequest) -> HttpResponse:
    ids, act = request.POST.getlist("address")[:500], request.POST.get("act", "")
    try:
        _tell(request, act, ids)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(f"{request.path}?aside=1" if act == "back" else request.path)


def _tell(request: MemberRequest, act: str, ids: list[str]) -> None:
    if act == "promote":
        made = services.promote(by=request.member, public_ids=ids)
        sentence = ngettext("%(n)s person is on file.", "%(n)s people are on file.", len(ids))
        sentence += " " + _("You can take it back under Import: “%(name)s”.") % {"name": made.filename}
        messages.success(request, sentence % {"n": len(ids)})
    elif act == "dismiss":
        count = services.dismiss(by=request.member, public_ids=ids)
        messages.success(request, ngettext("%(n)s set aside.", "%(n)s set aside.", count) % {"n": count})
    elif act == "back":
        services.bring_back(by=request.member, public_ids=ids)
    elif act in ("own", "not_own"):
        services.say_whose(by=request.member, public_ids=ids, is_own=act == "own")
