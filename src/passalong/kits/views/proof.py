"""The proof library: what was said, who agreed to it, what readers are told beside it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.contacts import selectors as contacts
from passalong.contacts.models import Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.kits.forms_proof import ConsentForm, ProofForm
from passalong.kits.models import EditionState, Proof
from passalong.kits.selectors import proof as selectors
from passalong.kits.services import proof as services

page = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 50


def _proof(request: MemberRequest, public_id: str) -> Proof:
    return or_404(selectors.proof, request.member.practice, public_id)


@member_required
@require_safe
def library(request: MemberRequest) -> HttpResponse:
    """All testimonials and case studies, each with its standing."""
    retired = bool(request.GET.get("away"))
    found = selectors.proofs(request.member.practice, retired=retired)
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": rows,
        "standings": [selectors.standing(one) for one in rows.object_list],
        "away": retired,
        "has_away": selectors.proofs(request.member.practice, retired=True).exists(),
    }
    return render(request, "kits/proofs.html", context)


@member_required
@page
def add(request: MemberRequest) -> HttpResponse:
    """Write one down."""
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            speaker = _speaker(request, form.cleaned_data["speaker_name"])
            made = services.add_proof(by=request.member, wording=form.wording, speaker=speaker)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Written down. It awaits the speaker."))
            return redirect("kits:proof", public_id=made.public_id)
    return render(request, "kits/proof_edit.html", {"form": form}, status=_status(form))


def _status(form: ProofForm | ConsentForm) -> int:
    return 422 if form.is_bound and form.errors else 200


def _speaker(request: MemberRequest, name: str) -> Contact | None:
    """The one person on file of this name; raises Refused when there is none or several."""
    wanted = " ".join(name.split()).casefold()
    if not wanted:
        return None
    found = contacts.contacts(request.member.practice, query=name)[:50]
    same = [one for one in found if one.full_name.casefold() == wanted]
    if len(same) != 1:
        words = (
            _("Several people on file have this name; leave it empty.") if same else _("Nobody on file is so named.")
        )
        raise Refused(words, field="speaker_name")
    return same[0]


@member_required
@require_safe
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    """One of them: its words, the consent, what readers are told, where it is published."""
    found = _proof(request, public_id)
    context = {
        "proof": found,
        "standing": selectors.standing(found),
        "consents": found.consents.all(),
        "can_revoke": any(one.revoked_at is None for one in found.consents.all()),
        "editions": selectors.carrying(found)[:20],
        "stale": selectors.stale(found),
    }
    return render(request, "kits/proof.html", context)


@member_required
@page
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Change it; other words await the speaker again."""
    found = _proof(request, public_id)
    was = selectors.words_digest(found)
    name = found.speaker.full_name if found.speaker else ""
    form = ProofForm(request.POST or None, instance=found, initial={"speaker_name": name})
    if request.method == "POST" and form.is_valid():
        kept = _proof(request, public_id)
        try:
            speaker = _speaker(request, form.cleaned_data["speaker_name"])
            services.edit_proof(by=request.member, proof=kept, wording=form.wording, speaker=speaker)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            other = selectors.words_digest(kept) != was
            messages.success(request, _("Saved. It awaits the speaker again.") if other else _("Saved."))
            return redirect("kits:proof", public_id=public_id)
    return render(request, "kits/proof_edit.html", {"form": form, "proof": found}, status=_status(form))


@member_required
@page
def consent(request: MemberRequest, public_id: str) -> HttpResponse:
    """Record that the speaker consented to the words as they stand."""
    found = _proof(request, public_id)
    standing = selectors.standing(found)
    elements = standing.verdict.elements
    initial = {"given_on": clock.today()}
    if standing.consent and standing.state is selectors.Consent.COVERS:  # what it lacks is added to what it has
        initial |= {"element_" + key: text for key, text in standing.consent.elements.items()}
    form = ConsentForm(request.POST or None, elements=elements, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.record_consent(
                by=request.member,
                proof=found,
                given_on=data["given_on"],
                how=data["how"],
                expires_on=data["expires_on"],
                elements=form.elements,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Recorded."))
            return redirect("kits:proof", public_id=public_id)
    context = {"form": form, "proof": found, "standing": standing}
    return render(request, "kits/proof_consent.html", context, status=_status(form))


@member_required
@page
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask once, then take the consent back, and with it every edition that carries these words."""
    found = _proof(request, public_id)
    if request.method != "POST":
        carrying = selectors.carrying(found, EditionState.LIVE, EditionState.WAITING)
        return render(request, "kits/proof_revoke.html", {"proof": found, "editions": carrying})
    try:
        count = services.revoke_consent(by=request.member, proof=found)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        gone = ngettext("%(count)d edition was withdrawn.", "%(count)d editions were withdrawn.", count)
        messages.success(request, _("The consent is taken back.") + " " + gone % {"count": count})
    return redirect("kits:proof", public_id=public_id)


@member_required
@require_POST
def retire(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put it away, or fetch it back."""
    found, back = _proof(request, public_id), request.POST.get("back") == "1"
    services.retire_proof(by=request.member, proof=found, back=back)
    messages.success(request, _("It is back.") if back else _("Put away. What is published stays as it is."))
    return redirect("kits:proofs")
