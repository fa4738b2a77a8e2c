"""The two questions on a page of their own. GET shows, only a POST with a chosen answer acts.

The page the client hands on never tells whether anybody answered. Whoever answers goes on to a page of their own, where
the answer stands and can be changed or taken back. Addresses that never were and those that ended get the same words.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.audience.selectors import issues
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.ids import new_link_token
from passalong.introductions.answer_pages import AnswerPage, page_of, path_of_reply
from passalong.introductions.forms_answer import AnswerForm
from passalong.introductions.models import Wish
from passalong.introductions.services import Answer, record_reply
from passalong.introductions.services.replies import take_back
from passalong.kits.content import StepKind
from passalong.portal import asking, door, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

MEANT, OWN = "portal/answer.html", "portal/answer_own.html"


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST answers, answers anew or takes a yes back."""
    said = _answer(request, token)
    said["Referrer-Policy"] = "no-referrer"
    said["Cache-Control"] = "no-store"
    said["X-Robots-Tag"] = "noindex, nofollow"
    return said


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    page = page_of(token)
    if page is None:
        if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
            return later()
        return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))
    if request.method != "POST":
        return _show(page, AnswerForm())
    if refused := refusal(request, f"answer {token}") or of_the_desk(request, page.practice.pk):
        return refused
    if page.reply is not None and request.POST.get("answer") == "take_back":
        take_back(reply=page.reply)
        return HttpResponse(status=303, headers={"Location": request.path})
    return _take(request, page)


def _take(request: HttpRequest, page: AnswerPage) -> HttpResponse:
    form = AnswerForm(_filled(request, page))
    if not form.is_valid():
        return _show(page, form, status=422)
    if not limits.ANSWERS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    sent = request.POST.get("view", "")
    view = page.reply.view if page.reply else (sent if door.VIEW.fullmatch(sent) else "")
    said = form.cleaned_data | {"needs_help": form.cleaned_data["needs_help"] == "yes", "passed_by": page.said_by}
    step = page.reply.step if page.reply else StepKind.TWO_QUESTIONS.value
    given = Answer(step, chosen_time=page.reply.chosen_time if page.reply else "", **said)
    try:
        reply = record_reply(
            link=page.link,
            edition=page.edition,
            answer=given,
            view=view,
            shown=_bytes(page),
            asked=page.introduction,
            anew=page.reply is not None,
        )
    except Refused as refused:
        show_refusal(form, refused)
        return _show(page, form, status=422)
    if path := path_of_reply(reply):
        return HttpResponse(status=303, headers={"Location": path})
    if reply.wish == Wish.NOT_NOW:
        address = reverse("portal:news", args=[reply.practice.public_id])
        onward = (f"{address}?by=answer", _("Have the news by mail instead"))
        return notice(200, _("Thank you"), _("Nobody will contact you."), onward=onward)
    words = _("Your answer is kept.") if reply.wish == Wish.YES else _("Nobody will contact you.")
    return notice(200, _("Thank you"), words)


def _filled(request: HttpRequest, page: AnswerPage) -> dict[str, str]:
    """What was sent; on the page of one's own, name and way to be reached stay as they were where left empty."""
    sent = {name: request.POST.get(name, "") for name in AnswerForm.base_fields}
    if page.reply is not None:
        sent["name"] = sent["name"].strip() or page.reply.name
        sent["reach"] = sent["reach"].strip() or page.reply.reach
    return sent


def _show(page: AnswerPage, form: AnswerForm, *, status: int = 200) -> HttpResponse:
    view = f"a-{new_link_token()}"
    return HttpResponse(_drawn(page, form, view), status=status)


def _news(page: AnswerPage) -> str:
    """In which words the list is offered on the page of an answer, as on the kit's own; empty for not at all."""
    reply = page.reply
    if reply is None or reply.taken_back_at:
        return ""
    if reply.wish == Wish.NOT_NOW:
        return _("Have the news by mail instead")
    is_offered = reply.wish == Wish.YES and issues.is_running(page.practice)
    return _("Have the news by mail as well") if is_offered else ""


def _bytes(page: AnswerPage) -> bytes:
    """The page as it is shown before anything is chosen: what is kept as evidence. It names no address of itself."""
    return _drawn(page, AnswerForm(), "").encode()


def _drawn(page: AnswerPage, form: AnswerForm, view: str) -> str:
    context = {"page": page, "practice": page.practice, "form": form, "view": view, "news": _news(page)}
    return render_to_string(OWN if page.reply else MEANT, context)
