"""Known from tax work only: in no list, suggestion, facet, page or export until both consents are signed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests import make

from passalong.accounts.models import Member
from passalong.compliance.models import Purpose
from passalong.contacts import selectors
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.desk.knowers import likely_knowers
from passalong.exchange.importing import import_from_command
from passalong.kits import disclosing
from passalong.kits.models import Proof
from passalong.mail.models import MailPurpose, MailState
from passalong.mail.services import composing, outbox
from passalong.privacy.services import tax
from passalong.prospecting import services as prospecting
from passalong.prospecting.gameplan import as_json, gameplan_for
from passalong.prospecting.selectors import prospects

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member(make.practice("Ledger and Sons", profession="accountant"))


@pytest.fixture
def tara(owner: Member) -> Contact:
    """Somebody on the wish list who shares a board with Clara, known from tax work only."""
    person = make.contact(owner, "Tara Tax", email="tara@example.org")
    make.affiliation(owner, person, "Harbour Board", kind="board", start="2019")
    prospecting.add_prospect(by=owner, contact=person)
    Contact.objects.filter(pk=person.pk).update(tax_only=True)
    person.refresh_from_db()
    return person


@pytest.fixture
def clara(owner: Member) -> Contact:
    client = make.client(owner, "Clara Client")
    make.affiliation(owner, client, "Harbour Board", kind="board", start="2019")
    return client


def sign(by: Member, person: Contact, *purposes: Purpose, days: int = 100) -> None:
    today, until = clock.today(), clock.today() + timedelta(days=days)
    for purpose in purposes:
        tax.record_signed(
            by=by,
            contact=person,
            purpose=purpose,
            form_id="7216-4",
            signed_on=today,
            until=until,
        )


def plan(by: Member, client: Contact) -> str:
    return str(as_json(gameplan_for(by.practice, client)))


def routes(by: Member, person: Contact, client: Contact) -> dict[str, bool]:
    """Where the person appears, by route."""
    practice, browser = by.practice, make.browser(by)
    name = person.full_name
    return {
        "gameplan": name in plan(by, client),
        "gameplan page": name in browser.get(f"/gameplan/{client.public_id}/").content.decode(),
        "wish list": any(entry.contact_id == person.pk for entry in prospects(practice)),
        "wish list page": name in browser.get("/wish-list/").content.decode(),
        "knowers": bool(likely_knowers(practice, person)),
        "people": person in selectors.contacts(practice),
        "people found": person in selectors.contacts(practice, query="tara"),
        "facet": bool(selectors.standing_counts(practice).by_kind[StandingKind.PROSPECT]),
        "typing": person in selectors.people_like(practice, "Tara"),
        "typing page": name in browser.get("/people/suggest/?q=tara").content.decode(),
        "organization": person in selectors.people_of(person.affiliations.get().organization),
    }  # fmt: skip


def test_no_route_shows_them_without_consent(owner: Member, tara: Contact, clara: Contact) -> None:
    shown = routes(owner, tara, clara)
    assert not any(shown.values()), [route for route, is_shown in shown.items() if is_shown]
    Contact.objects.filter(pk=tara.pk).update(tax_only=False)
    tara.refresh_from_db()
    shown = routes(owner, tara, clara)
    assert all(shown.values()), [route for route, is_shown in shown.items() if not is_shown]


def test_use_opens_the_desk_and_disclosure_what_a_client_sees(owner: Member, tara: Contact, clara: Contact) -> None:
    sign(owner, tara, Purpose.TAX_USE)
    shown = routes(owner, tara, clara)
    assert shown["people"]
    assert shown["knowers"]
    assert not gameplan_for(owner.practice, clara).prompts
    sign(owner, tara, Purpose.TAX_DISCLOSURE)
    assert [prompt.name for prompt in gameplan_for(owner.practice, clara).prompts] == ["Tara Tax"]


def test_disclosure_alone_opens_nothing(owner: Member, tara: Contact, clara: Contact) -> None:
    sign(owner, tara, Purpose.TAX_DISCLOSURE)
    assert not any(routes(owner, tara, clara).values())


def test_an_ended_or_withdrawn_consent_bars_again(
    owner: Member, tara: Contact, clara: Contact, settings: pytest.FixtureRequest
) -> None:
    sign(owner, tara, Purpose.TAX_USE, Purpose.TAX_DISCLOSURE, days=10)
    assert "Tara Tax" in plan(owner, clara)
    settings.CLOCK_OFFSET = 12 * 86_400  # type: ignore[attr-defined]
    assert not any(routes(owner, tara, clara).values())
    settings.CLOCK_OFFSET = 0  # type: ignore[attr-defined]
    tax.withdraw_signed(by=owner, contact=tara, purpose=Purpose.TAX_USE)
    assert not any(routes(owner, tara, clara).values())


def test_a_client_known_from_tax_work_only_is_not_asked(owner: Member, tara: Contact, clara: Contact) -> None:
    Contact.objects.filter(pk=clara.pk).update(tax_only=True)
    Contact.objects.filter(pk=tara.pk).update(tax_only=False)
    clara.refresh_from_db()
    tara.refresh_from_db()
    with pytest.raises(Refused, match="tax work only"):
        gameplan_for(owner.practice, clara)
    assert not likely_knowers(owner.practice, tara)
    assert clara not in selectors.clients(owner.practice)


def test_no_news_goes_to_them(owner: Member, tara: Contact) -> None:
    owner.practice.imprint = "Ledger and Sons\n1 Quay Street, Boston"
    owner.practice.save()
    message = composing.draft(
        by=owner, practice=owner.practice, purpose=MailPurpose.NEWS,
        to=composing.Recipient("tara@example.org", "Tara Tax", tara), subject="News", text="News.", key="n1",
    )  # fmt: skip
    assert outbox.send(by=owner, message=message).state == MailState.HELD


def test_a_speaker_known_from_tax_work_brings_in_the_tax_consents(owner: Member, tara: Contact) -> None:
    proof = Proof(practice=owner.practice, speaker=tara, text="Good.", shown_as="T.")
    assert "tax_client" in disclosing.facts(proof)
    tara.tax_only = False
    assert "tax_client" not in disclosing.facts(proof)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("form_id", {"form_id": " "}),
        ("until", {"until": None}),
        ("until", {"until": date(2020, 1, 1)}),
        ("signed_on", {"signed_on": date(2100, 1, 1)}),
        ("purpose", {"purpose": Purpose.NEWS}),
    ],
)
def test_a_form_without_number_duration_or_kind_is_none(
    owner: Member, tara: Contact, field: str, change: dict[str, object]
) -> None:
    whole = {"purpose": Purpose.TAX_USE, "form_id": "7216-4", "signed_on": date(2026, 1, 5), "until": date(2099, 1, 1)}
    with pytest.raises(Refused) as refused:
        tax.record_signed(by=owner, contact=tara, **{**whole, **change})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_files_say_it_by_a_column_or_as_a_whole(owner: Member, tmp_path: Path) -> None:
    by_column, whole = tmp_path / "list.csv", tmp_path / "all.csv"
    by_column.write_text("Name,Email,Country,Tax only\nAda One,ada@x.org,Germany,yes\nBen Two,ben@x.org,Atlantis,no\n")
    whole.write_text("Name,Email\nCy Three,cy@x.org\nBen Two,ben@x.org\n")
    import_from_command(paths=[by_column], practice=owner.practice.public_id)
    told = {one.full_name: (one.tax_only, one.country) for one in Contact.objects.filter(practice=owner.practice)}
    assert told == {"Ada One": (True, "DE"), "Ben Two": (False, "")}
    (result,) = import_from_command(paths=[whole], tax_only=True, practice=owner.practice.public_id)
    assert Contact.objects.get(full_name="Cy Three").tax_only
    assert not Contact.objects.get(full_name="Ben Two").tax_only
    assert any(note["row"] == 3 and "from elsewhere" in note["message"] for note in result["warnings"])
    listed = selectors.contacts(owner.practice)
    assert [one.full_name for one in listed] == ["Ben Two"]
