"""The kits room's part in what is held about a person: links and words of a referrer, testimonials, names in texts.

A kit's own words that name somebody who is erased are changed in drafts; an edition before readers that names them is
taken down first, for what is frozen is not changed under a reader's eyes.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.accounts.selectors import members
from passalong.compliance.selectors.retention import held_until
from passalong.contacts.keys import fold
from passalong.core import blobs, clock, events
from passalong.core.models import Event
from passalong.core.person import Held, Kept, Person
from passalong.core.wiping import GAP, Trace, wipe_rows
from passalong.kits.content import Content, Frozen
from passalong.kits.models import (
    Channel,
    Edition,
    EditionFile,
    EditionState,
    Kit,
    Link,
    Passing,
    Picture,
    Proof,
    ProofConsent,
    SharePage,
    Version,
)
from passalong.kits.services.editions import OPEN, end

COVERS: tuple[type[Model], ...] = (
    Link, SharePage, Passing, Proof, ProofConsent, Edition, EditionFile, Version, Kit, Picture,
)  # fmt: skip

KEPT = "kits:kept_although_forgotten"


def ids_of(person: Person) -> tuple[str, ...]:
    """Public ids of what stands for the person: their links and their testimonials."""
    if not person.contact_id:
        return ()
    own = {"practice": person.practice_id}
    links = Link.objects.filter(referrer=person.contact_id, **own).values_list("public_id", flat=True)
    pages = SharePage.objects.filter(referrer=person.contact_id, **own).values_list("public_id", flat=True)
    proofs = Proof.objects.filter(speaker=person.contact_id, **own).values_list("public_id", flat=True)
    return (*links, *pages, *proofs)


def held_about(person: Person) -> list[Held]:
    """The links to pass along, what was said of using them, and words given as a testimonial."""
    if not person.contact_id:
        return []
    return [_links(person), _proofs(person)]


def _links(person: Person) -> Held:
    rows = [
        {
            _("Kit"): link.kit.name,
            _("Made on"): _day(link.created_at),
            _("Passed along"): _("%(times)d times, as you or the practice said") % {"times": link.passings.count()},
            _("Opened"): _("%(times)d times, by whomever") % {"times": link.hits.count()},
            _("Your words"): " ".join(str(text) for text in link.words.values() if isinstance(text, str)),
        }
        for link in Link.objects.filter(referrer=person.contact_id).select_related("kit").order_by("pk")
    ]
    return Held(_("Links you were given to pass along"), rows, _("To give you the credit for passing it along."))


def _proofs(person: Person) -> Held:
    rows = [
        {
            _("Words"): proof.text,
            _("Shown as"): proof.shown_as,
            _("Consents"): "; ".join(f"{_day(one.given_on)}, {one.how}" for one in proof.consents.all()),
        }
        for proof in Proof.objects.filter(speaker=person.contact_id).prefetch_related("consents").order_by("pk")
    ]
    return Held(_("What you said about the practice"), rows, _("To publish it, as far as you consented."))


def _day(on: Any) -> str:
    return date_format(on, "DATE_FORMAT") if on else ""


def erase(person: Person) -> list[Kept]:
    """End links, take testimonials down and forget them, and take the name out of kits."""
    own = {"practice": person.practice_id}
    if person.contact_id:
        links = Link.objects.filter(referrer=person.contact_id, **own)
        links.filter(ended_at=None).update(ended_at=clock.now())
        links.update(words={}, referrer=None)
        SharePage.objects.filter(referrer=person.contact_id, **own).delete()
    trace = Trace(_without_members(person))
    theirs = Proof.objects.filter(speaker=person.contact_id, **own) if person.contact_id else Proof.objects.none()
    kept, spared = _erase_editions(person, trace, set(theirs.values_list("public_id", flat=True)))
    theirs.exclude(public_id__in=spared).delete()
    proofs = Proof.objects.filter(**own).exclude(public_id__in=spared)
    wipe_rows(trace, proofs, "text", "shown_as", "paid_words", "conflict", "source")
    wipe_rows(trace, ProofConsent.objects.filter(proof__in=proofs), "how", "elements")
    wipe_rows(trace, Version.objects.filter(**own), "content", "note")
    wipe_rows(trace, Kit.objects.filter(**own), "name")
    wipe_rows(trace, Picture.objects.filter(**own), "words")
    wipe_rows(trace, Link.objects.filter(**own).exclude(words={}), "words")
    return kept


def _without_members(person: Person) -> Person:
    """Kits name the practice's own people: a contact of the same name is not looked for by name in them."""
    practice = Practice.objects.get(pk=person.practice_id)
    own = {fold(member.user.name) for member in members(practice)}
    return Person(
        person.practice_id, person.contact_id, person.ids, tuple(name for name in person.names if name not in own),
        person.emails, person.phones, person.keys,
    )  # fmt: skip


