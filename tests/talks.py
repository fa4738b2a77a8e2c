"""Rows of interviews and of the audience for the shared cast (tests/make.py)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from passalong.accounts.models import Member

DAY = date(2026, 5, 4)


def fill_interviews(by: Member, word: str) -> None:
    """One of every kind of row of the interviews room that pages name."""
    from tests import make

    from passalong.interviews import models

    own: dict[str, Any] = {"practice": by.practice}
    guest = make.contact(by, f"{word} Guest")
    partner = models.Partner.objects.create(contact=guest, trade=word, serves=word, **own)
    models.Touch.objects.create(partner=partner, kind="talk", note=word, done_on=DAY, **own)
    models.Brief.objects.create(partner=partner, number=1, helps=word, recognise=word, words=word, happens=word, **own)
    models.Reciprocity.objects.create(partner=partner, agreed_on=DAY, review_on=DAY, clients_told=word, **own)
    models.Series.objects.create(trade=word, title=word, offer=word, **own)
    questions = models.QuestionSet.objects.create(kind="partner", name=word, **own)
    models.Question.objects.create(set=questions, order=1, text=word, **own)
    interview = models.Interview.objects.create(guest=guest, partner=partner, kind="partner", title=word, **own)
    asked = models.Asked.objects.create(interview=interview, order=1, text=word, **own)
    _fill_calls(by, word)
    _fill_sound(interview, asked, word)


def _fill_calls(by: Member, word: str) -> None:
    from tests import make

    from passalong.interviews import models

    call = models.CastingCall.objects.create(practice=by.practice, title=word, text=word)
    models.CastingAsk.objects.create(
        practice=by.practice, call=call, contact=make.client(by, f"{word} Cast"), token_digest=f"{word} cast"[:64]
    )


def _fill_sound(interview: Any, asked: Any, word: str) -> None:
    from passalong.core import clock
    from passalong.interviews import models

    own: dict[str, Any] = {"practice": interview.practice}
    voice = models.Voice.objects.create(interview=interview, role="guest", name=word, contact=interview.guest, **own)
    given = {"to": "recording", "how": word, "words_digest": "x", "given_at": clock.now()}
    models.VoiceConsent.objects.create(voice=voice, **given, **own)
    models.Take.objects.create(interview=interview, question=asked, voice=voice, client_id=word, name=word, **own)
    cut = models.Cut.objects.create(interview=interview, number=1, **own)
    render = models.Render.objects.create(cut=cut, **own)
    words = {"source": "pasted", "segments": [{"text": word}]}
    transcript = models.Transcript.objects.create(interview=interview, number=1, **words, **own)
    models.Review.objects.create(interview=interview, render=render, transcript=transcript, note=word, **own)
    episode = models.Episode.objects.create(interview=interview, number=1, title=word, summary=word, **own)
    models.EpisodeVersion.objects.create(episode=episode, number=1, content={"title": word}, digest="x", **own)
    models.EpisodeLink.objects.create(episode=episode, by="guest", **own)
    models.Return.objects.create(interview=interview, pitch=word, where=word, note=word, **own)


def fill_audience(by: Member, word: str) -> None:
    """A subscriber, and an issue with one piece."""
    from passalong.audience.models import Issue, IssueItem, Subscriber
    from passalong.core import clock

    own: dict[str, Any] = {"practice": by.practice}
    address = f"{word}.reader@example.org".lower()
    Subscriber.objects.create(address=address, address_key=f"{word} key"[:64], name=word, asked_at=clock.now(), **own)
    issue = Issue.objects.create(number=1, subject=word, opening=word, **own)
    IssueItem.objects.create(issue=issue, order=1, kind="words", title=word, words=word, **own)
