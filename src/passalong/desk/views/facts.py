"""The client fact sheet: two minutes on a tablet."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.desk.sheet import TOLD_CHOICES, FactSheet, Section, as_row, what_is_left
from passalong.prospecting import selectors as prospecting
from passalong.prospecting.facts import most_helpful
from passalong.ties import selectors as ties_read
from passalong.ties import services as ties
from passalong.ties.models import StatementKind

page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@page
def facts(request: MemberRequest, public_id: str) -> HttpResponse:
    """Enter what a client tells; rows that cannot be kept stay on the page, the others are on file."""
    client = person_or_404(request.member.practice, public_id)
    if request.method != "POST":
        return _show(request, client, FactSheet())
    if request.POST.get("more"):
        return _show(request, client, FactSheet(request.POST, more=request.POST["more"]))
    sheet = FactSheet(request.POST)
    saved, faulty = _save(request, client, sheet)
    if faulty:
        return _show(request, client, what_is_left(sheet, faulty), kept=saved.kept, wrong=len(faulty))
    if not saved.kept:
        messages.info(request, _("Nothing was entered."))
        return redirect("desk:facts", client.public_id)
    held = prospecting.meetings(request.member.practice, client).filter(closed_at=None, held_on=clock.today()).first()
    if held is None:
        return redirect("desk:facts_saved", client.public_id)
    messages.success(request, _("Saved, thank you."))
    return redirect("prospecting:meeting", held.public_id)


@member_required
@require_safe
def thanks(request: MemberRequest, public_id: str) -> HttpResponse:
    """Thanks, with the client still looking on: nothing of the desk."""
    client = person_or_404(request.member.practice, public_id)
    return render(request, "desk/facts_saved.html", {"person": client})


def _save(
    request: MemberRequest, client: Contact, sheet: FactSheet
) -> tuple[ties.FactSheetSaved, list[tuple[Section, forms.Form, Refused | None]]]:
    """Keep what can be kept; hand back the rows that cannot, with the reason where the form does not know it."""
    filled = sheet.filled()
    valid = [(section, row) for section, row in filled if row.is_valid()]
    saved = ties.save_fact_sheet(
        by=request.member, client=client, rows=[as_row(section, row) for section, row in valid]
    )
    refused = {id(valid[number][1]): why for number, why in saved.refused.items()}
    wrong = [(s, row, refused.get(id(row))) for s, row in filled if id(row) in refused or not row.is_valid()]
    return saved, wrong


def _show(request: MemberRequest, client: Contact, sheet: FactSheet, *, kept: int = 0, wrong: int = 0) -> HttpResponse:
    practice = request.member.practice
    known = list(contacts.affiliations_of(client))
    said = ties_read.statements_of(client).filter(kind=StatementKind.MENTIONED, contact_a=client, told_by=client)
    helpful = most_helpful(practice, known)
    # The sheet lies between two people: of what is on file it shows only what this client may see.
    sheet.show([fact for fact in known if fact.may_be_shown_to(client.pk)], list(said), helpful)
    context = {
        "person": client,
        "sheet": sheet,
        "helpful": helpful,
        "told_choices": TOLD_CHOICES,
        "kept": kept,
        "wrong": wrong,
    }
    return render(request, "desk/facts.html", context, status=422 if wrong else 200)
