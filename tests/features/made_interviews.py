"""Interviews brought as far as each story begins, put into the data folder of a Passalong that runs. Printed as JSON:
where each story begins."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from passalong.accounts.models import Member
    from passalong.contacts.models import Contact
    from passalong.interviews.models import Interview, Voice

READER = "reader@mail.example"
TRADE = "Tax"
PARTNERS = ("Pat Ledger", "Kim Fielding", "Lee Warden", "Sam Hillcrest", "Jo Brookner")
CLIENTS = ("Ann Okafor", "Bea Lundgren", "Cy Tolliver", "Dee Marchetti")
SAID = "I help families whose papers nobody can read."
SUMMARY = "What families overlook, and what to do about it this week."


def mail_of(name: str) -> str:
    """Where somebody of the story reads their mail."""
    return f"{name.lower().replace(' ', '.')}@post.example"


def owner_of(practice: str) -> str:
    """The owner's address of a made practice."""
    return f"owner@{practice.split()[0].lower()}.example"


def _owner(name: str, profession: str = "consultant") -> Member:
    """The owner of a new practice that others can reach and that may write."""
    from django.conf import settings
    from tests import make

    from passalong.core import clock
    from passalong.core.models import PublicCheck

    PublicCheck.objects.get_or_create(url=settings.PUBLIC_URL, defaults={"seen_at": clock.now()})
    practice = make.practice(name, profession=profession)
    practice.imprint = f"{name}, 1 Quay Street"
    practice.save()
    return make.member(practice, email=owner_of(name), name="Ines Made")


def _guest(by: Member, name: str, kind: str) -> Contact:
    from tests import make

    return make.contact(by, name, email=mail_of(name), standing="client" if kind == "client" else "partner")


def make_ends() -> dict[str, dict[str, str]]:
    """Recorded, or approved by their guests; nothing is published. Each story has a practice of its own, so that no
    show, feed or issue of one tells of another; one has a reader of its news, one a kit."""
    from tests import make
    from tests.rooms.audience.cast import reader
    from tests.rooms.portal.cast import STEPS, publish

    from passalong.kits.content import Content
    from passalong.kits.models import Kit

    names = ("Harbour Wealth", "Anchor Wealth", "Meadow Wealth", "Lantern Wealth")
    harbour, anchor, meadow, lantern = (_owner(name) for name in names)
    ives = _owner("Ives Dental", "dentist")
    make.member(ives.practice, email="second@ives.example", name="Sol Second")
    reader(harbour, READER)
    kit = Kit.objects.create(practice=lantern.practice, name="Papers in order")
    publish(kit, Content(title="Papers in order", problems="Who reads the letter?", steps=STEPS[:1]))
    return {
        "revoked": _approved(harbour, "Theo Langley", 3),
        "heard": _recorded(anchor, "Hedda Lang"),
        "second": _approved(meadow, "Nora Blake", 2),
        "evangelist": _approved(lantern, "Clara Voss", 4, kind="client"),
        "patient": _approved(ives, "Piet Rolfe", 5, kind="client"),
    }


def _approved(by: Member, name: str, seed: int, *, kind: str = "partner") -> dict[str, str]:
    """Heard, read and approved by its guest, with a sound of its own."""
    from tests import sounds
    from tests.rooms.interviews import out

    from passalong.interviews.models import Render, Voice

    talk = out.approved(by, kind=kind, name=name)
    assert talk.guest
    talk.guest.points.update(value=mail_of(name), key=mail_of(name))
    sound = sounds.mp3(sounds.speech(out.SECONDS, seed=seed))
    Render.objects.filter(cut__interview=talk).update(file=out.big_file(by.practice, sound))
    return _told(by, talk, Voice.objects.get(interview=talk))


def _recorded(by: Member, name: str) -> dict[str, str]:
    """One answer, recorded with the guest's consent."""
    from tests import sounds
    from tests.rooms.interviews import out

    from passalong.interviews.models import Take, TakeState

    talk, voice = _agreed(by, name)
    file = out.big_file(by.practice, sounds.mp3(sounds.speech(3.0, seed=9)))
    ready = {"state": TakeState.READY, "file": file, "size": file.size, "seconds": 3.0, "peaks": [0.2, 0.6] * 100}
    own = {"practice": by.practice, "interview": talk, "voice": voice, "client_id": "ready-01"}
    Take.objects.create(question=talk.questions.first(), **own, **ready)
    return _told(by, talk, voice)


