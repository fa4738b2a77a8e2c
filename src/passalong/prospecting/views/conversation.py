"""The value conversation: five pages on a tablet between two people. Each is a plain form; the client sees them all."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.introductions.models import Introduction
from passalong.introductions.recommendation import SAID as MOST_SAID
from passalong.introductions.selectors.one import introduction as one_introduction
from passalong.introductions.services import hearing, promises
from passalong.introductions.services.choosing import choose_kit
from passalong.introductions.views.words import Begun, composing
from passalong.kits.selectors.passing import sharing
from passalong.kits.services.passing import link_for
from passalong.prospecting import conversation, paper, selectors, services
from passalong.prospecting.forms import HearingForm, PromiseForm, WentForm
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Meeting
from passalong.prospecting.views.gameplans import client_or_404


def meeting_or_404(request: MemberRequest, public_id: str) -> Meeting:
    """A meeting of this practice."""
    return or_404(selectors.meeting, request.member.practice, public_id)


def _page(request: MemberRequest, held: Meeting, name: str, here: int, status: int = 200, **more: Any) -> HttpResponse:
    context = {"meeting": held, "steps": conversation.steps_of(held, here), **more}
    return render(request, f"prospecting/conversation/{name}.html", context, status=status)


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def went(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step one: what went well and what did not. A bad answer ends the ask."""
    held = meeting_or_404(request, public_id)
    if held.closed_at:
        return redirect("prospecting:after_meeting", public_id=public_id)
    kept = {**held.went, "well": held.went_well, "badly": held.went_badly}
    form = WentForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        said = {"well": form.cleaned_data["well"], "badly": form.cleaned_data["badly"]}
        try:
            services.say_how_it_went(by=request.member, meeting=held, went=form.went, **said)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect(conversation.url_of(held) if held.no_ask_at else _address(held, "why"))
    return _page(request, held, "went", 1, 422 if form.errors else 200, form=form)


