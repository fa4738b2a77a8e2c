"""Five partners of one trade are offered the same, and clients are asked who would like to be featured.

Nobody's page or mail names another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.features.interviewing import Stories, phone, press, said, told
from tests.features.letters import arrived, enter, link_in, scan, text_of, without
from tests.features.made_interviews import CLIENTS, PARTNERS, TRADE, mail_of
from tests.screens import follow

pytestmark = pytest.mark.story

OFFER = "Twenty minutes of questions about your work, published under your own name with links to your own pages."
REPLIES = (PARTNERS[2], PARTNERS[0], PARTNERS[4])  # in the order in which they say yes


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stories]:
    with told(tmp_path_factory.mktemp("partners"), "partners") as begun:
        yield begun


def others(names: tuple[str, ...], name: str) -> list[str]:
    """How the others are called."""
    return [one.split()[1] for one in names if one != name]


def names_nobody(page: Page, names: tuple[str, ...], name: str) -> None:
    assert not any(one.lower() in page.content().lower() for one in others(names, name)), name


def row_of(page: Page, name: str) -> Locator:
    return page.locator("main li", has_text=name)


def test_five_partners_of_one_trade_get_one_offer_and_see_nobody_else(
    stories: Stories, page: Page, browser: Browser
) -> None:
    enter(page, stories.running, stories.begun["owner"])
    series = plan(page, stories)
    links, texts = {}, []
    for name in PARTNERS:
        page.goto(series)
        follow(page, row_of(page, name).get_by_role("link", name="Invite"))
        letter = invite(page, stories, name)
        assert without(letter, *others(PARTNERS, name))
        links[name] = link_in(letter, "talk")
        scan(links[name])
        texts.append(neutral(letter, name, links[name]))
    assert len(set(texts)) == 1, "the same words to all five"
    assert " ".join(OFFER.split()) in " ".join(texts[0].split())
    assert [stories.mail_to(name) for name in PARTNERS] == [1] * len(PARTNERS)
    reply(page, browser, series, links)


def plan(page: Page, stories: Stories) -> str:
    """The page of the series, with a place for each of the five."""
    page.goto(stories.at("/interviews/series/new/"))
    page.get_by_label("Trade").fill(TRADE)
    page.get_by_label("Title").fill("What owners ask about taxes")
    page.get_by_label("What is in it for each of them").fill("The last place of five: only today.")
    press(page, "Plan it")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)  # made scarce, and so refused
    page.get_by_label("What is in it for each of them").fill(OFFER)
    press(page, "Plan it")
    series = page.url
    for name in PARTNERS:
        follow(page, row_of(page, name).get_by_role("button", name="Give a place"))
    expect(page.locator("ol.rows li")).to_have_count(len(PARTNERS))
    return series


def invite(page: Page, stories: Stories, name: str) -> EmailMessage:
    """The mail as it came; better words for one of them do not go."""
    follow(page, page.get_by_role("link", name="Write the invitation"))
    if name == PARTNERS[1]:
        page.get_by_label("What is in it for the guest").fill("Twice as much as for anybody else in town.")
        press(page, "See the mail")
        press(page, "Send it")
        expect(page.locator("main")).to_contain_text("Everybody in this series gets the same offer")
        page.get_by_label("What is in it for the guest").fill(OFFER)
    press(page, "See the mail")
    press(page, "Send it")
    return arrived(stories.sink, mail_of(name))


def neutral(letter: EmailMessage, name: str, link: str) -> str:
    """Subject and words without what is each one's own: the first name and the address of the page."""
    whole = f"{letter['Subject']}\n{text_of(letter)}".replace(link, "HERE").replace(name.split()[0], "NAME")
    return re.sub(r"/u/\S+", "/u/THEIRS", whole)


def reply(page: Page, browser: Browser, series: str, links: dict[str, str]) -> None:
    """The order is that of their own replies, whoever was invited first."""
    for name in REPLIES:
        tab = phone(browser, links[name])
        names_nobody(tab, PARTNERS, name)
        press(tab, "Yes, I would like to")
        names_nobody(tab, PARTNERS, name)
    tab = phone(browser, links[PARTNERS[1]])
    press(tab, "I would rather not")
    names_nobody(tab, PARTNERS, PARTNERS[1])
    page.goto(series)
    rows = page.locator("ol.rows li").all_inner_texts()
    assert [wanted in row for wanted, row in zip(REPLIES, rows, strict=False)] == [True] * 3
    assert [row.split(".")[0].strip() for row in rows[:3]] == ["1", "2", "3"]
    assert not any("said yes" in row for row in rows[3:])
    for name, link in links.items():
        names_nobody(phone(browser, link), PARTNERS, name)


def test_clients_are_asked_once_and_who_fits_becomes_an_idea(stories: Stories, page: Page, browser: Browser) -> None:
    ann, bea, cy, dee = CLIENTS
    enter(page, stories.running, stories.begun["owner"])
    page.goto(stories.at("/interviews/casting/new/"))
    page.get_by_label("Subject").fill("Would you like to be featured?")
    press(page, "Choose clients")
    for name in (ann, bea, cy):
        page.get_by_role("checkbox", name=name).check()
    press(page, "Put them on the call")
    follow(page, page.get_by_role("link", name="3 on the call"))
    call = page.url
    press(page, "Send it, once each")
    tabs = {name: asked(browser, stories, name) for name in (ann, bea, cy)}
    answer(tabs[ann], "yes", "yes", "yes")
    expect(tabs[ann].locator("main")).to_contain_text("We will come back to you with an invitation")
    answer(tabs[bea], "yes", "no", "yes")
    expect(tabs[bea].locator("main")).to_contain_text("does not fit just now")
    press(tabs[cy], "I would rather not")
    for name, tab in tabs.items():
        names_nobody(tab, CLIENTS, name)
    page.goto(call)
    assert "would like to, does not fit" in said(page)
    page.goto(stories.at("/interviews/?stage=idea"))
    expect(page.locator("main")).to_contain_text(ann)
    for name in (bea, cy, dee):
        expect(page.locator("main")).not_to_contain_text(name)
    page.goto(call)
    expect(page.get_by_role("button", name="Send it, once each")).to_have_count(0)
    assert [stories.mail_to(name) for name in CLIENTS] == [1, 1, 1, 0]


def asked(browser: Browser, stories: Stories, name: str) -> Page:
    """The mail came to this client alone; their page, with nothing chosen beforehand."""
    letter = arrived(stories.sink, mail_of(name))
    assert without(letter, *others(CLIENTS, name))
    link = link_in(letter, "cast")
    scan(link)
    tab = phone(browser, link)
    assert tab.locator("input:checked").count() == 0
    return tab


def answer(tab: Page, *each: str) -> None:
    questions = tab.locator("fieldset").all()
    assert len(questions) == len(each) == 3
    for question, word in zip(questions, each, strict=True):
        question.locator(f"input[value={word}]").check()
    press(tab, "I would like to be featured")
