"""Verdicts of hits in the database: as they come in, in whatever pieces, they end as if judged all at once."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

import pytest
from tests import make
from tests.engine.visits.make import BROWSERS, CHROME, IPHONE, page

from passalong.core.models import Event
from passalong.engine import visits
from passalong.kits.models import Hit, Kit, Link
from passalong.kits.services import judging

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


@pytest.fixture
def kit():
    owner = make.member()
    return Kit.objects.create(practice=owner.practice, name="Kit")


def link(kit: Kit) -> Link:
    return Link.objects.create(practice=kit.practice, kit=kit, referrer=None)


def keep(kit: Kit, links: dict[str, Link], entries: list[visits.Entry]) -> list[Hit]:
    """Entries as rows nobody has judged."""
    for one in entries:
        if one.link not in links:
            links[one.link] = link(kit)
    return Hit.objects.bulk_create(
        Hit(
            practice=kit.practice,
            link=links[one.link],
            at=datetime.fromtimestamp(one.at, UTC),
            kind=one.kind,
            method=one.method,
            agent=one.agent or "",
            headers=list(one.headers),
            address_hash=one.address,
            network_hash=one.around,
            view=one.view,
            what=one.what,
        )
        for one in entries
    )


def said(kit: Kit) -> dict[tuple[str, str], set[str]]:
    """Verdicts by kind and view."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in Hit.objects.filter(practice=kit.practice):
        assert row.reason
        found.setdefault((row.kind, row.view), set()).add(row.verdict)
    return found


def people(kit: Kit) -> int:
    return Hit.objects.filter(practice=kit.practice, kind="hit", verdict="person").values("view").distinct().count()


def test_a_page_is_unknown_until_its_sign_comes_in(kit):
    hit, sign = page(0, engaged=70)
    links: dict[str, Link] = {}
    keep(kit, links, [hit])
    assert judging.judge_new() == 1
    assert said(kit) == {("hit", hit.view): {"unknown"}}
    keep(kit, links, [sign])
    assert judging.judge_new() == 1
    assert set(map(frozenset, said(kit).values())) == {frozenset({"person"})}


def test_a_sign_may_come_in_before_its_page(kit):
    hit, sign = page(0, engaged=5)
    links: dict[str, Link] = {}
    keep(kit, links, [sign])
    judging.judge_new()
    assert Hit.objects.get().reason == "no page was answered"
    keep(kit, links, [hit])
    judging.judge_new()
    assert people(kit) == 1
    assert {row.verdict for row in Hit.objects.all()} == {"person"}


def test_a_second_link_pressed_takes_the_first_persons_verdict_back(kit):
    links: dict[str, Link] = {}
    keep(kit, links, page(0, link="a", engaged=1.2))
    judging.judge_new()
    assert people(kit) == 1
    keep(kit, links, page(0.4, link="b", engaged=1.1))
    judging.judge_new()
    assert people(kit) == 0
    assert {row.reason for row in Hit.objects.all()} == {"pressed on many links at once"}


def test_what_another_practice_sees_says_nothing_here(kit):
    other = Kit.objects.create(practice=make.practice(), name="Other")
    keep(kit, {}, page(0, link="a", engaged=1.2))
    keep(other, {}, page(0.4, link="b", engaged=1.1))
    judging.judge_new()
    assert people(kit) == people(other) == 1


def evening(seed: int) -> list[visits.Entry]:
    """People, scanners, previews and colleagues over some minutes, partly on top of each other."""
    random_ = random.Random(seed)
    out: list[visits.Entry] = []
    for n in range(60):
        at, agent = random_.uniform(0, 400), random_.choice([*BROWSERS, "curl/8", ""])
        address = f"192.0.{random_.randrange(4)}.{random_.randrange(6)}"
        engaged = random_.choice([None, random_.uniform(0.1, 3), [4, random_.uniform(5, 600)]])
        out += page(at, link=random_.choice("abcdef"), agent=agent, address=address, engaged=engaged, what="part")
        if n % 12 == 0:
            for k in range(8):
                out += page(at + k / 9, link=f"s{k}", address="203.0.113.9", engaged=random_.choice([None, 1.0]))
    return sorted(out, key=lambda entry: entry.at)


