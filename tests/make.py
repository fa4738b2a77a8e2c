"""The shared cast: typed builders over the real services. Extend it; every row a test needs is made here.

A builder takes what a test cares about and invents the rest. Names of the second practice carry a canary word
(see `full_practice`), so that a leak shows.
"""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.test import Client
from tests import talks

from passalong.accounts.entry import BACKEND
from passalong.accounts.models import Member, Practice, Profession, Role, User
from passalong.compliance import services as compliance
from passalong.compliance.sensitive import Category
from passalong.contacts import services as contacts
from passalong.contacts.models import Affiliation, Contact, Disclosure, Organization, StandingKind
from passalong.core.models import PracticeScoped

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "a long enough sentence"
_number = itertools.count(1)


def practice(name: str = "", *, profession: str = Profession.ADVISER, is_demo: bool = False) -> Practice:
    """A practice without members."""
    return Practice.objects.create(
        name=name or f"Practice {next(_number)}", profession=profession, country="US", is_demo=is_demo
    )


def member(of: Practice | None = None, *, role: str = Role.OWNER, email: str = "", name: str = "") -> Member:
    """Somebody who signs in, an owner unless said otherwise, of a new practice unless one is given."""
    number = next(_number)
    user = User.objects.create_member_user(
        email=email or f"member{number}@example.org", name=name or f"Member {number}", password=PASSWORD
    )
    return Member.objects.create(practice=of or practice(), user=user, role=role)


def assistant(of: Practice) -> Member:
    """A member who is no owner."""
    return member(of, role=Role.ASSISTANT)


def browser(who: Member | None = None) -> Client:
    """Django's test client, signed in as this member."""
    client = Client()
    if who is not None:
        client.force_login(who.user, backend=BACKEND)
        session = client.session
        session["practice"] = who.practice.public_id
        session.save()
    return client


def contact(by: Member, full_name: str = "", *, email: str = "", standing: str = "", notes: str = "") -> Contact:
    """A person on file."""
    name = full_name or f"Person {_letters(next(_number))}"
    return contacts.add_contact(by=by, full_name=name, emails=[email] if email else [], notes=notes, standing=standing)


def client(by: Member, full_name: str = "") -> Contact:
    """A client of the practice."""
    return contact(by, full_name, standing=StandingKind.CLIENT)


def affiliation(
    by: Member,
    of: Contact,
    organization: str = "",
    *,
    kind: str = "employer",
    start: str = "",
    end: str = "",
    disclosure: str = Disclosure.PUBLIC,
) -> Affiliation:
    """A fact: this contact belongs to that organization."""
    return contacts.add_affiliation(
        by=by,
        contact=of,
        kind=kind,
        organization=organization or f"Firm {_letters(next(_number))}",
        start=start,
        end=end,
        disclosure=disclosure,
    )


def organization(by: Member, name: str = "", *, kind: str = "employer") -> Organization:
    """An organization somebody may belong to."""
    return contacts.organization_for(by.practice, name or f"Firm {_letters(next(_number))}", kind)


def full_practice(word: str) -> Member:
    """The owner of a practice with at least one row of every kind that pages name by a public id; `word` stands
    in every name. A new kind of row is added to FILLERS, or the leak test says so."""
    owner = member(practice(f"{word} practice"), name=f"{word} owner", email=f"{word}@example.org".lower())
    for fill in FILLERS:
        fill(owner, word)
    return owner


def _fill_contacts(by: Member, word: str) -> None:
    someone = client(by, f"{word} Client")
    affiliation(by, someone, f"{word} Works")


def _fill_privacy(by: Member, word: str) -> None:
    compliance.allow_category(by=by, category=Category.HEALTH, reason=f"{word} is a practice of doctors.")


def _fill_prospects(by: Member, word: str) -> None:
    from passalong.prospecting.models import Appointment, Meeting, Prospect, Trait, TraitKind

    someone = contact(by, f"{word} Prospect")
    Prospect.objects.create(practice=by.practice, contact=someone, reason=word, added_on=DAY)
    Trait.objects.create(practice=by.practice, kind=TraitKind.values[0], value=word)
    Meeting.objects.create(practice=by.practice, client=client(by, f"{word} Guest"), held_on=DAY, note=word)
    own = {"practice": by.practice, "client": client(by, f"{word} Caller")}
    Appointment.objects.create(starts_at=_now(), title=f"{word} title", **own)


def _fill_ties(by: Member, word: str) -> None:
    from passalong.ties.models import Address, Answer, AnswerKind, Statement, StatementKind

    one, two = contact(by, f"{word} One"), contact(by, f"{word} Two")
    Address.objects.create(practice=by.practice, email=f"{word}.two@example.org".lower(), name=word)
    Statement.objects.create(
        practice=by.practice, contact_a=one, contact_b=two, kind=StatementKind.values[0], on=DAY, text=word
    )
    Answer.objects.create(
        practice=by.practice, client=one, prospect=two, answer=AnswerKind.values[0], answered_at=_now(), need=word
    )


