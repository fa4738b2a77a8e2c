"""Passing a kit along: links, each with its code, words and buttons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import demand
from passalong.contacts import selectors as contacts
from passalong.contacts.lookups import person_or_404
from passalong.core import reach
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.kits import desk_links
from passalong.kits.codes import file_answer
from passalong.kits.forms_passing import MakeLinkForm, PassedForm
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Link
from passalong.kits.selectors import passing as selectors
from passalong.kits.selectors.editions import live_edition
from passalong.kits.services import passing as services

PER_PAGE = 50
MOST_FOUND = 8


def _link(request: MemberRequest, public_id: str, link_id: str) -> Link:
    return or_404(selectors.link, kit_or_404(request.member.practice, public_id), link_id)


@member_required
@require_safe
def passing(request: MemberRequest, public_id: str) -> HttpResponse:
    """Whose link is to be made, and all links with what came of them."""
    kit, query, who = (
        kit_or_404(request.member.practice, public_id),
        request.GET.get("q", ""),
        request.GET.get("who", "").strip(),
    )
    ended = bool(request.GET.get("ended"))
    found = selectors.links(kit.practice, kit, query=query, ended=ended)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "kit": kit,
        "here": "passing",
        "edition": live_edition(kit),
        "sharing": selectors.sharing(),
        "page": page,
        "rows": selectors.link_rows(page.object_list),
        "q": query,
        "ended": ended,
        "who": who,
        "people": list(contacts.people_meant(kit.practice, who, MOST_FOUND)) if who else [],
        "form": MakeLinkForm(),
        "local": request.build_absolute_uri("/")[:-1],
    }
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"kits/passing.html{part}", context)


@member_required
@require_POST
def make(request: MemberRequest, public_id: str) -> HttpResponse:
    """A link for this client, or the practice's own."""
    kit, person = kit_or_404(request.member.practice, public_id), request.POST.get("contact", "")
    referrer = person_or_404(kit.practice, person) if person else None
    try:
        link = services.link_for(by=request.member, kit=kit, referrer=referrer, channel=request.POST.get("channel", ""))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("kits:passing", kit.public_id)
    return redirect("kits:link", kit.public_id, link.public_id)


@member_required
@require_POST
def check(request: MemberRequest, public_id: str) -> HttpResponse:
    """Look now whether outsiders reach this server; for owners."""
    kit = kit_or_404(request.member.practice, public_id)
    try:
        demand(request.member, "accounts.change_practice")
        seen = reach.check()
        (messages.success if seen.is_well else messages.warning)(request, seen.text)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("kits:passing", kit.public_id)


@member_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: MemberRequest, public_id: str, link_id: str) -> HttpResponse:
    """One link: address, code, the referrer's words, the message. A POST keeps the words."""
    one = _link(request, public_id, link_id)
    if request.method != "POST":
        return _show(request, one)
    forms = desk_links.forms_of(desk_links.shown(one), request.POST)
    words = forms["words_form"]
    if words.is_valid():
        said = {name: words.cleaned_data.get(name, "") for name in ("experience", "empathy")}
        try:
            keeps = bool(words.cleaned_data.get("keep_involves"))
            services.save_words(by=request.member, link=one, keep_involves=keeps, **said)
        except Refused as refused:
            show_refusal(words, refused)
        else:
            messages.success(request, _("The words are kept."))
            return redirect("kits:link", public_id, link_id)
    return _show(request, one, status=422, **forms)


def _show(request: MemberRequest, one: Link, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        **desk_links.forms_of(desk_links.shown(one)),
        "kit": one.kit,
        "here": "passing",
        "link": one,
        "row": selectors.link_rows([one])[0],
        "sharing": selectors.sharing(),
        "local": request.build_absolute_uri(selectors.path_of(one)),
        "has_page": selectors.has_share_page(one),
        **more,
    }
    return render(request, "kits/passing_link.html", context, status=status)


@member_required
@require_POST
def passed(request: MemberRequest, public_id: str, link_id: str) -> HttpResponse:
    """It was passed along once more."""
    one, form = _link(request, public_id, link_id), PassedForm(request.POST)
    channel = form.cleaned_data["channel"] if form.is_valid() else ""
    try:
        services.note_passing(by=request.member, link=one, channel=channel)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        count = selectors.times_passed(one)
        said = ngettext("Noted: passed along once.", "Noted: passed along %(count)d times.", count) % {"count": count}
        messages.success(request, said)
    return redirect("kits:link", public_id, link_id)


@member_required
@require_POST
def end(request: MemberRequest, public_id: str, link_id: str) -> HttpResponse:
    """Nobody gets in by this link any more."""
    services.end_link(by=request.member, link=_link(request, public_id, link_id))
    messages.success(request, _("This link has ended. What was counted stays."))
    return redirect("kits:passing", public_id)


@member_required
@never_cache
@require_POST
def share_page(request: MemberRequest, public_id: str, link_id: str) -> HttpResponse:
    """A private page for the referrer; its address is shown on this answer only."""
    one = _link(request, public_id, link_id)
    if request.POST.get("end"):
        services.end_share_page(by=request.member, link=one)
        messages.success(request, _("The private page has ended."))
        return redirect("kits:link", public_id, link_id)
    try:
        secret = services.make_share_page(by=request.member, link=one)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("kits:link", public_id, link_id)
    return _show(request, one, private_address=selectors.share_address(secret, request.build_absolute_uri("/")))


@member_required
@require_safe
def code(request: MemberRequest, public_id: str, link_id: str, kind: str) -> HttpResponse:
    """The link's QR code, or a card with it, to keep or to print."""
    shown = desk_links.shown(_link(request, public_id, link_id))
    if not shown.is_ready or shown.frozen is None:
        raise Http404
    return file_answer(kind, shown.address, shown.frozen)
