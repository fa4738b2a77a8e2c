"""Verbs on editions: published, approved, refused, withdrawn. Rendered first, then kept in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.compliance.rulebook import Effect, Verdict
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Blob
from passalong.kits.content import Frozen
from passalong.kits.models import Channel, Edition, EditionFile, EditionState, FileName, Kit, Link, Proof
from passalong.kits.rendering import PDF, RENDERERS
from passalong.kits.rendering.page import render_page
from passalong.kits.selectors import editions as selectors
from passalong.kits.selectors import passing as addresses
from passalong.kits.services import passing

HTML = "text/html; charset=utf-8"
REASON = 20  # characters, where a second person decides against the strictest
OPEN = (EditionState.LIVE, EditionState.WAITING)
_drawing = threading.Lock()  # a typesetter at a time, whoever asks for papers: pages must go on being answered


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of an edition before it is one: file name -> media type, bytes; and the pictures it shows."""

    files: dict[str, tuple[str, bytes]]
    pictures: tuple[Blob, ...]


def publish(*, by: Member, kit: Kit) -> Edition:
    """Freeze the draft under the next number: published at once, or waiting where the rules ask for a second person.

    All is rendered first; then content, rules, proofs and bytes are kept together, or nothing is.
    """
    demand(by, "kits.edit")
    demand_own(by, kit)
    check = selectors.checklist(kit)
    _demand_clear(check)
    frozen = selectors.freeze(kit, check)
    own = passing.link_for(by=by, kit=kit, referrer=None, channel=Channel.REPORT)  # where the code on paper leads
    rendered = render(kit, frozen, addresses.url_of(own))
    return _keep(by, kit, frozen, rendered)


def render(kit: Kit, frozen: Frozen, address: str = "") -> Rendered:
    """All files of an edition. Nothing is written."""
    pictures = selectors.picture_blobs(kit.practice, frozen)
    files = {name: (one.media_type, draw(kit.practice, name, frozen, address)) for name, one in RENDERERS.items()}
    sizes = {name: len(made) for name, (_type, made) in files.items()}
    files[FileName.PAGE] = (HTML, render_page(frozen, has_files=sizes))
    return Rendered(files, tuple(pictures.values()))


def draw(practice: Practice, name: str, frozen: Frozen, address: str = "") -> bytes:
    """One file of this content. Nothing is written."""
    pictures = selectors.picture_blobs(practice, frozen)
    return RENDERERS[name].draw(frozen, {digest: blobs.read(blob) for digest, blob in pictures.items()}, address)


@transaction.atomic
def _keep(by: Member, kit: Kit, frozen: Frozen, rendered: Rendered) -> Edition:
    kit = _locked(kit.pk, [proof.public_id for proof in frozen.proofs])
    check = selectors.checklist(kit)
    _demand_clear(check)
    if selectors.freeze(kit, check) != frozen:
        raise Refused(_("The draft was changed while it was being published. Look at it again, then publish."))
    for waiting in Edition.objects.filter(kit=kit, state=EditionState.WAITING):
        end(waiting, EditionState.REPLACED, by=by, why=_("Proposed anew."))
    edition = Edition.objects.create(
        practice=by.practice,
        kit=kit,
        number=frozen.number,
        state=EditionState.WAITING,
        frozen=frozen.to_json(),
        rules=[rule.to_json() for rule in check.verdict.rules],
        proposed_by=str(by.user)[:120],
        proposer=by.public_id,
    )
    edition.proofs.set([one.proof for one in check.standings])
    _keep_files(edition, rendered)
    _record(edition, "proposed", by, rules=[rule.id for rule in check.verdict.rules])
    if not check.needs_approval:
        _go_live(edition, by)
    return edition


def _locked(kit_id: int, proofs: Iterable[str]) -> Kit:
    """The kit and the proofs in question, held until the transaction ends, so that no consent is taken back between
    looking and publishing. Whoever needs several takes them in this order: kit, proofs, editions."""
    kit = Kit.objects.select_for_update(of=("self",)).select_related("practice").get(pk=kit_id)
    held = Proof.objects.select_for_update().filter(practice=kit.practice, public_id__in=list(proofs)).order_by("pk")
    list(held.values_list("pk"))
    return kit


def _demand_clear(check: selectors.Checklist) -> None:
    if check.in_the_way:
        raise Refused(" ".join(check.in_the_way))


def _keep_files(edition: Edition, rendered: Rendered) -> None:
    kept = {
        name: blobs.keep(edition.practice_id, made, media_type) for name, (media_type, made) in rendered.files.items()
    }
    named = [*kept.items(), *((FileName.PICTURE.value, blob) for blob in rendered.pictures)]
    EditionFile.objects.bulk_create(
        EditionFile(practice_id=edition.practice_id, edition=edition, name=name, blob=blob) for name, blob in named
    )


def _record(edition: Edition, act: str, by: Member | None, **said: Any) -> None:
    """Put an act on the record with every byte of the edition, and those who speak in it."""
    texts: dict[str, Blob] = {}
    for one in EditionFile.objects.filter(edition=edition, link=None).select_related("blob").order_by("pk"):
        texts[one.name if one.name not in texts else f"{one.name} {len(texts)}"] = one.blob
    events.record(
        edition.practice_id,
        f"kits:edition_{act}",
        actor=by.public_id if by else "",
        subject=edition.public_id,
        people=edition.proofs.exclude(speaker=None).values_list("speaker__public_id", flat=True),
        texts=texts,
        number=edition.number,
        title=edition.frozen["content"].get("title", ""),
        **said,
    )


