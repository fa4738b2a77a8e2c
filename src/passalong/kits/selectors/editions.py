"""Named reads on editions: what stands in the way of one, what it will hold, and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.compliance.rulebook import Effect, Verdict, together, verdict
from passalong.core import blobs, clock
from passalong.core.models import Blob, Event
from passalong.kits.content import PARTS, Content, Frozen, FrozenPicture, FrozenProof
from passalong.kits.disclosing import facts
from passalong.kits.models import Edition, EditionFile, EditionState, FileName, Kit
from passalong.kits.placeholders import missing_in, placeholders_in
from passalong.kits.rendering import markdown
from passalong.kits.rendering.page import with_pictures
from passalong.kits.selectors import proof as proofs
from passalong.kits.selectors import writing

MOST_TOLD = 12  # open placeholders named in one sentence


@dataclass(frozen=True, slots=True)
class Checklist:
    """A draft before it is published. in_the_way: a sentence for each thing that must be done first."""

    content: Content
    verdict: Verdict
    standings: tuple[proofs.Standing, ...]
    in_the_way: tuple[str, ...]

    @property
    def needs_approval(self) -> bool:
        """Whether a second person must look at it before readers do."""
        return self.verdict.effect >= Effect.APPROVE


def checklist(kit: Kit) -> Checklist:
    """What stands in the way of publishing the draft, and what the rules say of it."""
    content = writing.draft(kit)
    shown = tuple(proofs.standing(one) for one in proofs.named(kit.practice, content.proofs))
    rules = together(verdict(kit.practice, "publish_kit"), *(one.verdict for one in shown))
    said = [_("The kit is archived. Bring it back first.")] if kit.archived_at else []
    said += missing_in(content)
    if still_open := placeholders_in(content):
        said.append(_("Facts are still open: %(what)s.") % {"what": _listed(still_open)})
    if len(shown) < len(content.proofs):
        said.append(_("The draft names a testimonial that is not on file."))
    for one in shown:
        said += [_("“%(who)s”: %(what)s") % {"who": one.proof.shown_as, "what": lack} for lack in one.missing]
    if rules.effect is Effect.BLOCK and rules.absolute:
        said.append(str(_(rules.rules[0].why)))
    return Checklist(content, rules, shown, tuple(said))


def _listed(words: list[str]) -> str:
    shown = ", ".join(f"[{one}]" for one in words[:MOST_TOLD])
    return f"{shown}, …" if len(words) > MOST_TOLD else shown


def rules_of(edition: Edition) -> Verdict:
    """What the rules say of a frozen edition today."""
    shown = (verdict(edition.practice, "testimonial", facts=facts(one)) for one in edition.proofs.all())
    return together(verdict(edition.practice, "publish_kit"), *shown)


def freeze(kit: Kit, check: Checklist) -> Frozen:
    """The draft as an edition would keep it today, under the next number."""
    practice = kit.practice
    return Frozen(
        content=check.content,
        practice=practice.name,
        imprint=practice.imprint,
        colour=practice.colour,
        number=next_number(kit),
        published_on=clock.today().isoformat(),
        public_url=settings.PUBLIC_URL,
        proofs=tuple(
            FrozenProof(one.proof.public_id, one.proof.kind, one.proof.text, one.proof.shown_as, one.told)
            for one in check.standings
        ),
        pictures=_pictures(kit, check.content),
        disclosures=disclosures(practice),
    )


def _pictures(kit: Kit, content: Content) -> dict[str, FrozenPicture]:
    """The kit's own pictures that its texts show, and no others."""
    texts = [content.text(part) for part in PARTS] + [content.about]
    named = {public_id for text in texts for public_id in markdown.picture_ids(text)}
    found = writing.pictures(kit).filter(public_id__in=named)
    return {
        one.public_id: FrozenPicture(one.blob.digest, one.blob.media_type, one.words, one.width, one.height)
        for one in found
    }


def picture_blobs(practice: Practice, frozen: Frozen) -> dict[str, Blob]:
    """Digest -> the stored bytes of each picture shown."""
    digests = {one.digest for one in frozen.pictures.values()}
    return {blob.digest: blob for blob in Blob.objects.filter(practice=practice, digest__in=digests)}


