"""A client's message to a friend at the desk: written with the client in the meeting or after it, then handed over.

From the desk nothing goes in the client's name: the client's own page, opened on the client's own phone, holds the
buttons. The mode in which the practice sends has a page of its own (views/words_send.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.lookups import person_or_404
from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions import recommendation, selectors
from passalong.introductions.forms_words import AtDeskForm, SaidForm, SentForm
from passalong.introductions.models import Introduction, Recommendation
from passalong.introductions.selectors import words
from passalong.introductions.services import handing, recommending, sending_for
from passalong.kits import qr, sharing
from passalong.kits.models import Kit, Link
from passalong.kits.selectors.passing import share_address
from passalong.kits.selectors.passing import sharing as sharing_state
from passalong.kits.services import passing


@dataclass(frozen=True, slots=True)
class Begun:
    """What the page begins with where it was opened elsewhere. said: words of the client's own; meeting: public id of
    the meeting that it belongs to and leads back to."""

    said: str = ""
    meeting: str = ""


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def compose(request: MemberRequest, public_id: str) -> HttpResponse:
    """For one introduction."""
    found = or_404(selectors.introduction, request.member.practice, public_id)
    if found.referrer is None:
        raise Http404
    return composing(request, found.referrer, found)


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def compose_for(request: MemberRequest, public_id: str) -> HttpResponse:
    """For a client, about nobody in particular."""
    return composing(request, person_or_404(request.member.practice, public_id), None)


def composing(
    request: MemberRequest, referrer: Contact, introduction: Introduction | None, begun: Begun = Begun()
) -> HttpResponse:
    """The page itself: what is said, a look at the message, the client's word that it is theirs."""
    kits = words.kits_for(request.member.practice)
    chosen = _chosen(request, kits, introduction)
    about = _About(referrer, introduction, begun.meeting)
    act = request.POST.get("act", "")
    if request.method != "POST" or chosen is None or act not in ("look", "confirm", "leave"):
        return _ask(request, about, kits, chosen, SaidForm(initial={"said": begun.said}))
    said = SaidForm(request.POST)
    if not said.is_valid():
        return _ask(request, about, kits, chosen, said)
    try:
        link = passing.link_for(by=request.member, kit=chosen, referrer=referrer)
    except Refused as refused:
        show_refusal(said, refused)
        return _ask(request, about, kits, chosen, said)
    if act == "look":
        return _look(request, about, link, None, said.cleaned_data["said"])
    return _keep(request, about, link, act)


@dataclass(frozen=True, slots=True)
class _About:
    """Whose message, about whom, and in which meeting it is written."""

    referrer: Contact
    introduction: Introduction | None
    meeting: str

    @property
    def shown(self) -> dict[str, Any]:
        return {"referrer": self.referrer, "introduction": self.introduction, "meeting": self.meeting}


def _keep(request: MemberRequest, about: _About, link: Link, act: str) -> HttpResponse:
    """Confirmed by the client who is here, or left for the client to confirm."""
    form = AtDeskForm(request.POST)
    if act == "leave":
        del form.fields["mine"], form.fields["on"]
    if form.is_valid():
        told = form.cleaned_data
        common: dict[str, Any] = {
            "by": request.member,
            "referrer": about.referrer,
            "link": link,
            "introduction": about.introduction,
            "said": told["said"],
            "body": told["body"],
        }
        try:
            if act == "leave":
                row = recommending.prepare(**common)
            else:
                row = recommending.confirm_at_desk(on=told["on"], **common)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect(_address(row, about.meeting))
    if act == "leave":
        form = AtDeskForm.again(request.POST, form)
    return _look(request, about, link, form, form.data.get("said", ""), form.data.get("body", ""))


def _address(row: Recommendation, meeting: str) -> str:
    """Where the message stands, with the meeting it was written in."""
    address = reverse("introductions:words_one", args=[row.public_id])
    return f"{address}?{urlencode({'meeting': meeting})}" if meeting else address


