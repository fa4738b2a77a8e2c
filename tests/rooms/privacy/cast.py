"""A practice in which one person stands everywhere, made by the real services; and a search for them in every byte."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks_db.models import DBTaskResult
from tests import make
from tests.rooms.exchange.files import LINKEDIN, message, table
from tests.rooms.portal.cast import publish

from passalong.accounts.models import Member, Profession
from passalong.compliance.models import Approval, Given, Grant, GrantState, Purpose, ValueEntry
from passalong.contacts import services as contacts
from passalong.contacts.models import Contact, Disclosure, StandingKind
from passalong.contacts.person import person_of
from passalong.core import blobs, clock, events
from passalong.core.person import Person
from passalong.exchange import services as exchange
from passalong.exchange.importing.options import Options
from passalong.exchange.models import ImportBatch
from passalong.introductions.models import Introduction, Reply
from passalong.introductions.services import Answer as Answered
from passalong.introductions.services import record_reply
from passalong.kits.content import Content, FrozenProof
from passalong.kits.models import Edition, EditionState, Kit, Link, Picture, Proof, ProofConsent, SharePage, Version
from passalong.kits.services import passing
from passalong.prospecting.models import FirmAnswer, Meeting, Prospect
from passalong.ties.models import Answer, Statement

NAME, GIVEN, FAMILY = "Ann-Marie Okafor", "Ann-Marie", "Okafor"
MAIL, SECOND = "ann.okafor@lagos-law.example", "am@okafor-home.example"
PHONE, WRITTEN = "+14155550134", "(415) 555-0134"
WORDS = f"{NAME} said to call {WRITTEN} or write to {MAIL.upper()}."
NEEDLES = ("ann-marie okafor", "okafor, ann-marie", "okafor ann marie", "ann marie okafor", MAIL, SECOND, "4155550134")
NEEDLES += ("415) 555-0134", "okafor,ann-marie")


@dataclass
class Full:
    """The practice, its owner, the person and those around."""

    owner: Member
    ann: Contact
    ben: Contact
    cara: Contact
    kit: Kit
    edition: Edition
    link: Link

    @property
    def person(self) -> Person:
        return person_of(self.ann)


def full(profession: str = Profession.OTHER, *, in_record: bool = False) -> Full:
    """Everything that may name a person names Ann. in_record: some of it is of the kinds that rules keep: a published
    kit, and answers that are consents."""
    for folder in ("uploads", "mail"):  # other tests leave files there
        for path in (Path(settings.DATA) / folder).rglob("*"):
            path.unlink() if path.is_file() else None
    owner = make.member(make.practice("Berg and Partners", profession=profession), name="Olivia Berg")
    ann = contacts.add_contact(
        by=owner, full_name=NAME, emails=[MAIL, SECOND], phones=[WRITTEN], urls=["linkedin.com/in/annokafor"],
        notes="Met at the fair.", standing=StandingKind.CLIENT,
    )  # fmt: skip
    ben = contacts.add_contact(
        by=owner, full_name="Ben Adeyemi", emails=["ben@adeyemi.example"], notes=WORDS, standing=StandingKind.CLIENT
    )
    cara = contacts.add_contact(by=owner, full_name="Cara Lind", emails=["cara@lind.example"])
    cast = Full(owner, ann, ben, cara, *_kit(owner, ann))
    _replies(cast, "yes" if in_record else "not_now")
    if not in_record:
        Edition.objects.filter(pk=cast.edition.pk).update(state=EditionState.REPLACED)
    for fill in (_belongs, _ties, _meetings, _rules, _imports, _mail, _running):
        fill(cast)
    return cast


def _belongs(cast: Full) -> None:
    own = {"by": cast.owner, "kind": "employer"}
    contacts.add_affiliation(contact=cast.ann, organization=f"{NAME} Consulting", role="Owner", **own)
    contacts.add_affiliation(contact=cast.ann, organization="Lagos Law", disclosure=Disclosure.PUBLIC, **own)
    contacts.add_affiliation(contact=cast.cara, organization=f"{NAME} and Sons", role=f"works for {NAME}", **own)
    contacts.add_affiliation(
        contact=cast.cara, organization="Lind", disclosure=Disclosure.TOLD, told_by=cast.ann, **own
    )
    contacts.add_affiliation(by=cast.owner, contact=cast.ann, kind="street", organization="Elm Street, Greenfield")
    contacts.join_household(by=cast.owner, contact=cast.ann, other=cast.cara)


def _ties(cast: Full) -> None:
    own = {"practice": cast.owner.practice, "on": make.DAY}
    Statement.objects.create(contact_a=cast.ann, contact_b=cast.ben, kind="works_with", text="old friends", **own)
    Statement.objects.create(
        contact_a=cast.ben, contact_b=cast.cara, kind="mentioned", text=WORDS, told_by=cast.ann, **own
    )
    answered = {"practice": cast.owner.practice, "answered_at": clock.now(), "answer": "knows"}
    Answer.objects.create(client=cast.ben, prospect=cast.ann, need="a will", **answered)
    Answer.objects.create(client=cast.ann, prospect=cast.cara, **answered)
    Answer.objects.create(client=cast.ben, prospect=cast.cara, relation=WORDS, reach=f"through {NAME}", **answered)


def _meetings(cast: Full) -> None:
    own = {"practice": cast.owner.practice}
    Prospect.objects.create(contact=cast.ann, reason="would be lovely", added_on=make.DAY, **own)
    Prospect.objects.create(
        contact=cast.cara, reason=WORDS, life_event=f"moves in with {NAME}", added_on=make.DAY, **own
    )
    prompts = [
        {"prospect": {"id": cast.ann.public_id, "name": NAME}, "ask": f"Do you know {NAME}?"},
        {"prospect": {"id": cast.cara.public_id, "name": "Cara Lind"}, "reasons": [{"text": f"both know {NAME}"}]},
    ]
    Meeting.objects.create(client=cast.ben, held_on=make.DAY, prompts=prompts, note=WORDS, **own)
    met = Meeting.objects.create(client=cast.ann, held_on=make.DAY, note="with her", **own)
    firm = make.organization(cast.owner, "Zeta")
    FirmAnswer.objects.create(
        client=cast.ann, organization=firm, answer="nobody", meeting=met, answered_at=clock.now(), **own
    )
    agreed = {"agreed_on": make.DAY, **own}
    Introduction.objects.create(referrer=cast.ben, prospect=cast.ann, note="by mail", **agreed)
    Introduction.objects.create(referrer=cast.ben, prospect=cast.cara, note=WORDS, **agreed)


def _kit(owner: Member, ann: Contact) -> tuple[Kit, Edition, Link]:
    own = {"practice": owner.practice}
    kit = Kit.objects.create(name=f"Kit for {NAME}", **own)
    proof = Proof.objects.create(
        kind="testimonial", text="They asked the right questions.", speaker=ann, shown_as=NAME, relation="client", **own
    )
    ProofConsent.objects.create(proof=proof, words_digest="0" * 64, given_on=make.DAY, how=f"mail of {NAME}", **own)
    content = Content(title="When the shop passes on", problems="Who takes over?", about=f"Praised by {NAME}.")
    Version.objects.create(kit=kit, number=1, content=content.to_json(), saved_at=clock.now(), saved_by="Berg", **own)
    edition, page = publish(kit, content)
    said = FrozenProof(proof.public_id, "testimonial", proof.text, proof.shown_as)
    edition.frozen["proofs"] = [{**said_as_json(said)}]
    edition.save()
    edition.proofs.add(proof)
    assert NAME.encode() in page
    blob = blobs.keep(owner.practice_id, b"a picture", "image/png")
    Picture.objects.create(kit=kit, blob=blob, words=f"{NAME} at work", width=1, height=1, **own)
    link = passing.link_for(by=owner, kit=kit, referrer=ann)
    passing.save_words(by=owner, link=link, experience=f"I, {NAME}, was well served.", empathy="x", keep_involves=False)
    passing.make_share_page(by=owner, link=link)
    return kit, edition, link


def said_as_json(proof: FrozenProof) -> dict[str, Any]:
    """A frozen proof as an edition keeps it."""
    return {name: getattr(proof, name) for name in ("public_id", "kind", "text", "shown_as")} | {"disclosure": []}


def _replies(cast: Full, wish: str) -> None:
    link = passing.link_for(by=cast.owner, kit=cast.kit, referrer=cast.ben)
    hers = Answered("two_questions", True, wish, name=NAME, reach=MAIL, note="please call")
    his = Answered("two_questions", True, wish, name="Dora Hill", reach="dora@hill.example", note=WORDS, passed_by=NAME)
    for number, answer in enumerate((hers, his)):
        record_reply(link=link, edition=cast.edition, answer=answer, view=f"view{number}")
    assert SharePage.objects.filter(referrer=cast.ann).exists()


def _rules(cast: Full) -> None:
    own = {"practice": cast.owner.practice}
    evidence = blobs.keep(cast.owner.practice_id, f"Dear {NAME}, may we tell Ben?".encode(), "text/html")
    Grant.objects.create(
        purpose=Purpose.UPDATE, state=GrantState.GRANTED, person=cast.ann, recipient=cast.ben, given=Given.OWN,
        person_key=cast.person.keys[0], words=WORDS, evidence=evidence, **own,
    )  # fmt: skip
    Grant.objects.create(purpose=Purpose.CONTACT, person=cast.cara, told_by=cast.ann, words=WORDS, **own)
    ValueEntry.objects.create(
        contact=cast.ann, receiver="client", kind="gift", what=f"flowers for {NAME}", cost=20, reason=WORDS,
        given_on=make.DAY, **own,
    )  # fmt: skip
    Approval.objects.create(
        action="gift", what="a gift", asked_by="x", asked_by_name="Olivia Berg", asked_why=WORDS, **own
    )
    events.record(cast.owner.practice_id, "test:told", subject="x", note=WORDS)
    events.record(cast.owner.practice_id, "test:shown", subject=cast.ann.public_id, texts={"page": evidence}, name=NAME)
    events.record(cast.owner.practice_id, "test:other", subject="y", note="Nobody in particular.")


def _imports(cast: Full) -> None:
    rows = [
        [GIVEN, FAMILY, "", MAIL, "Lagos Law", "Partner", "07 Dec 2025"],
        ["Dora", "Hill", "", "dora@hill.example", "Hill", "Owner", "07 Dec 2025"],
    ]
    done = _upload(cast, "connections of ann-marie okafor.csv", table(LINKEDIN, *rows))
    exchange.start(by=cast.owner, batch=done)
    exchange.run(batch_id=done.pk, member_id=cast.owner.pk)
    mailbox = message(1, f"{NAME} <{MAIL}>", ["ben@adeyemi.example", "zoe@hill.example"])
    met = _upload(cast, "inbox.mbox", mailbox, as_="mbox")
    exchange.start(by=cast.owner, batch=met)
    exchange.run(batch_id=met.pk, member_id=cast.owner.pk)
    _upload(cast, "waiting.csv", table(LINKEDIN, *rows))
    _upload(cast, "of others.csv", table(LINKEDIN, rows[1]))


def _upload(cast: Full, name: str, text: str, *, as_: str = "auto") -> ImportBatch:
    file = SimpleUploadedFile(name, text.encode())
    return exchange.upload(by=cast.owner, file=file, options=Options.make(as_=as_))


def _mail(cast: Full) -> None:
    from passalong.mail.models import MailPurpose
    from passalong.mail.services.composing import Recipient, draft

    own = {"by": cast.owner, "practice": cast.owner.practice, "purpose": MailPurpose.PERSONAL}
    draft(to=Recipient(MAIL, NAME, cast.ann), subject=f"For {NAME}", text=WORDS, key="to her", **own)
    to = Recipient("ben@adeyemi.example", "Ben Adeyemi", cast.ben)
    draft(to=to, subject="News", text=WORDS, key="to him", people=[cast.ann.public_id], **own)


def _running(cast: Full) -> None:
    """What running leaves behind: a session's message, a failed task's words, a message kept as a file."""
    session = SessionStore()
    session["_messages"] = f'[["__json_message",0,25,"{NAME} is on file.",""]]'
    session.save()
    DBTaskResult.objects.create(
        status="FAILED", finished_at=clock.now(), args_kwargs={"args": [MAIL], "kwargs": {}}, task_path="x",
        backend_name="default", run_after=clock.now(), traceback=f"ValueError: {NAME}", exception_class_path="x",
    )  # fmt: skip
    folder = Path(settings.DATA) / "mail"
    folder.mkdir(exist_ok=True)
    (folder / "to-her.log").write_text(f"To: {NAME} <{MAIL}>\n\nHello\n")
    (folder / "to-another.log").write_text("To: zoe@hill.example\n\nHello\n")


def rows_with(needles: tuple[str, ...] = NEEDLES) -> list[str]:
    """Every place of the database that holds one of the words, in any column of any table."""
    found = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608
            columns = [one[0] for one in cursor.description]
            for row in cursor.fetchall():
                found += [
                    f"{name}.{column}: {text[:200]}"
                    for column, value in zip(columns, row, strict=True)
                    for text in _texts(value)
                    if any(needle in text for needle in needles)
                ]
    for session in Session.objects.all():
        found += [f"session: {text}" for text in _texts(str(session.get_decoded())) if any(n in text for n in needles)]
    return found


def _texts(value: Any) -> Iterator[str]:
    """A value as lower-case text; of messages the decoded parts as well."""
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        yield raw.decode(errors="replace").lower()
        if b"MIME-Version" in raw:
            for part in email.message_from_bytes(raw, policy=email.policy.default).walk():
                payload = None if part.is_multipart() else part.get_payload(decode=True)
                yield str(payload.decode(errors="replace") if isinstance(payload, bytes) else "").lower()
    elif value is not None:
        yield str(value).lower()


def files_with(needles: tuple[str, ...] = NEEDLES) -> list[str]:
    """Every file under the data folder that holds one of the words, in any encoding a file of ours has."""
    wanted = [needle.encode(code) for needle in needles for code in ("utf-8", "utf-16-le")]
    paths = sorted(path for path in Path(settings.DATA).rglob("*") if path.is_file())
    return [str(path) for path in paths if any(one in path.read_bytes().lower() for one in wanted)]


def soon() -> Any:
    """A day to come."""
    return clock.today() + timedelta(days=365)


def replies_of(person: Person) -> int:
    """How many replies stand under the person's keys."""
    return Reply.objects.filter(person_key__in=person.keys).count()
