"""The readers' pages: what came of each link and edition, how far people read, why something is a machine."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags
from tests import make
from tests.engine.visits.make import CHROME, IPHONE

from passalong.accounts.models import Member
from passalong.engine.visits import reasons
from passalong.kits.content import Content, Frozen
from passalong.kits.models import Edition, Hit, Kit, Link, Passing
from passalong.kits.reading_words import REASONS, reason_words
from passalong.kits.selectors import readings as selectors
from passalong.kits.services import judging
from passalong.kits.views import readings as views

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def kit(owner: Member) -> Kit:
    return Kit.objects.create(practice=owner.practice, name="House to flat")


def edition(kit: Kit, number: int = 1) -> Edition:
    return Edition.objects.create(
        practice=kit.practice,
        kit=kit,
        number=number,
        state="replaced",
        frozen=Frozen(Content(title="T"), "P", "", "", number, "2026-05-04").to_json(),
        proposed_by="x",
        proposer="x",
        published_at=NOON + timedelta(days=number),
    )


def link(owner: Member, kit: Kit, name: str = "") -> Link:
    referrer = make.client(owner, name) if name else None
    return Link.objects.create(practice=kit.practice, kit=kit, referrer=referrer, is_own=not name)


_made = iter(range(10**9))


def opened(
    of: Link, *, by: str = "person", part: int | None = None, step: bool = False, of_edition: Edition | None = None
) -> None:
    """One request, judged already: read to the end of this part, with a step or not."""
    number = next(_made)
    at, view = NOON + timedelta(minutes=number), f"w{number}"
    agent = {"person": IPHONE, "machine": "WhatsApp/2.23", "unknown": CHROME}[by]
    own = {"practice": of.practice, "link": of, "edition": of_edition, "agent": agent, "view": view}
    own["address_hash"] = f"h{number}"
    Hit.objects.create(at=at, kind="hit", method="GET", **own)
    if by == "person":
        parts = [("part", n) for n in range(1, (part or 0) + 1)] + [("form", None)] * (not part)
        for second, (what, reached) in enumerate(parts + [("step", None)] * step, 4):
            own_time = at + timedelta(seconds=second)
            Hit.objects.create(at=own_time, kind="engaged", method="POST", what=what, part=reached, **own)


def texts(answer) -> str:
    return re.sub(r"\s+", " ", strip_tags(answer.content.decode()))


class TestCounts:
    def test_one_row_a_link_and_edition(self, owner, kit):
        first, second = edition(kit, 1), edition(kit, 2)
        ana, own = link(owner, kit, "Ana Berg"), link(owner, kit)
        opened(ana, part=3, of_edition=first)
        opened(ana, part=5, step=True, of_edition=first)
        opened(ana, by="machine", of_edition=first)
        opened(ana, by="unknown", of_edition=second)
        opened(own, of_edition=second)
        Passing.objects.create(practice=kit.practice, link=ana, edition=first, said_by="desk")
        Passing.objects.create(practice=kit.practice, link=ana, edition=first, said_by="referrer")
        judging.judge_new()
        rows = selectors.readings(kit, sort="whose")
        assert [(row.link, row.edition) for row in rows] == [(ana, second), (ana, first), (own, second)]
        found = rows[1]
        assert (found.passed, found.people, found.machines, found.unknown, found.steps) == (2, 2, 1, 0, 1)
        assert found.reached == [2, 2, 2, 1, 1]
        assert found.half_read_to == 5
        assert (rows[0].unknown, rows[2].people, rows[2].half_read_to) == (1, 1, 0)
        total = selectors.total(rows)
        assert (total.passed, total.people, total.machines, total.unknown, total.steps) == (2, 3, 1, 1, 1)
        assert [row.link for row in selectors.readings(kit, edition=first)] == [ana]

    def test_a_link_made_while_they_are_asked_for_waits_for_the_next_look(self, owner, kit, monkeypatch):
        ana, editions = link(owner, kit, "Ana Berg"), Edition.objects.filter
        late: list[Link] = []

        def meanwhile(**asked):
            late.append(link(owner, kit, "Ben Cole"))
            opened(late[0], part=2)
            opened(late[0], by="unknown")
            Passing.objects.create(practice=kit.practice, link=late[0], edition=edition(kit), said_by="desk")
            judging.judge_new()
            return editions(**asked)

        monkeypatch.setattr(Edition.objects, "filter", meanwhile)
        assert [row.link for row in selectors.readings(kit)] == [ana]
        monkeypatch.undo()
        assert {row.link for row in selectors.readings(kit)} == {ana, *late}

    def test_links_nothing_came_of_stand_there_until_they_end(self, owner, kit):
        quiet, ended = link(owner, kit, "Ana Berg"), link(owner, kit, "Ben Cole")
        Link.objects.filter(pk=ended.pk).update(ended_at=NOON)
        assert [row.link for row in selectors.readings(kit)] == [quiet]
        opened(ended)
        judging.judge_new()
        assert {row.link for row in selectors.readings(kit)} == {quiet, ended}

    def test_heads_and_files_of_people_are_no_readers(self, owner, kit):
        of = link(owner, kit)
        own = {"practice": of.practice, "link": of, "agent": CHROME}
        Hit.objects.create(at=NOON, kind="hit", method="HEAD", **own)
        Hit.objects.create(at=NOON + timedelta(hours=1), kind="hit", method="GET", file="report", **own)
        judging.judge_new()
        (row,) = selectors.readings(kit)
        assert (row.people, row.machines, row.unknown) == (0, 1, 0)

    @pytest.mark.parametrize("sort", [*selectors.SORTS, "whose", "nonsense"])
    def test_every_order_keeps_every_row(self, owner, kit, sort):
        for name in ("Ana Berg", "Ben Cole", "Cem Demir"):
            opened(link(owner, kit, name), part=len(name) % 5)
        judging.judge_new()
        assert len(selectors.readings(kit, sort=sort)) == 3

    def test_the_most_of_what_is_asked_for_come_first(self, owner, kit):
        ana, ben = link(owner, kit, "Ana Berg"), link(owner, kit, "Ben Cole")
        opened(ben, part=1)
        opened(ben, part=1)
        opened(ana, part=4, step=True)
        opened(ana, by="machine")
        judging.judge_new()
        first = {sort: selectors.readings(kit, sort=sort)[0].link for sort in ("people", "read", "steps", "machines")}
        assert first == {"people": ben, "read": ana, "steps": ana, "machines": ana}


class TestPages:
    def test_nothing_yet(self, owner, kit):
        answer = make.browser(owner).get(f"/kits/{kit.public_id}/readers/")
        assert "how far people read. Open a client's link to begin" in texts(answer).replace("&#x27;", "'")

    def test_what_came(self, owner, kit):
        of = edition(kit)
        ana = link(owner, kit, "Ana Berg")
        for part in (1, 2, 4):
            opened(ana, part=part, step=part == 4, of_edition=of)
        opened(ana, by="machine", of_edition=of)
        judging.judge_new()
        said = texts(make.browser(owner).get(f"/kits/{kit.public_id}/readers/"))
        assert "3 people opened it. One took a next step." in said
        assert (
            "Problems and opportunities 3 people Consequences 2 people First step 1 person Next step 1 person" in said
        )
        assert "Proof" not in said, "this kit has none"
        assert "Ana Berg 1 0 3 Consequences 1 1 0" in said

    def test_one_link_with_reasons(self, owner, kit):
        ana = link(owner, kit, "Ana Berg")
        opened(ana, part=2)
        opened(ana, by="machine")
        opened(ana, by="unknown")
        judging.judge_new()
        browser, path = make.browser(owner), f"/kits/{kit.public_id}/readers/{ana.public_id}/"
        said = texts(browser.get(path))
        assert "It says of itself that it is a machine: WhatsApp." in said
        assert "nothing tells whether anybody read it" in said
        assert "Consequences" in said
        only = texts(browser.get(path, {"verdict": "unknown"}))
        assert "WhatsApp" not in only
        assert "nothing tells whether" in only
        assert "Nothing of that kind" not in only

    def test_markup_in_an_agent_is_text(self, owner, kit):
        of = link(owner, kit)
        Hit.objects.create(
            practice=of.practice, link=of, at=NOON, kind="hit", method="GET", agent="<script>alert(1)</script>bot"
        )
        judging.judge_new()
        content = make.browser(owner).get(f"/kits/{kit.public_id}/readers/{of.public_id}/").content
        assert b"<script>alert" not in content
        assert b"&lt;script&gt;alert" in content

    def test_judge_again_is_a_button_that_posts(self, owner, kit):
        ana = link(owner, kit, "Ana Berg")
        opened(ana, part=2)
        Hit.objects.update(verdict="machine", reason="an older rule")
        browser, path = make.browser(owner), f"/kits/{kit.public_id}/readers/judge/"
        assert browser.get(path).status_code == 405
        assert "3 verdicts changed" in texts(browser.post(path, follow=True))
        assert "nothing changed" in texts(browser.post(path, follow=True))
        assert selectors.readings(kit)[0].people == 1

    @pytest.mark.django_db(transaction=True)
    def test_very_many_are_judged_in_the_background(self, owner, kit, monkeypatch):
        monkeypatch.setattr(views, "AT_ONCE", 2)
        opened(link(owner, kit), part=2)
        Hit.objects.update(verdict="machine", reason="an older rule")
        said = texts(make.browser(owner).post(f"/kits/{kit.public_id}/readers/judge/", follow=True))
        assert "in the background" in said
        call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)
        assert selectors.readings(kit)[0].people == 1

    def test_another_practice_finds_nothing(self, owner, kit):
        ana, other = link(owner, kit, "Ana Berg"), make.browser(make.member())
        for path in ("", "judge/", f"{ana.public_id}/"):
            assert other.get(f"/kits/{kit.public_id}/readers/{path}").status_code in (404, 405)
        assert other.post(f"/kits/{kit.public_id}/readers/judge/").status_code == 404

    def test_a_link_of_another_kit_is_not_shown_under_this_one(self, owner, kit):
        stranger = link(owner, Kit.objects.create(practice=owner.practice, name="Another"))
        answer = make.browser(owner).get(f"/kits/{kit.public_id}/readers/{stranger.public_id}/")
        assert answer.status_code == 404


def test_ten_thousand_hits_cost_as_many_queries_as_ten(owner, kit, django_assert_max_num_queries):
    of = [link(owner, kit, f"Person {name}") for name in "ABCDEFGH"]
    browser = make.browser(owner)
    rows = []
    for n in range(3400):
        own = {"practice": kit.practice, "link": of[n % 8], "agent": IPHONE, "view": f"v{n}", "address_hash": f"h{n}"}
        at = NOON + timedelta(minutes=n)
        rows.append(Hit(at=at, kind="hit", method="GET", **own))
        rows += [
            Hit(at=at + timedelta(seconds=5 + s), kind="engaged", what="part", part=s + 1, **own) for s in range(2)
        ]
    Hit.objects.bulk_create(rows)
    judging.judge_new()
    path = f"/kits/{kit.public_id}/readers/"
    browser.get(path)
    with django_assert_max_num_queries(14):
        assert "3400 people opened it" in texts(browser.get(path)).replace(",", "")
    with django_assert_max_num_queries(12):
        browser.get(f"{path}{of[0].public_id}/", {"page": "3"})
    begun = time.process_time()
    browser.get(path)
    assert time.process_time() - begun < 0.6


def test_every_reason_has_words():
    codes = {getattr(reasons, name) for name in reasons.__all__} - {reasons.NAMED}
    assert codes == set(REASONS)
    assert reason_words("named bot: Slackbot") == "It says of itself that it is a machine: Slackbot."
    assert reason_words("a rule of long ago") == "a rule of long ago"
