"""No sequence of GETs, hits, and time alone moves a person nearer to being contacted: tried over the real addresses.

Seeded sequences: any page of the desk by a member, any public page by a machine or a reader, signs of reading, days
that pass, and all the work of the clock.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver
from django.utils.module_loading import import_string
from tests import make
from tests.pages.routes import Route, routes
from tests.rooms.introductions import flow
from tests.rooms.portal import cast

from passalong.accounts.models import Member
from passalong.compliance.models import Grant, GrantState, Purpose
from passalong.compliance.services import consent
from passalong.contacts import services as contacts
from passalong.contacts.models import Source
from passalong.core.ids import digest
from passalong.core.schedule import SCHEDULE
from passalong.introductions import answer_pages
from passalong.introductions.models import Introduction, LunchGuest, PortalKey, Stage, Way
from passalong.introductions.services import Answer, record_reply
from passalong.introductions.stages import NEARNESS
from passalong.kits.services import passing
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db
DAY = 86_400
TURNS = 60
SECRET = "a-secret-that-a-page-is-opened-by"
AWAY = ("mailbox",)  # asks another server
AGENTS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "BarracudaCentral/1.0",
    "",
)


@dataclass
class World:
    """Introductions at every stage, with every kind of public page, and how near each person is."""

    out: cast.Published
    addresses: list[str]
    nearness: dict[int, int] = field(default_factory=dict)

    @property
    def owner(self) -> Member:
        return self.out.owner

    def look(self) -> None:
        """Fail where anybody came nearer, or somebody new appeared."""
        now = dict(Introduction.objects.values_list("pk", "stage"))
        assert set(now) == set(self.nearness)
        nearer = {pk: stage for pk, stage in now.items() if NEARNESS[stage] > self.nearness[pk]}
        assert not nearer
        self.nearness = {pk: NEARNESS[stage] for pk, stage in now.items()}


@pytest.fixture
def world() -> World:
    cache.clear()
    out = cast.published()
    for stage in Stage.values:
        jo = contacts.add_contact(
            by=out.owner, full_name=f"Jo {stage}", source=Source.MEETING, emails=[f"{stage}@x.example"]
        )
        found = flow.at(stage, out.owner, referrer=out.referrer, prospect=jo)
        Introduction.objects.filter(pk=found.pk).update(link=out.link, kit=out.kit)
    addresses = [out.path, f"{out.path}/", f"/pass/{passing.make_share_page(by=out.owner, link=out.link)}"]
    made = World(out, [*addresses, *_secret_pages(out)])
    made.nearness = {pk: NEARNESS[stage] for pk, stage in Introduction.objects.values_list("pk", "stage")}
    return made


def _secret_pages(out: cast.Published) -> list[str]:
    """Pages behind a secret: two questions, an answer, a sign-in link, a way, a lunch, a question of consent."""
    own: dict[str, Any] = {"practice": out.owner.practice}
    found, ends = Introduction.objects.get(stage=Stage.PASSED), "2100-01-01"
    PortalKey.objects.create(referrer=out.referrer, link_digest=digest(SECRET), link_ends_at=f"{ends}T00:00Z", **own)
    own_way = {"kind": "letter", "words": "x", "token_digest": digest(SECRET), "ends_on": ends}
    Way.objects.create(introduction=found, **own_way, **own)
    lunch = apps.get_model("introductions", "Lunch").objects.create(introduction=found, uid="u", place="x", **own)
    LunchGuest.objects.create(lunch=lunch, seat="friend", name="Jo", token_digest=digest(SECRET), **own)
    answer = Answer("two_questions", True, "yes", name="Max Moss", reach="max@moss.example")
    reply = record_reply(link=out.link, edition=out.edition, answer=answer, view="view00000002")
    _grant, token = consent.ask(
        by=out.owner, about=reply.public_id, person_key=reply.person_key, recipient=out.referrer
    )
    mine = [f"/answer/{answer_pages.token_of(found)}", answer_pages.path_of_reply(reply)]
    return [
        *mine, f"/me/in/{SECRET}", f"/way/{SECRET}", f"/lunch/{SECRET}", f"/lunch/{SECRET}/lunch.ics",
        f"/consent/{token}",
    ]  # fmt: skip


def _desk(owner: Member) -> list[str]:
    """Every page of the desk, with the ids of the practice's own rows."""
    ids = [one for model in make.scoped_models() for one in _ids(model, owner)]
    found = Introduction.objects.filter(practice=owner.practice).values_list("public_id", flat=True)
    paths = []
    for route in _routes():
        own = found if "introductions" in route.pattern else ids
        paths += [route.path((one,) * len(route.names)) for one in own] if route.names else [route.path(())]
    return paths


