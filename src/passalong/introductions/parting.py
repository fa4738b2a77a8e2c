"""Forgetting a person in this room. An introduction stays for the count, as a row that names nobody."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet

from passalong.accounts.models import Practice
from passalong.compliance.selectors.retention import term
from passalong.contacts.keys import email_key
from passalong.core import blobs, clock, events
from passalong.core.models import RecordText
from passalong.core.person import Person
from passalong.core.wiping import Trace, wipe_rows
from passalong.introductions.models import (
    Agreement,
    AlsoBy,
    AttributionEvidence,
    Credit,
    Hearing,
    Introduction,
    LessonGiven,
    Lunch,
    LunchGuest,
    OwnAct,
    PortalAsk,
    PortalKey,
    Promise,
    Recommendation,
    Reply,
    Rest,
    Seed,
    SilentAsk,
    Step,
    Template,
    ThanksWords,
    Trouble,
    Way,
)
from passalong.introductions.services.moving import write
from passalong.introductions.stages import NEARNESS, Stage, Who, move_of
from passalong.introductions.theirs import by_them, care_of, of_them, replies_of

KEPT = "introductions:recommendation_kept"
WORDS: dict[type[Model], tuple[str, ...]] = {
    Introduction: ("note",),
    Step: ("note",),
    Reply: ("name", "reach", "note"),
    AttributionEvidence: ("said",),
    ThanksWords: ("subject", "body"),
    Template: ("empathy", "involves", "prompts"),
    Lunch: ("place", "words"),
    LunchGuest: ("name", "address"),
    Trouble: ("what", "cause", "remedy"),
    Agreement: ("good_introduction", "treatment", "quality", "signed_by"),
    Promise: ("words",),
    Seed: ("note",),
}


def forget_replies(person: Person) -> None:
    """The person's own answers, with the credit that follows from them."""
    replies_of(person).delete()
    keys = [key for key in person.keys if key]
    Credit.objects.filter(practice=person.practice_id, person_key__in=keys).delete()


def forget_as_prospect(person: Person) -> None:
    """Introductions of the person: closed, and without the person or anything prepared for them.

    How long nobody asks for them stays by keyed hash, so that no other client is asked for them either.
    """
    for one in of_them(person).select_for_update():
        empty(one)
        if one.is_open:
            write(one, move_of("forget", one.stage, Who.PERSON), who=Who.PERSON)


def empty(one: Introduction) -> None:
    """Take the person introduced out of an introduction, with what was prepared for them."""
    forget_words(Recommendation.objects.filter(introduction=one))
    _drop_ways(one)
    SilentAsk.objects.filter(introduction=one).delete()
    Trouble.objects.filter(introduction=one).delete()
    Promise.objects.filter(introduction=one).delete()
    Step.objects.filter(introduction=one).exclude(note="").update(note="")
    one.prospect = one.reply = one.forget_on = None
    one.person_key = one.named_key = one.note = ""
    one.save()


def _drop_ways(one: Introduction) -> None:
    ways = Way.objects.filter(introduction=one)
    finals = set(ways.exclude(final=None).values_list("final_id", flat=True))
    ways.delete()
    Lunch.objects.filter(introduction=one).delete()
    blobs.release(finals)


def forget_words(rows: QuerySet[Recommendation]) -> None:
    """Delete messages of clients. The final text of one that a rule keeps goes on the record first, until its day."""
    for one in rows.filter(keep_until__gte=clock.today()):
        _hand_to_record(one)
    finals = set(rows.exclude(final=None).values_list("final_id", flat=True))
    rows.delete()
    blobs.release(finals)


def _hand_to_record(one: Recommendation) -> None:
    """Once: text that the record keeps already is not handed to it again."""
    final = one.final or blobs.keep(one.practice_id, one.text.encode(), "text/plain")
    if RecordText.objects.filter(blob=final, payload__keep_until__gte=one.keep_until).exists():
        return
    people = [who.public_id for who in (one.referrer, one.introduction and one.introduction.prospect) if who]
    rule = term(Practice.objects.get(pk=one.practice_id)).rule
    told: dict[str, Any] = {"subject": one.public_id, "people": people, "keep_until": one.keep_until}
    events.record(one.practice_id, KEPT, texts={"final": final}, keep_rule=rule, **told)


def forget_as_referrer(person: Person) -> None:
    """Introductions by the person: whoever said they would introduce them too takes the place; with nobody there, one
    whose person has not said yes ends, and one whose person has goes on without a referrer."""
    if not person.contact_id:
        return
    own = {"practice": person.practice_id}
    for model in (AlsoBy, OwnAct):
        model._default_manager.filter(referrer=person.contact_id, **own).delete()
    forget_words(Recommendation.objects.filter(referrer=person.contact_id, **own))
    for one in by_them(person).select_for_update():
        _drop_ways(one)
        SilentAsk.objects.filter(introduction=one).delete()
        _without_referrer(one)
    for rest in Rest.objects.filter(**own):
        if person.ids[0] in rest.referrers:
            rest.referrers = [who for who in rest.referrers if who != person.ids[0]]
            rest.save(update_fields=["referrers"])


def _without_referrer(one: Introduction) -> None:
    told = OwnAct.objects.filter(introduction=one).values("referrer")  # another's page would tell them who answered
    following = one.also_by.filter(referrer__in=told).order_by("at", "pk").first()
    one.referrer = following.referrer if following else None
    one.save(update_fields=["referrer"])
    if following:
        following.delete()
    elif one.is_open and NEARNESS[one.stage] < NEARNESS[Stage.ANSWERED]:
        write(one, move_of("withdraw", one.stage, Who.REFERRER), who=Who.REFERRER)


def forget_care(person: Person) -> None:
    """What was agreed with, promised to and said to the person; how they want to hear; their sign-in links."""
    for asked in PortalAsk.objects.filter(practice=person.practice_id):
        if email_key(asked.email) in person.emails:
            asked.delete()
    if not person.contact_id:
        return
    texts = set(Agreement.objects.filter(client=person.contact_id).exclude(text=None).values_list("text_id", flat=True))
    for rows in care_of(person):
        rows.delete()
    blobs.release(texts)
    LessonGiven.objects.filter(client=person.contact_id).delete()
    Hearing.objects.filter(referrer=person.contact_id).delete()
    PortalKey.objects.filter(referrer=person.contact_id).delete()


def wipe(person: Person) -> None:
    """Take the name out of what others wrote. A text in its final form cannot be changed: it goes."""
    trace = Trace(person)
    own = {"practice": person.practice_id}
    for model, names in WORDS.items():
        wipe_rows(trace, model._default_manager.filter(**own), *names)
    ways = wipe_rows(trace, Way.objects.filter(**own), "subject", "words")
    _drop_finals(Way.objects.filter(pk__in=ways))
    written = Recommendation.objects.filter(**own)
    for one in written.filter(keep_until__gte=clock.today()):
        if trace.is_in(one.text) or trace.is_in(one.said):
            _hand_to_record(one)
    changed = wipe_rows(trace, written, "said", "text", "disclosure")
    _drop_finals(Recommendation.objects.filter(pk__in=changed))


def _drop_finals(rows: QuerySet[Any]) -> None:
    finals = set(rows.exclude(final=None).values_list("final_id", flat=True))
    rows.update(final=None)
    blobs.release(finals)
