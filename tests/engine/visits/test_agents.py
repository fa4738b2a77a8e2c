"""Agents: the names of the package, all of them and no more; no browser is taken for a machine."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from crawleruseragents import is_crawler

from passalong.engine.visits import agents, machine_agent, named_bot

CORPUS = sorted({one for entry in agents.known_bots() for one in entry.get("instances", ())})
BROWSERS = (Path(__file__).parent / "browsers.txt").read_text().splitlines()


def test_every_agent_of_the_packages_corpus_is_named():
    assert len(CORPUS) > 2000
    assert [agent for agent in CORPUS if bool(named_bot(agent)) != is_crawler(agent)] == []
    assert [agent for agent in CORPUS if not machine_agent(agent)] == []


def test_no_browser_is_a_machine():
    assert len(BROWSERS) >= 200
    assert [(agent, machine_agent(agent)) for agent in BROWSERS if machine_agent(agent)] == []


def test_cut_and_spliced_agents_are_told_as_the_package_tells_them():
    random_ = random.Random(11)
    for _ in range(20_000):
        one, other = random_.choice([CORPUS, BROWSERS]), random_.choice([CORPUS, BROWSERS])
        first, second = random_.choice(one), random_.choice(other)
        agent = first[: random_.randrange(len(first) + 1)] + second[random_.randrange(len(second) + 1) :]
        if bool(named_bot(agent)) != is_crawler(agent):
            assert agent.startswith("Mozilla/"), agent
            assert any(is_too_wide in agent for is_too_wide in ("AP3A", "MetaIAB", "Tumblr", "Sogou")), agent


@pytest.mark.parametrize(
    ("agent", "code"),
    [
        ("", "no agent"),
        ("   ", "no agent"),
        ("Mozilla/5.0", "bare agent"),
        ("Mozilla/5.0 (compatible)", "bare agent"),
        ("MyLinkThing 2", "no browser"),
        ("WhatsApp/2.23.20.0 A", "named bot: WhatsApp"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "named bot: Googlebot"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Barracuda Sentinel (EE)", "named bot: Barracuda"),
        ("Microsoft Office Existence Discovery", "named bot: Microsoft Office"),
        ("Mozilla/5.0 (compatible; NeverSeenBot/1.0)", "named bot: Bot"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/1 (+https://example.org/what-we-do)", "named bot: +https://"),
    ],
)
def test_why(agent, code):
    assert machine_agent(agent) == code


def test_a_reason_fits_its_column():
    assert max(len(machine_agent(agent)) for agent in CORPUS) <= 60


def test_a_long_agent_costs_no_more_than_its_length():
    agent = "curlcurl" * 50_000
    begun = time.process_time()
    assert machine_agent("x" + agent)
    assert time.process_time() - begun < 2.0
