"""The client's message on the client's own pages: own sentences, the message as it goes, "these are my words", send.

The same steps on the private page of a kit (`/pass/TOKEN/words`) and after signing in (`/me/kits/ID/words`). Nothing is
kept until the client confirms; nothing is sent from here at any time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.contacts.models import Contact
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions import recommendation
from passalong.introductions.forms_words import MineForm, SaidForm, SentForm
from passalong.introductions.models import PortalKey, Recommendation
from passalong.introductions.selectors import words as selectors
from passalong.introductions.services import recommending
from passalong.kits import desk_links, sharing
from passalong.kits.models import Link, SharePage
from passalong.portal import briefing
from passalong.portal.views import me
from passalong.portal.views.notices import notice, of_the_desk, refusal
from passalong.portal.views.share import private
from passalong.portal.visits import visited


@dataclass(frozen=True, slots=True)
class Place:
    """One client's pages for one link. back: where they came from; compose: the first step; one: name of the address of
    a message, after these arguments."""

    referrer: Contact
    link: Link
    back: str
    compose: str
    one: str
    args: tuple[str, ...]

    def address_of(self, row: Recommendation) -> str:
        return reverse(self.one, args=[*self.args, row.public_id])


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@private
def compose(request: HttpRequest, token: str, page: SharePage, link: Link) -> HttpResponse:
    """By the private page of a kit."""
    if request.method == "POST" and (refused := _refused(request, page)):
        return refused
    return _compose(request, _by_page(token, page, link))


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def one(request: HttpRequest, token: str, page: SharePage, link: Link, public_id: str) -> HttpResponse:
    """One message, by the private page of a kit."""
    if request.method == "POST" and (refused := _refused(request, page)):
        return refused
    return _one(request, _by_page(token, page, link), public_id)


def _by_page(token: str, page: SharePage, link: Link) -> Place:
    there = (reverse("portal:share", args=[token]), reverse("portal:words", args=[token]))
    return Place(page.referrer, link, *there, "portal:words_one", (token,))


def _refused(request: HttpRequest, page: SharePage) -> HttpResponse | None:
    return refusal(request, f"page {page.pk}") or of_the_desk(request, page.practice_id)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def my_compose(request: HttpRequest, key: PortalKey, *, public_id: str) -> HttpResponse:
    """After signing in."""
    place = _by_visit(key, public_id)
    return _compose(request, place) if place else me.nothing()


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def my_one(request: HttpRequest, key: PortalKey, *, public_id: str, words_id: str) -> HttpResponse:
    """One message, after signing in."""
    place = _by_visit(key, public_id)
    return _one(request, place, words_id) if place else me.nothing()


def _by_visit(key: PortalKey, public_id: str) -> Place | None:
    link = briefing.links_of(key.referrer).filter(public_id=public_id).first()
    if link is None:
        return None
    there = (reverse("portal:me_kit", args=[public_id]), reverse("portal:me_words", args=[public_id]))
    return Place(key.referrer, link, *there, "portal:me_words_one", (public_id,))


def _compose(request: HttpRequest, place: Place) -> HttpResponse:
    """Own sentences, then the message made of them; the second press keeps it."""
    if request.method != "POST":
        return _ask(request, place, SaidForm(initial={"said": desk_links.shown(place.link).words.experience}))
    if request.POST.get("act") == "confirm":
        return _confirm(request, place, None)
    form = SaidForm(request.POST)
    if not form.is_valid():
        return _ask(request, place, form)
    return _look(request, place, form.cleaned_data["said"])


def _one(request: HttpRequest, place: Place, public_id: str) -> HttpResponse:
    """A message that was prepared at the desk and is to be confirmed, or one that is ready to be sent."""
    try:
        found = selectors.one_of_link(place.link, public_id)
    except Recommendation.DoesNotExist:
        return notice(404, _("Nothing is here"), _("Please check the address: a letter may be missing."))
    is_open = found.confirmed_at is None
    if request.method == "POST":
        return _confirm(request, place, found) if is_open else _sent(request, place, found)
    return _look(request, place, found.said, found.text, found) if is_open else _ready(request, place, found)


def _ask(request: HttpRequest, place: Place, form: SaidForm) -> HttpResponse:
    """The first step. With scripts the message is drawn beside the sentences as they are typed."""
    standing = selectors.standing(place.link.practice)
    context = {
        "form": form,
        "standing": standing,
        "paragraphs": recommendation.parts(standing.template),
        "draft": recommending.look(link=place.link, referrer=place.referrer, said=""),
    }
    return _page(request, place, "portal/words.html", context, status=422 if form.errors else 200)


def _look(
    request: HttpRequest,
    place: Place,
    said: str,
    body: str = "",
    prepared: Recommendation | None = None,
    form: MineForm | None = None,
) -> HttpResponse:
    """The second step: the message as it would go, to change and to confirm."""
    draft = recommending.look(link=place.link, referrer=place.referrer, said=said, body=body)
    context = {
        "form": form or MineForm(initial={"said": said, "body": draft.body}),
        "draft": draft,
        "standing": selectors.standing(place.link.practice),
        "prepared": prepared,
        "action": place.address_of(prepared) if prepared else place.compose,
    }
    status = 422 if form and form.errors else 200
    return _page(request, place, "portal/words_look.html", context, status=status)


def _confirm(request: HttpRequest, place: Place, prepared: Recommendation | None) -> HttpResponse:
    form = MineForm(request.POST)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("said", "body")}
        try:
            row = recommending.confirm_own(referrer=place.referrer, link=place.link, prepared=prepared, **told)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _to(place, row)
    said, body = str(form.data.get("said", "")), str(form.data.get("body", ""))
    return _look(request, place, said, body, prepared, form)


def _sent(request: HttpRequest, place: Place, row: Recommendation) -> HttpResponse:
    form = SentForm(request.POST)
    try:
        recommending.note_own_sent(referrer=place.referrer, row=row, how=form.data.get("how", ""))
    except Refused as refused:
        return notice(422, _("Not noted"), refused.message)
    return _to(place, row)


def _to(place: Place, row: Recommendation) -> HttpResponse:
    answer = redirect(place.address_of(row))
    answer.status_code = 303
    return answer


def _ready(request: HttpRequest, place: Place, row: Recommendation) -> HttpResponse:
    share = sharing.share(row.text, desk_links.shown(place.link).title)
    return _page(request, place, "portal/words_ready.html", {"row": row, "share": share, "action": request.path})


def _page(
    request: HttpRequest, place: Place, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    practice = place.link.practice
    shared = {"practice": practice, "place": place, "caution": sharing.caution(practice.profession)}
    return render(request, template, shared | context, status=status)
