"""A kit's link without the door (which answers its page before Django), and the next steps taken there."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.audience.selectors import issues
from passalong.core.errors import Refused
from passalong.introductions.answer_pages import path_of_reply
from passalong.introductions.due import terms_of
from passalong.introductions.models import Reply, Wish
from passalong.introductions.services import problems, record_reply
from passalong.kits.content import Frozen, Step, StepKind
from passalong.kits.models import Edition, EditionState, Link
from passalong.kits.rendering.page import Answers, host
from passalong.portal import asking, door, journaling, limits, state, steps
from passalong.portal.views.notices import later, of_kit, of_the_desk, over, refusal, unknown

FILES = {"report": "report.pdf", "white_paper": "white-paper.pdf"}


@csrf_exempt  # no cookie is at stake; notices.refusal looks where the POST comes from
@require_http_methods(["GET", "HEAD", "POST"])
def kit(request: HttpRequest, token: str) -> HttpResponse:
    """The page, or one step from it."""
    there = state.look(connection, state.normalised(token))
    if there is None:
        return unknown(of_kit)
    if not there.is_live:
        return over()
    if request.method == "POST":
        return refusal(request, str(there.link), of_kit) or _take_step(request, there)
    headers, body = door.page(request.META, there, lambda question: question(connection))
    return HttpResponse(body, headers=dict(headers))


@require_safe
def with_slash(request: HttpRequest, token: str) -> HttpResponse:
    """The address with a slash too many leads to the one without; nowhere else."""
    known = state.normalised(token)
    if not known:
        return unknown(of_kit)
    return HttpResponsePermanentRedirect(f"/k/{known}", headers={"Cache-Control": "no-store"})


@csrf_exempt
@require_http_methods(["POST"])
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """A sign of reading, where the door does not stand in front."""
    status = door.seen(request.META, state.look(connection, state.normalised(token)))
    return HttpResponse(status=int(status[:3]), headers={"Cache-Control": "no-store"})


def _take_step(request: HttpRequest, there: state.State) -> HttpResponse:
    link = Link.objects.select_related("practice", "referrer").get(pk=there.link)
    edition = Edition.objects.filter(kit=link.kit_id, state=EditionState.LIVE).first()
    if edition is None:
        return over()
    frozen = Frozen.from_json(edition.frozen)
    step = steps.step_of(frozen, request.POST.get("step", ""))
    sent = request.POST.get("view", "")
    view = sent if door.VIEW.fullmatch(sent) else ""
    if step is None:
        return of_kit(400, _("Please choose again"), _("This page does not offer that step."), frozen=frozen)
    if _speaks(step) and (barred := of_the_desk(request, link.practice_id)):
        return barred
    answer = steps.answer_of(step, request.POST)
    if wrong := problems(answer, link.practice.country):
        return _again(request, frozen, step, wrong, view)
    if _speaks(step) and not limits.ANSWERS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later(of_kit)
    try:
        reply = record_reply(link=link, edition=edition, answer=answer, view=view)
    except Refused as refused:
        return _again(request, frozen, step, {refused.field or "": refused.message}, view)
    journaling.note(request.META, there, "engaged", view=view, what="step")
    return _onward(request, link, frozen, step, reply)


def _again(request: HttpRequest, frozen: Frozen, step: Step, wrong: dict[str, str], view: str) -> HttpResponse:
    """The form once more, with what was written and what is missing."""
    answers = Answers(step.kind, {key: str(value) for key, value in request.POST.items()}, wrong)
    words = _("Nothing was sent yet.")
    return of_kit(422, _("Something is missing"), words, frozen=frozen, answers=answers, view=view)


def _speaks(step: Step) -> bool:
    """Whether this step says something about being contacted."""
    return step.kind in (StepKind.TWO_QUESTIONS, StepKind.TIMES)


def _onward(request: HttpRequest, link: Link, frozen: Frozen, step: Step, reply: Reply) -> HttpResponse:
    """Where the step leads: a file of ours, a link to the calendar, to one's own mail or phone, or words of thanks with
    the way to the page where the answer is changed or taken back."""
    back = f"/k/{link.token}"
    if step.kind == StepKind.DOWNLOAD:
        name = FILES.get(request.POST.get("file", ""), FILES["report"])
        said = {"Location": f"{back}/{name}", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        return HttpResponse(status=303, headers=said)
    if step.kind in (StepKind.BOOKING, StepKind.MAIL, StepKind.PHONE):
        return _outside(frozen, step, back)
    own = path_of_reply(reply)
    onward = (own, _("Your answer: change it or take it back")) if own else _news(reply)
    return of_kit(200, _("Thank you"), *_thanks(frozen.practice, reply), frozen=frozen, onward=onward, back=back)


def _news(reply: Reply) -> tuple[str, str] | None:
    """After the questions, never before them: to those who would rather wait the list is offered, and nothing more; to
    those who said yes besides, where there are issues. Not to those who said no."""
    address = f"{reverse('portal:news', args=[reply.practice.public_id])}?by=answer"
    if reply.wish == Wish.NOT_NOW:
        return address, _("Have the news by mail instead")
    if reply.wish == Wish.YES and not reply.taken_back_at and issues.is_running(reply.practice):
        return address, _("Have the news by mail as well")
    return None


def _outside(frozen: Frozen, step: Step, back: str) -> HttpResponse:
    """A link to where the step leads. No redirect: the policy of our page would bind each further hop of it too."""
    target = steps.outward(step)
    if not target:
        words = _("Please choose another one.")
        return of_kit(409, _("This step cannot be taken now"), words, frozen=frozen, back=back)
    if step.kind == StepKind.BOOKING:
        named = {"practice": frozen.practice, "where": host(target)}
        said = [_("The calendar of %(practice)s is at %(where)s; it has its own privacy notice.") % named]
        title, words = _("On to the calendar"), _("Open the calendar at %(where)s") % named
    elif step.kind == StepKind.MAIL:
        said = [_("The link opens your own mail program. Nothing is sent until you send it there.")]
        title, words = _("Write to us"), _("Write to %(where)s") % {"where": step.target.strip()}
    else:
        said = [_("The link dials on a phone.")]
        title, words = _("Call us"), _("Call %(where)s") % {"where": step.target.strip()}
    return of_kit(200, title, *said, frozen=frozen, onward=(target, words), back=back)


def _thanks(practice: str, reply: Reply) -> list[str]:
    named = {"practice": practice, "time": reply.chosen_time}
    if reply.taken_back_at:
        said = [_("You took this answer back before; it stays so. On the page of your answer you can answer anew.")]
    elif reply.step == StepKind.TIMES:
        said = [
            _("You asked for %(time)s. It holds once %(practice)s has confirmed it.") % named,
        ]
    elif reply.wish == Wish.YES:
        words = ngettext(
            "%(practice)s has your answer and will get in touch within one working day, by the way you gave.",
            "%(practice)s has your answer and will get in touch within %(days)d working days, by the way you gave.",
            days := terms_of(reply.practice).first_answer_days,
        )
        said = [words % {**named, "days": days}]
    elif reply.wish == Wish.NOT_NOW:
        said = [_("Nobody will contact you. You can come back to the page whenever you like.")]
        if path_of_reply(reply):
            said.append(_("On the page of your answer you can have the news by mail instead."))
    else:
        said = [_("Nobody will contact you.")]
    return [*said, _("Whoever passed this page to you is not told what you answered.")]
