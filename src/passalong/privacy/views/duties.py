"""Who is to be told and telling them; the balancing note; the assessment; what is kept; signed tax consents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.compliance.business import PRIVATE_LIFE
from passalong.compliance.models import Grant, GrantState
from passalong.compliance.places import is_european
from passalong.compliance.updates import SIGNED
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact, PointKind
from passalong.contacts.resting import due_on, is_tax_barred
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.privacy import assessment as dpia
from passalong.privacy.forms import AssessmentForm, NoteForm, TaxForm, ToldForm
from passalong.privacy.letters import letters_pdf
from passalong.privacy.models import BalancingNote, NoticeWay
from passalong.privacy.notice import KEPT_YEARS, in_first_message, notice_for
from passalong.privacy.selectors import duties
from passalong.privacy.services import balancing, notices, tax
from passalong.privacy.tasks import tell as tell_later

PAGE_SIZE = 50
SHOWN = 3  # notices shown in full before many are sent
WHILE_YOU_WAIT = 20  # notices sent before the page answers
SENTENCES = 5  # on why one did not go
WHEN = ("", "near", "locked")
page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@require_safe
def people(request: MemberRequest) -> HttpResponse:
    """Who is to be told, those with the least time left first."""
    practice, when = request.member.practice, _when(request)
    found = duties.to_be_told(practice, when)
    rows = _page_of(request, found.prefetch_related("points"))
    pressing = duties.pressing(practice)
    context = {
        "page": rows,
        "rows": [(one, due_on(one), _address(one)) for one in rows.object_list],
        "today": clock.today(),
        "filters": [
            ("", _("All"), duties.to_be_told(practice).count()),
            ("near", _("Within five days"), pressing.near),
            ("locked", _("Locked"), pressing.locked),
        ],
        "when": when,
        "with_address": duties.reachable(found).count(),
        "told": duties.told(practice)[:10],
        "is_european": is_european(practice.country),
        "here": "people",
    }
    return render(request, "privacy/people.html", context)


def _address(contact: Contact) -> str:
    """The mail address a notice would go to, out of the points that were fetched with the person."""
    return next((point.value for point in contact.points.all() if point.kind == PointKind.EMAIL), "")


def _when(request: MemberRequest) -> str:
    when = request.GET.get("when", "")
    return when if when in WHEN else ""


def _page_of(request: MemberRequest, found: QuerySet[Contact]) -> Page[Contact]:
    return Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))


def _chosen(request: MemberRequest) -> tuple[list[Contact], int]:
    """Whom it is about, and how many more were meant than go with one press. By GET: those ticked, all on a page of
    the list, or all with a mail address. By POST only those who stood on the page that was looked at."""
    found, every = duties.to_be_told(request.member.practice, _when(request)), request.GET.get("all", "")
    if request.method != "POST" and every == "page":
        return list(_page_of(request, found).object_list), 0
    if request.method != "POST" and every == "mail":
        found = duties.reachable(found)
        return list(found[: notices.AT_ONCE]), max(0, found.count() - notices.AT_ONCE)
    ids = (request.POST or request.GET).getlist("person")[: notices.AT_ONCE]
    return list(found.filter(public_id__in=ids)), 0


@member_required
@page
def tell(request: MemberRequest) -> HttpResponse:
    """GET: the very words each would get, and who gets none. POST: send them, or say how they came to know."""
    chosen, beyond = _chosen(request)
    if not chosen:
        messages.info(request, _("Choose at least one person."))
        return redirect("privacy:people")
    by_mail = request.POST.get("how") == NoticeWay.MAIL
    if by_mail:
        _send(request, chosen)
        return redirect("privacy:people")
    form = ToldForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            count = notices.mark_many(by=request.member, contacts=chosen, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _told_words(count))
            return redirect("privacy:people")
    context = _telling(chosen) | {"form": form, "beyond": beyond, "here": "people"}
    return render(request, "privacy/tell.html", context, status=422 if form.is_bound and form.errors else 200)


def _telling(chosen: list[Contact]) -> dict[str, Any]:
    """What the page says before anything goes: who gets a mail, who does not and why, the first letters word for
    word."""
    ways = [notices.way_to(one) for one in chosen]
    going = [way for way in ways if way.is_open]
    first = (going or ways)[:SHOWN]
    return {
        "chosen": chosen,
        "going": going,
        "addressless": [way.contact for way in ways if not way.address],
        "barred": [way for way in ways if way.why_not],
        "shown": [(way, notice_for(way.contact)) for way in first],
        "short": in_first_message(chosen[0]),
    }


def _send(request: MemberRequest, chosen: list[Contact]) -> None:
    """A few at once, so that what did not go is said here; many by a task."""
    if len(chosen) > WHILE_YOU_WAIT:
        if not may(request.member, "contacts.edit"):
            raise PermissionDenied
        tell_later.enqueue(request.member.pk, [one.public_id for one in chosen])
        said = _("%(n)d notices are being sent. Whoever is left on this list in a few minutes got none.")
        messages.success(request, said % {"n": len(chosen)})
        return
    went, refused = notices.tell_many_by_mail(by=request.member, contacts=chosen)
    if went:
        messages.success(request, _told_words(went))
    for sentence in refused[:SENTENCES]:
        messages.error(request, sentence)
    if (rest := len(refused) - SENTENCES) > 0:
        said = ngettext("And %(n)d more got none.", "And %(n)d more got none.", rest)
        messages.error(request, said % {"n": rest})


def _told_words(count: int) -> str:
    return ngettext("%(n)d person told.", "%(n)d people told.", count) % {"n": count}


@member_required
@require_safe
def letters(request: MemberRequest) -> HttpResponse:
    """The notices on paper, one person after the other."""
    chosen, _beyond = _chosen(request)
    if not chosen:
        raise Http404
    response = HttpResponse(letters_pdf(request.member.practice, chosen), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="notices.pdf"'
    return response


@member_required
@page
def balancing_note(request: MemberRequest) -> HttpResponse:
    """Write and sign the balancing note; earlier versions stay to be read."""
    practice = request.member.practice
    versions = list(duties.balancing_notes(practice))
    initial = {name: getattr(versions[0], name) for name in BalancingNote.TEXTS} if versions else {}
    form = NoteForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            balancing.sign_note(by=request.member, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Signed. It counts for a year."))
            return redirect("privacy:balancing")
    context = {
        "form": form,
        "current": duties.current_note(practice),
        "versions": versions,
        "is_needed": duties.needs_balancing(practice),
        "is_european": is_european(practice.country),
        "editable": may(request.member, "accounts.change_practice"),
        "here": "balancing",
    }
    return render(request, "privacy/balancing.html", context, status=422 if form.is_bound and form.errors else 200)


@member_required
@require_safe
def balancing_file(request: MemberRequest, number: int) -> HttpResponse:
    """One signed version of the balancing note as PDF."""
    found = duties.balancing_notes(request.member.practice).filter(number=number).first()
    if found is None:
        raise Http404
    response = HttpResponse(dpia.note_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="balancing-note-{found.number}.pdf"'
    return response


@member_required
@page
def assessment(request: MemberRequest) -> HttpResponse:
    """The assessment, section by section."""
    practice = request.member.practice
    form = AssessmentForm(dpia.parts_of(practice), request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            balancing.write_assessment(by=request.member, texts=form.own())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Saved."))
            return redirect("privacy:assessment")
    context = {
        "form": form,
        "row": duties.assessment(practice),
        "editable": may(request.member, "accounts.change_practice"),
        "parts": dpia.parts_of(practice),
        "here": "assessment",
    }
    return render(request, "privacy/assessment.html", context, status=422 if form.is_bound and form.errors else 200)


@member_required
@require_safe
def assessment_file(request: MemberRequest, form: str) -> HttpResponse:
    """The assessment as PDF or Markdown."""
    practice = request.member.practice
    if form == "pdf":
        response = HttpResponse(dpia.as_pdf(practice), content_type="application/pdf")
    else:
        response = HttpResponse(dpia.as_markdown(practice), content_type="text/markdown; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="impact-assessment.{form}"'
    return response


@member_required
@require_safe
def kept(request: MemberRequest) -> HttpResponse:
    """What is kept about people, why and for how long; and what is not taken in at all."""
    practice = request.member.practice
    context = {
        "kept_years": KEPT_YEARS,
        "is_european": is_european(practice.country),
        "left_out": [(kind.replace("_", " "), why) for kind, why in PRIVATE_LIFE.items()],
        "here": "kept",
    }
    return render(request, "privacy/kept.html", context)


@member_required
@page
def tax_consent(request: MemberRequest, public_id: str) -> HttpResponse:
    """Signed consents of one person known from tax work."""
    person = person_or_404(request.member.practice, public_id)
    form = TaxForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            tax.record_signed(by=request.member, contact=person, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The consent is on file."))
            return redirect("privacy:tax", public_id)
    return _tax_page(request, person, form)


def _tax_page(request: MemberRequest, person: Contact, form: TaxForm) -> HttpResponse:
    grants = Grant.objects.filter(practice=request.member.practice, person=person, purpose__in=SIGNED)
    now = clock.now()
    rows = [
        (one, one.state == GrantState.GRANTED and (one.expires_at is None or one.expires_at > now)) for one in grants
    ]
    context: dict[str, Any] = {
        "person": person,
        "form": form,
        "rows": rows,
        "use": not is_tax_barred(person),
        "disclosure": not is_tax_barred(person, disclosed=True),
    }
    return render(request, "privacy/tax.html", context, status=422 if form.is_bound and form.errors else 200)


@member_required
@require_POST
def withdraw_tax(request: MemberRequest, public_id: str) -> HttpResponse:
    """A person took a signed consent back."""
    person = person_or_404(request.member.practice, public_id)
    tax.withdraw_signed(by=request.member, contact=person, purpose=request.POST.get("purpose", ""))
    messages.success(request, _("Taken back. It counts no more from this moment on."))
    return redirect("privacy:tax", public_id)
