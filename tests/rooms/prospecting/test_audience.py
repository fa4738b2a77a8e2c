"""Nothing of the desk reaches a client: every private fact is a canary word, and no canary sings.

Shown to a client are the meeting sheet and the fact sheet (pages on a tablet) and the sheet on paper (PDF), for every
client of the practice.
"""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader
from tests import make

from passalong.contacts import services as contacts
from passalong.contacts.models import Disclosure
from passalong.prospecting import services, sheet
from passalong.prospecting.gameplan import gameplan_for
from passalong.ties import services as ties
from passalong.ties.models import Address, Observation

pytestmark = pytest.mark.django_db
CANARY = "canary"


@pytest.fixture
def aviary(town):
    """The small town with a canary in every fact that is not this client's to see."""
    services.describe_ideal_client(
        by=town.owner, biggest_problem="Canaryproblem", fears="Canaryfear", motives="", mission="", least_p=0
    )
    services.add_trait(by=town.owner, kind="role", value="Canarytrait", importance=3)
    eve = make.client(town.owner, "Eve Moreau")
    for person in (town.ann, town.ben, town.cara, town.dov, eve):
        contacts.edit_contact(by=town.owner, contact=person, full_name=person.full_name, emails=[
            f"{person.given_name}@canary.example".lower()], phones=[], notes="Canarynote")  # fmt: skip
        for kind in ("employer", "club", "town", "street", "board"):
            town.fact(person, kind, f"Canary{kind}", role="Canaryrole", disclosure=Disclosure.PRIVATE)
        town.fact(person, "association", "Canaryassociation", disclosure=Disclosure.TOLD, told_by=town.dov)
        town.fact(person, "vendor", "Canaryvendor", disclosure=Disclosure.TOLD, told_by=make.contact(town.owner))
    for prospect in (town.ben, town.cara):
        entry, _ = services.add_prospect(by=town.owner, contact=prospect)
        services.edit_prospect(
            by=town.owner, entry=entry, reason="Canaryreason", life_event="Canarydivorce", review_on=None
        )
    firm = contacts.organization_for(town.practice, "Plain Firm", "employer")
    services.add_prospect(by=town.owner, organization=firm, reason="Canaryfirmreason")
    town.fact(town.ann, "employer", "Plain Firm", role="Canaryrole", disclosure=Disclosure.PRIVATE)
    _desk_evidence(town, eve)
    return town, eve


def _desk_evidence(town, eve):
    ties.add_statement(by=town.owner, contact=town.ann, other=town.ben, kind="estranged", text="Canaryquarrel")
    ties.add_statement(by=town.owner, contact=eve, other=town.cara, kind="mentioned", text="Canarymention")
    ties.record_answer(
        by=town.owner, client=eve, prospect=town.ben, answer="knows_well", need="Canaryneed", relation="Canarysister"
    )
    low, high = (
        Address.objects.create(practice=town.practice, email=f"{p.given_name}@canary.example", name="Canary", contact=p)
        for p in (town.ann, town.dov)
    )
    Observation.objects.create(
        practice=town.practice, kind="mail", low=low, high=high, times=9, weight=9, last_on=date(2026, 1, 2)
    )


def shown_to(town, client):
    plan = gameplan_for(town.practice, client)
    meeting = services.start_meeting(by=town.owner, plan=plan)
    services.note_meeting(by=town.owner, meeting=meeting, note="Canarymeetingnote")
    browser = make.browser(town.owner)
    page = browser.get(f"/meetings/{meeting.public_id}/").content.decode()
    page += browser.get(f"/people/{client.public_id}/facts/").content.decode()
    pdf = PdfReader(io.BytesIO(sheet.as_pdf(town.practice, plan)))
    return page, "\n".join(part.extract_text() for part in pdf.pages) + str(pdf.metadata)


def test_no_canary_is_shown_to_any_client(aviary):
    town, eve = aviary
    for client in (town.ann, eve):
        page, pdf = shown_to(town, client)
        assert "Ben Sato" in page or "Cara Lind" in page
        assert CANARY not in page.casefold()
        assert CANARY not in pdf.casefold()


def test_probabilities_points_and_fit_are_not_on_the_sheet(aviary):
    town, _eve = aviary
    page, pdf = shown_to(town, town.ann)
    main = page[page.index('id="sheet"') :]
    for text in (main, pdf):
        assert "%" not in text.replace("&#x27;", "")
        assert "probably" not in text
        assert "points" not in text


def test_suggestions_on_the_fact_sheet_name_public_groups_only(aviary):
    town, _eve = aviary
    browser = make.browser(town.owner)
    sheet_page = browser.get(f"/people/{town.ann.public_id}/facts/").content.decode()
    assert "/people/suggest/" not in sheet_page
    assert "/organizations/suggest/?public=1" in sheet_page
    assert CANARY not in browser.get("/organizations/suggest/?public=1&what=canary").content.decode().casefold()
    assert "Weston" in browser.get("/organizations/suggest/?public=1&what=wes").content.decode()


def test_a_fact_sheet_that_is_refused_says_no_private_date(aviary):
    town, eve = aviary
    for client in (town.ann, eve):
        contacts.add_affiliation(by=town.owner, contact=client, kind="club", organization="Plain Club", start="2019-03")
        typed = {
            "club-0-what": "Plain Club",
            "club-0-end": "1999",
            "club-told": "private",
            "board-0-what": "Canaryboard",
        }
        answer = make.browser(town.owner).post(f"/people/{client.public_id}/facts/", typed | {"board-0-start": "soon"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "These dates do not fit what is on file." in page
        assert "2019" not in page
        assert CANARY not in page.replace("Canaryboard", "").casefold()


def test_the_desk_does_see_them(aviary):
    town, _eve = aviary
    page = make.browser(town.owner).get(f"/gameplan/{town.ann.public_id}/").content.decode()
    assert CANARY in page.casefold()


def test_a_fact_told_by_this_client_is_shown_to_this_client_alone(town):
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)
    eve = make.client(town.owner, "Eve Moreau")
    for person in (town.ann, town.dov, eve):
        town.fact(person, "club", "Secret Rowers", disclosure=Disclosure.TOLD, told_by=town.ann)
    assert "Secret Rowers" in shown_to(town, town.ann)[0]
    assert "Secret Rowers" not in shown_to(town, eve)[0]