def _erase_editions(person: Person, trace: Trace, proofs: set[str]) -> tuple[list[Kept], set[str]]:
    """Take down each edition that names or quotes the person; then forget the words and rendered files, unless a rule
    keeps what was published. Returns what is kept, and the public ids of the testimonials that are kept with it."""
    practice = Practice.objects.get(pk=person.practice_id)
    kept: list[Kept] = []
    spared: set[str] = set()
    for edition in Edition.objects.filter(practice=practice).select_related("kit").order_by("pk"):
        frozen = _wiped(edition.frozen, trace, proofs)
        if frozen == edition.frozen:
            _wipe_reasons(edition, trace)
            continue
        held = held_until(practice, [edition.public_id])
        if edition.state in OPEN:
            end(edition, EditionState.WITHDRAWN, by=None, why=_("Somebody named in it asked to be forgotten."))
        if held:
            what = _("A published text that names you, taken down: edition %(number)d") % {"number": edition.number}
            kept += [Kept(what, rule, until) for rule, until in held]
            events.record(practice.pk, KEPT, subject=edition.public_id, rules=sorted({rule for rule, _until in held}))
            spared |= proofs & {one["public_id"] for one in edition.frozen.get("proofs", ())}
            continue
        _drop_files(edition)
        Edition.objects.filter(pk=edition.pk).update(frozen=frozen)
        _wipe_reasons(edition, trace)
    return kept, spared


def let_go(practice: Practice, _keys: frozenset[str]) -> int:
    """Empty editions that were kept although somebody in them was forgotten, once no rule keeps them any more."""
    marked = Event.objects.filter(practice=practice, kind=KEPT).values("subject")
    gone = 0
    for edition in Edition.objects.filter(practice=practice, public_id__in=marked):
        if edition.state in OPEN or held_until(practice, [edition.public_id]):
            continue
        said = [one["public_id"] for one in edition.frozen.get("proofs", ())]
        empty = Frozen(Content(), practice.name, "", "", edition.number, edition.frozen["published_on"])
        if Frozen.from_json(edition.frozen) == empty:
            continue
        _drop_files(edition)
        Edition.objects.filter(pk=edition.pk).update(frozen=empty.to_json())
        Proof.objects.filter(practice=practice, public_id__in=said, speaker=None).delete()
        gone += 1
    return gone


def _wipe_reasons(edition: Edition, trace: Trace) -> None:
    wipe_rows(trace, Edition.objects.filter(pk=edition.pk), "rules", "ended_why")


def _wiped(frozen: dict[str, Any], trace: Trace, proofs: set[str]) -> dict[str, Any]:
    """The content without the person: words of theirs go whole, names in the words of others by an ellipsis."""
    left = dict(frozen)
    left["proofs"] = [
        {**one, "text": GAP, "shown_as": GAP, "disclosure": []} if one["public_id"] in proofs else one
        for one in frozen.get("proofs", ())
    ]
    ids = {one["public_id"]: one for one in left["proofs"]}
    wiped = {key: trace.wiped_json(value) for key, value in left.items() if key != "proofs"}
    wiped["proofs"] = [{key: trace.wiped_json(value) for key, value in one.items()} for one in ids.values()]
    return wiped if wiped != frozen else frozen


def _drop_files(edition: Edition) -> None:
    files = EditionFile.objects.filter(edition=edition)
    drawn = set(files.values_list("blob_id", flat=True))
    files.delete()
    blobs.release(drawn)


def repoint(practice_id: int, old: int, new: int) -> None:
    """Links, pages and testimonials. Of two open links of one kit and way the second takes a way that is free."""
    own = {"practice": practice_id}
    for link in Link.objects.filter(referrer=old, **own).order_by("pk"):
        _move_link(link, new)
    SharePage.objects.filter(referrer=old, **own).update(referrer=new)
    Proof.objects.filter(speaker=old, **own).update(speaker=new)


def _move_link(link: Link, new: int) -> None:
    if link.ended_at is None:
        taken = set(Link.objects.filter(kit=link.kit_id, referrer=new, ended_at=None).values_list("channel", flat=True))
        ways = [link.channel, *Channel.values]
        free = next((way for way in ways if way not in taken), None)
        link.channel = link.channel if free is None else free
        link.ended_at = clock.now() if free is None else None
    Link.objects.filter(pk=link.pk).update(referrer=new, channel=link.channel, ended_at=link.ended_at)
