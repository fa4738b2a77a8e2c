"""A picture that is uploaded: beyond the bound it is read no further, and nothing of the rest comes onto the disk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from passalong.kits.services import pictures

View = Callable[..., HttpResponseBase]


class Bounded(FileUploadHandler):
    """Lets files through up to the bound; what comes after is read from the line and thrown away."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.size = 0
        self.is_full = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.size += len(raw_data)
        if self.size > pictures.MOST_BYTES:
            self.is_full = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def takes_picture(view: View) -> View:
    """For a view whose form takes a picture: `is_too_large` tells afterwards whether there was more than the bound.
    Stands outermost, so that nothing reads the body before; the token of the form is asked for all the same."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **more: object) -> HttpResponseBase:
        handler = Bounded(request)
        request.upload_handlers = [handler, TemporaryFileUploadHandler(request)]
        request.META["passalong.upload"] = handler
        return protected(request, *args, **more)

    return wrapped


def is_too_large(request: HttpRequest) -> bool:
    """Whether what was uploaded goes beyond the bound; its fields may be missing then."""
    return bool(request.META["passalong.upload"].is_full)


def read(upload: object) -> bytes:
    """An upload, one byte beyond the bound at most; nothing for none."""
    return cast("UploadedFile[bytes]", upload).read(pictures.MOST_BYTES + 1) if upload else b""
