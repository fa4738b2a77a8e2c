"""Single rules, with their reasons; order, cost."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.visits.make import BROWSERS, CHROME, START, page

from passalong.engine.visits import Entry, Verdict, judge


def only(entries: list[Entry]) -> Verdict:
    """The one verdict of all entries."""
    (verdict,) = set(judge(entries))
    return verdict


def test_nothing_in_nothing_out():
    assert judge([]) == []


@pytest.mark.parametrize(
    ("entries", "verdict"),
    [
        (page(0), ("unknown", "no sign of reading")),
        (page(0, engaged=4), ("person", "read on")),
        (page(0, engaged=[0.1, 9]), ("person", "read on")),
        (page(0, engaged=0.1), ("machine", "faster than a person")),
        (page(0, engaged=-3), ("machine", "faster than a person")),
        (page(0, method="HEAD", engaged=4), ("machine", "asks without reading")),
        (page(0, method="OPTIONS"), ("machine", "asks without reading")),
        (page(0, agent="", engaged=4), ("machine", "no agent")),
        (page(0, agent="Mozilla/5.0", engaged=4), ("machine", "bare agent")),
        (page(0, agent="curl/8.1", engaged=4), ("machine", "named bot: curl")),
        (page(0, headers=["sec-purpose=prefetch;prerender"]), ("machine", "fetched ahead")),
        (page(0, headers=["x-moz"]), ("machine", "fetched ahead")),
        (page(0, headers=["sec-purpose"], engaged=40), ("person", "read on")),
        (page(0, network="datacentre"), ("machine", "network of a data centre")),
        (page(0, network="datacentre", engaged=5), ("person", "read on")),
        (page(0, network="proxy"), ("unknown", "no sign of reading")),
        (page(0, network="scanner", engaged=5), ("machine", "network of a scanner")),
        (page(1, sent_at=START, engaged=2), ("machine", "sooner than mail arrives")),
        (page(-50, sent_at=START, engaged=5), ("person", "read on")),
    ],
)
def test_one_visit(entries, verdict):
    assert only(entries) == verdict


def test_a_sign_without_the_page_it_speaks_of_is_a_machines():
    for view in ("", "never answered"):
        assert only([Entry(START, "engaged", "POST", agent=CHROME, view=view)]) == ("machine", "no page was answered")


def test_a_bot_that_sends_the_sign_of_a_browsers_view_spoils_it():
    hit, sign = page(0, engaged=5)
    assert only([hit, sign._replace(agent="python-requests/2.31")]) == ("machine", "named bot: python-requests")


def test_signs_may_come_before_their_hit_in_the_log_and_days_after_it_in_time():
    log = page(0, engaged=[5, 200_000])
    assert judge(log[::-1]) == [("person", "read on")] * 3


def test_signs_from_another_address_count():
    hit, sign = page(0, engaged=5)
    assert only([hit, sign._replace(address="198.51.100.3", around="198.51.100")]).verdict == "person"


def test_an_address_nobody_knows_joins_nobody_but_those_with_the_same_agent():
    log = [e for n in range(6) for e in page(n / 6, link=f"l{n}", agent=BROWSERS[n], address="", engaged=4 + 3 * n)]
    assert {v.verdict for v in judge(log)} == {"person"}
    log = [e for n in range(6) for e in page(n / 6, link=f"l{n}", address="", engaged=4 + 3 * n)]
    assert {v.reason for v in judge(log)} == {"pressed on many links at once"}


def test_what_comes_later_changes_what_was_said_before():
    first = page(0, link="a", engaged=1.5)
    assert only(first).verdict == "person"
    assert only(first + page(0.5, link="b", engaged=1.4)).reason == "pressed on many links at once"


entries = st.builds(
    Entry,
    at=st.floats(0, 120),
    kind=st.sampled_from(["hit", "engaged"]),
    method=st.sampled_from(["GET", "HEAD", "POST"]),
    link=st.sampled_from("abc"),
    agent=st.sampled_from([*BROWSERS, "", "curl/8", None]),
    network=st.sampled_from(["", "proxy", "datacentre", "scanner"]),
    address=st.sampled_from(["", "192.0.2.1", "192.0.2.2"]),
    around=st.just("192.0.2"),
    view=st.sampled_from(["", *"pqrstuv"]),
    sent_at=st.sampled_from([None, 0.0]),
)


@given(st.lists(entries, max_size=40), st.randoms())
def test_only_views_with_a_sign_are_people_and_the_order_in_the_file_says_nothing(log, random_):
    verdicts = judge(log)
    assert len(verdicts) == len(log)
    hits = {entry.view for entry in log if entry.kind == "hit"}
    signs = {entry.view for entry in log if entry.kind == "engaged"}
    for entry, verdict in zip(log, verdicts, strict=True):
        if verdict.verdict == "person":
            assert entry.view in hits & signs
    if len({entry.at for entry in log}) == len(log):  # who is first of two at one moment is for the file to say
        order = list(range(len(log)))
        random_.shuffle(order)
        views = [entry.view for entry in log if entry.kind == "hit" and entry.view]
        if len(views) == len(set(views)):
            assert judge([log[n] for n in order]) == [verdicts[n] for n in order]


def busy(size: int, seconds: float) -> list[Entry]:
    """Visits of half a year, or of one moment, half of them read."""
    random_ = random.Random(3)
    out: list[Entry] = []
    while len(out) < size:
        address = f"{random_.randrange(256)}.{random_.randrange(256)}.3.{random_.randrange(256)}"
        engaged = random_.uniform(3, 90) if random_.random() < 0.5 else None
        agent = random_.choice(BROWSERS)
        link = f"l{random_.randrange(300)}"
        out += page(random_.uniform(0, seconds), link=link, agent=agent, address=address, engaged=engaged)
    return out


@pytest.mark.parametrize("seconds", [1.5e7, 60.0, 0.5])
def test_cost_rises_with_the_size_and_not_with_its_square(seconds):
    def took(size: int) -> float:
        log = busy(size, seconds)
        begun = time.process_time()
        judge(log)
        return time.process_time() - begun

    small, large = took(10_000), took(80_000)
    assert large < 8 * 3 * small
    assert large < 20


def test_one_link_and_one_address_hammered_is_no_worse():
    log = [page(n / 1000, engaged=[1, 2])[k] for n in range(20_000) for k in range(3)]
    begun = time.process_time()
    assert {verdict.verdict for verdict in judge(log)} == {"machine"}
    assert time.process_time() - begun < 10
