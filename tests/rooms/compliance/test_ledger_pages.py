"""Pages of the value ledger and of the second person: seen before kept, filters, sums, a decision."""

from __future__ import annotations

import pytest
from tests import make

from passalong.accounts.models import Profession, Role
from passalong.compliance.models import Approval, Decision, Giver, ValueEntry
from passalong.compliance.models.approvals import REASON
from passalong.core import clock

pytestmark = pytest.mark.django_db
WHY = "The firm's policy of March allows exactly this."


def filled(**more) -> dict[str, str]:
    return {
        "who": "Anna Berg",
        "giver": "practice",
        "receiver": "client",
        "kind": "gift",
        "what": "A book",
        "cost": "40",
        "given_on": "2026-05-04",
        "reason": "Thanks",
        "for_referral": "",
    } | more


def owner(profession: str, region: str = ""):
    practice = make.practice(profession=profession)
    practice.region = region
    practice.save()
    return make.member(practice)


def seen(page) -> str:
    return page.context["found"].digest


def test_the_rules_are_shown_with_name_and_reason_before_anything_is_kept() -> None:
    by = owner(Profession.INSURANCE, "WA")
    make.client(by, "Anna Berg")
    desk = make.browser(by)
    looked = desk.post("/settings/gifts/new/", filled(look="1"))
    text = looked.content.decode()
    assert looked.status_code == 200
    assert "Rule us.wa.48-30-133.gift." in text
    assert "RCW 48.30.133" in text
    assert "not legal advice" in text
    assert "40.00 USD" in text
    assert not ValueEntry.objects.exists()
    kept = desk.post("/settings/gifts/new/", filled(keep="1", seen=seen(looked)), follow=True)
    assert "Written down." in kept.content.decode()
    assert ValueEntry.objects.get().contact.full_name == "Anna Berg"


def test_what_was_changed_after_looking_is_looked_at_again() -> None:
    by = owner(Profession.INSURANCE, "WA")
    make.client(by, "Anna Berg")
    desk = make.browser(by)
    digest = seen(desk.post("/settings/gifts/new/", filled(look="1")))
    again = desk.post("/settings/gifts/new/", filled(keep="1", seen=digest, cost="400"))
    assert "us.wa.48-30-133.cap" in again.content.decode()
    assert not ValueEntry.objects.exists()


def test_a_block_shows_no_way_to_keep_it_and_posting_all_the_same_keeps_nothing() -> None:
    by = owner(Profession.DENTIST)
    make.client(by, "Anna Berg")
    desk = make.browser(by)
    looked = desk.post("/settings/gifts/new/", filled(look="1"))
    assert "Not possible" in looked.content.decode()
    assert 'name="keep"' not in looked.content.decode()
    for button in ({"keep": "1"}, {"ask": "1", "why": WHY}):
        refused = desk.post("/settings/gifts/new/", filled(seen=seen(looked), **button))
        assert refused.status_code == 422
    assert not ValueEntry.objects.exists()


def test_a_second_person_is_asked_and_decides() -> None:
    by = owner(Profession.BROKER_DEALER)
    second = make.member(by.practice, role=Role.APPROVER)
    make.client(by, "Anna Berg")
    desk = make.browser(by)
    looked = desk.post("/settings/gifts/new/", filled(look="1"))
    least = f"A sentence of at least {REASON} characters"
    assert least in looked.content.decode(), "said before anybody fails"
    asks = filled(seen=seen(looked), ask="1", why="short")
    short = desk.post("/settings/gifts/new/", asks)
    assert short.status_code == 422
    assert "in a sentence why" in short.content.decode()
    desk.post("/settings/gifts/new/", asks | {"why": WHY})
    [approval] = Approval.objects.all()
    url = f"/settings/approvals/{approval.public_id}/"
    assert "somebody else decides" in desk.get(url).content.decode()
    assert desk.post(url, {"decision": "yes", "why": WHY}).status_code == 422
    other = make.browser(second)
    assert "You can decide" in other.get("/settings/approvals/").content.decode()
    assert "us.finra.gift" in other.get(url).content.decode()
    assert f"To approve, a sentence of at least {REASON} characters" in other.get(url).content.decode()
    assert other.post(url, {"decision": "yes", "why": "x" * (REASON - 1)}).status_code == 422
    assert other.post(url, {"decision": "yes", "why": WHY}).status_code == 302
    approval.refresh_from_db()
    assert approval.decision == Decision.APPROVED
    assert WHY in other.get(url).content.decode().replace("&#x27;", "'")
    assert "Approved" in desk.get("/settings/approvals/?done=1").content.decode()


