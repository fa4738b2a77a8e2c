"""Pages of the record, for owners and approvers: what happened, the very bytes, what is kept how long, an export."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.compliance.forms.record import DaysForm, FilterForm, HoldForm, OnDayForm, YearForm
from passalong.compliance.models import Hold
from passalong.compliance.record_words import noted
from passalong.compliance.selectors import record as selectors
from passalong.compliance.selectors import retention
from passalong.compliance.services import exporting
from passalong.compliance.services import retention as services
from passalong.core import blobs, clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponse | StreamingHttpResponse]
PER_PAGE = 50
SHOWN = ("text/html", "text/plain", "image/png", "image/jpeg", "image/webp", "image/gif")  # all else is a file to keep
STILL = (
    "sandbox; default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def overseer_required(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets owners and compliance approvers in."""

    @wraps(view)
    def wrapped(request: MemberRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse | StreamingHttpResponse:
        if not may(request.member, "compliance.record"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return member_required(cast("Any", wrapped))


@overseer_required
@require_safe
def entries(request: MemberRequest) -> HttpResponse:
    """What happened, the latest first, by days, kind and person."""
    practice, form = request.member.practice, FilterForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    person = str(asked.get("person", "")).strip()
    found = selectors.entries(
        practice,
        since=asked.get("since"),
        until=asked.get("until"),
        kind=asked.get("kind", ""),
        ids=selectors.people_named(practice, person) if person else None,
    )
    page = Paginator(found.order_by("-number"), PER_PAGE).get_page(request.GET.get("page"))
    today = clock.today()
    context = {
        "page": page,
        "lines": selectors.lines(practice, page.object_list),
        "form": form,
        "is_filtered": any(asked.values()),
        "days": DaysForm(initial={"start": asked.get("since") or today.replace(day=1, month=1), "end": today}),
    }
    return render(request, "compliance/record.html", context)


@overseer_required
@require_safe
def entry(request: MemberRequest, number: int) -> HttpResponse:
    """One event with all that is kept of it."""
    line = _line(request, number)
    subject = line.event.subject
    context = {
        "line": line,
        "kept": selectors.kept_until(line),
        "data": _facts(line),
        "holds": retention.holds(request.member.practice).filter(subject=subject) if subject else (),
    }
    return render(request, "compliance/record_entry.html", context)


def _facts(line: selectors.Line) -> list[tuple[str, str]]:
    """What was noted beside the texts. A text stands on the page with its own digest: it is not told once more."""
    left_out = {"texts", "digest"} if line.texts else {"texts"}
    return sorted(
        (name.replace("_", " ").capitalize(), noted(value))
        for name, value in (line.data or {}).items()
        if name not in left_out and value not in ("", None, [], {})
    )


def _line(request: MemberRequest, number: int) -> selectors.Line:
    return or_404(selectors.entry, request.member.practice, number)


@overseer_required
@require_safe
def text(request: MemberRequest, number: int, digest: str) -> HttpResponse:
    """A past text byte for byte: shown where nothing in it can run, or as a file to keep."""
    line = _line(request, number)
    blob = or_404(selectors.text, request.member.practice, number, digest)
    name = next(one for one in line.texts if one.digest == digest)
    answer = HttpResponse(blobs.read(blob), content_type=blob.media_type)
    as_shown = blob.media_type.split(";")[0].strip().lower() in SHOWN and "keep" not in request.GET
    safe_name = re.sub(r"[^A-Za-z0-9_-]+", "-", name.name) or "text"
    disposition = "inline" if as_shown else "attachment"
    answer["Content-Disposition"] = f'{disposition}; filename="record-{number}-{safe_name}.{name.suffix}"'
    answer["Content-Security-Policy"] = STILL
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@overseer_required
@require_safe
def published(request: MemberRequest) -> HttpResponse:
    """What was before readers on a day of the past, as it was."""
    form = OnDayForm(request.GET or None)
    day = form.cleaned_data["on"] if form.is_valid() else None
    context = {"form": form, "day": day, "lines": selectors.published_on(request.member.practice, day) if day else ()}
    return render(request, "compliance/record_published.html", context)


@overseer_required
@require_POST
def export(request: MemberRequest) -> HttpResponse | StreamingHttpResponse:
    """The ZIP of some days for an examination."""
    form = DaysForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say from which day to which day, the earlier one first."))
        return redirect("compliance:record")
    practice, start, end = request.member.practice, form.cleaned_data["start"], form.cleaned_data["end"]
    out = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer
    exporting.export(out, by=request.member, practice=practice, start=start, end=end)
    out.seek(0)
    answer = FileResponse(out, as_attachment=True, filename=f"record-{start}-{end}.zip", content_type="application/zip")
    answer["Cache-Control"] = "no-store"
    return answer


@overseer_required
@require_http_methods(["GET", "HEAD", "POST"])
def keeping(request: MemberRequest) -> HttpResponse:
    """How long the record is kept and why; holds; one more hold."""
    practice = request.member.practice
    start = {"subject": request.GET.get("subject", "")[:20], "until": clock.today() + timedelta(days=365)}
    form = HoldForm(request.POST or None, practice=practice, initial=start)
    if form.is_valid():
        try:
            services.hold(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("It is kept until that day, whoever asks for erasing."))
            return redirect("compliance:record_keeping")
    held = Hold.objects.filter(practice=practice).order_by("ended_at", "until", "pk")
    page = Paginator(held, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "term": retention.term(practice),
        "matters": retention.MATTERS,
        "year_form": YearForm(initial={"last_month": retention.fiscal_month(practice.pk)}),
        "page": page,
        "names": selectors.names_of(practice, [one.subject for one in page.object_list]),
        "today": clock.today(),
    }
    return render(request, "compliance/record_keeping.html", context, status=422 if form.errors else 200)


@overseer_required
@require_POST
def release(request: MemberRequest) -> HttpResponse:
    """End a hold before its day."""
    found = Hold.objects.filter(practice=request.member.practice, public_id=request.POST.get("hold", "")).first()
    if found is None:
        raise Http404
    services.release(by=request.member, hold=found)
    messages.success(request, _("The hold has ended. From now on the rules of keeping decide."))
    return redirect("compliance:record_keeping")


@overseer_required
@require_POST
def fiscal_year(request: MemberRequest) -> HttpResponse:
    """Set the month the fiscal year ends with."""
    form = YearForm(request.POST)
    if form.is_valid():
        services.set_fiscal_year(by=request.member, last_month=form.cleaned_data["last_month"])
        messages.success(request, _("Dates are counted from the end of that month."))
    else:
        messages.error(request, _("Choose a month."))
    return redirect("compliance:record_keeping")