def _go_live(edition: Edition, by: Member) -> None:
    """Put it before readers in place of the one before it."""
    for former in Edition.objects.filter(kit=edition.kit_id, state=EditionState.LIVE):
        end(former, EditionState.REPLACED, by=by, why="")
    edition.state, edition.published_at = EditionState.LIVE, clock.now()
    edition.approved_by = str(by.user)[:120]
    edition.save()
    _record(edition, "published", by)


@transaction.atomic
def approve(*, by: Member, edition: Edition, why: str = "") -> Edition:
    """A second person lets a waiting edition out, byte for byte as it was proposed.

    why: needed, and kept, where the rules would have it blocked and leave the decision to such a person.
    """
    edition, rules = _to_decide(by, edition)
    if changed := selectors.changed_since(edition):
        raise Refused(" ".join([*changed, _("Take the proposal back and propose it anew.")]))
    if rules.effect is Effect.BLOCK:
        if rules.absolute:
            raise Refused(_(rules.rules[0].why))
        if len(why.strip()) < REASON:
            raise Refused(
                _("Write down in a sentence why it may be published: it is kept with your name."), field="why"
            )
    edition.rules = [rule.to_json() for rule in rules.rules]  # those of the day it goes out
    if why.strip():
        decision = {"id": "decision", "action": "approve", "effect": "allow", "why": why.strip()[:600]}
        edition.rules = [*edition.rules, decision | {"source": str(by.user), "on": clock.today().isoformat()}]
    _record(edition, "approved", by, why=why.strip()[:600])
    _go_live(edition, by)
    return edition


@transaction.atomic
def refuse(*, by: Member, edition: Edition, why: str) -> Edition:
    """A second person does not let it out, and says why."""
    edition, _rules = _to_decide(by, edition)
    if not why.strip():
        raise Refused(_("Say why, so that it can be mended."), field="why")
    return end(edition, EditionState.REFUSED, by=by, why=why)


def _to_decide(by: Member, edition: Edition) -> tuple[Edition, Verdict]:
    """The edition as it stands now, with what the rules say today; raises unless this member may decide on it."""
    demand(by, "kits.approve")
    demand_own(by, edition)
    _locked(edition.kit_id, [one["public_id"] for one in edition.frozen.get("proofs", ())])
    edition = _fresh(edition)
    if edition.state != EditionState.WAITING:
        raise Refused(_("This edition is not waiting for approval any more."))
    rules = selectors.rules_of(edition)
    if edition.proposer == by.public_id:
        raise NotAllowed(_("Nobody decides on what they proposed themselves. Ask a second person."))
    if edition.kit.archived_at:
        raise Refused(_("The kit is archived. Bring it back first."))
    return edition, rules


@transaction.atomic
def withdraw(*, by: Member, edition: Edition, why: str) -> Edition:
    """Take an edition away from readers, page and files, with the next request; or take a proposal back."""
    demand(by, "kits.edit")
    demand_own(by, edition)
    edition = _fresh(edition)
    if edition.state not in OPEN:
        raise Refused(_("This edition is not published any more."))
    if not why.strip():
        raise Refused(_("Say why; it is kept with your name."), field="why")
    return end(edition, EditionState.WITHDRAWN, by=by, why=why)


def end(edition: Edition, state: EditionState, *, by: Member | None, why: str) -> Edition:
    """Close an edition in this state. Inside a transaction of the caller's; `by` is nobody when the clock does it."""
    edition.state, edition.ended_at, edition.ended_why = state, clock.now(), " ".join(why.split())[:200]
    edition.save(update_fields=["state", "ended_at", "ended_why"])
    _forget_link_files(edition)
    _record(edition, state.value, by, why=edition.ended_why)
    return edition


def _forget_link_files(edition: Edition) -> None:
    """PDFs that differ from the edition's own only by a link's address: nobody reads them any more."""
    made = EditionFile.objects.filter(edition=edition).exclude(link=None)
    blobs_of = list(made.values_list("blob", flat=True))
    made.delete()
    blobs.release(blobs_of)


def _fresh(edition: Edition) -> Edition:
    found = Edition.objects.select_for_update(of=("self",)).select_related("kit", "practice")
    return found.get(pk=edition.pk)


def file_for(link: Link, name: str) -> Blob:
    """A published PDF with this link's own address and code in it; made on first asking, then kept until the server's
    public address is another.

    Raises Refused when the kit has no edition to show or the edition has no such file.
    """
    edition = selectors.live_edition(link.kit)
    if edition is None or name not in RENDERERS:
        raise Refused(_("There is no such file."))
    address = addresses.url_of(link)
    if kept := _kept(edition, name, link, address):
        return kept
    with _drawing:
        if kept := _kept(edition, name, link, address):
            return kept
        made = draw(edition.practice, name, Frozen.from_json(edition.frozen), address)
    with transaction.atomic():
        blob = blobs.keep(edition.practice_id, made, PDF)
        what = {"practice_id": edition.practice_id, "blob": blob, "address": address}
        EditionFile.objects.update_or_create(edition=edition, name=name, link=link, defaults=what)
    return blob


def _kept(edition: Edition, name: str, link: Link, address: str) -> Blob | None:
    own = EditionFile.objects.select_related("blob").filter(edition=edition, name=name, link=link, address=address)
    found = own.first()
    return found.blob if found else None