def test_alone_one_is_told_whom_to_invite() -> None:
    by = owner(Profession.BROKER_DEALER)
    make.client(by, "Anna Berg")
    desk = make.browser(by)
    looked = desk.post("/settings/gifts/new/", filled(look="1")).content.decode()
    assert "Invite an owner or a compliance approver" in looked
    assert 'name="ask"' not in looked
    assert "You are the only one here" in desk.get("/settings/approvals/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"who": "Nobody Known"}, "Nobody of this name"),
        ({"who": "Double Name"}, "Several people"),
        ({"cost": "-1"}, "greater than or equal to 0"),
        ({"cost": "0"}, "Say what it cost"),
        ({"cost": "1e400"}, "error"),
        ({"kind": "bribe"}, "Select a valid choice"),
        ({"facts": "unrelated"}, "Select a valid choice"),
        ({"given_on": "9999-12-31"}, "more than a year ahead"),
        ({"given_on": "yesterday"}, "valid date"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(wrong, said) -> None:
    by = owner(Profession.CONSULTANT)
    make.client(by, "Anna Berg")
    make.client(by, "Double Name")
    make.client(by, "Double Name")
    desk = make.browser(by)
    page = desk.post("/settings/gifts/new/", filled(look="1", **wrong))
    if page.status_code == 200:  # what only the service knows
        page = desk.post("/settings/gifts/new/", filled(keep="1", seen=seen(page), **wrong))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not ValueEntry.objects.exists()


def test_from_a_card_the_right_one_of_two_is_meant() -> None:
    by = owner(Profession.CONSULTANT)
    make.client(by, "Double Name")
    second = make.client(by, "Double Name")
    desk = make.browser(by)
    page = desk.get(f"/settings/gifts/new/?person={second.public_id}")
    assert page.context["form"].initial == {"who": "Double Name", "person": second.public_id}
    looked = desk.post("/settings/gifts/new/", filled(look="1", who="Double Name", person=second.public_id))
    desk.post("/settings/gifts/new/", filled(keep="1", seen=seen(looked), who="Double Name", person=second.public_id))
    assert ValueEntry.objects.get().contact == second


def test_a_card_of_another_practice_gives_nothing_away() -> None:
    other = owner(Profession.CONSULTANT)
    stranger = make.client(other, "Zenobia Quartermaine")
    page = make.browser(owner(Profession.CONSULTANT)).get(f"/settings/gifts/new/?person={stranger.public_id}")
    assert "Zenobia" not in page.content.decode()


def test_filters_sums_and_striking_out() -> None:
    by = owner(Profession.CONSULTANT)
    anna, otto = make.client(by, "Anna Berg"), make.client(by, "Otto Kern")
    given = {"practice": by.practice, "receiver": "client", "reason": "-", "given_on": "2026-05-04"}
    book = ValueEntry.objects.create(contact=anna, kind="gift", what="A book", cost=20, **given)
    ValueEntry.objects.create(contact=otto, kind="raffle", what="A ticket", cost=5, **given)
    desk = make.browser(by)
    assert "A ticket" not in desk.get("/settings/gifts/?q=anna").content.decode()
    assert "A book" not in desk.get("/settings/gifts/?kind=raffle").content.decode()
    assert "Nothing fits" in desk.get("/settings/gifts/?state=waiting").content.decode()
    assert "20.00 USD" in desk.get("/settings/gifts/people/").content.decode()
    url = f"/settings/gifts/{book.public_id}/"
    assert desk.post(url, {"why": ""}).status_code == 422
    desk.post(url, {"why": "Sent back."})
    assert "A book" not in desk.get("/settings/gifts/").content.decode()
    assert "A book" in desk.get("/settings/gifts/?state=void").content.decode()
    assert "Sent back." in desk.get(url).content.decode()


def test_an_entry_says_which_way_its_sum_went() -> None:
    by = owner(Profession.CONSULTANT)
    anna = make.client(by, "Anna Berg")
    both = {"practice": by.practice, "contact": anna, "receiver": "client", "kind": "gift", "given_on": clock.today()}
    given = ValueEntry.objects.create(what="A book", cost=20, **both)
    received = ValueEntry.objects.create(giver=Giver.OTHER, what="A fee", cost=305, **both)
    desk = make.browser(by)
    page = desk.get(f"/settings/gifts/{received.public_id}/").content.decode()
    assert "You received 305.00 USD from this person within the last 12 months" in page
    assert "This person got" not in page
    page = desk.get(f"/settings/gifts/{given.public_id}/").content.decode()
    assert "This person got 20.00 USD within the last 12 months" in page
    assert "You received" not in page


def test_ten_thousand_entries_come_by_pages_in_a_fixed_number_of_reads(django_assert_max_num_queries) -> None:
    by = owner(Profession.CONSULTANT)
    anna = make.client(by, "Anna Berg")
    given = {"practice": by.practice, "contact": anna, "receiver": "client", "reason": "-", "given_on": "2026-05-04"}
    ValueEntry.objects.bulk_create(
        (ValueEntry(kind="gift", what=f"Thing {number}", cost=1, **given) for number in range(10_000)), batch_size=2000
    )
    desk = make.browser(by)
    with django_assert_max_num_queries(15):
        page = desk.get("/settings/gifts/?page=7").content.decode()
    assert page.count("Thing ") == 50
    with django_assert_max_num_queries(15):
        assert "10000.00 USD" in desk.get("/settings/gifts/people/").content.decode()


@pytest.mark.parametrize("path", ["/settings/gifts/", "/settings/gifts/people/", "/settings/approvals/?done=1"])
def test_empty_places_say_what_to_do(path: str) -> None:
    assert make.browser(owner(Profession.CONSULTANT)).get(path).status_code == 200


def test_a_persons_card_tells_what_they_got_and_today_what_waits() -> None:
    by = owner(Profession.BROKER_DEALER)
    second = make.member(by.practice, role=Role.APPROVER)
    anna = make.client(by, "Anna Berg")
    desk = make.browser(by)
    assert "Nothing was given." in desk.get(f"/people/{anna.public_id}/").content.decode()
    looked = desk.post("/settings/gifts/new/", filled(look="1"))
    desk.post("/settings/gifts/new/", filled(seen=seen(looked), ask="1", why=WHY))
    assert "Got 40.00 USD within the last 12 months" in desk.get(f"/people/{anna.public_id}/").content.decode()
    assert "One request waits" in make.browser(second).get("/").content.decode()
    assert "One request waits" not in desk.get("/").content.decode()


def test_an_empty_ledger_offers_one_act() -> None:
    page = make.browser(make.member()).get("/settings/gifts/").content.decode()
    assert page.count("btn-primary") == 1
    assert "Write one down" in page
