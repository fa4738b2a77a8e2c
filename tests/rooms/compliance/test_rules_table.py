"""Profession x act x place, through `passalong rules`: read by hand from the research, not from the rule files.

Letters: A allow, D disclose, P approve, B block that a second person can lift, X block that nobody can lift.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from passalong.accounts.imprint import STATES
from passalong.cli.rules import rules

MEMBERS = """AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE""".split()  # noqa: SIM905
LETTERS = {"allow": "A", "disclose": "D", "approve": "P", "block": "B"}
PLACES = [
    *(
        f"US-{state}".removesuffix("-")
        for state in ["", "WA", "FL", "UT", "CA", "HI", "AZ", "RI", "DC", "ND", "IL", "TX"]
    )
]
PLACES += ["UK", "EU", "CA"]
PROFILES = ["adviser", "broker_dealer", "insurance", "attorney", "accountant", "health", "real_estate", "consultant"]

# Section 4: gift or fee to a referring client. No source outside the US (in the UK and EU off by default).
GIFT = """
                US  WA  FL  UT  CA  HI  AZ  RI  DC  ND  IL  TX  UK  EU  CAN
adviser         D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
broker_dealer   P   P   P   P   P   P   P   P   P   P   P   P   B   B   B
insurance       B   A   P   B   B   B   B   B   B   B   B   B   B   B   B
attorney        A   A   A   A   A   A   A   A   A   A   A   A   B   B   B
accountant      B   D   B   B   X   X   B   B   B   B   B   B   B   B   B
health          X   X   X   X   X   X   X   X   X   X   X   X   B   B   B
real_estate     B   B   B   X   B   B   B   B   B   B   B   B   B   B   B
consultant      D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
"""
PROFESSIONAL_PAY = """
                US  WA  FL  UT  CA  HI  AZ  RI  DC  ND  IL  TX  UK  EU  CAN
adviser         D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
broker_dealer   X   X   X   X   X   X   X   X   X   X   X   X   B   B   B
insurance       B   D   D   B   B   B   B   B   B   B   B   B   B   B   B
attorney        D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
accountant      B   D   B   B   X   X   B   B   B   B   B   B   B   B   B
health          X   X   X   X   X   X   X   X   X   X   X   X   B   B   B
real_estate     X   X   X   X   X   X   X   X   X   X   X   X   B   B   B
consultant      D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
"""
TESTIMONIAL = """
                US  WA  FL  UT  CA  HI  AZ  RI  DC  ND  IL  TX  UK  EU  CAN
adviser         D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
broker_dealer   P   P   P   P   P   P   P   P   P   P   P   P   B   B   B
insurance       D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
attorney        B   B   B   B   B   B   B   D   D   D   B   B   B   B   B
accountant      D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
health          D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
real_estate     D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
consultant      D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
"""
# Section 4b: with a reward a mail is a gift promised beforehand as well; attorneys never offer, brokers never pay.
SYSTEM_MAIL_REWARD = """
                US  WA  FL  UT  CA  HI  AZ  RI  DC  ND  IL  TX  UK  EU  CAN
adviser         D   D   D   D   D   D   D   D   D   D   D   D   X   X   B
broker_dealer   X   X   X   X   X   X   X   X   X   X   X   X   X   X   B
insurance       B   D   P   B   B   B   B   B   B   B   B   B   X   X   B
attorney        X   X   X   X   X   X   X   X   X   X   X   X   X   X   B
accountant      B   D   B   B   X   X   B   B   B   B   B   B   X   X   B
health          X   X   X   X   X   X   X   X   X   X   X   X   X   X   B
real_estate     X   X   X   X   X   X   X   X   X   X   X   X   X   X   B
consultant      D   D   D   D   D   D   D   D   D   D   D   D   X   X   B
"""
# Both refer to each other and nothing is given: where nothing was looked up, a second person would have to know better.
RECIPROCITY = """
                US  WA  FL  UT  CA  HI  AZ  RI  DC  ND  IL  TX  UK  EU  CAN
