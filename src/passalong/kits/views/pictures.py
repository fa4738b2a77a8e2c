"""Pictures of a kit on the desk: added, shown, removed. An upload beyond the bound is read no further than that."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.kits.forms import DraftForm, PictureForm
from passalong.kits.lookups import kit_or_404
from passalong.kits.models import Kit, Picture, Proof
from passalong.kits.selectors import writing as selectors
from passalong.kits.services import pictures as services
from passalong.kits.views import editor, framing


class Bounded(FileUploadHandler):
    """Lets a file through up to the bound; what comes after is read from the line and thrown away."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.size = 0
        self.is_full = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.size > services.MOST_BYTES:
            self.is_full = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


@csrf_exempt  # so that nothing reads the body before the handler is set; the token is asked for right below
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    """Add a picture."""
    handler = Bounded(request)
    request.upload_handlers = [handler, TemporaryFileUploadHandler(request)]
    request.META["passalong.upload"] = handler
    return _add(request, public_id)


@csrf_protect
@member_required
@framing.holds_frame
@require_POST
def _add(request: MemberRequest, public_id: str) -> HttpResponse:
    kit = kit_or_404(request.member.practice, public_id)
    form = PictureForm(request.POST, request.FILES)
    if request.META["passalong.upload"].is_full:
        form.errors["picture"] = form.error_class([services.too_large()])
    elif form.is_valid():
        upload = cast("UploadedFile[bytes]", form.cleaned_data["picture"])
        try:
            content = upload.read(services.MOST_BYTES + 1)
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
    try:
        found = selectors.picture(request.member.practice, picture_id)
    except Picture.DoesNotExist:
        raise Http404 from None
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
