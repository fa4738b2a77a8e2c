"""Editions at the desk: looked at as they were frozen, decided on by a second person, withdrawn."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.accounts.rules import may
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.kits.content import Frozen
from passalong.kits.forms_proof import ApproveForm, WhyForm
from passalong.kits.models import Edition, EditionState, FileName
from passalong.kits.rendering import RENDERERS
from passalong.kits.selectors import editions as selectors
from passalong.kits.services import editions as services
from passalong.kits.views import framing

PER_PAGE = 50
Form = ApproveForm | WhyForm


def _edition(request: MemberRequest, public_id: str) -> Edition:
    return or_404(selectors.edition, request.member.practice, public_id)


@member_required
@require_safe
def waiting(request: MemberRequest) -> HttpResponse:
    """What awaits a second person, of all kits."""
    rows = Paginator(selectors.waiting(request.member.practice), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "kits/waiting.html", {"page": rows, "may_approve": may(request.member, "kits.approve")})


@member_required
@framing.holds_frame
@require_safe
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """One edition as it was frozen, whatever became of it."""
    return _show(request, _edition(request, public_id))


def _show(request: MemberRequest, edition: Edition, **bound: Form) -> HttpResponse:
    is_waiting = edition.state == EditionState.WAITING
    may_decide = is_waiting and may(request.member, "kits.approve") and edition.proposer != request.member.public_id
    context = {
        "edition": edition,
        "kit": edition.kit,
        "frozen": Frozen.from_json(edition.frozen),
        "files": selectors.files_of(edition),
        "rules": [rule | {"on": parse_date(rule.get("on", ""))} for rule in edition.rules],
        "verdict": selectors.rules_of(edition) if is_waiting else None,
        "lost": selectors.lost_consents(edition) if is_waiting else [],
        "is_waiting": is_waiting,
        "is_open": edition.state in services.OPEN,
        "may_decide": may_decide,
        "forms": {
            "approve": ApproveForm(auto_id="approve_%s"),
            "refuse": WhyForm(auto_id="refuse_%s"),
            "withdraw": WhyForm(auto_id="withdraw_%s"),
            **bound,
        },
    }
    return render(request, "kits/edition.html", context, status=422 if bound else 200)


@member_required
@require_safe
def page(request: MemberRequest, public_id: str) -> HttpResponse:
    """The frozen page for a frame, its pictures inside it."""
    edition = _edition(request, public_id)
    kept = selectors.file_of(edition, FileName.PAGE)
    if kept is None:
        raise Http404
    pictures = selectors.picture_blobs(edition.practice, Frozen.from_json(edition.frozen))
    return framing.framed(selectors.framed(blobs.read(kept.blob), pictures))


@member_required
@require_safe
def file(request: MemberRequest, public_id: str, name: str) -> HttpResponse:
    """A file of the edition, byte for byte."""
    edition = _edition(request, public_id)
    kept = selectors.file_of(edition, name) if name in FileName.values and name != FileName.PICTURE else None
    if kept is None:
        raise Http404
    renderer = RENDERERS.get(name)
    ending = renderer.ending if renderer else "html"
    called = f"{slugify(edition.kit.name)[:60] or 'kit'}-{edition.number}-{name.replace('_', '-')}.{ending}"
    media_type = kept.blob.media_type if renderer else "application/octet-stream"
    return framing.as_file(blobs.read(kept.blob), media_type, called, inline=renderer is not None)


@member_required
@framing.holds_frame
@require_POST
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    """Let a waiting edition out."""
    edition, form = _edition(request, public_id), ApproveForm(request.POST, auto_id="approve_%s")
    said = _("Edition %(number)d is published.") % {"number": edition.number}
    return _decide(
        request,
        edition,
        form,
        "approve",
        said,
        lambda why: services.approve(by=request.member, edition=edition, why=why),
    )


@member_required
@framing.holds_frame
@require_POST
def refuse(request: MemberRequest, public_id: str) -> HttpResponse:
    """Do not let it out."""
    edition, form = _edition(request, public_id), WhyForm(request.POST, auto_id="refuse_%s")
    said = _("Not approved. Nobody outside has seen it.")
    return _decide(
        request, edition, form, "refuse", said, lambda why: services.refuse(by=request.member, edition=edition, why=why)
    )


@member_required
@framing.holds_frame
@require_POST
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take it away from readers."""
    edition, form = _edition(request, public_id), WhyForm(request.POST, auto_id="withdraw_%s")
    said = _("Withdrawn. Page, files and pictures are gone for readers.")
    return _decide(
        request,
        edition,
        form,
        "withdraw",
        said,
        lambda why: services.withdraw(by=request.member, edition=edition, why=why),
    )


def _decide(
    request: MemberRequest, edition: Edition, form: Form, name: str, said: str, act: Callable[[str], Edition]
) -> HttpResponse:
    """Do it and go on; a refusal stands beside the field, or above the page."""
    if form.is_valid():
        try:
            act(form.cleaned_data["why"])
        except Refused as refused:
            if refused.field is None:
                messages.error(request, refused.message)
                return redirect("kits:edition", public_id=edition.public_id)
            show_refusal(form, refused)
        else:
            messages.success(request, said)
            return redirect("kits:edition", public_id=edition.public_id)
    return _show(request, edition, **{name: form})
