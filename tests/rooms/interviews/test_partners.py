"""Partners: chosen for reasons that are shown, kept in touch with by giving first, both referring as rules allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.interviews import pipeline

from passalong.accounts.models import Member
from passalong.contacts.models import Contact, StandingKind
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.interviews.models import Partner, Touch
from passalong.interviews.selectors import fitting
from passalong.interviews.selectors import partners as selectors
from passalong.interviews.services import partnering, touching
from passalong.ties.services import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Member:
    return make.member()


@pytest.fixture
def web(owner: Member) -> Client:
    return make.browser(owner)


def chosen(by: Member, name: str = "Pat Ledger", trade: str = "Tax", **more: Any) -> Partner:
    return partnering.choose(by=by, contact=make.contact(by, name), trade=trade, **more)


def of_firm(by: Member, name: str, firm: str, sector: str = "", town: str = "") -> Contact:
    person = make.contact(by, name)
    found = make.affiliation(by, person, firm).organization
    found.sector, found.town = sector, town
    found.save()
    return person


@pytest.mark.storage
def test_who_serves_the_same_clients_comes_first_and_every_point_has_its_reason(owner: Member) -> None:
    pat = of_firm(owner, "Pat Ledger", "Ledger & Co", "Tax", "Salem")
    lee = of_firm(owner, "Lee Ward", "Ward Law", "Law")
    ann, ben = make.client(owner, "Ann Okafor"), make.client(owner, "Ben Adeyemi")
    for client in (ann, ben):
        make.affiliation(owner, client, "Ledger & Co", kind="vendor")
    make.affiliation(owner, ann, "Ward Law", kind="vendor")
    make.affiliation(owner, ben, "Salem", kind="town")
    make.affiliation(owner, make.contact(owner, "No Client"), "Ward Law", kind="vendor")
    found = fitting.ranked(owner.practice, fitting.candidates(owner.practice))
    assert [fit.person for fit in found] == [pat, lee]
    uses = found[0].reasons[0]
    assert uses.words == "2 of your clients already use Ledger & Co"
    assert set(uses.keys) == {ann.pk, ben.pk}
    assert [one for one in found[0].reasons if "In Salem" in one.words]
    for fit in found:
        assert fit.value == sum(one.points for one in fit.reasons)
        assert found[1].reasons[0].keys == (ann.pk,)


def test_a_colleague_of_the_same_trade_falls_behind_and_clients_and_partners_are_no_candidates(owner: Member) -> None:
    wealth = of_firm(owner, "Kim Gold", "Gold Wealth", "Wealth management")
    law = of_firm(owner, "Lee Ward", "Ward Law", "Law")
    ann = make.client(owner, "Ann Okafor")
    for firm in ("Gold Wealth", "Ward Law"):
        make.affiliation(owner, ann, firm, kind="vendor")
    make.affiliation(owner, make.client(owner, "Ben Adeyemi"), "Ward Law")
    found = {fit.person: fit for fit in fitting.ranked(owner.practice, fitting.candidates(owner.practice))}
    assert set(found) == {wealth, law}
    assert found[wealth].value < found[law].value
    assert found[wealth].reasons[-1].points == -25
    partnering.choose(by=owner, contact=law, trade="Law")
    assert list(fitting.candidates(owner.practice)) == [wealth]
    assert list(fitting.candidates(owner.practice, trade="wealth")) == [wealth]
    assert not list(fitting.candidates(owner.practice, trade="dentist"))


def test_who_works_with_a_client_is_a_candidate_and_who_wants_nothing_is_not(owner: Member) -> None:
    pat, mute = make.contact(owner, "Pat Ledger"), make.contact(owner, "Max Mute")
    ann = make.client(owner)
    for person in (pat, mute):
        statements.add_statement(by=owner, contact=ann, other=person, kind="works_with")
    Contact.objects.filter(pk=mute.pk).update(objected_at=clock.now())
    assert list(fitting.candidates(owner.practice)) == [pat]
    assert fitting.fit_of(owner.practice, pat).reasons[0].clients == (ann,)
    mute.refresh_from_db()
    with pytest.raises(Refused, match="wants nothing"):
        partnering.choose(by=owner, contact=mute, trade="Tax")


def test_a_colleague_many_clients_use_stays_below_a_partner_one_client_uses(owner: Member) -> None:
    """Known answers: the competitor with four clients, the lawyer with one, the lawn-keeper who only sounds alike."""
    attorney = make.member(make.practice(profession="attorney"))
    rival = of_firm(attorney, "Rae Rival", "Rival LLP", "Law")
    tax = of_firm(attorney, "Tom Tax", "Tax House", "Tax")
    lawn = of_firm(attorney, "Lou Green", "Green Lawns", "Lawn care")
    for number in range(4):
        client = make.client(attorney, f"Client {'ABCD'[number]}")
        make.affiliation(attorney, client, "Rival LLP", kind="vendor")
        if number < 2:
            make.affiliation(attorney, client, "Tax House", kind="vendor")
    make.affiliation(attorney, client, "Green Lawns", kind="vendor")
    found = fitting.ranked(attorney.practice, fitting.candidates(attorney.practice))
    assert [fit.person for fit in found] == [tax, rival, lawn]
    by_person = {fit.person: fit for fit in found}
    assert by_person[rival].value == 20
    assert [one.points for one in by_person[rival].reasons] == [50, -30]
    assert all(one.points > 0 for one in by_person[lawn].reasons), "lawn care is no law"


def test_what_somebody_does_is_not_whom_they_serve(owner: Member) -> None:
    for name in ("Ann Okafor", "Ben Adeyemi"):
        job = make.affiliation(owner, make.client(owner, name), f"{name} Ltd").organization
        job.sector = "Bakeries"
        job.save()
    baker, adviser = make.contact(owner, "Bo Baker"), make.contact(owner, "Ada Count")
    make.affiliation(owner, baker, "Bread")
    make.affiliation(owner, adviser, "Counts")
    baker.affiliations.update(role="Manager of bakeries")
    adviser.affiliations.update(role="Bookkeeping for a bakery")
    assert fitting.fit_of(owner.practice, baker).reasons == ()
    [reason] = fitting.fit_of(owner.practice, adviser).reasons
    assert "2 of your clients are" in reason.words


def test_with_nothing_on_file_no_number_is_shown_but_what_would_tell_more(owner: Member, web: Client) -> None:
    pat = chosen(owner)
    told = web.get(f"/interviews/partners/{pat.public_id}/").content.decode()
    assert "Nothing on file says yet how well they fit" in told
    assert "whom your clients buy from" in told
    assert 'class="fit-bar"' not in told
    make.contact(owner, "Lee Ward", standing=StandingKind.PARTNER)
    listed = web.get("/interviews/partners/choose/").content.decode()
    assert "not known yet" in listed
    assert 'class="fit-bar"' not in listed


def test_competitors_of_one_trade_are_seen_together(owner: Member, web: Client) -> None:
    ann = make.client(owner, "Ann Okafor")
    for name in ("Ada Count", "Bo Ledger"):
        of_firm(owner, name, f"{name} Firm", "Tax")
        make.affiliation(owner, ann, f"{name} Firm", kind="vendor")
    told = web.get("/interviews/partners/choose/").content.decode()
    assert told.count("1 other of this trade") == 2
    assert web.get("/interviews/partners/choose/?trade=tax").content.decode().count("prompt-name") == 2


def test_choosing_gives_the_standing_and_giving_is_due_at_once(owner: Member) -> None:
    pat = chosen(owner, rhythm_days=30)
    assert pat.contact.standings.filter(kind=StandingKind.PARTNER, until=None).exists()
    [line] = selectors.touches_due(owner.practice)
    assert line.line == "Be in touch with Pat Ledger, and give first"
    assert line.url.endswith(f"/interviews/partners/{pat.public_id}/")
    touching.touch(by=owner, partner=pat, kind="useful", note="a checklist")
    assert selectors.touches_due(owner.practice) == []
    assert pat.next_touch_on == clock.today() + timedelta(days=30)
    touching.touch(by=owner, partner=pat, kind="useful", note="a checklist")
    assert Touch.objects.count() == 1
    earlier = clock.today() - timedelta(days=20)
    touching.touch(by=owner, partner=pat, kind="talk", done_on=earlier)
    assert pat.next_touch_on == clock.today() + timedelta(days=30), "the latest counts"
    assert selectors.balance(pat).given == 1, "a talk gives nothing"


def test_what_was_given_least_lately_is_proposed_first(owner: Member) -> None:
    pat = chosen(owner, gives_first="news of new rules")
    assert {idea.kind for idea in selectors.ideas(pat)} == {"introduction", "useful"}
    touching.touch(by=owner, partner=pat, kind="introduction")
    first, second = selectors.ideas(pat)
    assert (first.kind, second.kind) == ("useful", "introduction")
    assert "news of new rules" in first.words


def test_the_rhythm_is_put_off_and_ends_with_letting_go(owner: Member) -> None:
    pat = chosen(owner)
    until = clock.today() + timedelta(days=40)
    touching.put_off(by=owner, partner=pat, until=until)
    assert pat.next_touch_on == until
    for wrong in (clock.today(), clock.today() + timedelta(days=900)):
        with pytest.raises(Refused):
            touching.put_off(by=owner, partner=pat, until=wrong)
    partnering.let_go(by=owner, partner=pat)
    with pytest.raises(Refused):
        touching.touch(by=owner, partner=pat, kind="talk")
    assert selectors.touches_due(owner.practice) == []
    again = partnering.choose(by=owner, contact=pat.contact, trade="Tax")
    assert (again.pk, again.ended_at, again.next_touch_on) == (pat.pk, None, clock.today())


@pytest.mark.parametrize(
    ("field", "said"),
    [("trade", {"trade": " "}), ("trade", {"trade": "x" * 81}), ("rhythm_days", {"rhythm_days": 3})],
)
def test_a_description_that_does_not_fit_is_refused_beside_its_field(owner: Member, field: str, said: Any) -> None:
    with pytest.raises(Refused) as refused:
        partnering.choose(by=owner, contact=make.contact(owner), **({"trade": "Tax"} | said))
    assert refused.value.field == field
    assert not Partner.objects.exists()


def test_a_partner_is_chosen_described_and_touched_on_pages(web: Client, owner: Member) -> None:
    empty = web.get("/interviews/partners/").content.decode()
    assert "See whom to choose" in empty
    assert empty.count("btn-primary") == 1
    for page in ("/interviews/partners/new/", "/interviews/new/"):
        assert "/people/new/" in web.get(page).content.decode(), "nobody is on file yet"
    pat = make.contact(owner, "Pat Ledger")
    assert "Pat Ledger" in web.get(f"/interviews/partners/new/?person={pat.public_id}").content.decode()
    said = {"person": "Pat Ledger", "trade": "Tax", "rhythm_days": 60}
    answer = web.post("/interviews/partners/new/", said)
    assert answer.status_code == 302
    page = answer.headers["Location"]
    assert web.post(f"{page}touch/", {"kind": "useful", "note": "a note of mine"}).status_code == 302
    told = web.get(page).content.decode()
    assert "a note of mine" in told
    refused = web.post(f"{page}touch/", {"kind": "nonsense"})
    assert refused.status_code == 422
    assert web.post(f"{page}describe/", said | {"serves": "small firms"}).status_code == 302
    assert "small firms" in web.get(page).content.decode()
    assert web.post(f"{page}describe/", said | {"rhythm_days": 1}).status_code == 422
    assert web.post(f"{page}interview/").status_code == 302
    assert "Idea" in web.get(page).content.decode()
    assert web.post("/interviews/partners/new/", said | {"person": "Nobody Here"}).status_code == 422


def test_no_partner_with_an_interview_is_said_to_have_nothing(web: Client, owner: Member) -> None:
    pat = chosen(owner)
    assert "nothing written down yet" in web.get("/interviews/partners/").content.decode()
    web.post(f"/interviews/partners/{pat.public_id}/interview/")
    told = web.get("/interviews/partners/").content.decode()
    assert "1 interview" in told
    assert "nothing written down yet" not in told


def test_two_of_one_name_are_asked_about(web: Client, owner: Member) -> None:
    first, _second = make.contact(owner, "Pat Ledger"), make.contact(owner, "Pat Ledger")
    said = {"person": "Pat Ledger", "trade": "Tax", "rhythm_days": 60}
    several = web.post("/interviews/partners/new/", said)
    assert several.status_code == 422
    assert first.public_id in several.content.decode()
    web.post("/interviews/partners/new/", said | {"person_id": first.public_id})
    assert Partner.objects.get().contact == first


def test_another_practice_and_no_member_find_nothing(owner: Member) -> None:
    pat = chosen(owner)
    stranger, nobody = make.browser(make.member()), Client()
    posts = ("touch/", "remind/", "let-go/", "understanding/", "brief/link/", "interview/")
    for rest in ("", "describe/", "brief/", *posts):
        address = f"/interviews/partners/{pat.public_id}/{rest}"
        answer = stranger.post(address) if rest in posts else stranger.get(address)
        assert answer.status_code == 404, address
        assert nobody.get(address).status_code in (302, 405)
    with pytest.raises(Refused):
        partnering.let_go(by=make.member(), partner=pat)
    with pytest.raises(Refused):
        partnering.choose(by=make.member(), contact=pat.contact, trade="Tax")


@pytest.mark.storage
def test_pages_take_as_many_queries_for_many_as_for_few(
    web: Client, owner: Member, django_assert_max_num_queries: Any
) -> None:
    ann = make.client(owner, "Ann Okafor")
    for number in range(12):
        of_firm(owner, f"Cora Candidate{number:02}", f"Firm {number}", "Tax")
        make.affiliation(owner, ann, f"Firm {number}", kind="vendor")
        chosen(owner, f"Pat Partner{number:02}", "Tax" if number % 2 else "tax")
    pat = Partner.objects.all()[0]
    pipeline.at("published", owner, guest=pat.contact)
    for address, most in (
        ("/interviews/partners/", 12),
        ("/interviews/partners/choose/", 32),
        (f"/interviews/partners/{pat.public_id}/", 45),
    ):
        web.get(address)
        with django_assert_max_num_queries(most):
            assert web.get(address).status_code == 200, address
    assert [(one.name.lower(), one.count) for one in selectors.trades(owner.practice)] == [("tax", 12)]
    assert selectors.same_trade(pat).count() == 11, "competitors are one group, however their trade is written"