def _fill_introductions(by: Member, word: str) -> None:
    from passalong.introductions.models import AlsoBy, Introduction, PortalKey, Step

    referrer, prospect = client(by, f"{word} Referrer"), contact(by, f"{word} Friend")
    own = {"practice": by.practice}
    found = Introduction.objects.create(
        agreed_on=DAY, stage_at=_now(), note=word, referrer=referrer, prospect=prospect, **own
    )
    Step.objects.create(introduction=found, act="agree", to="agreed", who="practice", note=word, at=_now(), **own)
    AlsoBy.objects.create(introduction=found, referrer=client(by, f"{word} Second"), at=_now(), **own)
    PortalKey.objects.create(referrer=referrer, link_digest=f"{word} link", link_ends_at=_now(), **own)


def _fill_informing(by: Member, word: str) -> None:
    from passalong.introductions.models import Introduction, Thanks, Trouble

    found = Introduction.objects.filter(practice=by.practice, note=word)[0]
    own = {"practice": by.practice}
    told = {"subject": f"{word} thanks", "text": word, "channel": "mail", "because": "agreed", "about": found.public_id}
    Thanks.objects.create(referrer=found.referrer, key=word, at=_now(), **told, **own)
    Trouble.objects.create(introduction=found, what=f"{word} went wrong", due_on=DAY, **own)


def _fill_ways(by: Member, word: str) -> None:
    from passalong.introductions.models import Introduction, Lunch, LunchGuest, LunchSlot, Way

    own = {"practice": by.practice}
    found = Introduction.objects.filter(note=word, **own)[0]
    Way.objects.create(introduction=found, kind="call", words=word, **own)
    lunch = Lunch.objects.create(introduction=found, uid=f"{word} uid", place=word, **own)
    LunchSlot.objects.create(lunch=lunch, starts_at=_now(), **own)
    for seat in ("client", "friend", "practice"):
        LunchGuest.objects.create(lunch=lunch, seat=seat, name=f"{word} {seat}", **own)


def _fill_words(by: Member, word: str) -> None:
    from passalong.introductions.models import Recommendation, Template

    own = {"practice": by.practice}
    template = Template.objects.create(
        version=1, empathy=word, involves=word, prompts=[word], in_force_at=_now(), **own
    )
    Recommendation.objects.create(
        referrer=client(by, f"{word} Writer"), template=template, said=word, text=word, confirmed_at=_now(), **own
    )


def _fill_care(by: Member, word: str) -> None:
    from passalong.introductions.models import Agreement, Promise, Seed

    own, someone = {"practice": by.practice}, client(by, f"{word} Cared")
    words = dict.fromkeys(("good_introduction", "treatment", "quality"), word)
    Agreement.objects.create(client=someone, **words, **own)
    Promise.objects.create(to=someone, words=word, due_on=DAY, **own)
    Seed.objects.create(client=someone, key="by_referral", due_on=DAY, note=word, **own)


def _fill_imports(by: Member, word: str) -> None:
    from passalong.exchange.models import ImportBatch

    seen = {
        "headings": ["Name"],
        "rows": [[word]],
        "warnings": [],
        "errors": [],
        "records": 1,
        "people": 1,
        "organizations": 0,
        "evidence": 0,
    }
    ImportBatch.objects.create(practice=by.practice, filename=f"{word}.csv", format="linkedin", result=seen)


def _fill_kits(by: Member, word: str) -> None:
    from passalong.core import blobs
    from passalong.introductions.models import Reply
    from passalong.kits import models as kits
    from passalong.kits.content import Content, Frozen

    own = {"practice": by.practice}
    content = Content(title=f"{word} title", problems=word)
    kit = kits.Kit.objects.create(name=f"{word} kit", **own)
    kits.Version.objects.create(
        kit=kit, number=1, content=content.to_json(), saved_at=_now(), saved_by=str(by.user), **own
    )
    picture = blobs.keep(by.practice_id, word.encode(), "image/png")
    kits.Picture.objects.create(kit=kit, blob=picture, words=word, width=1, height=1, **own)
    kits.Proof.objects.create(kind="testimonial", text=word, shown_as=word, relation="client", **own)
    frozen = Frozen(content, word, word, "", 1, "2026-05-04")
    edition = kits.Edition.objects.create(
        kit=kit, number=1, state="waiting", frozen=frozen.to_json(), proposed_by=word, proposer=by.public_id, **own
    )
    link = kits.Link.objects.create(kit=kit, referrer=client(by, f"{word} Passer"), **own)
    kits.SharePage.objects.create(kit=kit, referrer=link.referrer, token_digest=f"{word} digest", **own)
    Reply.objects.create(link=link, edition=edition, step="two_questions", name=word, at=_now(), **own)


