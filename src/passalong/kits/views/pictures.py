"""Pictures of a kit on the desk: added, shown, removed. An upload beyond the bound is read no further than that."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.kits.bounded import is_too_large, read, takes_picture
from passalong.kits.forms import DraftForm, PictureForm
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Kit, Picture, Proof
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import pictures as services
from passalong.kits.views import editor, framing


@takes_picture
@member_required
@framing.holds_frame
@require_POST
def add(request: MemberRequest, public_id: str) -> HttpResponse:
    """Add a picture."""
    kit = kit_or_404(request.member.practice, public_id)
    form = PictureForm(request.POST, request.FILES)
    if is_too_large(request):
        form.errors["picture"] = form.error_class([services.too_large()])
    elif form.is_valid():
        try:
            content = read(form.cleaned_data["picture"])
            services.add_picture(by=request.member, kit=kit, content=content, words=form.cleaned_data["words"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The picture is here. Put it into a part with its button."))
            return redirect(f"{reverse('kits:write', args=[kit.public_id])}#pictures")
    return _editor(request, kit, form)


def _editor(request: MemberRequest, kit: Kit, form: PictureForm) -> HttpResponse:
    """The editor again, with what was wrong beside the picture's fields."""
    content, last = selectors.draft(kit), selectors.last_version(kit)
    initial = DraftForm.initial_of(content, last.number if last else 0, selectors.stamp(content))
    proofs = Proof.objects.filter(practice=kit.practice, retired_at=None)
    draft = DraftForm(country=kit.practice.country, proofs=proofs, initial=initial)
    return render(request, "kits/write.html", editor.context(kit, draft, content, last, form), status=422)


def _picture(request: MemberRequest, public_id: str, picture_id: str) -> Picture:
    found = or_404(selectors.picture, request.member.practice, picture_id)
    if found.kit.public_id != public_id:
        raise Http404
    return found


@member_required
@require_safe
def show(request: MemberRequest, public_id: str, picture_id: str) -> HttpResponse:
    """The picture itself, for members."""
    blob = _picture(request, public_id, picture_id).blob
    kept = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(bytes(blob.content), content_type=blob.media_type, headers=kept)


@member_required
@require_POST
def remove(request: MemberRequest, public_id: str, picture_id: str) -> HttpResponse:
    """Take a picture out."""
    services.remove_picture(by=request.member, picture=_picture(request, public_id, picture_id))
    messages.success(request, _("The picture is removed. Texts that name it leave its place empty."))
    return redirect(f"{reverse('kits:write', args=[public_id])}#pictures")
