"""The history of a kit's text: who and when, two versions side by side, an earlier one restored."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.kits.comparing import changes
from passalong.kits.content import Content
from passalong.kits.forms import END_LABELS, HEAD_LABELS, NameForm
from passalong.kits.guidance import GUIDANCE
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Kit, Proof, Version
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import writing as services

PER_PAGE = 50


@member_required
@require_safe
def history(request: MemberRequest, public_id: str) -> HttpResponse:
    """All versions, last first, with the kit's name and the way into the archive."""
    kit = kit_or_404(request.member.practice, public_id)
    last = selectors.last_version(kit)
    rows = Paginator(selectors.versions(kit).defer("content"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"kit": kit, "page": rows, "last": last, "form": NameForm(instance=kit)}
    return render(request, "kits/history.html", context)


def _version(kit: Kit, number: str) -> Version:
    try:
        return selectors.version(kit, int(number))
    except (Version.DoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def names_of_fields() -> dict[str, str]:
    """What each field of a draft is called on the page."""
    names = {name: str(label) for name, (label, _help) in (HEAD_LABELS | END_LABELS).items()}
    names |= {key: str(guide.name) for key, guide in GUIDANCE.items() if key != "head"}
    return names | {"steps": _("Ways to go on"), "proofs": _("Proof")}


@member_required
@require_safe
def compare(request: MemberRequest, public_id: str) -> HttpResponse:
    """Two versions, the older one first, what was removed and what was added."""
    kit = kit_or_404(request.member.practice, public_id)
    numbers = sorted((request.GET.get("a", ""), request.GET.get("b", "")), key=lambda text: (len(text), text))
    if numbers[0] == numbers[1]:
        messages.info(request, _("Choose two different versions to compare."))
        return redirect("kits:history", public_id)
    older, newer = (_version(kit, number) for number in numbers)
    shown = dict(Proof.objects.filter(practice=kit.practice).values_list("public_id", "shown_as"))
    found = changes(Content.from_json(older.content), Content.from_json(newer.content), proofs=shown)
    names = names_of_fields()
    context = {
        "kit": kit,
        "older": older,
        "newer": newer,
        "versions": (older, newer),
        "last": selectors.last_version(kit),
        "changes": [(names[one.name], one.pieces) for one in found],
    }
    return render(request, "kits/compare.html", context)


@member_required
@require_POST
def restore(request: MemberRequest, public_id: str) -> HttpResponse:
    """An earlier version becomes the draft, as a new one."""
    kit = kit_or_404(request.member.practice, public_id)
    version = _version(kit, request.POST.get("number", ""))
    made = services.restore(by=request.member, kit=kit, version=version)
    said = {"old": version.number, "new": made.number}
    messages.success(request, _("Version %(old)d is the draft again, as version %(new)d.") % said)
    return redirect("kits:write", public_id)