def _agreed(by: Member, name: str) -> tuple[Interview, Voice]:
    """The guest said yes and consented to being recorded, on paper."""
    from passalong.interviews.services import inviting, moving, voices
    from passalong.interviews.stages import Who

    talk = inviting.plan(by=by, guest=_guest(by, name, "partner"), kind="partner", title="What nobody reads")
    moving.move(interview=talk, act="invite", who=Who.MEMBER, by=by)
    moving.move(interview=talk, act="accept", who=Who.MEMBER, by=by)
    voice = voices.guest_voice(interview=talk)
    voices.note_consent(by=by, voice=voice, to="recording", how="signed form")
    return talk, voice


def _told(by: Member, talk: Interview, voice: Voice) -> dict[str, str]:
    from passalong.interviews.services.voices import key_for

    return {
        "guest": voice.name,
        "voice": voice.public_id,
        "one": f"/interviews/{talk.public_id}/",
        "talk": f"/talk/{key_for(voice=voice)}",
        "owner": by.user.email,
    }


def make_partners() -> dict[str, Any]:
    """Five partners of one trade and four clients of one practice, none of them asked yet."""
    from passalong.interviews.services import partnering

    by = _owner("Harbour Wealth")
    for name in PARTNERS:
        partnering.choose(by=by, contact=_guest(by, name, "partner"), trade=TRADE)
    for name in CLIENTS:
        _guest(by, name, "client")
    return {"owner": by.user.email}


def make_recordings() -> dict[str, Any]:
    """Guests who are about to record; what the practice calls itself."""
    by = _owner("Harbour Wealth")
    told: dict[str, Any] = {}
    for story, name in (("cut", "Ada North"), ("file", "Bela Moss"), ("desk", "Carl Rowe")):
        told[story] = _told(by, *_agreed(by, name))
    return told


def _id(one: str) -> str:
    """Of the interview whose page this is."""
    return one.strip("/").split("/")[-1]


def add_to_draft(one: str) -> dict[str, Any]:
    """A piece about this interview in the issue that is written on, as one that was published anew is handed in."""
    from passalong.audience.services import items
    from passalong.interviews.models import EpisodeLink

    way = EpisodeLink.objects.select_related("episode__practice").get(
        episode__interview__public_id=_id(one), by="news", ended_at=None
    )
    member = way.practice.members.first()
    assert member
    items.add(by=member, kind="episode", about=way.episode.public_id, title="Once more", url=f"/talk-page/{way.token}")
    return {}


def run_out(one: str) -> dict[str, Any]:
    """The signed form of this interview's guest ended yesterday."""
    from passalong.core import clock
    from passalong.interviews.models import VoiceConsent

    forms = VoiceConsent.objects.filter(to="authorisation", revoked_at=None, voice__interview__public_id=_id(one))
    return {"ended": forms.update(expires_on=clock.today() - timedelta(days=1))}


def fell_silent() -> dict[str, Any]:
    """Two minutes pass over whatever is being made, and over the clock that looks after it."""
    from passalong.core import clock
    from passalong.core.models import ScheduleMark
    from passalong.interviews.models import Render

    ago = clock.now() - timedelta(minutes=2)
    running = Render.objects.filter(state="running").update(claimed_at=ago)
    ScheduleMark.objects.filter(name="recordings and sounds left behind").update(done_until=ago)
    return {"running": running}


def takes_of(one: str) -> list[dict[str, Any]]:
    """Recordings of this interview, as they stand."""
    from passalong.interviews.models import Take

    found = Take.objects.filter(interview__public_id=_id(one)).select_related("file").order_by("pk")
    return [
        {
            "id": take.public_id,
            "state": take.state,
            "seconds": take.seconds,
            "size": take.size,
            "digest": take.file.digest if take.file else "",
        }
        for take in found
    ]


if __name__ == "__main__":
    from passalong.cli.boot import open_practices

    open_practices()
    what, *rest = sys.argv[1:]
    did: Any = {
        "ends": make_ends,
        "partners": make_partners,
        "recordings": make_recordings,
        "add to draft": lambda: add_to_draft(rest[0]),
        "run out": lambda: run_out(rest[0]),
        "fell silent": fell_silent,
        "takes": lambda: takes_of(rest[0]),
    }[what]()
    sys.stdout.write(json.dumps(did))