def _routes() -> list[Route]:
    return [route for route in routes(get_resolver().url_patterns) if "token" not in route.pattern]


def _ids(model: Any, owner: Member) -> list[str]:
    return list(model._default_manager.filter(practice=owner.practice).values_list("public_id", flat=True)[:3])


@pytest.mark.parametrize("seed", range(3))
def test_no_sequence_of_looks_hits_and_time_moves_anybody_nearer(world: World, settings: Any, seed: int) -> None:
    dice = random.Random(seed)
    member, pages, passed = make.browser(world.owner), _desk(world.owner), 0
    member.raise_request_exception = False
    waiting = list(SCHEDULE)
    contact = Grant.objects.filter(purpose=Purpose.CONTACT, state=GrantState.GRANTED).count()
    for _turn in range(TURNS):
        deed = dice.choice(("desk", "desk", "public", "public", "hit", "time"))
        if deed == "desk":
            dice.choice((member.get, member.head))(dice.choice(pages))
        elif deed == "public":
            reader = Client(headers={"user-agent": dice.choice(AGENTS)})
            dice.choice((reader.get, reader.head))(dice.choice(world.addresses))
        elif deed == "hit":
            _hit(world, dice)
        else:
            passed += dice.randint(0, 20)
            settings.CLOCK_OFFSET = passed * DAY
            for one in dice.sample(waiting, 6):
                _tick(one.name, one.task)
        world.look()
    assert passed > 20
    assert Grant.objects.filter(purpose=Purpose.CONTACT, state=GrantState.GRANTED).count() <= contact
    assert not Message.objects.filter(address__endswith="@x.example").exists()


def _hit(world: World, dice: random.Random) -> None:
    """A page opened, read and read on, as a browser or a machine reports it."""
    reader = Client(headers={"user-agent": dice.choice(AGENTS)})
    for part in dice.sample(("open", "scroll", "read", "end"), 2):
        reader.post(f"{world.out.path}/seen", {"view": "view00000001", "what": part, "depth": "100", "seconds": "300"})
    import_string("passalong.kits.services.hits.keep_up")()


def _tick(name: str, task: str) -> None:
    if name not in AWAY:
        import_string(task).call()


def test_all_the_work_of_the_clock_over_two_years_only_ever_lets_them_end(world: World, settings: Any) -> None:
    for month in range(0, 25, 4):
        settings.CLOCK_OFFSET = month * 30 * DAY
        for one in SCHEDULE:
            _tick(one.name, one.task)
        world.look()
    stages = set(Introduction.objects.values_list("stage", flat=True))
    assert Stage.PASSED not in stages
    assert Stage.AGREED not in stages
    assert Stage.ANSWERED in stages  # waits, overdue, and is nobody's to move but a person's


def test_every_page_about_introductions_opened_once_moves_nobody(world: World) -> None:
    member = make.browser(world.owner)
    member.raise_request_exception = False
    pages = [path for path in _desk(world.owner) if path.startswith("/introductions/")]
    opened = sum(member.get(path).status_code == 200 for path in pages)
    assert opened > 12
    world.look()
