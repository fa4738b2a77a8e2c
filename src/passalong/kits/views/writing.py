"""Pages of writing: all kits, a new one, the editor with its checklists, the preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.kits import starting
from passalong.kits.content import Content
from passalong.kits.forms import DraftForm, NameForm, NewKitForm
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Kit, Proof, Version
from passalong.kits.rendering.page import render_page
from passalong.kits.selectors import editions, shelf
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import writing as services
from passalong.kits.views import editor, framing

page = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50
FRAME = "sandbox allow-same-origin"


@member_required
@require_safe
def kits(request: MemberRequest) -> HttpResponse:
    """All kits, by where they stand."""
    practice, query = request.member.practice, request.GET.get("q", "")
    archived = bool(request.GET.get("archived"))
    found = selectors.kits(practice, query=query, archived=archived)
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": rows,
        "rows": shelf.rows(rows.object_list),
        "q": query,
        "archived": archived,
        "archived_count": selectors.kits(practice, archived=True).count(),
    }
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"kits/list.html{part}", context)


@member_required
@page
def new(request: MemberRequest) -> HttpResponse:
    """A new kit, from a starting point of the trade or from nothing."""
    found = starting.for_profession(request.member.practice.profession)
    choices = [(one.key, one.label) for one in found] + [(starting.EMPTY, _("An empty kit"))]
    form = NewKitForm(request.POST or None, choices=choices, initial={"start": choices[0][0]})
    if form.is_valid():
        key = form.cleaned_data["start"]
        name = form.cleaned_data["name"].strip() or dict(choices)[key]
        try:
            kit = services.create(by=request.member, name=name, start=key)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return redirect("kits:write", kit.public_id)
    context = {"form": form, "starts": {one.key: one for one in found}, "empty": starting.EMPTY}
    return render(request, "kits/new.html", context, status=422 if form.errors else 200)


@member_required
@framing.holds_frame
@page
def write(request: MemberRequest, public_id: str) -> HttpResponse:
    """The editor. A POST keeps what was written: from the autosave it answers with what has changed around the text,
    from the button with the page."""
    kit = kit_or_404(request.member.practice, public_id)
    if request.method == "POST":
        return _save(request, kit)
    last = selectors.last_version(kit)
    content = selectors.draft(kit)
    form = _form(kit, initial=DraftForm.initial_of(content, last.number if last else 0, selectors.stamp(content)))
    return render(request, "kits/write.html", editor.context(kit, form, content, last))


def _form(kit: Kit, data: Any = None, **kwargs: Any) -> DraftForm:
    proofs = Proof.objects.filter(practice=kit.practice, retired_at=None)
    return DraftForm(data, country=kit.practice.country, proofs=proofs, **kwargs)


def _save(request: MemberRequest, kit: Kit) -> HttpResponse:
    form = _form(kit, request.POST)
    form.full_clean()
    based_on = form.cleaned_data.get("based_on") or 0
    base = kit.versions.filter(number=based_on).first()
    before = Content.from_json(base.content) if base else selectors.draft(kit)
    content, version = before, base
    try:
        version = services.save(
            by=request.member,
            kit=kit,
            content=form.content(before),
            based_on=based_on,
            seen=form.cleaned_data.get("seen", ""),
        )
        content = Content.from_json(version.content)
    except Refused as refused:
        show_refusal(form, refused)
    status = 422 if form.errors else 200
    context = editor.context(kit, form, content, version)
    if request.htmx:
        return render(request, "kits/_saved.html", context, status=status)
    if form.errors:
        return render(request, "kits/write.html", context, status=status)
    return _after_button(request, kit, version)


def _after_button(request: MemberRequest, kit: Kit, version: Version | None) -> HttpResponse:
    """Back to the editor, or to the two versions where somebody else was quicker."""
    if version and version.aside:
        last = selectors.last_version(kit)
        messages.warning(request, editor.beside(kit, version))
        return redirect(
            f"{reverse('kits:compare', args=[kit.public_id])}?a={last.number if last else 0}&b={version.number}"
        )
    if version:
        messages.success(request, _("Saved at %(time)s.") % {"time": time_format(localtime(version.saved_at), "H:i")})
    go = request.POST.get("go", "")
    return redirect(f"{reverse('kits:write', args=[kit.public_id])}{'#part-' + go if go.isidentifier() else ''}")


@member_required
@require_safe
def preview(request: MemberRequest, public_id: str) -> HttpResponse:
    """The draft as readers would see it, for a frame of our own pages: nothing in it runs, nothing is sent."""
    kit = kit_or_404(request.member.practice, public_id)
    frozen = editions.freeze(kit, editions.checklist(kit))
    drawn = render_page(frozen, has_files=("report", "white_paper"))
    answer = framing.framed(editions.framed(drawn, editions.picture_blobs(kit.practice, frozen)))
    # The editor around it may read how far it is scrolled, to keep the place after each save. Scripts stay off.
    answer["Content-Security-Policy"] = answer["Content-Security-Policy"].replace("sandbox;", f"{FRAME};")
    return answer


@member_required
@require_POST
def rename(request: MemberRequest, public_id: str) -> HttpResponse:
    """Another name for the desk."""
    kit = kit_or_404(request.member.practice, public_id)
    form = NameForm(request.POST, instance=selectors.kit(request.member.practice, public_id))
    if form.is_valid():
        services.rename(by=request.member, kit=kit, name=form.cleaned_data["name"])
        messages.success(request, _("The kit is now called “%(name)s”.") % {"name": kit.name})
    else:
        messages.error(request, _("A kit needs a name of up to 120 characters. Its name was not changed."))
    return redirect("kits:history", public_id)


@member_required
@require_POST
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    """Off the list, with the way back."""
    kit = kit_or_404(request.member.practice, public_id)
    services.archive(by=request.member, kit=kit)
    messages.success(
        request,
        _("“%(name)s” is in the archive. Its links no longer answer; bring it back at any time.") % {"name": kit},
    )
    return redirect("kits:list")


@member_required
@require_POST
def bring_back(request: MemberRequest, public_id: str) -> HttpResponse:
    """Out of the archive."""
    kit = kit_or_404(request.member.practice, public_id)
    services.bring_back(by=request.member, kit=kit)
    messages.success(request, _("“%(name)s” is back.") % {"name": kit})
    return redirect("kits:list")
