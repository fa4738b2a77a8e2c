"""The pages of a lunch for three: each of the three says which times suit, and later whether they come.

GET shows, only POST answers. The page of the person introduced never shows what was answered on it before: whoever
handed its address on could read it there.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from passalong.core import calendars
from passalong.core.errors import Refused
from passalong.introductions import lunch_words, own_pages
from passalong.introductions.answer_pages import ENDED
from passalong.introductions.models import LunchGuest, LunchSlot, LunchState, Seat
from passalong.introductions.selectors import lunch as reads
from passalong.introductions.services import lunch_guests
from passalong.portal import asking, limits
from passalong.portal.views.notices import later, notice, of_the_desk, refusal

TEMPLATE = "portal/lunch.html"


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
def lunch(request: HttpRequest, token: str) -> HttpResponse:
    """The page; a POST answers."""
    return _private(_answer(request, token))


@require_safe
def entry(request: HttpRequest, token: str) -> HttpResponse:
    """The entry for the reader's own calendar, as a file."""
    guest = own_pages.guest_of(token)
    if guest is None:
        return _private(_unknown(request))
    try:
        made = reads.entry_of(guest, list(guest.lunch.guests.all()))
    except Refused as refused:
        return _private(notice(404, _("Nothing is here yet"), refused.message))
    return _private(calendars.answer(made, "lunch"))


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    guest = own_pages.guest_of(token)
    if guest is None:
        return _unknown(request)
    if _is_over(guest):
        return notice(410, _("This has ended"), _("There is nothing to answer here any more."))
    if request.method != "POST":
        return HttpResponse(_drawn(guest, done=_done_words(request)))
    if refused := refusal(request, f"lunch {guest.pk}"):
        return refused
    if guest.seat != Seat.PRACTICE and (refused := of_the_desk(request, guest.practice_id)):
        return refused
    return _decide(request, guest)


def _decide(request: HttpRequest, guest: LunchGuest) -> HttpResponse:
    act, said = request.POST.get("act"), request.POST.get("comes")
    address = request.POST.get("address", "")[:254] if guest.seat == Seat.FRIEND else ""
    try:
        if act == "times":
            shown = _drawn(guest).encode()
            lunch_guests.choose(guest=guest, can=_chosen(request), address=address, page=shown)
        elif act == "comes" and said in ("yes", "no"):
            lunch_guests.come(guest=guest, comes=said == "yes")
        else:
            raise Refused(_("Please choose again. Nothing was changed."))
    except Refused as refused:
        return HttpResponse(_drawn(guest, wrong=refused.message, address=address), status=422)
    return HttpResponse(status=303, headers={"Location": f"{request.path}?done={act}"})


def _chosen(request: HttpRequest) -> set[int]:
    """Primary keys of the ticked times; what is no number is none."""
    sent = request.POST.getlist("can")[:20]
    return {int(one) for one in sent if one.isascii() and one.isdecimal() and len(one) < 18}


def _drawn(guest: LunchGuest, *, done: str = "", wrong: str = "", address: str = "") -> str:
    guests = list(guest.lunch.guests.all())
    context = {
        "guest": guest,
        "lunch": guest.lunch,
        "practice": guest.practice,
        "others": lunch_words.others(guest.lunch, guests, guest),
        "client": next((one.name for one in guests if one.seat == Seat.CLIENT), ""),
        "when": lunch_words.when(guest.lunch),
        "slots": _slots(guest),
        "is_friend": guest.seat == Seat.FRIEND,
        "ics": f"/lunch/{own_pages.token_of(guest)}/lunch.ics" if guest.lunch.state == LunchState.FIXED else "",
        "done": done,
        "wrong": wrong,
        "address": address,
    }
    return render_to_string(TEMPLATE, context)


def _slots(guest: LunchGuest) -> list[tuple[LunchSlot, bool]]:
    """Each time with whether this guest ticked it before; for the friend never."""
    ticked: set[int] = set()
    if guest.seat != Seat.FRIEND:
        ticked = set(guest.choices.filter(can=True).values_list("slot_id", flat=True))
    return [(slot, slot.pk in ticked) for slot in guest.lunch.slots.all()]


def _done_words(request: HttpRequest) -> str:
    words: dict[str, Callable[[], str]] = {
        "times": lambda: _("Thank you. Your answer is with the practice; another one takes its place."),
        "comes": lambda: _("Thank you. The practice knows."),
    }
    return words.get(request.GET.get("done", ""), str)()


def _is_over(guest: LunchGuest) -> bool:
    """What client or practice ended ends the friend's question. What the friend ended does not show: the client may
    have handed the address on, and could look."""
    asking_still = guest.lunch.state == LunchState.ASKING
    return asking_still and guest.seat == Seat.FRIEND and guest.lunch.introduction.outcome in ENDED


def _unknown(request: HttpRequest) -> HttpResponse:
    if not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META)):
        return later()
    return notice(404, _("Nothing is here"), _("This address has ended, or a letter of it is missing."))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
