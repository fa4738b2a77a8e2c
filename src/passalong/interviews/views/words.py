"""The words beside the sound: brought, corrected, gone back to, and sentences marked for a kit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.interviews.forms.editing import QuoteForm, WordsForm
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import Interview, RenderState
from passalong.interviews.selectors import cuts, voices
from passalong.interviews.selectors import transcripts as selectors
from passalong.interviews.services import quoting
from passalong.interviews.services import transcripts as services
from passalong.interviews.transcript_files import MOST_BYTES
from passalong.interviews.views.cut import interview_or_404

ASK, TEXT = "", "text"  # nothing chosen; it is no name
MOST_SHOWN = 40  # earlier versions on the page
page = require_http_methods(["GET", "HEAD", "POST"])


@member_required
@page
def words(request: MemberRequest, public_id: str) -> HttpResponse:
    """The words, each paragraph in a field beside the sound; a POST keeps the corrections."""
    found = interview_or_404(request, public_id)
    if request.method != "POST":
        return _shown(request, found)
    by_script = "application/json" in request.headers.get("Accept", "")
    texts, who = _in_their_order(request)
    try:
        base = request.POST.get("base", "")
        kept = services.correct(by=request.member, interview=found, base=base, texts=texts, who=who)
    except Refused as refused:
        other = isinstance(refused, Meanwhile)
        if by_script:
            said = {"meanwhile": refused.message} if other else {"error": refused.message}
            return JsonResponse(said | {"base": _mark(found)}, status=409 if other else 422)
        if not other:
            messages.error(request, refused.message)
        typed = Typed(texts, who, refused.message if other else "")
        return _shown(request, found, typed=typed, status=409 if other else 422)
    if by_script:
        return JsonResponse({"base": selectors.mark_of(kept), "count": len(kept.segments)})
    messages.success(request, _("Kept."))
    return redirect("interviews:words", public_id)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and not kept, in the order the words are kept in. meanwhile: who saved something else, and when."""

    texts: list[str]
    who: list[str]
    meanwhile: str

    @property
    def text(self) -> str:
        return "\n\n".join(one for one in self.texts if one.strip())


def _in_their_order(request: MemberRequest) -> tuple[list[str], list[str]]:
    """Words and voices as they are kept: the page shows them in the order of the sound, and says which is which."""
    texts, who = request.POST.getlist("text"), request.POST.getlist("voice")
    numbers = [_number(one) for one in request.POST.getlist("number")]
    if not len(texts) == len(who) == len(numbers) or sorted(numbers) != list(range(len(numbers))):
        return texts, who
    rows = sorted(zip(numbers, texts, who, strict=True))
    return [text for _at, text, _who in rows], [one for _at, _text, one in rows]


def _mark(found: Interview) -> str:
    newest = selectors.latest(found)
    return selectors.mark_of(newest) if newest else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _shown(
    request: MemberRequest,
    found: Interview,
    *,
    form: WordsForm | None = None,
    typed: Typed | None = None,
    status: int = 200,
) -> HttpResponse:
    why_not = voices.why_not_usable(found)
    newest = selectors.latest(found) if not why_not else None
    sound = cuts.finished(found)
    said = selectors.beside(newest, sound) if newest else []
    fits = typed is not None and len(typed.texts) == len(typed.who) == len(said)
    hearing = selectors.hearing(found)
    context: dict[str, Any] = {
        "interview": found,
        "why_not": why_not,
        "transcript": newest,
        "base": selectors.mark_of(newest) if newest else "",
        "rows": [
            (one, typed.texts[one.number], typed.who[one.number]) if typed and fits else (one, one.text, one.voice)
            for one in said
        ],
        "unknown": selectors.unknown(newest) if newest else [],
        "is_loose": newest is not None and sound is not None and bool(sound.places) and selectors.loose(newest),
        "typed": typed,
        "typed_fits": fits,
        "voices": selectors.voices(found),
        "versions": selectors.versions(found)[1 : MOST_SHOWN + 1],
        "sound": sound,
        "form": form or WordsForm(),
        "locked": found.stage not in cuts.MAY_EDIT,
        "can_hear": services.can_hear(),
        "hearing": hearing,
        "is_hearing": hearing is not None and hearing.state in (RenderState.WAITING, RenderState.RUNNING),
        "quotes": selectors.quotes(found),
    }
    return render(request, "interviews/words.html", context, status=status)


@member_required
@require_POST
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """Words that were pasted, or brought as a file, as a new version."""
    found = interview_or_404(request, public_id)
    form = WordsForm(request.POST, request.FILES)
    if form.is_valid():
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        try:
            if file is not None:
                services.upload(by=request.member, interview=found, data=file.read(MOST_BYTES + 1))
            else:
                services.paste(by=request.member, interview=found, text=text)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The words are here. Read them beside the sound."))
            return redirect("interviews:words", public_id)
    return _shown(request, found, form=form, status=422)


@member_required
@require_POST
def hear(request: MemberRequest, public_id: str) -> HttpResponse:
    """Have the machine here write the words down."""
    found = interview_or_404(request, public_id)
    try:
        services.ask_to_hear(by=request.member, interview=found)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:words", public_id)


@member_required
@require_POST
def who(request: MemberRequest, public_id: str) -> HttpResponse:
    """Say who is meant by a name that stands before words."""
    found = interview_or_404(request, public_id)
    name, voice = request.POST.get("name", ""), request.POST.get("voice", "")
    try:
        if "voice" not in request.POST or voice == ASK:
            raise Refused(_("Choose who that is, or that it is no name."))
        base = request.POST.get("base", "")
        services.say_who(by=request.member, interview=found, base=base, name=name, voice="" if voice == TEXT else voice)
        messages.success(request, _("Kept."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:words", public_id)


@member_required
@require_POST
def fit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Times that came with the words are times of the finished sound."""
    found = interview_or_404(request, public_id)
    try:
        services.fit(by=request.member, interview=found, base=request.POST.get("base", ""))
        messages.success(request, _("The times follow the sound from now on."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:words", public_id)


@member_required
@require_POST
def back(request: MemberRequest, public_id: str) -> HttpResponse:
    """An earlier version is the newest again."""
    found = interview_or_404(request, public_id)
    try:
        services.go_back(by=request.member, interview=found, number=_number(request.POST.get("number", "")))
        messages.success(request, _("The earlier version stands again. Nothing in between is lost."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("interviews:words", public_id)


@member_required
@page
def quote(request: MemberRequest, public_id: str) -> HttpResponse:
    """Mark a sentence of one paragraph for a kit."""
    found = interview_or_404(request, public_id)
    newest = selectors.latest(found)
    asked = request.POST.get("number") or request.GET.get("number") or ""
    said = selectors.beside(newest, None) if newest and not voices.why_not_usable(found) else []
    number = _number(asked) if asked else -1
    if not 0 <= number < len(said):
        messages.error(request, _("These words are not there any more."))
        return redirect("interviews:words", public_id)
    one = said[number]
    initial = {"text": one.text[:1000], "shown_as": one.who or str(found.guest or "")}
    form = QuoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = quoting.mark(by=request.member, interview=found, number=number, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Marked. It awaits the speaker's own consent before a kit may carry it."))
            return redirect("kits:proof", made.proof.public_id)
    context = {"interview": found, "form": form, "one": one}
    return render(request, "interviews/words_quote.html", context, status=422 if form.errors else 200)
