"""Pictures: what is kept of them, and what is refused before it can do harm."""

from __future__ import annotations

import io
import resource
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests import make

from passalong.accounts.models import Member
from passalong.core.errors import Refused
from passalong.core.models import Blob
from passalong.kits import bounded
from passalong.kits.models import Kit, Picture
from passalong.kits.services import pictures as services
from passalong.kits.services import writing

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def kit(owner: Member) -> Kit:
    return writing.create(by=owner, name="Moving")


def drawn(size: tuple[int, int], kind: str, *, mode: str = "RGB", **options: object) -> bytes:
    """A gradient, so that it is neither trivially small nor noise."""
    picture = Image.radial_gradient("L").resize(size)
    deep = picture.convert("I").point(lambda value: value * 257)
    picture = deep.convert(mode) if mode == "I;16" else picture.convert(mode)
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_head(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds almost nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("JPEG", "RGB"), ("JPEG", "CMYK"), ("JPEG", "L"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "LA"), ("PNG", "P"),
     ("PNG", "1"), ("PNG", "I;16"), ("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P")],
)  # fmt: skip
def test_pictures_are_kept_within_bounds(kind: str, mode: str) -> None:
    made, media_type, (width, height) = services.cleaned(drawn((3000, 1500), kind, mode=mode))
    assert (width, height) == (1600, 800)
    assert media_type in ("image/jpeg", "image/png")
    assert len(made) <= services.HEAVIEST
    with Image.open(io.BytesIO(made)) as kept:
        assert kept.mode == "RGB"
        middle = kept.getpixel((800, 400))
        corner = kept.getpixel((2, 2))
    assert middle != corner  # it is still the picture


@pytest.mark.parametrize(("kind", "options"), [("GIF", {}), ("WEBP", {"lossless": True})])
def test_the_first_frame_of_a_moving_picture_is_kept(kind: str, options: dict[str, bool]) -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
    made, _type, _size = services.cleaned(out.getvalue())
    with Image.open(io.BytesIO(made)) as kept:
        red, _green, blue = kept.getpixel((20, 20))
    assert red > 250
    assert blue < 5


def test_noise_is_made_to_fit() -> None:
    noise = Image.effect_noise((2400, 2400), 120).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    made, media_type, size = services.cleaned(out.getvalue())
    assert len(made) <= services.HEAVIEST
    assert media_type == "image/jpeg"
    assert max(size) <= 1600


def test_place_camera_and_profile_are_left_behind() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = drawn((400, 200), "JPEG", exif=exif, comment=b"SecretComment", icc_profile=b"SecretProfile" * 20)
    assert b"SecretCamera" in data
    made, _type, size = services.cleaned(data)
    assert size == (200, 400)  # upright, as it was seen
    for secret in (b"Secret", b"Exif", b"GPS"):
        assert secret not in made
    with Image.open(io.BytesIO(made)) as kept:
        assert not kept.getexif()
        assert "icc_profile" not in kept.info


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        drawn((300, 300), "JPEG")[:400],
        drawn((30, 30), "BMP"),
        drawn((30, 30), "TIFF"),
        drawn((30, 30), "EPS"),
        drawn((30, 30), "ICO"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        services.cleaned(data)
    assert refused.value.message == "This is not a picture we can read: JPEG, PNG, WebP or GIF."


@pytest.mark.parametrize("size", [(6400, 6400), (10_000, 10_000), (60_000, 60_000), (2**31 - 1, 2)])
def test_a_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused) as refused:
        services.cleaned(png_head(*size))
    assert "million pixels" in refused.value.message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # kB


def test_words_that_grow_when_unpacked_are_bounded() -> None:
    """A compressed text of 200 MB inside a small PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    plain = drawn((20, 20), "PNG")
    bomb = plain[:33] + chunk(b"zTXt", b"k\0\0" + zlib.compress(b"\0" * 200_000_000)) + plain[33:]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refused):
        services.cleaned(bomb)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60_000  # kB


def test_a_kit_holds_a_dozen_and_each_says_what_it_shows(owner: Member, kit: Kit) -> None:
    data = drawn((30, 30), "PNG")
    with pytest.raises(Refused) as refused:
        services.add_picture(by=owner, kit=kit, content=data, words=" \n ")
    assert refused.value.field == "words"
    for number in range(services.MOST_PICTURES):
        services.add_picture(by=owner, kit=kit, content=data, words=f"Room [{number}]")
    with pytest.raises(Refused, match="at most 12"):
        services.add_picture(by=owner, kit=kit, content=data, words="One more")
    assert Blob.objects.filter(practice=owner.practice).count() == 1
    first = kit.pictures.order_by("pk").first()
    assert first is not None
    assert first.words == "Room (0)"
    for picture in kit.pictures.all():
        services.remove_picture(by=owner, picture=picture)
    assert not Blob.objects.filter(practice=owner.practice).exists()
    with pytest.raises(Refused):
        services.add_picture(by=make.member(), kit=kit, content=data, words="Not theirs")


# The page -------------------------------------------------------------------


def test_a_picture_is_added_shown_and_removed(owner: Member, kit: Kit) -> None:
    browser = make.browser(owner)
    upload = SimpleUploadedFile("x.exe", drawn((300, 200), "JPEG"), "text/html")
    answer = browser.post(f"/kits/{kit.public_id}/pictures/", {"words": "A hall", "picture": upload})
    assert answer.status_code == 302
    picture = Picture.objects.get()
    page = browser.get(f"/kits/{kit.public_id}/").content.decode()
    assert f"![A hall](picture:{picture.public_id})" in page
    at = f"/kits/{kit.public_id}/pictures/{picture.public_id}/"
    shown = browser.get(at)
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert make.browser(make.member()).get(at).status_code == 404
    other = writing.create(by=owner, name="Other")
    assert browser.get(f"/kits/{other.public_id}/pictures/{picture.public_id}/").status_code == 404
    assert browser.post(f"{at}remove/").status_code == 302
    assert not Picture.objects.exists()


def test_a_hundred_megabytes_are_refused_in_a_sentence_and_not_kept(
    owner: Member, kit: Kit, tmp_path: Path, settings, monkeypatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    kept: list[int] = []
    real = bounded.Bounded.receive_data_chunk

    def watched(self: bounded.Bounded, raw_data: bytes, start: int) -> bytes:
        kept.append(sum(path.stat().st_size for path in tmp_path.iterdir()))
        return real(self, raw_data, start)

    monkeypatch.setattr(bounded.Bounded, "receive_data_chunk", watched)
    upload = SimpleUploadedFile("x.png", b"\x89PNG" + b"\0" * (100 * 2**20), "image/png")
    answer = make.browser(owner).post(f"/kits/{kit.public_id}/pictures/", {"words": "A hall", "picture": upload})
    assert answer.status_code == 422
    assert "The picture is larger than 10 MB. Save it smaller, then add it." in answer.content.decode()
    assert max(kept) <= 11 * 2**20
    assert not Picture.objects.exists()


def test_the_token_is_still_asked_for(owner: Member, kit: Kit) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = make.browser(owner).cookies
    upload = SimpleUploadedFile("x.jpg", drawn((30, 20), "JPEG"), "image/jpeg")
    answer = browser.post(f"/kits/{kit.public_id}/pictures/", {"words": "A hall", "picture": upload})
    assert answer.status_code == 403
    assert not Picture.objects.exists()