adviser         D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
broker_dealer   B   B   B   B   B   B   B   B   B   B   B   B   B   B   B
insurance       B   B   B   B   B   B   B   B   B   B   B   B   B   B   B
attorney        D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
accountant      B   B   B   B   B   B   B   B   B   B   B   B   B   B   B
health          X   X   X   X   X   X   X   X   X   X   X   X   X   X   X
real_estate     X   X   X   X   X   X   X   X   X   X   X   X   B   B   B
consultant      D   D   D   D   D   D   D   D   D   D   D   D   B   B   B
"""
# The same for every profession: US (all states), UK, EU, Canada.
ALIKE = {
    "status_update": "X X X X",
    "client_link": "A A A A",
    "system_mail": "D X X D",
    "follow_up": "X X X X",
    "optin_intro": "A D D D",
    "sms": "X X X X",
}
OWN = {
    "gift": GIFT,
    "professional_pay": PROFESSIONAL_PAY,
    "testimonial": TESTIMONIAL,
    "system_mail_reward": SYSTEM_MAIL_REWARD,
    "reciprocity": RECIPROCITY,
}
PUBLISHED = ("publish_kit", "publish_talk")
KIT = "P P P P"  # what a broker-dealer publishes needs a principal; outside the US nothing was looked up


def cells(action: str, profile: str) -> dict[str, str]:
    """Place -> letter, as written above."""
    if action in OWN:
        rows = [line.split() for line in OWN[action].strip().splitlines()]
        row = next(row for row in rows if row[0] == profile)
        return dict(zip(PLACES, row[1:], strict=True))
    us, uk, eu, canada = (ALIKE | dict.fromkeys(PUBLISHED, KIT if profile == "broker_dealer" else "D D D D"))[
        action
    ].split()
    return dict.fromkeys(PLACES[:-3], us) | {"UK": uk, "EU": eu, "CA": canada}


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSALONG_DATA", str(tmp_path))


def ask(profiles: str, action: str, place: str, *facts: str) -> dict:
    words = [part for profile in profiles.split("+") for part in ("--profile", profile)]
    words += ["--action", action, "--place", place, "--json"]
    words += [part for fact in facts for part in ("--fact", fact)]
    result = CliRunner().invoke(rules, words)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def letter(told: dict) -> str:
    is_final = told["decision"] == "block" and told["absolute"]
    return "X" if is_final else LETTERS[told["decision"]]


@pytest.mark.parametrize("action", [*OWN, *ALIKE, *PUBLISHED])
@pytest.mark.parametrize("profile", PROFILES)
def test_table(profile: str, action: str) -> None:
    said = {place: ask(profile, action, place) for place in PLACES}
    assert {place: letter(told) for place, told in said.items()} == cells(action, profile)
    for told in said.values():
        assert len(told["why"]) > 30
        assert told["source"] == "no source" or told["on"] == "2026-11-21"
        assert (told["source"] == "no source") == told["rule"].endswith("no-source")


@pytest.mark.parametrize("state", sorted(STATES - {place[3:] for place in PLACES}))
def test_a_state_without_a_pack_is_the_strictest_of_its_profession(state: str) -> None:
    for action in ("gift", "professional_pay"):
        for profile in PROFILES:
            assert letter(ask(profile, action, f"US-{state}")) == cells(action, profile)["US-TX"]
    assert ask("insurance", "gift", f"US-{state}")["source"] == "no source"


@pytest.mark.parametrize("country", MEMBERS)
def test_every_member_state_is_the_eu(country: str) -> None:
    for action in ("system_mail", "optin_intro", "gift", "follow_up"):
        told, eu = ask("consultant", action, country), ask("consultant", action, "EU")
        assert (told["decision"], told["rule"]) == (eu["decision"], eu["rule"])


def test_where_nothing_was_looked_up_it_is_the_strictest() -> None:
    for action in ("gift", "professional_pay", "testimonial", "system_mail", "system_mail_reward", "optin_intro"):
        for profile in PROFILES:
            told = ask(profile, action, "NZ")
            assert (told["decision"], told["source"]) == ("block", "no source")


def test_uk_and_gb_are_one_place() -> None:
    assert ask("adviser", "system_mail", "UK")["rules"] == ask("adviser", "system_mail", "gb")["rules"]


CASES = [
    # section 1 and 2, "Build" and "Test": who, act, place, facts, letter, rule
    ("insurance", "gift", "US-WA", "value=60", "A", "us.wa.48-30-133.gift"),
    ("insurance", "gift", "US-WA", "value=50 given_12_months=50", "A", "us.wa.48-30-133.gift"),
    ("insurance", "gift", "US-WA", "value=60 given_12_months=50", "X", "us.wa.48-30-133.cap"),
    ("insurance", "gift", "US-WA", "value=20 on_application", "X", "us.wa.48-30-133.condition"),
    ("insurance", "gift", "US-WA", "value=20 cash to_client", "X", "us.wa.48-30-133.cash"),
    ("insurance", "gift", "US-WA", "value=20 cash to_prospect application_in", "X", "us.wa.48-30-133.cash"),
    ("insurance", "gift", "US-WA", "value=20 cash to_other", "X", "us.wa.48-30-133.cash-application"),
    (
        "insurance",
        "gift",
        "US-WA",
        "value=200 cash to_other on_application application_in",
        "A",
        "us.wa.48-30-133.gift",
    ),
    ("insurance", "gift", "US-FL", "on_purchase", "X", "us.fl.626-112.purchase"),
    ("insurance", "gift", "US-FL", "cash", "B", "us.insurance.non-cash"),
    ("insurance", "professional_pay", "US-FL", "fee on_purchase to_other", "X", "us.fl.626-112.purchase"),
    ("insurance", "professional_pay", "US-FL", "fee to_other", "D", "us.naic.13.licensed"),
    ("insurance", "professional_pay", "US-TX", "fee to_licensed", "D", "us.naic.13.licensed"),
    ("accountant", "gift", "US-CA", "disclosed client_consents", "X", "us.ca.5061"),
    ("accountant", "gift", "US-WA", "disclosed client_consents attest_client", "X", "us.aicpa.attest"),
    ("accountant", "professional_pay", "US-TX", "attest_client received", "X", "us.aicpa.attest"),
    ("attorney", "gift", "US-IL", "value=50", "A", "us.aba.7-2.token"),
    ("attorney", "gift", "US-IL", "value=51", "B", "us.aba.7-2.nominal"),
    ("attorney", "gift", "US-AZ", "value=99", "A", "us.aba.7-2.token"),
    ("attorney", "gift", "US-AZ", "value=100", "B", "us.az.02-01.nominal"),
    ("attorney", "gift", "US-AZ", "value=5 offered_before", "X", "us.aba.7-2.offered"),
    ("attorney", "gift", "US", "fee", "X", "us.aba.7-2.fee"),
    ("attorney", "professional_pay", "US", "dated client_told exclusive", "X", "us.aba.7-2.exclusive"),
    ("attorney", "client_link", "US", "live", "X", "us.aba.7-3.live"),
    ("health", "gift", "US", "raffle value=5", "X", "us.aks.gift"),
    ("health", "gift", "US", "unrelated", "P", "us.health.goodwill"),
    ("health", "gift", "US", "unrelated for_referral", "X", "us.aks.referral"),
    ("dentist", "professional_pay", "US", "value=1", "X", "us.aks.pay"),
    ("attorney", "reciprocity", "US", "dated client_told exclusive", "X", "us.aba.7-2.reciprocity.exclusive"),
    ("attorney", "reciprocity", "US-IL", "dated client_told", "D", "us.aba.7-2.reciprocity"),
    ("doctor", "reciprocity", "DE", "dated client_told", "X", "all.health.reciprocity"),
    ("coach+attorney", "reciprocity", "US", "dated client_told exclusive", "X", "us.aba.7-2.reciprocity.exclusive"),
    ("adviser+dentist", "reciprocity", "US", "dated told_all", "X", "all.health.reciprocity"),
    ("insurance", "reciprocity", "US", "dated client_told", "B", "insurance.no-source"),
    ("real_estate", "gift", "US-UT", "unsolicited closed value=250", "D", "us.ut.r162.gift"),
    ("real_estate", "gift", "US-UT", "unsolicited closed value=251", "X", "us.ut.r162.cap"),
    ("real_estate", "gift", "US-UT", "unsolicited value=250", "X", "us.ut.r162.closed"),
    ("real_estate", "gift", "US-UT", "closed value=250", "X", "us.ut.r162.unsolicited"),
    ("real_estate", "gift", "US-UT", "unsolicited closed offered_before", "X", "us.ut.r162.offered"),
    ("real_estate", "gift", "US-TX", "offered_equally value=9", "D", "us.respa.promotional"),
    ("real_estate", "gift", "US-TX", "offered_equally days_after_referral=3", "D", "us.respa.promotional"),
    ("real_estate", "gift", "US-TX", "value=5 days_after_referral=30", "B", "us.respa.after-referral"),
    ("real_estate", "gift", "US-TX", "value=5 days_after_referral=31", "B", "us.respa.none"),
    ("real_estate", "gift", "US-TX", "value=5 for_referral", "X", "us.respa.referral"),
    ("real_estate", "professional_pay", "US-TX", "to_licensed agreement", "D", "us.re.licensed"),
    ("broker_dealer", "gift", "US", "to_counterparty value=300", "P", "us.finra.gift"),
    ("broker_dealer", "gift", "US", "to_counterparty value=301", "X", "us.finra.3220"),
    ("broker_dealer", "gift", "US", "to_counterparty value=1 given_calendar_year=300", "X", "us.finra.3220"),
    ("broker_dealer", "gift", "US", "to_client value=301", "P", "us.finra.gift"),
    ("broker_dealer", "gift", "US", "to_client for_referral", "X", "us.finra.2040"),
    ("broker_dealer", "professional_pay", "US", "to_licensed fee", "D", "us.finra.2040.pay"),
    ("broker_dealer", "professional_pay", "US", "to_counterparty fee", "X", "us.finra.2040.staff-fee"),
    ("adviser", "gift", "US", "value=2 given_12_months=999", "X", "us.sec.206-4-1.over-1000"),
    ("adviser", "gift", "US", "value=1 given_12_months=999", "D", "us.sec.206-4-1.gift"),
    ("adviser", "gift", "US", "value=2", "D", "us.sec.206-4-1.gift"),
    ("adviser", "gift", "US", "value=2 given_12_months=999 agreement", "X", "us.sec.206-4-1.ineligible"),
    ("adviser", "gift", "US", "value=2 given_12_months=999 agreement eligible", "D", "us.sec.206-4-1.gift"),
    ("adviser", "gift", "US", "value=2 barred", "X", "us.sec.206-4-1.barred"),
    ("adviser", "gift", "US", "value=2 for_praise", "X", "us.ftc.praise"),
    ("consultant", "gift", "US", "to_public", "X", "consultant.public.no-source"),
    ("architect", "professional_pay", "DE", "to_public", "X", "consultant.public.no-source"),
    ("consultant", "gift", "US", "other_currency", "P", "all.currency.no-source"),
    ("adviser", "testimonial", "US", "ai_drafted", "X", "us.ftc.drafted"),
    ("adviser", "testimonial", "US", "for_praise", "X", "us.ftc.praise"),
    # section 4b and invariants
    ("consultant", "status_update", "US", "consent", "A", "all.status-update"),
    ("insurance", "status_update", "DE", "consent", "A", "all.status-update"),
    ("attorney", "status_update", "US-IL", "consent", "X", "attorney.status"),
    ("accountant", "status_update", "US", "consent", "X", "accountant.status"),
    ("doctor", "status_update", "CA", "consent", "X", "health.status"),
    ("dentist", "status_update", "US", "consent signed_form", "A", "all.status-update"),
    ("dentist", "status_update", "US", "signed_form", "X", "all.status-update.consent"),
    ("coach", "system_mail", "UK", "opted_in", "D", "uk-eu.mail.opted-in"),
    ("coach", "system_mail", "US", "mailed_before", "X", "us-ca.mail-once"),
    ("coach", "system_mail", "CA", "mailed_before full_name attested", "X", "us-ca.mail-once"),
    ("coach", "system_mail", "CA", "mailed_before opted_in", "D", "ca.ecpr.4"),
    ("coach", "system_mail_reward", "CA", "mailed_before", "X", "us-ca.mail-once"),
    ("coach", "client_link", "UK", "fixed_words", "X", "uk-eu.fixed-words"),
    ("coach", "client_link", "EU", "reward", "B", "uk-eu.link-reward"),
    ("coach", "client_link", "US", "reward", "B", "us.can-spam.link-reward"),
    ("dentist", "client_link", "US", "reward", "X", "us.aks.referral"),
    ("attorney", "client_link", "US-IL", "reward", "X", "us.aba.7-2.offered"),
    ("broker_dealer", "client_link", "US", "reward", "X", "us.finra.2040"),
    ("dentist", "client_link", "US", "", "A", "all.client-link"),
    ("coach", "optin_intro", "EU", "address_stored", "X", "uk-eu.optin-intro.address"),
    ("coach", "optin_intro", "CA", "mailed_before", "X", "ca.optin-intro.again"),
    ("accountant", "system_mail", "US", "tax_client", "X", "us.irc.7216.use"),
    ("coach", "follow_up", "US", "opted_in", "X", "all.follow-up"),
    # mixed practices: the strictest cell
    ("adviser+insurance+accountant", "gift", "US-WA", "value=60 given_12_months=50", "X", "us.wa.48-30-133.cap"),
    ("adviser+accountant", "gift", "US-CA", "", "X", "us.ca.5061"),
    ("adviser+insurance", "gift", "US-TX", "", "B", "insurance.no-source"),
    ("adviser+broker_dealer", "testimonial", "US", "", "P", "us.finra.2210.testimonial"),
    ("consultant+attorney", "status_update", "US", "consent", "X", "attorney.status"),
]


@pytest.mark.parametrize(("profiles", "action", "place", "facts", "expected", "rule"), CASES)
def test_cases_of_the_research(profiles, action, place, facts, expected, rule) -> None:
    told = ask(profiles, action, place, *facts.split())
    assert (letter(told), told["rule"]) == (expected, rule)


@pytest.mark.parametrize(
    ("profile", "action", "place", "needs"),
    [
        ("accountant", "gift", "US-WA", {"disclosed", "client_consents"}),
        ("attorney", "professional_pay", "US", {"dated", "client_told"}),
        ("adviser", "professional_pay", "US", {"agreement", "told_all"}),
        ("attorney", "reciprocity", "US", {"dated", "client_told"}),
        ("adviser", "reciprocity", "US", {"dated", "told_all"}),
        ("consultant", "reciprocity", "US", {"dated", "client_told"}),
        ("real_estate", "professional_pay", "US", {"agreement"}),
        ("consultant", "professional_pay", "US", {"agreement"}),
        ("consultant", "system_mail", "CA", {"full_name", "attested"}),
        ("consultant", "optin_intro", "EU", {"by_hand"}),
    ],
)
def test_what_must_be_on_file_first_is_named_until_it_is(profile, action, place, needs) -> None:
    assert set(ask(profile, action, place)["needs"]) == needs
    assert ask(profile, action, place, *needs)["needs"] == []


def test_limits_that_hold_are_named_before_they_are_passed() -> None:
    limits = ask("insurance", "gift", "US-WA")["limits"]
    assert limits == [{"rule": "us.wa.48-30-133.cap", "amount": "100 USD", "within": "12 months", "above_it": "block"}]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--profile", "wizard", "--action", "gift", "--place", "US"], "accountant, adviser, attorney"),
        (
            ["--profile", "adviser", "--action", "bribe", "--place", "US"],
            "publish_kit, publish_talk, testimonial",
        ),
        (["--profile", "adviser", "--action", "gift", "--place", "Mars"], "US, UK, EU, CA (Canada)"),
        (["--profile", "adviser", "--action", "gift", "--place", "US-ZZ"], "a state such as US-WA"),
        (["--profile", "adviser", "--action", "gift", "--place", "US-"], "a state such as US-WA"),
        (["--profile", "adviser", "--action", "gift", "--place", "US", "--fact", "moon"], "offered_before"),
        (["--profile", "adviser", "--action", "gift", "--place", "US", "--fact", "value=-1"], "value=60"),
        (["--profile", "adviser", "--action", "gift", "--place", "US", "--fact", "value=NaN"], "value=60"),
    ],
)
def test_a_wrong_word_is_answered_with_what_is_possible(words: list[str], named: str) -> None:
    result = CliRunner().invoke(rules, words)
    assert result.exit_code == 2
    assert named in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_in_words_it_says_the_reason_the_source_and_that_it_is_no_advice() -> None:
    result = CliRunner().invoke(rules, ["--profile", "cpa", "--action", "gift", "--place", "us-ca"])
    assert result.exit_code == 0
    assert "California forbids" in result.stdout
    assert "s.5061" in result.stdout
    assert "not legal advice" in result.stdout
