"""Introductions agreed on in practices of several professions and places, put into the data folder of a Passalong that
runs; each by a client of its own. Printed as JSON: where the story of each begins."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from passalong.accounts.models import Member
    from passalong.contacts.models import Contact
    from passalong.kits.models import Kit

# practice: profession, country, region; what is told of: client and friend
PRACTICES: dict[str, tuple[str, str, str, dict[str, tuple[str, str]]]] = {
    "Harbour Wealth": (
        "consultant",
        "US",
        "",
        {
            "no": ("Ada North", "Nora Blake"),
            "not now": ("Bela Moss", "Theo Langley"),
            "silence": ("Carl Rowe", "Silas Warburg"),
            "phone": ("Dana West", "Petra Yardley"),
            "revoked": ("Emil Voss", "Rhea Quill"),
            "fifty": ("Faye Holt", "Fritz Osler"),
        },
    ),
    "Crane Law": ("attorney", "US", "RI", {"attorney": ("Lena Hartwell", "Oskar Brandt")}),
    "Ives Dental": ("dentist", "US", "", {"dentist": ("Mona Tribe", "Piet Rolfe")}),
    "Sorel Conseil": ("consultant", "CA", "", {"canada": ("Nina Garant", "Quentin Halvorsen")}),
    "Finch Studio": ("consultant", "GB", "", {"uk": ("Olga Pemberton", "Ruth Sandison")}),
}


def mail_of(name: str) -> str:
    """Where somebody of the story reads their mail; that of friends is on file of nobody."""
    return f"{name.lower().replace(' ', '.')}@post.example"


def owner_of(practice: str) -> str:
    return f"owner@{practice.split()[0].lower()}.example"


def make_practices() -> dict[str, dict[str, str]]:
    """Write it all through the services, as pages do."""
    from django.conf import settings
    from tests import make
    from tests.rooms.portal.cast import STEPS, publish

    from passalong.core import clock
    from passalong.core.models import PublicCheck
    from passalong.introductions.services import thanking
    from passalong.kits.content import Content
    from passalong.kits.models import Kit

    PublicCheck.objects.get_or_create(url=settings.PUBLIC_URL, defaults={"seen_at": clock.now()})
    told: dict[str, dict[str, str]] = {}
    for name, (profession, country, region, couples) in PRACTICES.items():
        practice = make.practice(name, profession=profession)
        practice.country, practice.region, practice.imprint = country, region, f"{name}, 1 Quay Street"
        practice.save()
        owner = make.member(practice, email=owner_of(name), name="Ines Made")
        thanking.save_words(by=owner, is_on=True)
        kit = Kit.objects.create(practice=practice, name=f"Kit of {name}")
        publish(kit, Content(title=f"What {name} does", problems="Who takes over?", steps=STEPS[:1]))
        for story, (client, friend) in couples.items():
            told[story] = _agreed(owner, kit, client, friend) | {"owner": owner_of(name), "door": practice.public_id}
    return told


def _agreed(owner: Member, kit: Kit, client: str, friend: str) -> dict[str, str]:
    """A client who agreed to introduce somebody with this kit, known by mail to the practice; the friend is not."""
    from tests import make

    from passalong.contacts.models import ContactPoint
    from passalong.introductions.services import choosing
    from passalong.kits.services import passing

    referrer = make.client(owner, client)
    mail: dict[str, Any] = dict.fromkeys(("value", "key"), mail_of(client))
    ContactPoint.objects.create(practice=owner.practice, contact=referrer, kind="email", **mail)
    opened = choosing.choose_kit(by=owner, introduction=_open(owner, referrer, friend), kit=kit)
    assert opened.link
    return {
        "client": client,
        "friend": friend,
        "one": f"/introductions/{opened.public_id}/",
        "kit": f"/k/{opened.link.token}",
        "share": f"/pass/{passing.make_share_page(by=owner, link=opened.link)}",
        "news": f"/introductions/news/{referrer.public_id}/",
    }


def _open(owner: Member, referrer: Contact, friend: str) -> Any:
    """In Europe a client's word puts nobody on file; elsewhere the friend is, by the name said in the meeting."""
    from passalong.contacts import services as contacts
    from passalong.contacts.models import Source
    from passalong.introductions.services.answering import name_only
    from passalong.introductions.services.opening import open_introduction

    if owner.practice.country == "GB":
        return name_only(by=owner, referrer=referrer, full_name=friend)
    person = contacts.add_contact(by=owner, full_name=friend, source=Source.MEETING)
    person.country = owner.practice.country
    person.save()
    return open_introduction(by=owner, referrer=referrer, prospect=person)


def wait(one: str, days: int) -> dict[str, Any]:
    """Let days pass over what is at this address: its dates are set back. The night's tasks are due again."""
    from passalong.core import clock
    from passalong.core.models import ScheduleMark
    from passalong.introductions.models import Introduction

    row = Introduction.objects.get(public_id=one.strip("/").split("/")[-1])
    back = timedelta(days=days)
    assert row.forget_on
    stated = row.forget_on - back
    times = {"agreed_on": row.agreed_on and row.agreed_on - back, "stage_at": row.stage_at - back}
    Introduction.objects.filter(pk=row.pk).update(forget_on=stated, created_at=row.created_at - back, **times)
    ScheduleMark.objects.filter(name="people who never answered").update(done_until=clock.now() - timedelta(days=2))
    return {"due in": (stated - clock.today()).days}


def nights() -> dict[str, int]:
    """Whether the task of the night, set back by `wait`, has still to be begun or ended."""
    from django_tasks_db.models import DBTaskResult

    from passalong.core import clock
    from passalong.core.models import ScheduleMark

    name, lately = "people who never answered", clock.now() - timedelta(days=1, hours=12)
    due = ScheduleMark.objects.filter(name=name, done_until__lt=lately).count()
    begun = DBTaskResult.objects.filter(task_path="passalong.introductions.tasks.forget_silent", finished_at=None)
    return {"waiting": due + begun.count()}


def count(word: str) -> dict[str, int]:
    """In how many rows of which tables this word stands, in plain letters; and what is counted of introductions."""
    from django.apps import apps
    from django.db.models import CharField, JSONField, TextField
    from django.db.models.functions import Cast

    found: dict[str, int] = {}
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, CharField | TextField | JSONField):
                rows = model._base_manager.annotate(as_plain_text=Cast(field.name, TextField()))
                if many := rows.filter(as_plain_text__icontains=word).count():
                    found[f"{model._meta.label}.{field.name}"] = many
    return found


def rows_of(story: dict[str, str]) -> dict[str, int]:
    """How many introductions, answers and thank-yous there are of this story's client."""
    from passalong.introductions.models import Introduction, Reply, Thanks

    own = {"referrer__full_name": story["client"]}
    replies = Reply.objects.filter(link__referrer__full_name=story["client"]).count()
    found = Introduction.objects.filter(**own)
    return {
        "introductions": found.count(),
        "steps": sum(one.steps.filter(act="answer yes").count() for one in found),
        "replies": replies,
        "thanks": Thanks.objects.filter(**own).count(),
    }


if __name__ == "__main__":
    from passalong.cli.boot import open_practices

    open_practices()
    what, *rest = sys.argv[1:]
    did: Any = {
        "make": make_practices,
        "wait": lambda: wait(rest[0], int(rest[1])),
        "nights": nights,
        "count": lambda: count(rest[0]),
        "rows": lambda: rows_of(json.loads(rest[0])),
    }[what]()
    sys.stdout.write(json.dumps(did))
