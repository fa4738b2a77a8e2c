"""The desk's pages about recording: who is heard and what they consented to, what was recorded, the prompter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, cast

from csp.decorators import csp_update
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews import receiving
from passalong.interviews.forms.recording import ELEMENT, AuthorisedForm, NotedForm, RevokedForm, VoiceForm
from passalong.interviews.models import Asked, ConsentTo, Interview, Stage, Take, Voice
from passalong.interviews.selectors import takes as selectors
from passalong.interviews.selectors import voices as allowed
from passalong.interviews.services import arriving, moving, voices
from passalong.interviews.stages import Who

P = ParamSpec("P")


def _sounding(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """What was just recorded is played before it is sent."""
    return cast("Callable[P, HttpResponse]", csp_update({"media-src": ["blob:"]})(cast("Any", view)))


@member_required
@require_safe
@_sounding
def recording(request: MemberRequest, public_id: str) -> HttpResponse:
    """Voices, consents, recordings."""
    return _shown(request, _own(request, public_id))


def _shown(request: MemberRequest, interview: Interview, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page. more: a form that was refused, or a link just made."""
    practice = request.member.practice
    context = selectors.context(practice, interview) | {
        "interview": interview,
        "has_guest": allowed.has_guest(interview),
        "talk_takes": selectors.of_whole_talk(interview),
        "may_record": interview.stage in arriving.WHILE,
        "may_end": interview.stage in (Stage.AGREED, Stage.SCHEDULED),
        "elements": allowed.elements_asked(interview),
        "voice_form": VoiceForm(),
        "noted_form": NotedForm(),
        "revoked_form": RevokedForm(),
        "most_mb": receiving.MOST_FORM >> 20,
    }
    return render(request, "interviews/recording.html", context | more, status=status)


