"""The client's message on the client's own page: own sentences, the message as it goes, "these are my words", send.

Nothing is kept until the client confirms; nothing is sent from here at any time.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions import recommendation
from passalong.introductions.forms_words import MineForm, SaidForm, SentForm
from passalong.introductions.models import Recommendation
from passalong.introductions.selectors import words as selectors
from passalong.introductions.services import recommending
from passalong.kits import desk_links, sharing
from passalong.kits.models import Link, SharePage
from passalong.portal.views.notices import notice, refusal
from passalong.portal.views.share import private


@csrf_exempt  # the secret in the address is the only credential, no cookie is at stake
@require_http_methods(["GET", "HEAD", "POST"])
@private
def compose(request: HttpRequest, token: str, page: SharePage, link: Link) -> HttpResponse:
    """Own sentences, then the message made of them; the second press keeps it."""
    if request.method != "POST":
        return _ask(request, token, link, SaidForm(initial={"said": desk_links.shown(link).words.experience}))
    if refused := refusal(request, f"page {page.pk}"):
        return refused
    if request.POST.get("act") == "confirm":
        return _confirm(request, token, page, link, None)
    form = SaidForm(request.POST)
    if not form.is_valid():
        return _ask(request, token, link, form)
    return _look(request, token, page, link, form.cleaned_data["said"])


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def one(request: HttpRequest, token: str, page: SharePage, link: Link, public_id: str) -> HttpResponse:
    """One message: prepared at the desk and to be confirmed, or ready to be sent."""
    try:
        found = selectors.one_of_page(page, public_id)
    except Recommendation.DoesNotExist:
        return notice(404, _("Nothing is here"), _("Please check the address: a letter may be missing."))
    if request.method == "POST":
        if refused := refusal(request, f"page {page.pk}"):
            return refused
        if found.confirmed_at is None:
            return _confirm(request, token, page, link, found)
        return _sent(request, token, page, found)
    if found.confirmed_at is None:
        return _look(request, token, page, link, found.said, found.text, found)
    return _ready(request, token, link, found)


def _ask(request: HttpRequest, token: str, link: Link, form: SaidForm) -> HttpResponse:
    """The first step. With scripts the message is drawn beside the sentences as they are typed."""
    standing = selectors.standing(link.practice)
    draft = recommending.look(link=link, referrer=_referrer(link), said="")
    context = {
        "practice": link.practice,
        "form": form,
        "standing": standing,
        "paragraphs": recommendation.parts(standing.template),
        "draft": draft,
        "caution": sharing.caution(link.practice.profession),
        "token": token,
    }
    return render(request, "portal/words.html", context, status=422 if form.errors else 200)


def _look(
    request: HttpRequest,
    token: str,
    page: SharePage,
    link: Link,
    said: str,
    body: str = "",
    prepared: Recommendation | None = None,
    form: MineForm | None = None,
) -> HttpResponse:
    """The second step: the message as it would go, to change and to confirm."""
    draft = recommending.look(link=link, referrer=page.referrer, said=said, body=body)
    context = {
        "practice": link.practice,
        "form": form or MineForm(initial={"said": said, "body": draft.body}),
        "draft": draft,
        "standing": selectors.standing(link.practice),
        "caution": sharing.caution(link.practice.profession),
        "token": token,
        "prepared": prepared,
    }
    return render(request, "portal/words_look.html", context, status=422 if form and form.errors else 200)


def _confirm(
    request: HttpRequest, token: str, page: SharePage, link: Link, prepared: Recommendation | None
) -> HttpResponse:
    form = MineForm(request.POST)
    said, body = str(form.data.get("said", "")), str(form.data.get("body", ""))
    if form.is_valid():
        try:
            row = recommending.confirm_own(
                page=page,
                link=link,
                said=form.cleaned_data["said"],
                body=form.cleaned_data["body"],
                prepared=prepared,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _to(token, row)
    return _look(request, token, page, link, said, body, prepared, form)


def _sent(request: HttpRequest, token: str, page: SharePage, row: Recommendation) -> HttpResponse:
    form = SentForm(request.POST)
    try:
        recommending.note_own_sent(page=page, row=row, how=form.data.get("how", ""))
    except Refused as refused:
        return notice(422, _("Not noted"), refused.message)
    return _to(token, row)


def _to(token: str, row: Recommendation) -> HttpResponse:
    answer = redirect("portal:words_one", token, row.public_id)
    answer.status_code = 303
    return answer


def _ready(request: HttpRequest, token: str, link: Link, row: Recommendation) -> HttpResponse:
    context: dict[str, Any] = {
        "practice": link.practice,
        "row": row,
        "share": sharing.share(row.text, desk_links.shown(link).title),
        "token": token,
    }
    return render(request, "portal/words_ready.html", context)


def _referrer(link: Link) -> Any:
    """Whose link it is; a page of one's own has one always."""
    return link.referrer