def _address(held: Meeting, name: str) -> str:
    return reverse(f"prospecting:{name}", kwargs={"public_id": held.public_id})


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def why(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step two: why the practice does this, in its own words."""
    held = meeting_or_404(request, public_id)
    if turned := _turned(held):
        return turned
    if request.method == "POST":
        return _on(request, held, 3, "meeting")
    own = conversation.mission_of(request.member.practice)
    return _page(request, held, "why", 2, mission=own or paper.why_without_words(), is_own=bool(own))


def _turned(held: Meeting) -> HttpResponse | None:
    """Where to go instead: a closed meeting has its page for the desk; after a bad answer there is one page."""
    if held.closed_at:
        return redirect("prospecting:after_meeting", public_id=held.public_id)
    return redirect("prospecting:right", public_id=held.public_id) if held.no_ask_at else None


def _on(request: MemberRequest, held: Meeting, step: int, name: str) -> HttpResponse:
    services.go_on(by=request.member, meeting=held, to=step)
    return redirect(f"prospecting:{name}", public_id=held.public_id)


@member_required
@require_POST
def names_done(request: MemberRequest, public_id: str) -> HttpResponse:
    """From the names on to what is passed along."""
    held = meeting_or_404(request, public_id)
    return _turned(held) or _on(request, held, 4, "choose_kit")


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step four: a kit for those the client will introduce, and the words that go with it."""
    held = meeting_or_404(request, public_id)
    if turned := _turned(held):
        return turned
    people = [one for one in conversation.people_of(held) if one.is_agreed]
    if request.method == "POST" and "kit" in request.POST:
        return _choose(request, held, people)
    if request.method == "POST":
        return _on(request, held, 5, "next")
    context: dict[str, Any] = {"people": people, "kits": conversation.kits_for(held.client), "sharing": sharing()}
    return _page(request, held, "choose", 4, **context)


def _choose(request: MemberRequest, held: Meeting, people: list[conversation.Named]) -> HttpResponse:
    kit = or_404(conversation.kit_of, request.member.practice, request.POST["kit"])
    wanted = set(request.POST.getlist("for")) or {one.introduction.public_id for one in people}
    try:
        link_for(by=request.member, kit=kit, referrer=held.client)
        for one in people:
            if one.is_own and one.introduction.public_id in wanted:
                choose_kit(by=request.member, introduction=one.introduction, kit=kit)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("prospecting:choose_kit", public_id=held.public_id)


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def words(request: MemberRequest, public_id: str, introduction: str = "") -> HttpResponse:
    """The client's message to a friend, begun with what they said went well, if they said it in few enough words."""
    held = meeting_or_404(request, public_id)
    if turned := _turned(held):
        return turned
    about = _own_introduction(held, introduction) if introduction else None
    said = held.went_well if len(held.went_well) <= MOST_SAID else ""
    return composing(request, held.client, about, Begun(said=said, meeting=held.public_id))


def _own_introduction(held: Meeting, public_id: str) -> Introduction:
    """By this client, or 404."""
    found = or_404(one_introduction, held.practice, public_id)
    if found.referrer_id != held.client_id:
        raise Http404
    return found


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_steps(request: MemberRequest, public_id: str) -> HttpResponse:
    """Step five: what happens next, and how the client wants to hear."""
    held = meeting_or_404(request, public_id)
    if turned := _turned(held):
        return turned
    form = HearingForm(request.POST or None, initial=conversation.hears(held.client))
    if request.method == "POST" and form.is_valid():
        try:
            hearing.choose(
                by=request.member,
                referrer=held.client,
                quiet_until=conversation.quiet_of(held.client),
                **form.cleaned_data,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _on(request, held, 5, "agreed")
    more = {"form": form, "words_next": conversation.NEXT_WORDS}
    return _page(request, held, "next", 5, 422 if form.errors else 200, **more)


@never_cache
@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def right(request: MemberRequest, public_id: str) -> HttpResponse:
    """Something did not go well: what the practice promises, instead of asking."""
    held = meeting_or_404(request, public_id)
    if held.closed_at or not held.no_ask_at:
        return redirect(conversation.url_of(held))
    form = PromiseForm(request.POST or None, initial={"due_on": conversation.in_a_week(clock.today())})
    if request.method == "POST" and form.is_valid():
        owed = {"to": held.client, "meeting": held.public_id, **form.cleaned_data}
        try:
            promises.make(by=request.member, **owed)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("prospecting:right", public_id=public_id)
    made = conversation.promises_of(held)
    return _page(request, held, "right", 1, 422 if form.errors else 200, promises=made, form=form)


@never_cache
@member_required
@require_safe
def agreed(request: MemberRequest, public_id: str) -> HttpResponse:
    """One page of what was agreed, for the client's eyes."""
    held = meeting_or_404(request, public_id)
    return _page(request, held, "agreed", 6, agreed=conversation.agreed_in(held), words_next=conversation.NEXT_WORDS)


@member_required
@require_safe
def agreed_pdf(request: MemberRequest, public_id: str) -> HttpResponse:
    """The same on paper."""
    held = meeting_or_404(request, public_id)
    body = paper.agreed_pdf(request.member.practice, held, conversation.agreed_in(held))
    return _pdf(body, _("agreed"), held.client)


@member_required
@require_safe
def conversation_pdf(request: MemberRequest, public_id: str) -> HttpResponse:
    """The five steps on paper, with today's names, for a meeting without a screen."""
    client = client_or_404(request, public_id)
    practice = request.member.practice
    try:
        plan = gameplan_for(practice, client)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("prospecting:gameplan_for", public_id=public_id)
    kits = [str(one.kit) for one in conversation.kits_for(client)]
    return _pdf(paper.conversation_pdf(practice, plan, kits), _("meeting"), client)


def _pdf(body: bytes, what: str, client: Contact) -> HttpResponse:
    response = HttpResponse(body, content_type="application/pdf")
    name = slugify(f"{what} {client.full_name} {clock.today()}") or "meeting"
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
