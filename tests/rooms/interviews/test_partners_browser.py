"""Partners, their brief, a series and the ledger in a real browser: without script, at both widths, light and dark."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline
from tests.rooms.introductions.test_care_browser import CHROMIUM, SHOTS, chromium, opened
from tests.screens import beyond, follow

from passalong.accounts.models import Member
from passalong.core import clock
from passalong.interviews.models import Brief, Interview, Partner, Reciprocity, Series, Touch
from passalong.interviews.services import briefs, moving, partnering, reciprocity, returning, series, touching
from passalong.interviews.stages import Who

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.story,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (apt install chromium)"),
]
SAID = {
    "helps": "Owners of small firms who think of selling in the next five years, and have nobody to talk to about it.",
    "recognise": "They say: “I cannot do this for ever.”\nA partner has just left.\nNot for people who want a loan.",
    "words": "“I know somebody who sorts out exactly this. They wrote something short. May I send it to you?”",
    "happens": "They read, and nothing else happens. If they want to talk they say so. We answer in a day.",
}


def filled(owner: Member) -> Partner:
    """Several partners of two trades, one with everything."""
    ann, ben = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi")
    found = []
    for name, firm, trade in (
        ("Pat Ledger", "Ledger & Co", "Tax"),
        ("Kim Field", "Field Accounts", "Tax"),
        ("Lee Ward", "Ward Law", "Law"),
    ):
        person = make.contact(owner, name, email=f"{name.split()[0].lower()}@firm.example")
        make.affiliation(owner, person, firm)
        make.affiliation(owner, ann, firm, kind="vendor")
        found.append(partnering.choose(by=owner, contact=person, trade=trade, serves="family firms", rhythm_days=60))
    person = make.contact(owner, "Cora Candidate")
    make.affiliation(owner, person, "Candidate Insurance")
    for client in (ann, ben):
        make.affiliation(owner, client, "Candidate Insurance", kind="vendor")
    pat, kim = found[0], found[1]
    touching.touch(by=owner, partner=pat, kind="introduction", note="a client who needed a second opinion")
    briefs.write(by=owner, partner=pat, **SAID)
    briefs.give_link(by=owner, partner=pat)
    day = {"agreed_on": clock.today(), "review_on": clock.today() + timedelta(days=365)}
    reciprocity.agree(by=owner, partner=kim, clients_told="in our letter", **day)
    talk = pipeline.at("shared", owner, guest=kim.contact)
    returning.ask(by=owner, interview=talk, pitch="Dear Kim, shall we turn the tables?")
    returning.log(by=owner, interview=talk, reached=1200, came=7)
    pipeline.at("shared", owner, guest=found[2].contact)
    row = series.plan(
        by=owner, trade="Tax", title="What to ask a tax adviser", offer="Twenty minutes, the same for all."
    )
    for one in (pat, kim):
        series.add(by=owner, series=row, partner=one)
    asked = Interview.objects.get(slot__partner=pat)
    moving.move(interview=asked, act="invite", who=Who.MEMBER, by=owner)
    moving.move(interview=asked, act="accept", who=Who.GUEST)
    return pat


def test_a_partner_is_chosen_and_given_to_and_briefed_without_script(chromium: Any, live_server: Any) -> None:
    owner = make.member()
    person = make.contact(owner, "Cora Candidate")
    make.affiliation(owner, person, "Candidate Tax")
    make.affiliation(owner, make.client(owner, "Ann Okafor"), "Candidate Tax", kind="vendor")
    page = opened(chromium, live_server, owner, java_script_enabled=False)
    page.goto(f"{live_server.url}/interviews/partners/")
    follow(page, page.get_by_role("link", name="See whom to choose"))
    page.get_by_text("1 of your clients already uses Candidate Tax").wait_for()
    follow(page, page.get_by_role("link", name="Choose as a partner"))
    page.get_by_label("Trade").fill("Tax")
    follow(page, page.get_by_role("button", name="Choose"))
    page.get_by_label("Something useful for them").check(force=True)
    page.get_by_label("Note").first.fill("a checklist")
    follow(page, page.get_by_role("button", name="Note it").first)
    assert Touch.objects.get().note == "a checklist"
    follow(page, page.get_by_role("link", name="Write it"))
    for name, text in SAID.items():
        page.locator(f"#id_{name}").fill(text)
    follow(page, page.get_by_role("button", name="Keep it"))
    assert Brief.objects.get().helps == SAID["helps"]
    follow(page, page.get_by_role("button", name="Make a private link"))
    address = page.get_by_label("Their link", exact=True).last.input_value()
    shown = chromium.new_context(java_script_enabled=False).new_page()
    shown.goto(live_server.url + address[address.index("/brief/") :])
    shown.get_by_role("heading", name="How to recognise them").wait_for()
    assert not shown.context.cookies()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_every_page_fits_the_screen_empty_and_filled(chromium: Any, live_server: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    owner = make.member(make.practice("Harbour Advice"))
    page = opened(chromium, live_server, owner, viewport={"width": width, "height": 900}, color_scheme=scheme)

    axe = Axe()

    def look(path: str, name: str) -> None:
        answer = page.goto(f"{live_server.url}{path}")
        assert answer.status == 200, path
        assert beyond(page) == 0, path
        found = axe.run(page)
        assert found.violations_count == 0, f"{path} {found.generate_report()}"
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/partners-{name}-{width}-{scheme}.png", full_page=True)

    for path, name in (("", "none"), ("choose/", "choose-none"), ("new/", "new")):
        look(f"/interviews/partners/{path}", name)
    look("/interviews/series/", "series-none")
    look("/interviews/owing/", "owing-none")
    pat = filled(owner)
    kim = Partner.objects.get(contact__full_name="Kim Field")
    lee = Interview.objects.get(guest__full_name="Lee Ward")
    done = Interview.objects.get(stage="returned")
    row = Series.objects.get()
    look("/interviews/partners/", "list")
    look("/interviews/partners/choose/", "choose")
    look(f"/interviews/partners/{pat.public_id}/", "one")
    look(f"/interviews/partners/{kim.public_id}/", "one-both")
    look(f"/interviews/partners/{pat.public_id}/brief/", "brief")
    look(f"/interviews/partners/{pat.public_id}/brief/send/", "brief-send")
    bare = partnering.choose(by=owner, contact=make.contact(owner, "Bea Bare"), trade="Notary")
    look(f"/interviews/partners/{bare.public_id}/", "one-bare")
    partnering.choose(by=owner, contact=make.contact(owner, "Donaudampfschifffahrts" * 4), trade="Tax")
    partnering.choose(by=owner, contact=make.contact(owner, "יהודה הלוי"), trade="the inheriting of farms near borders")
    look("/interviews/partners/", "list-long")
    look(f"/interviews/partners/{pat.public_id}/", "one-long")
    Reciprocity.objects.update(waits=True)
    look(f"/interviews/partners/{kim.public_id}/", "one-waits")
    look(f"/people/{kim.contact.public_id}/", "person")
    look("/interviews/series/", "series")
    look(f"/interviews/series/{row.public_id}/", "series-one")
    look("/interviews/series/new/?trade=Tax", "series-new")
    look("/interviews/owing/", "owing")
    look(f"/interviews/{lee.public_id}/return/", "return")
    look(f"/interviews/{done.public_id}/return/", "return-done")
    token = briefs.give_link(by=owner, partner=pat)
    look(f"/brief/{token}", "portal-brief")
    if SHOTS:
        pdf = Client().get(f"/brief/{token}/brief.pdf").content
        Path(f"{SHOTS}/brief.pdf").write_bytes(pdf)
