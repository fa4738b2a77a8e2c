"""Kits as a practice writes them, ready to be published; what the tests of proof, editions and renderings stand on."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

from django.test import Client
from PIL import Image
from tests import make

from passalong.accounts.models import Member, Profession, Role
from passalong.core import blobs, clock
from passalong.kits.content import Content, Step, StepKind
from passalong.kits.models import Kit, Picture, Proof
from passalong.kits.selectors import writing as drafts
from passalong.kits.services import editions, writing
from passalong.kits.services import proof as proofs

CONTENT = Content(
    title="What is your workshop worth without you?",
    subtitle="Four pages for owners who will hand on their business",
    for_whom="For owners of workshops with five to forty people",
    problems="Most owners learn it in the week they need to know it.\n\n- One person's head\n- One person's telephone",
    consequences="In our experience it costs 15 to 30 per cent. See [the survey](https://survey.example.org/2025).",
    first_step="Write one page. It takes an afternoon.",
    next_step="We read that page with you in forty minutes.",
    about="We have advised family firms since 2004.",
    steps=(Step(StepKind.TWO_QUESTIONS), Step(StepKind.DOWNLOAD)),
)
WORDING = proofs.Wording(
    kind="testimonial",
    text="They asked two questions nobody had asked us in twenty years.",
    shown_as="A. R., client since 2019",
    relation="client",
    conflict="none",
    source="Letter in the file",
)


def owner(profession: str = Profession.CONSULTANT, *, country: str = "US", region: str = "") -> Member:
    """The owner of a practice of this profession and place."""
    of = make.practice("Ash & Alder", profession=profession)
    of.country, of.region, of.imprint, of.colour = country, region, "12 Mill Street\nGreenfield", "#b4552d"
    of.save()
    return make.member(of, name="Olivia Owner")


def approver(of: Member) -> Member:
    """A compliance approver of the same practice."""
    return make.member(of.practice, role=Role.APPROVER, name="Anders Approver")


def kit(by: Member, content: Content = CONTENT, **changes: Any) -> Kit:
    """A kit whose draft says this."""
    made = writing.create(by=by, name="Workshops")
    rewrite(by, made, content, **changes)
    return made


def rewrite(by: Member, of: Kit, content: Content = CONTENT, **changes: Any) -> None:
    """The draft says this from now on."""
    last = drafts.last_version(of)
    writing.save(by=by, kit=of, content=replace(content, **changes), based_on=last.number if last else 0)


def proof(by: Member, *, consented: bool = True, elements: dict[str, str] | None = None, **changes: Any) -> Proof:
    """A testimonial, its speaker's consent recorded unless said otherwise."""
    made = proofs.add_proof(by=by, wording=replace(WORDING, **changes))
    if consented:
        proofs.record_consent(
            by=by, proof=made, given_on=clock.today(), how="Signed form", elements=elements or {"nda": "None signed"}
        )
    return made


def picture(by: Member, of: Kit, words: str = "A workshop at dusk") -> Picture:
    """A small picture of the kit."""
    out = BytesIO()
    Image.new("RGB", (480, 270), (120, 90, 60)).save(out, "JPEG")
    blob = blobs.keep(by.practice_id, out.getvalue(), "image/jpeg")
    return Picture.objects.create(practice=by.practice, kit=of, blob=blob, words=words, width=480, height=270)


def published(by: Member, **changes: Any) -> Kit:
    """A kit whose first edition outsiders can read."""
    made = kit(by, **changes)
    editions.publish(by=by, kit=made)
    return made


def asked(browser: Client, path: str) -> int:
    """The status of a plain GET."""
    return int(browser.get(path).status_code)
