"""One voice's own page: who asks, what is in it, the questions, what it consents to; and the page where it records.

GET shows. A POST of a chosen act agrees, takes back, or says that this is all. Both consents can be taken back on this
page at any time, also after the interview is published.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core.errors import Refused
from passalong.interviews import consent_words, receiving
from passalong.interviews.models import ConsentTo, Stage, Voice, VoiceRole
from passalong.interviews.selectors import one
from passalong.interviews.selectors import takes as selectors
from passalong.interviews.selectors.voices import given, why_not_usable
from passalong.interviews.services import arriving, voices
from passalong.portal.talking import refused, voiced

PAGE, RECORD = "portal/talk.html", "portal/talk_record.html"
AGREE, TAKE_BACK = "agree ", "take back "


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@voiced
def talk(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """The page; a POST agrees, takes back, or ends the recording."""
    if request.method != "POST":
        return HttpResponse(_drawn(voice, token))
    if stopped := refused(request, voice):
        return stopped
    try:
        _act(request, voice)
    except Refused as why:
        return HttpResponse(_drawn(voice, token, wrong=why.message), status=422)
    onward = _next_of(voice, request.POST.get("act", ""))
    return HttpResponse(status=303, headers={"Location": reverse("portal:talk", args=[token]) + onward})


def _next_of(voice: Voice, act: str) -> str:
    """Where on the page it goes on after this act: the page is long on a phone, and the button pressed is far down."""
    if act == f"{AGREE}{ConsentTo.RECORDING}" and not given(ConsentTo.PUBLICATION).filter(voice=voice).exists():
        return f"#consent-{ConsentTo.PUBLICATION}"
    if act.startswith(AGREE):
        return "#record" if voice.interview.stage in arriving.WHILE else "#consents"
    return f"#consent-{act[len(TAKE_BACK) :]}" if act.startswith(TAKE_BACK) else ""


def _act(request: HttpRequest, voice: Voice) -> None:
    """What was chosen. Raises Refused for anything else."""
    act = request.POST.get("act", "")
    if act.startswith(AGREE):
        page = _drawn(voice, "").encode()
        voices.consent(voice=voice, to=act[len(AGREE) :], shown=request.POST.get("shown", ""), page=page)
    elif act.startswith(TAKE_BACK) and act[len(TAKE_BACK) :] in ConsentTo.values:
        voices.revoke(voice=voice, to=act[len(TAKE_BACK) :])
    elif act == "all" and voice.role == VoiceRole.GUEST:
        arriving.that_is_all(voice=voice)
    else:
        raise Refused(_("Please choose again. Nothing was changed."))


def _drawn(voice: Voice, token: str, *, wrong: str = "") -> str:
    """The page as this voice sees it. Without its token, and so without any address of itself, it is what is kept as
    evidence of a consent."""
    interview = voice.interview
    answers = selectors.by_question(interview, of=voice)
    context: dict[str, Any] = {
        "voice": voice,
        "interview": interview,
        "practice": voice.practice,
        "token": token,
        "wrong": wrong,
        "is_guest": voice.role == VoiceRole.GUEST,
        "answers": answers,
        "answered": sum(each.is_answered for each in answers),
        "others": selectors.of_whole_talk(interview, of=voice),
        "why_not_usable": why_not_usable(interview),
        "may_record": interview.stage in arriving.WHILE,
        "consents": [_offered(voice, to) for to in _asked_of(voice)],
    }
    context["recording"] = context["consents"][0]["given"]
    if token and context["is_guest"]:
        context |= {"invited": one.invited(voice), "onwards": _onwards(voice, token)}
    context["is_recorded"] = _(
        "Thank you. Your answers have arrived. You hear the finished interview before anybody else does."
    )
    return render_to_string(PAGE, context)


def _onwards(voice: Voice, token: str) -> list[dict[str, str]]:
    """Where the guest goes on from here, as far as the interview has come."""
    review, share = reverse("portal:talk_review", args=[token]), reverse("portal:talks_share", args=[token])
    out = {"url": share, "words": _("Your interview is out: share it, in your own words")}
    return {
        Stage.EDITED: [{"url": review, "words": _("Hear your finished interview")}],
        Stage.APPROVED: [{"url": review, "words": _("What you approved")}],
        Stage.PUBLISHED: [out],
        Stage.SHARED: [out],
        Stage.RETURN_ASKED: [out],
        Stage.RETURNED: [out],
    }.get(Stage(voice.interview.stage), [])


def _asked_of(voice: Voice) -> list[str]:
    """What stands to be agreed to, or taken back, on the own page: a signed form only once it is on file."""
    signed = given(ConsentTo.AUTHORISATION).filter(voice=voice).exists()
    asked = [ConsentTo.RECORDING, ConsentTo.PUBLICATION, *([ConsentTo.AUTHORISATION] if signed else [])]
    return [str(to) for to in asked]


def _offered(voice: Voice, to: str) -> dict[str, Any]:
    """One consent as the page shows it: its words, and whether it holds."""
    headings = {
        ConsentTo.RECORDING: _("Being recorded"),
        ConsentTo.PUBLICATION: _("Being published"),
        ConsentTo.AUTHORISATION: _("The form you signed"),
    }
    return {
        "to": to,
        "heading": headings[ConsentTo(to)],
        "words": consent_words.sentences(voice, to),
        "digest": consent_words.digest(voice, to),
        "given": given(to).filter(voice=voice).first(),
        "is_form": to == ConsentTo.AUTHORISATION,
    }


@require_safe
@voiced
def record(request: HttpRequest, token: str, voice: Voice) -> HttpResponse:
    """One question at a time: read, record, listen, again, next."""
    interview = voice.interview
    answers = selectors.by_question(interview, of=voice)
    asked = request.GET.get("q", "")
    whole = asked == "all" or not answers
    here = next((at for at, each in enumerate(answers) if asked and each.question.public_id == asked), None)
    if here is None:
        here = next((at for at, each in enumerate(answers) if not each.is_answered), 0)
    others = selectors.of_whole_talk(interview, of=voice)
    context = {
        "voice": voice,
        "interview": interview,
        "practice": voice.practice,
        "token": token,
        "whole": whole,
        "one": None if whole else answers[here],
        "takes": others if whole else answers[here].takes,
        "before": answers[here - 1] if not whole and here else None,
        "after": answers[here + 1] if not whole and here + 1 < len(answers) else None,
        "answers": answers,
        "answered": sum(each.is_answered for each in answers),
        "consented": given(ConsentTo.RECORDING).filter(voice=voice).exists(),
        "why_not_usable": why_not_usable(interview),
        "may_record": interview.stage in arriving.WHILE,
        "is_over": interview.stage == Stage.RECORDED,
        "is_guest": voice.role == VoiceRole.GUEST,
        "most_mb": receiving.MOST_FORM >> 20,
    }
    return HttpResponse(render_to_string(RECORD, context))