@pytest.mark.parametrize("seed", range(6))
def test_in_pieces_or_at_once_the_verdicts_are_the_same(kit, seed, monkeypatch):
    monkeypatch.setattr(judging, "NEW_AT_ONCE", 40)
    monkeypatch.setattr(judging, "MOST_SPANS", 3 if seed % 2 else 50)
    random_, links, log = random.Random(seed), {}, evening(seed)
    if seed >= 3:
        random_.shuffle(log)
    while log:
        size = random_.randrange(1, 30)
        keep(kit, links, log[:size])
        judging.judge_new()
        log = log[size:]
    in_pieces = said(kit)
    assert judging.rejudge(kit.practice) == 0, "nothing is left to change"
    assert said(kit) == in_pieces


@pytest.mark.parametrize("seed", range(3))
def test_a_backlog_ends_as_if_judged_all_at_once(kit, seed, monkeypatch):
    monkeypatch.setattr(judging, "NEW_AT_ONCE", 100)
    other = Kit.objects.create(practice=make.practice(), name="Other")
    log, few = evening(seed), page(0, link="a", engaged=5)
    random.Random(seed).shuffle(log)
    keep(kit, {}, log)
    keep(other, {}, few)
    assert judging.judge_new() == len(log) + len(few)
    verdicts = said(kit)
    assert people(other) == 1
    assert judging.rejudge(kit.practice) == 0
    assert said(kit) == verdicts
    assert judging.judge_new() == 0


def test_a_backlog_of_weeks_is_judged_in_seconds(kit):
    random_, links, log = random.Random(7), {}, []
    while len(log) < 20_000:
        at, address = random_.uniform(0, 23 * 86_400), f"192.{random_.randrange(99)}.0.{random_.randrange(250)}"
        engaged = random_.choice([None, [random_.uniform(3, 9), random_.uniform(10, 90)]])
        agent = random_.choice(BROWSERS)
        log += page(at, link=f"l{random_.randrange(300)}", agent=agent, address=address, engaged=engaged, what="part")
    keep(kit, links, log)
    begun = time.monotonic()
    assert judging.judge_new() == len(log)
    assert time.monotonic() - begun < 10
    assert judging.rejudge(kit.practice) == 0


def test_a_sign_sent_to_another_link_than_its_views_leaves_nothing_waiting(kit):
    hit, sign = page(0, link="a", engaged=5)
    keep(kit, {}, [hit, sign._replace(link="b")])
    judging.judge_new()
    assert not Hit.objects.filter(reason="").exists()


def test_judging_all_again_follows_todays_rules(kit):
    keep(kit, {}, page(0, engaged=5) + page(900, agent="curl/8"))
    judging.judge_new()
    Hit.objects.update(verdict="machine", reason="an older rule")
    assert judging.rejudge(kit.practice) == 3
    assert judging.rejudge(kit.practice) == 0
    assert people(kit) == 1


def test_only_a_member_has_it_done_and_it_is_written_down(kit):
    owner = make.member(kit.practice)
    judging.note_rejudged(by=owner)
    assert Event.objects.get(kind="kits:judged_again").actor == owner.public_id


def test_ten_thousand_hits_are_judged_by_a_bounded_number_of_queries(kit, django_assert_max_num_queries):
    log = [e for n in range(3000) for e in page(40 * n, address=f"192.0.{n % 200}.{n % 250}", agent=IPHONE, engaged=9)]
    keep(kit, {}, log)
    with django_assert_max_num_queries(120):
        assert judging.judge_new() > 0
    assert not Hit.objects.filter(reason="").exists()
    assert people(kit) == 3000
    keep(kit, {}, page(7, agent=CHROME))
    with django_assert_max_num_queries(12):
        judging.judge_new()