def framed(page: bytes, pictures: Mapping[str, Blob]) -> bytes:
    """The page with its pictures inside it, for a frame at the desk that may ask for nothing."""
    return with_pictures(page, {digest: (blob.media_type, blobs.read(blob)) for digest, blob in pictures.items()})


def editions(kit: Kit) -> QuerySet[Edition]:
    """All editions of a kit, last first."""
    return Edition.objects.filter(kit=kit).defer("frozen", "rules").order_by("-number")


def edition(practice: Practice, public_id: str) -> Edition:
    """One edition, whatever its state; raises Edition.DoesNotExist for another practice's."""
    return Edition.objects.select_related("kit", "practice").get(practice=practice, public_id=public_id)


def next_number(kit: Kit) -> int:
    """The number the next edition of this kit will bear."""
    last = Edition.objects.filter(kit=kit).order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def live_edition(kit: Kit) -> Edition | None:
    """What outsiders read now."""
    return Edition.objects.filter(kit=kit, state=EditionState.LIVE).first()


def waiting(practice: Practice) -> QuerySet[Edition]:
    """Editions that await a second person, oldest first."""
    found = Edition.objects.filter(practice=practice, state=EditionState.WAITING)
    return found.select_related("kit").defer("frozen", "rules").order_by("created_at", "pk")


def taken_away(practice: Practice, kit: Kit | None = None) -> QuerySet[Edition]:
    """Editions that no person withdrew, but a changed rule or a consent that ran out, and that nothing has followed:
    the last of their kits, latest first. They stay withdrawn until somebody publishes anew."""
    kits = Kit.objects.filter(practice=practice, archived_at=None)
    last = Edition.objects.filter(kit=OuterRef("kit")).order_by("-number").values("pk")[:1]
    found = Edition.objects.filter(practice=practice, state=EditionState.WITHDRAWN, pk=Subquery(last))
    found = found.filter(kit__in=kits if kit is None else kits.filter(pk=kit.pk))
    by_somebody = Event.objects.filter(practice=practice, kind="kits:edition_withdrawn").exclude(actor="")
    found = found.exclude(public_id__in=by_somebody.values("subject")).select_related("kit")
    return found.defer("frozen", "rules").order_by("-ended_at", "-pk")


def file_of(edition: Edition, name: str) -> EditionFile | None:
    """The edition's own file of this name, with its bytes."""
    return EditionFile.objects.select_related("blob").filter(edition=edition, name=name, link=None).first()


def files_of(edition: Edition) -> list[EditionFile]:
    """The edition's own files but pictures, without their bytes."""
    found = EditionFile.objects.filter(edition=edition, link=None).exclude(name=FileName.PICTURE)
    return list(found.select_related("blob").defer("blob__content").order_by("pk"))


def changed_since(edition: Edition) -> list[str]:
    """What is not as it was when this waiting edition was proposed, so that it must not go out as it stands."""
    said = lost_consents(edition)
    told = {one["public_id"]: list(one["disclosure"]) for one in edition.frozen.get("proofs", ())}
    for one in map(proofs.standing, proofs.named(edition.practice, told)):
        named = {"who": one.proof.shown_as}
        said += [_("“%(who)s”: %(what)s") % (named | {"what": lack}) for lack in one.missing]
        if list(one.told) != told[one.proof.public_id]:
            said.append(_("What must be told beside “%(who)s” is something else now.") % named)
    if list(disclosures(edition.practice)) != edition.frozen.get("disclosures", []):
        said.append(_("What must be told on the page is something else now."))
    return list(dict.fromkeys(said))


def disclosures(practice: Practice) -> tuple[str, ...]:
    """What the rules have every kit of this practice say."""
    return tuple(_(sentence) for sentence in verdict(practice, "publish_kit").sentences)


def lost_consents(edition: Edition) -> list[str]:
    """Proofs in this edition whose words, as it shows them, no consent covers any more: a sentence each."""
    return [
        _("The speaker's consent to “%(who)s” is no longer there.") % {"who": one.shown_as}
        for one in edition.proofs.prefetch_related("consents")
        if not proofs.covers_frozen(one, edition)
    ]
