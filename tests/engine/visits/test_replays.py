"""What scanners, previews and people do to links, played again in many variants: how many people were there?"""

from __future__ import annotations

import itertools
import random

import pytest
from tests.engine.visits.make import BROWSERS, CHROME, EDGE, IPHONE, START, page

from passalong.engine.visits import HIT, MACHINE, PERSON, Entry, judge

SENT = [None, START]
WAITS = [1.0, 5.0, 60.0]


def people(entries: list[Entry], *, shuffled: int | None = None) -> int:
    """How many views were judged a person's; hits and their signs agree, and a hit without a sign is never one."""
    log = list(entries)
    if shuffled is not None:
        random.Random(shuffled).shuffle(log)
    verdicts = judge(log)
    by_view: dict[str, set[str]] = {}
    for entry, verdict in zip(log, verdicts, strict=True):
        by_view.setdefault(entry.view, set()).add(verdict.verdict)
    assert all(len(said) == 1 for said in by_view.values())
    read = {entry.view for entry in log if entry.kind != HIT}
    found = {view for view, said in by_view.items() if said == {PERSON}}
    assert found <= read
    return len(found)


def sources(shape: str, number: int) -> list[str]:
    """Addresses of a scanner."""
    return {
        "one address": ["203.0.113.9"] * number,
        "the person's address": ["192.0.2.1"] * number,
        "one network": [f"203.0.113.{n}" for n in range(1, number + 1)],
        "the person's network": [f"192.0.2.{n}" for n in range(2, number + 2)],
        "many networks": [f"198.{n}.100.{n}" for n in range(1, number + 1)],
    }[shape]


SHAPES = ["one address", "the person's address", "one network", "the person's network", "many networks"]


def scanner(
    shape: str, *, at: float, links: int, agents: int = 1, engaged: float | None = None, sent_at: float | None = None
) -> list[Entry]:
    """Ten requests within a second."""
    out = []
    for n, address in enumerate(sources(shape, 10)):
        link, agent = f"link{n % links}", BROWSERS[n % agents]
        out += page(at + n / 11, link=link, agent=agent, address=address, engaged=engaged, sent_at=sent_at)
    return out


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("links", [1, 3, 10])
@pytest.mark.parametrize("agents", [1, 6])
@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("sent_at", SENT)
def test_one_person_among_ten_scanner_requests_in_a_second(shape, links, agents, wait, sent_at):
    log = scanner(shape, at=43, links=links, agents=agents, sent_at=sent_at)
    for person_at in (42.0, 43.0, 43.5, 44.2, 50.0):
        person = page(person_at, link="link0", agent=EDGE, engaged=wait, sent_at=sent_at)
        for shuffled in (None, 1, 2):
            assert people(log + person, shuffled=shuffled) == 1


@pytest.mark.parametrize("shape", SHAPES[:4])
@pytest.mark.parametrize("links", [1, 10])
def test_the_scanner_of_one_network_is_told_as_a_machine(shape, links):
    log = scanner(shape, at=43, links=links)
    assert {verdict.verdict for verdict in judge(log)} == {MACHINE}


@pytest.mark.parametrize("sent_at", SENT)
@pytest.mark.parametrize("apart", [0.0, 0.4, 30.0])
def test_three_heads_with_agents_of_browsers(sent_at, apart):
    log = []
    for n, agent in enumerate(BROWSERS[:3]):
        log += page(43 + n * apart, agent=agent, address=f"192.0.2.{n}", method="HEAD", sent_at=sent_at)
    log = [entry._replace(view="") for entry in log]
    assert people(log) == 0
    assert {verdict.verdict for verdict in judge(log)} == {MACHINE}


def test_a_named_bot_and_then_three_heads():
    log = page(0, agent="Twitterbot/1.0", address="199.16.157.1")
    for n in range(3):
        log += page(1 + n, agent=BROWSERS[n], address=f"199.16.157.{n + 2}", method="HEAD")
    assert people(log) == 0
    assert {verdict.verdict for verdict in judge(log)} == {MACHINE}


PREVIEWS = [
    "WhatsApp/2.23.20.0 A",
    "WhatsApp/2.2412.54 W",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 "
    "Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",  # iMessage
    "TelegramBot (like TwitterBot)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
    "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",  # Teams
    "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
    "Viber/13.3.0.5 CFNetwork/1121.2.2 Darwin/19.2.0",
    "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
    "facebookexternalhit/1.1;line-poker/1.0",
    "Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)",
    "Mozilla/5.0",
    "Mozilla/5.0 (compatible)",
    "",
]