def _chosen(request: MemberRequest, kits: list[Kit], introduction: Introduction | None) -> Kit | None:
    """The kit that is named, else the introduction's, else the latest."""
    wanted = request.POST.get("kit") or request.GET.get("kit") or ""
    if wanted:
        return next((one for one in kits if one.public_id == wanted), None)
    own = introduction.kit_id if introduction else None
    return next((one for one in kits if one.pk == own), kits[0] if kits else None)


def _ask(request: MemberRequest, about: _About, kits: list[Kit], chosen: Kit | None, form: SaidForm) -> HttpResponse:
    practice = request.member.practice
    context = {
        **about.shown,
        "kits": kits,
        "chosen": chosen,
        "form": form,
        "standing": words.standing(practice),
        "sharing": sharing_state(),
        "caution": sharing.caution(practice.profession),
    }
    return render(request, "introductions/words.html", context, status=422 if form.errors else 200)


def _look(
    request: MemberRequest, about: _About, link: Link, form: AtDeskForm | None, said: str, body: str = ""
) -> HttpResponse:
    draft = recommending.look(link=link, referrer=about.referrer, said=said, body=body)
    context = {
        **about.shown,
        "kit": link.kit,
        "form": form or AtDeskForm(initial={"said": said, "body": draft.body}),
        "draft": draft,
        "standing": words.standing(link.practice),
        "sharing": sharing_state(),
        "caution": sharing.caution(link.practice.profession),
    }
    return render(request, "introductions/words_look.html", context, status=422 if form and form.errors else 200)


def row_or_404(request: MemberRequest, public_id: str) -> Recommendation:
    """The message of this practice, or the page that says there is none."""
    return or_404(words.one, request.member.practice, public_id)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def one(request: MemberRequest, public_id: str) -> HttpResponse:
    """One message: how it stands, how it gets to the client's phone, what is kept of it."""
    return _one(request, row_or_404(request, public_id))


def _one(request: MemberRequest, row: Recommendation, **more: Any) -> HttpResponse:
    rule = sending_for.may_ever(row.practice) if row.introduction and not row.sent_at else None
    context = {
        "row": row,
        "form": SentForm(),
        "rule": rule,
        "confirmation": recommendation.confirmation(),
        "has_mail": handing.address_of(row.referrer) != "",
        "meeting": request.GET.get("meeting", "")[:20],
        **more,
    }
    return render(request, "introductions/words_one.html", context)


@member_required
@require_POST
def sent(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client sent it."""
    row, form = row_or_404(request, public_id), SentForm(request.POST)
    try:
        recommending.note_sent(by=request.member, row=row, how=form.data.get("how", ""))
        messages.success(request, _("Noted."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(_address(row, request.GET.get("meeting", "")[:20]))


@member_required
@require_POST
def drop(request: MemberRequest, public_id: str) -> HttpResponse:
    """What was prepared is not wanted after all."""
    row = row_or_404(request, public_id)
    try:
        recommending.drop(by=request.member, row=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:words_one", public_id)
    messages.success(request, _("Taken back. Nothing of it is kept."))
    if row.introduction:
        return redirect("introductions:words", row.introduction.public_id)
    return redirect("introductions:words_for", row.referrer.public_id)


@member_required
@never_cache
@require_POST
def hand(request: MemberRequest, public_id: str) -> HttpResponse:
    """The client's own page with this message: as a code to point a phone at, or in a mail to the client."""
    row = row_or_404(request, public_id)
    try:
        if request.POST.get("by") == "mail":
            message = handing.by_mail(by=request.member, row=row)
            return redirect("mail:message", message.public_id)
        secret = handing.secret_of(by=request.member, row=row)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("introductions:words_one", public_id)
    address = f"{share_address(secret, request.build_absolute_uri('/'))}/words/{row.public_id}"
    return _one(request, row, own_address=address, code=mark_safe(qr.inline(address)))  # noqa: S308  # drawn by segno