def _fill_mail(by: Member, word: str) -> None:
    from passalong.mail.services import composing, suppression

    to = composing.Recipient(f"{word}@client.example", f"{word} Reader", client(by, f"{word} Reader"))
    composing.draft(
        by=by, practice=by.practice, purpose="personal", to=to, subject=f"{word} subject", text=word, key=word
    )
    suppression.suppress(by.practice_id, f"{word}.two@client.example", reason="by_hand", by=by)
    _fill_inbound(by, word)


def _fill_inbound(by: Member, word: str) -> None:
    from passalong.core import blobs
    from passalong.mail.models import Doubt, Inbound, Verdict

    raw = f"From: {word}@stranger.example\r\nSubject: {word}\r\n\r\n{word}\r\n".encode()
    told = {"sender": f"{word}@stranger.example", "subject": word, "text": word, "keep_until": DAY.replace(year=2100)}
    told |= {"verdict": Verdict.REVIEW, "doubt": Doubt.UNPROVEN, "likeness": word, "size": len(raw), "via": "test"}
    kept = blobs.keep(by.practice_id, raw, "message/rfc822")
    Inbound.objects.create(practice=by.practice, raw=kept, attachments=[{"name": word, "kind": "", "size": 1}], **told)


def _fill_holds(by: Member, word: str) -> None:
    from datetime import timedelta

    from passalong.compliance.services import retention

    until = _now().date() + timedelta(days=30)
    retention.hold(by=by, subject=by.public_id, rule=word, reason=f"{word} is asked for by a court.", until=until)


def _fill_duties(by: Member, word: str) -> None:
    from passalong.privacy.models import Assessment, BalancingNote, Notice

    someone, own = contact(by, f"{word} Stranger"), {"practice": by.practice}
    Notice.objects.create(contact=someone, due_on=DAY, reason=word, **own)
    texts = dict.fromkeys(BalancingNote.TEXTS, word)
    BalancingNote.objects.create(number=1, signed_by=word, signed_at=_now(), review_on=DAY, **texts, **own)
    Assessment.objects.create(texts={"what": word}, **own)


def _fill_consents(by: Member, word: str) -> None:
    from passalong.compliance.models import Grant

    own = {"practice": by.practice, "person": contact(by, f"{word} Asked"), "recipient": client(by, f"{word} Told")}
    Grant.objects.create(purpose="update", state="granted", given="own", scope=["spoke"], words=word, **own)


def _fill_values(by: Member, word: str) -> None:
    from passalong.compliance.models import Approval, Receiver, ValueEntry, ValueKind

    asked = {"asked_by": by.public_id, "asked_by_name": word}
    approval = Approval.objects.create(practice=by.practice, action="gift", what=word, **asked)
    ValueEntry.objects.create(
        practice=by.practice,
        contact=client(by, f"{word} Given"),
        receiver=Receiver.CLIENT,
        kind=ValueKind.GIFT,
        what=word,
        cost=10,
        reason=word,
        given_on=DAY,
        approval=approval,
    )


def _fill_requests(by: Member, word: str) -> None:
    from passalong.privacy.models import PrivacyRequest

    someone = client(by, f"{word} Asker")
    PrivacyRequest.objects.create(practice=by.practice, kind="correct", contact=someone, words=word, due_on=DAY)


def _fill_portal(by: Member, word: str) -> None:
    from passalong.introductions.models import PortalKey

    referrer = client(by, f"{word} Signs In")
    PortalKey.objects.create(
        practice=by.practice, referrer=referrer, link_digest=f"{word} digest"[:64], link_ends_at=_now()
    )


FILLERS: list[Callable[[Member, str], None]] = [
    _fill_contacts,
    _fill_privacy,
    _fill_prospects,
    _fill_ties,
    _fill_introductions,
    _fill_portal,
    _fill_words,
    _fill_informing,
    _fill_ways,
    _fill_care,
    _fill_imports,
    _fill_kits,
    _fill_duties,
    _fill_requests,
    _fill_consents,
    _fill_values,
    _fill_holds,
    _fill_mail,
    talks.fill_interviews,
    talks.fill_audience,
]
DAY = date(2026, 5, 4)


def scoped_models() -> list[type[PracticeScoped]]:
    """Every kind of row that pages and commands name by a public id."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, PracticeScoped)]


def _now() -> datetime:
    from passalong.core import clock

    return clock.now()


def _letters(number: int) -> str:
    """1 -> "A", 27 -> "AA": names without digits, as people have them."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