@pytest.mark.parametrize("agent", PREVIEWS)
def test_a_preview_is_a_machine_even_when_it_runs_scripts(agent):
    assert people(page(0, agent=agent)) == 0
    for log in (page(0, agent=agent), page(0, agent=agent, engaged=5)):
        assert {verdict.verdict for verdict in judge(log)} == {MACHINE}


def test_a_preview_and_then_the_person_it_was_made_for():
    log = page(0, agent=PREVIEWS[0]) + page(2, agent=IPHONE, engaged=9)
    assert people(log) == 1


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("apart", [0.0, 0.7, 3.0, 60.0, 86_400.0])
@pytest.mark.parametrize("sent_at", SENT)
def test_a_link_forwarded_twice_and_opened_on_five_devices(wait, apart, sent_at):
    log = []
    for n in range(5):
        agent, address = BROWSERS[n], f"203.0.{n}.7"
        log += page(43 + n * apart, agent=agent, address=address, engaged=wait, sent_at=sent_at)
    assert people(log) == 5
    assert people(log, shuffled=3) == 5


@pytest.mark.parametrize("apart", [0.5, 1.0, 3.0, 600.0])
def test_the_five_devices_in_one_network(apart):
    log = [e for n in range(5) for e in page(n * apart, agent=BROWSERS[n], address=f"203.0.113.{n + 1}", engaged=10)]
    assert people(log) == 5


@pytest.mark.parametrize("wait", WAITS)
@pytest.mark.parametrize("apart", [0.0, 0.3, 1.0, 5.0, 3000.0])
@pytest.mark.parametrize("sent_at", SENT)
@pytest.mark.parametrize("agents", [(CHROME, CHROME), (CHROME, EDGE)])
def test_two_colleagues_behind_one_address(wait, apart, sent_at, agents):
    log = page(43, agent=agents[0], engaged=wait, sent_at=sent_at)
    log += page(43 + apart, agent=agents[1], engaged=wait, sent_at=sent_at)
    assert people(log) == 2


def test_two_colleagues_whose_gateway_looked_first():
    log = scanner("the person's address", at=43, links=1, sent_at=START)
    log += page(43.3, link="link0", engaged=8, sent_at=START) + page(43.9, link="link0", engaged=31, sent_at=START)
    assert people(log) == 2


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("agents", [1, 6])
@pytest.mark.parametrize("wait", [0.2, *WAITS])
@pytest.mark.parametrize("sent_at", SENT)
def test_a_scanner_that_runs_javascript_and_presses_a_button_on_every_link(shape, agents, wait, sent_at):
    for links in (5, 10):
        log = scanner(shape, at=43, links=links, agents=agents, engaged=wait, sent_at=sent_at)
        for shuffled in (None, 1, 2):
            assert people(log, shuffled=shuffled) == 0
        assert {verdict.verdict for verdict in judge(log)} == {MACHINE}


@pytest.mark.parametrize("shape", ["one address", "one network", "the person's address"])
@pytest.mark.parametrize("links", [2, 3])
@pytest.mark.parametrize("wait", WAITS)
def test_the_same_on_few_links(shape, links, wait):
    assert people(scanner(shape, at=0, links=links, engaged=wait)) == 0


@pytest.mark.parametrize("shape", ["one address", "one network"])
@pytest.mark.parametrize("agents", [1, 6])
@pytest.mark.parametrize("wait", WAITS)
def test_the_same_again_and_again_on_one_link(shape, agents, wait):
    assert people(scanner(shape, at=0, links=1, agents=agents, engaged=wait)) == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_scanner_that_waits_a_different_time_on_each_link(seed):
    random_ = random.Random(seed)
    log = []
    for n, address in enumerate(sources(random_.choice(SHAPES), 10)):
        log += page(43 + random_.random(), link=f"link{n}", address=address, engaged=random_.uniform(0.5, 20))
    assert people(log) == 0


@pytest.mark.parametrize("pause", [1.0, 3.0, 6.0])
def test_a_scanner_that_takes_one_link_after_the_other(pause):
    log = [entry for n in range(8) for entry in page(n * pause, link=f"link{n}", engaged=pause * 0.8)]
    assert people(log) == 0


def test_the_person_who_reads_a_minute_after_such_a_scanner():
    log = scanner("the person's address", at=43, links=10, engaged=1.5, sent_at=START)
    log += page(110, link="link4", engaged=22, sent_at=START)
    assert people(log) == 1


def test_the_person_elsewhere_who_reads_at_the_same_moment_at_the_same_pace():
    log = scanner("one address", at=43, links=10, engaged=3.2)
    assert people(log + page(43.5, link="link3", address="192.0.2.1", engaged=3.3)) == 1