@member_required
@require_POST
def add_voice(request: MemberRequest, public_id: str) -> HttpResponse:
    """Somebody else who is heard."""
    found, form = _own(request, public_id), VoiceForm(request.POST)
    if form.is_valid():
        try:
            voices.add_voice(by=request.member, interview=found, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Added. Nothing counts before they have agreed as well."))
            return redirect("interviews:recording", public_id)
    return _shown(request, found, status=422, voice_form=form)


@member_required
@require_POST
def name_guest(request: MemberRequest, public_id: str) -> HttpResponse:
    """The guest is one of the voices, also where the recording was made elsewhere."""
    voices.name_guest(by=request.member, interview=_own(request, public_id))
    return redirect("interviews:recording", public_id)


@member_required
@require_POST
def remove_voice(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take a voice off that was never heard."""
    voice = _voice(request, public_id)
    there = voice.interview.public_id
    try:
        voices.remove_voice(by=request.member, voice=voice)
        messages.success(request, _("Taken off."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:recording", there)


@member_required
@require_POST
@_sounding
def make_link(request: MemberRequest, public_id: str) -> HttpResponse:
    """A link to a voice's own page, shown this once."""
    voice = _voice(request, public_id)
    path = reverse("portal:talk", args=[voices.make_link(by=request.member, voice=voice)])
    made = {"voice": voice, "address": request.build_absolute_uri(path)}
    shown = _shown(request, voice.interview, made=made)
    shown["Cache-Control"] = "no-store"
    return shown


@member_required
@require_POST
def end_links(request: MemberRequest, public_id: str) -> HttpResponse:
    """The links to a voice's page open nothing any more: one went to somebody it was not for."""
    voice = _voice(request, public_id)
    voices.end_keys(by=request.member, voice=voice)
    messages.success(request, _("Their links open nothing any more. Make a new one for them."))
    return redirect("interviews:recording", voice.interview.public_id)


@member_required
@require_POST
@_sounding
def note_consent(request: MemberRequest, public_id: str) -> HttpResponse:
    """Note a consent that was given elsewhere."""
    voice, form = _voice(request, public_id), NotedForm(request.POST)
    return _done(
        request, voice, form, "noted_form", lambda said: voices.note_consent(by=request.member, voice=voice, **said)
    )


@member_required
@require_POST
@_sounding
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """Note that a consent was taken back."""
    voice, form = _voice(request, public_id), RevokedForm(request.POST)
    return _done(
        request, voice, form, "revoked_form", lambda said: voices.revoke(by=request.member, voice=voice, **said)
    )


def _done(request: MemberRequest, voice: Voice, form: forms.Form, name: str, act: Any) -> HttpResponse:
    """Do it and go back, or show the form of this one voice with what is wrong."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Noted."))
            return redirect("interviews:recording", voice.interview.public_id)
    return _shown(request, voice.interview, status=422, wrong=(voice.pk, name), **{name: form})


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def authorise(request: MemberRequest, public_id: str) -> HttpResponse:
    """The signed form a profession asks of a client, point by point."""
    voice = _voice(request, public_id)
    elements = allowed.elements_asked(voice.interview)
    held = allowed.given(ConsentTo.AUTHORISATION).filter(voice=voice).first()
    known = {ELEMENT + key: text for key, text in held.elements.items()} if held else {}
    form = AuthorisedForm(request.POST if request.method == "POST" else None, elements=elements, initial=known)
    if form.is_bound and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("given_on", "how", "expires_on")}
        try:
            voices.authorise(by=request.member, voice=voice, elements=form.elements, **said)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The signed form is on file."))
            return redirect("interviews:recording", voice.interview.public_id)
    context = {"form": form, "voice": voice, "interview": voice.interview, "held": held, "elements": elements}
    return render(request, "interviews/recording_form.html", context, status=422 if form.is_bound else 200)


@member_required
@require_POST
def choose(request: MemberRequest, public_id: str) -> HttpResponse:
    """This take counts of several."""
    return _with_take(request, public_id, lambda take: arriving.choose(take=take, by=request.member), _("Chosen."))


@member_required
@require_POST
def remove(request: MemberRequest, public_id: str) -> HttpResponse:
    """Delete a take with its bytes."""
    return _with_take(request, public_id, lambda take: arriving.remove(take=take, by=request.member), _("Deleted."))


def _with_take(request: MemberRequest, public_id: str, act: Any, words: str) -> HttpResponse:
    take = or_404(selectors.take_of, request.member.practice, public_id)
    there = take.interview.public_id
    try:
        act(take)
        messages.success(request, words)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:recording", there)


@member_required
@require_POST
def recorded(request: MemberRequest, public_id: str) -> HttpResponse:
    """The desk says that it is recorded."""
    found = _own(request, public_id)
    try:
        if not found.takes.filter(state__in=selectors.COUNTS).exists():
            raise Refused(_("Nothing has been recorded yet."))
        moving.move(interview=found, act="record", who=Who.MEMBER, by=request.member)
        messages.success(request, _("Recorded. It can be put in order now."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:recording", public_id)


@member_required
@require_safe
@_sounding
def prompter(request: MemberRequest, public_id: str) -> HttpResponse:
    """One question at a time in big type; where every voice has agreed, the room can be recorded beside it."""
    found = _own(request, public_id)
    context = {
        "interview": found,
        "questions": Asked.objects.filter(interview=found),
        "why_not": allowed.why_not_usable(found),
        "may_record": found.stage in arriving.WHILE,
    }
    return render(request, "interviews/recording_prompter.html", context)


@member_required
@require_POST
def begin(request: MemberRequest, public_id: str) -> HttpResponse:
    """A recording the practice brings is going to come."""
    return receiving.began(request, _own(request, public_id), by=request.member)


@member_required
@require_safe
def length(request: MemberRequest, public_id: str, take: str) -> HttpResponse:
    """How far it has come."""
    return receiving.length(_arriving(request, public_id, take))


@member_required
@require_POST
def piece(request: MemberRequest, public_id: str, take: str) -> HttpResponse:
    """One piece of it."""
    return receiving.took(request, _arriving(request, public_id, take))


@member_required
@require_POST
def done(request: MemberRequest, public_id: str, take: str) -> HttpResponse:
    """All of it is here."""
    return receiving.finished(request, _arriving(request, public_id, take))


@member_required
@require_POST
def bring(request: MemberRequest, public_id: str) -> HttpResponse:
    """A recording by a plain form, up to a stated size."""
    found, file = _own(request, public_id), request.FILES.get("recording")
    try:
        if file is None:
            raise Refused(_("Choose a file first."))
        asked = receiving.question_of(found, request.POST.get("question", ""))
        receiving.brought(file, found, asked, by=request.member)
        messages.success(request, _("It has arrived and is being looked at."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:recording", public_id)


def _own(request: MemberRequest, public_id: str) -> Interview:
    return or_404(selectors.interview_of, request.member.practice, public_id)


def _voice(request: MemberRequest, public_id: str) -> Voice:
    return or_404(selectors.voice_of, request.member.practice, public_id)


def _arriving(request: MemberRequest, public_id: str, take: str) -> Take:
    """A take this practice brings itself: a guest's own arrives by the guest's link alone."""
    return or_404(selectors.take_of_desk, request.member.practice, public_id, take)
