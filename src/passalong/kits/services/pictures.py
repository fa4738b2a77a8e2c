"""Pictures of a kit: taken in within bounds, cleaned of everything but the picture, kept by their content."""

from __future__ import annotations

import io

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, events
from passalong.core.errors import Refused
from passalong.kits.bounds import tidy
from passalong.kits.models import Kit, Picture

MOST_BYTES = 10 * 1024 * 1024  # of an upload
MOST_PIXELS = 40_000_000
MOST_PICTURES = 12  # in one kit
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
WIDEST, TALLEST = 1600, 2400  # pixels kept
HEAVIEST = 400_000  # bytes kept, about
LINE_ART = 200_000  # bytes up to which a drawing stays a PNG
QUALITIES = (84, 76, 68, 60, 50)
SMALLER = 0.75


def add_picture(*, by: Member, kit: Kit, content: bytes, words: str) -> Picture:
    """Keep a picture with what it shows; raises Refused with one sentence for anything that cannot be kept."""
    demand(by, "kits.edit")
    demand_own(by, kit)
    words = " ".join(tidy(words).replace("[", "(").replace("]", ")").replace("\\", "/").split())
    if not words:
        raise Refused(_("Say in a few words what the picture shows, for readers who cannot see it."), field="words")
    return _keep(by, kit, cleaned(content), words[:200])  # drawn anew before the transaction: that may take seconds


@transaction.atomic
def _keep(by: Member, kit: Kit, drawn: tuple[bytes, str, tuple[int, int]], words: str) -> Picture:
    made, media_type, (width, height) = drawn
    Kit.objects.select_for_update().get(pk=kit.pk)
    if kit.pictures.count() >= MOST_PICTURES:
        raise Refused(_("A kit holds at most %(most)d pictures. Remove one first.") % {"most": MOST_PICTURES})
    picture = Picture.objects.create(
        practice=by.practice,
        kit=kit,
        blob=blobs.keep(by.practice_id, made, media_type),
        words=words,
        width=width,
        height=height,
    )
    events.record(by.practice_id, "kits:picture_added", actor=by.public_id, subject=kit.public_id)
    return picture


@transaction.atomic
def remove_picture(*, by: Member, picture: Picture) -> None:
    """Take a picture out of the kit. What was published with it keeps it until it is withdrawn."""
    demand(by, "kits.edit")
    demand_own(by, picture)
    kit, blob = picture.kit, picture.blob
    picture.delete()
    blobs.release([blob.pk])
    events.record(by.practice_id, "kits:picture_removed", actor=by.public_id, subject=kit.public_id)


def cleaned(content: bytes) -> tuple[bytes, str, tuple[int, int]]:
    """(bytes, media type, (width, height)) of the same picture, drawn anew: no place, camera or profile is left."""
    if len(content) > MOST_BYTES:
        raise Refused(too_large(), field="picture")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as source:
            if source.width * source.height > MOST_PIXELS:  # known from the head of the file, before any is decoded
                raise Refused(too_many_pixels(), field="picture")
            kind = source.format
            source.draft("RGB", (WIDEST, TALLEST))
            picture = _flat(source)
    except Refused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(too_many_pixels(), field="picture") from None
    except Exception as error:  # decoders raise all sorts of errors at broken files; each means the same here
        raise Refused(_("This is not a picture we can read: JPEG, PNG, WebP or GIF."), field="picture") from error
    made, media_type = _encoded(picture, is_drawing=kind in ("PNG", "GIF"))
    with Image.open(io.BytesIO(made), formats=FORMATS) as kept:
        return made, media_type, kept.size


def too_large() -> str:
    """The sentence for an upload that is too large."""
    return _("The picture is larger than %(most)d MB. Save it smaller, then add it.") % {"most": MOST_BYTES // 2**20}


def too_many_pixels() -> str:
    """The sentence for a picture that would need too much room once unpacked."""
    most = MOST_PIXELS // 1_000_000
    return _("The picture has more than %(most)d million pixels. Save it smaller, then add it.") % {"most": most}


def _flat(source: Image.Image) -> Image.Image:
    """The first frame, upright, without transparency, within the bounds, and with nothing beside its pixels."""
    source.load()
    picture: Image.Image = source
    if picture.mode.startswith("I"):  # 16 bits a pixel
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    picture = picture.convert("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
    picture.thumbnail((WIDEST, TALLEST) if _is_upright(source) else (TALLEST, WIDEST))
    picture.info = {}
    turned = ImageOps.exif_transpose(_with_turn(picture, source))
    clean = Image.new("RGB", turned.size, "white")
    clean.paste(turned, mask=turned if turned.mode == "RGBA" else None)
    return clean


def _is_upright(source: Image.Image) -> bool:
    """Whether width stays width once the camera's turn is undone."""
    return int(source.getexif().get(0x0112, 1)) < 5


def _with_turn(picture: Image.Image, source: Image.Image) -> Image.Image:
    exif = Image.Exif()
    exif[0x0112] = source.getexif().get(0x0112, 1)
    picture.info["exif"] = exif.tobytes()
    return picture


def _encoded(picture: Image.Image, *, is_drawing: bool) -> tuple[bytes, str]:
    """As PNG where that is small and lines stay sharp, else as JPEG of falling quality, then of falling size."""
    if is_drawing:
        out = io.BytesIO()
        picture.save(out, "PNG", optimize=True)
        if out.tell() <= LINE_ART:
            return out.getvalue(), "image/png"
    while True:
        for quality in QUALITIES:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= HEAVIEST:
                return out.getvalue(), "image/jpeg"
        size = max(1, round(picture.width * SMALLER)), max(1, round(picture.height * SMALLER))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