def test_all_replays_in_one_log():
    log = scanner("the person's address", at=43, links=10, sent_at=START)
    log += page(43.5, link="link0", engaged=12, sent_at=START)
    for n in range(3):
        log += page(1000 + n, agent=BROWSERS[n], method="HEAD")
    log += page(2000, agent=PREVIEWS[0])
    log += [e for n in range(5) for e in page(3000 + 900 * n, agent=BROWSERS[n], address=f"203.0.{n}.7", engaged=20)]
    log += page(9000, engaged=10) + page(9060, engaged=15)
    log += scanner("one address", at=20_000, links=10, engaged=1)
    for shuffled in (None, 1, 2, 3):
        assert people(log, shuffled=shuffled) == 1 + 0 + 0 + 5 + 2 + 0


class TestCrowdsOfPeople:
    """Many people at once are no machine."""

    def test_a_seminar_where_sixty_open_the_code_on_the_wall_within_twenty_seconds(self):
        random_ = random.Random(5)
        log = []
        for n in range(60):
            waits = [random_.uniform(3, 12) + 9 * k for k in range(random_.choice([1, 2, 3, 4]))]
            agent = random_.choice([IPHONE, IPHONE, *BROWSERS])
            log += page(n / 3, agent=agent, engaged=waits, what="part")
        assert people(log) >= 57

    def test_a_newsletter_read_at_once_by_many_each_by_their_own_link(self):
        random_ = random.Random(6)
        log = []
        for n in range(400):
            agent, address = random_.choice(BROWSERS), f"{random_.randrange(1, 200)}.{n % 250}.7.{n % 200}"
            log += page(
                random_.expovariate(1 / 600), link=f"link{n}", agent=agent, address=address, sent_at=START - 60,
                engaged=random_.uniform(3, 120),
            )  # fmt: skip
        assert people(log) >= 396

    @pytest.mark.parametrize("sent_at", SENT)
    def test_two_colleagues_behind_one_address_open_two_links_at_once_and_read_on(self, sent_at):
        log = page(43, link="a", agent=CHROME, engaged=[3.2, 90], sent_at=sent_at)
        log += page(44.5, link="b", agent=IPHONE, engaged=[5, 61, 200], sent_at=sent_at)
        assert people(log) == 2

    def test_a_colleague_who_stops_early_beside_one_who_reads_on(self):
        log = page(0, link="a", agent=CHROME, engaged=[3.2, 90]) + page(1.5, link="b", agent=IPHONE, engaged=4)
        assert people(log) == 2

    def test_two_links_in_one_browser_at_once_are_a_program_however_long_they_stand(self):
        log = page(0, link="a", engaged=[3.2, 90]) + page(1.5, link="b", engaged=[3.2, 200])
        assert people(log) == 0

    def test_four_readers_of_four_links_within_half_a_minute_behind_one_address(self):
        log = []
        for n, (wait, agent) in enumerate(zip((3.1, 4.0, 5.2, 6.0), (CHROME, IPHONE, CHROME, EDGE), strict=True)):
            log += page(9 * n, link=f"link{n}", agent=agent, engaged=[wait, 20 + n, 51 + 7 * n], what="part")
        assert people(log) == 4

    def test_a_program_that_scrolls_through_four_links_one_after_the_other(self):
        log = [e for n in range(4) for e in page(9 * n, link=f"link{n}", engaged=[3.1, 4, 5, 6, 8], what="part")]
        assert people(log) == 0

    @pytest.mark.parametrize("what", ["part", "scroll"])
    def test_phones_of_one_model_that_stay_on_the_first_screen_of_one_link(self, what):
        log = [e for n in range(3) for e in page(n * 0.9, agent=IPHONE, engaged=3.05 + n * 0.2, what=what)]
        assert people(log) == 3

    def test_a_household_on_one_address_over_an_evening(self):
        log = [e for n in range(6) for e in page(400 * n, link="ab"[n % 2], agent=BROWSERS[n], engaged=7)]
        assert people(log) == 6


def test_a_person_who_reads_on_files_and_reloads_is_one():
    log = page(0, engaged=[4, 20, 61], what="part")
    log += page(30) + page(30.5) + page(31)  # the report, the white paper, once more the report
    assert people(log) == 1


def test_every_combination_of_what_a_hit_without_a_sign_can_be_is_no_person():
    for method, network, sent_at, agent in itertools.product(
        ("GET", "HEAD", "OPTIONS", "POST"), ("", "proxy", "datacentre", "scanner"), SENT, (CHROME, "", "curl/8")
    ):
        assert people(page(43, method=method, network=network, sent_at=sent_at, agent=agent)) == 0
