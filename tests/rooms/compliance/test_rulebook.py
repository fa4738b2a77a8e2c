"""The rules as one table: profession, place, act -> what is allowed, on what conditions, by which rule."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests import make

from passalong.accounts.models import Profession
from passalong.cli.doctor import check_rules
from passalong.compliance import rulebook
from passalong.compliance.rulebook import Effect, Rule, judge, verdict
from passalong.compliance.rulebook.places import read_place

KIT, WORDS = "publish_kit", "testimonial"
OPEN, TOLD, APPROVED, BLOCKED = Effect.ALLOW, Effect.DISCLOSE, Effect.APPROVE, Effect.BLOCK
TABLE = [
    # profession, country, region, act, effect, absolute, the rule that decides
    *[
        (profession, "US", "", KIT, TOLD, False, "all.kit")
        for profession in Profession
        if profession != "broker_dealer"
    ],
    *[
        (profession, "GB", "", KIT, TOLD, False, "all.kit")
        for profession in Profession
        if profession != "broker_dealer"
    ],
    *[
        (profession, "NZ", "", KIT, TOLD, False, "all.kit")
        for profession in Profession
        if profession != "broker_dealer"
    ],
    ("broker_dealer", "US", "NY", KIT, APPROVED, True, "us.finra.2210.kit"),
    ("broker_dealer", "US", "", KIT, APPROVED, True, "us.finra.2210.kit"),
    ("broker_dealer", "GB", "", KIT, APPROVED, False, "broker_dealer.no-source"),
    ("adviser", "US", "MA", WORDS, TOLD, True, "us.sec.206-4-1.testimonial"),
    ("broker_dealer", "US", "", WORDS, APPROVED, True, "us.finra.2210.testimonial"),
    ("insurance", "US", "WA", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "RI", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "ND", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "DC", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "CA", WORDS, BLOCKED, False, "attorney.no-source"),
    ("attorney", "US", "", WORDS, BLOCKED, False, "attorney.no-source"),
    ("accountant", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("doctor", "US", "", WORDS, TOLD, True, "us.hipaa.164-508.testimonial"),
    ("dentist", "US", "TX", WORDS, TOLD, True, "us.hipaa.164-508.testimonial"),
    ("real_estate", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("consultant", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("architect", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("coach", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("other", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    *[
        (profession, country, "", WORDS, BLOCKED, False, ".no-source")
        for profession in Profession
        for country in ("GB", "DE", "CA", "NZ")
    ],
]


@pytest.mark.parametrize(("profession", "country", "region", "action", "effect", "absolute", "rule"), TABLE)
def test_profession_and_place_decide(profession, country, region, action, effect, absolute, rule) -> None:
    found = judge(profession, country, region, action)
    assert (found.effect, found.absolute) == (effect, absolute)
    assert found.rules[0].id.endswith(rule)


def test_every_profession_has_one_of_the_eight_profiles() -> None:
    profiles = {rulebook.profile_of(profession) for profession in Profession}
    assert profiles == {
        "adviser",
        "broker_dealer",
        "insurance",
        "attorney",
        "accountant",
        "health",
        "real_estate",
        "consultant",
    }


def test_where_nothing_was_looked_up_it_says_so_and_asks_all_that_the_profile_asks_anywhere() -> None:
    found = judge("attorney", "US", "", WORDS)
    assert not found.has_source
    assert "no rule was looked up" in found.rules[0].why
    assert set(found.needs) >= {"consent", "compensation", "source"}
    assert found.elements == ("informed_consent",)
    assert "label" in found.tells
    assert judge("attorney", "US", "ri ", WORDS).has_source


@pytest.mark.parametrize(
    ("profession", "facts", "elements"),
    [
        ("adviser", (), ()),
        ("adviser", ("paid",), ("agreement",)),
        ("accountant", (), ()),
        ("accountant", ("tax_client",), ("tax_use", "tax_disclosure", "tax_duration", "signature")),
        ("consultant", (), ("nda",)),
        ("insurance", ("tax_client", "paid"), ()),
    ],
)
def test_some_rules_hold_only_of_some_proofs(profession, facts, elements) -> None:
    assert judge(profession, "US", "", WORDS, facts=facts).elements == elements


def test_health_asks_for_the_whole_authorisation_and_nobody_can_lift_it() -> None:
    found = judge("doctor", "US", "", WORDS)
    health = next(rule for rule in found.rules if rule.id == "us.hipaa.164-508.testimonial")
    assert health.absolute
    assert len(found.elements) == 9


def test_an_adviser_tells_status_compensation_and_conflict() -> None:
    found = judge("adviser", "US", "", WORDS)
    assert {"status", "compensation", "conflict"} <= set(found.tells)
    assert {"compensation", "conflict", "source"} <= set(found.needs)


@pytest.mark.parametrize("action", rulebook.ACTIONS)
def test_every_cell_has_a_verdict_with_a_reason_and_a_source_or_says_that_it_has_none(action) -> None:
    places = itertools.product(Profession.values, ["US", "GB", "FR", "CA", "NZ"], ["", "CA", "RI", "ZZ"])
    for profession, country, region in places:
        found = judge(profession, country, region, action)
        assert found.rules
        for rule in found.rules:
            assert len(rule.why) > 30
            assert (rule.source and rule.on) or rule.id.endswith("no-source")
        if action == WORDS:
            assert "consent" in found.needs


@pytest.mark.parametrize("country", ["US", "GB", "DE", "CA", "NZ"])
@pytest.mark.parametrize(
    ("profession", "effect", "kinds"),
    [
        ("adviser", APPROVED, {"performance"}),
        ("broker_dealer", APPROVED, {"performance"}),
        ("attorney", APPROVED, {"outcome"}),
        ("doctor", APPROVED, {"health"}),
        ("dentist", APPROVED, {"health"}),
        ("insurance", OPEN, {"outcome", "health"}),
        ("accountant", OPEN, {"performance", "outcome"}),
        ("consultant", OPEN, set()),
        ("real_estate", OPEN, set()),
    ],
)
def test_a_clients_words_are_held_to_the_profession_at_every_place(profession, effect, kinds, country) -> None:
    found = judge(profession, country, "", "client_words")
    assert found.effect is effect
    assert set(found.forbids) == kinds | {"promise", "reward", "pressure"}
    both = judge(("consultant", "attorney", profession), country, "", "client_words")
    assert both.effect is APPROVED
    assert set(both.forbids) >= kinds | {"outcome"}


def test_forbidden_words_are_part_of_what_a_rule_asks() -> None:
    with_none, with_one = (Rule("a", "gift", OPEN, "why", forbids=kinds) for kinds in ((), ("health",)))
    assert with_none.digest() != with_one.digest()


@pytest.mark.django_db
def test_the_practice_is_asked_for_its_place() -> None:
    practice = make.practice(profession=Profession.ATTORNEY)
    assert verdict(practice, WORDS).effect is BLOCKED
    practice.region = "RI"
    assert verdict(practice, WORDS).effect is TOLD


def test_a_host_adds_what_counsel_found_and_cannot_loosen_what_ships(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    own = tmp_path / "rules" / "attorney.toml"
    own.write_text(
        """
[[rule]]
id = "us.ca.attorney.testimonial"
action = "testimonial"
countries = ["US"]
regions = ["CA"]
effect = "allow"
why = "Our counsel looked at California's rules and at our wording."
source = "Memo of 4 May 2026"
on = 2026-05-04
"""
    )
    found = judge("attorney", "US", "CA", WORDS)
    assert (found.effect, found.has_source) == (TOLD, True)  # what holds for everybody still holds
    assert judge("attorney", "US", "NV", WORDS).effect is BLOCKED


GOOD = """
[[rule]]
id = "own.kit"
action = "publish_kit"
effect = "approve"
why = "Our counsel wants to see every kit."
"""


def _host(tmp_path: Path, name: str, text: str | bytes) -> Path:
    (tmp_path / "rules").mkdir(exist_ok=True)
    path = tmp_path / "rules" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("adviser.toml", GOOD + 'when = ["raining"]', "“raining” is not known in when"),
        ("adviser.toml", GOOD.replace("publish_kit", "fly"), "action “fly” is not known"),
        ("adviser.toml", GOOD + 'needs = ["a moon"]', "“a moon” is not known in needs"),
        ("adviser.toml", GOOD + 'colour = "red"', "“colour” is not known"),
        ("adviser.toml", GOOD.replace('"approve"', '"maybe"'), "“effect” is one of"),
        ("adviser.toml", GOOD.replace('why = "Our counsel wants to see every kit."', ""), "“why” is missing"),
        ("adviser.toml", GOOD + 'above = { amount = "lots", within = "each" }', "an amount that is not below 0"),
        ("adviser.toml", GOOD + 'above = { amount = 1, within = "a moon" }', "not within “a moon”"),
        ("adviser.toml", GOOD + "above = 5", "“above” holds amount"),
        ("adviser.toml", GOOD + 'absolute = "yes"', "“absolute” is true or false"),
        ("adviser.toml", GOOD + 'on = "yesterday"', "“on” is a date"),
        ("adviser.toml", GOOD + 'countries = "US"', "“countries” is a list of words"),
        ("adviser.toml", GOOD + "days_after = -1", "a number of days"),
        ("adviser.toml", "[[rule]\nbroken", "not read"),
        ("adviser.toml", 'rule = "one"', "holds no [[rule]]"),
        ("adviser.toml", "rule = [1]", "double brackets"),
        ("adviser.toml", '[fallback]\ntestimonial = "allow"\n' + GOOD, "“fallback” means nothing here"),
        ("adviser.toml", GOOD.replace("own.kit", "us.ftc.testimonial"), "is there already"),
        ("adviser.toml", b"\xff\xfe", "not UTF-8"),
        ("adviser.toml", "x = " + "[" * 3000, "not read"),
        ("atorney.toml", GOOD, "no profile of this name"),
    ],
)
def test_a_wrong_file_of_the_host_is_told_of_and_the_shipped_rules_hold(settings, tmp_path, name, text, said) -> None:
    settings.DATA = tmp_path
    before = judge("adviser", "US", "", KIT), judge("attorney", "US", "", WORDS)
    _host(tmp_path, name, text)
    assert (judge("adviser", "US", "", KIT), judge("attorney", "US", "", WORDS)) == before
    [problem] = rulebook.problems()
    assert said in problem
    assert name in problem
    assert str(tmp_path) not in problem


def test_a_mended_file_is_read_with_the_next_question(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    _host(tmp_path, "adviser.toml", GOOD + "broken")
    assert judge("adviser", "US", "", KIT).effect is TOLD
    _host(tmp_path, "adviser.toml", GOOD)
    assert judge("adviser", "US", "", KIT).effect is APPROVED
    assert rulebook.problems() == []


def test_a_folder_where_a_file_should_be_breaks_nothing(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "rules" / "adviser.toml").mkdir(parents=True)
    assert judge("adviser", "US", "", KIT).effect is TOLD
    assert len(rulebook.problems()) == 1


@pytest.mark.django_db
def test_a_mixed_practice_takes_the_strictest_of_its_professions() -> None:
    practice = make.practice(profession=Profession.CONSULTANT)
    assert verdict(practice, "gift").effect is TOLD
    practice.also = ["dentist", "a word nobody knows"]
    found = verdict(practice, "gift")
    assert (found.effect, found.absolute, found.decides.id) == (BLOCKED, True, "us.aks.gift")
    assert "us.consultant.gift" in {rule.id for rule in found.rules}


def test_of_several_acts_the_one_nobody_can_lift_is_named_as_the_reason() -> None:
    open_to_a_second = judge("attorney", "US", "", WORDS)
    final = judge("coach", "US", "", WORDS, facts=["for_praise"])
    found = rulebook.together(open_to_a_second, final)
    assert (found.effect, found.absolute, found.decides.id) == (BLOCKED, True, "us.ftc.praise")


@pytest.mark.django_db
def test_a_form_asks_only_for_facts_that_make_a_difference() -> None:
    practice = make.practice(profession=Profession.ATTORNEY)
    assert "offered_before" in rulebook.asked_of(practice, "gift")
    assert "attest_client" not in rulebook.asked_of(practice, "gift")


@pytest.mark.parametrize("facts", [["raining"], ["value=much"], ["cash=1"], ["value"]])
def test_facts_nobody_knows_are_refused(facts: list[str]) -> None:
    with pytest.raises(ValueError, match=r"rules ask about|needs a number"):
        judge("adviser", "US", "", "gift", facts=facts)


FORBIDDEN = re.compile(
    r"get rewarded|positive review|\bguaranteed\b|has become a client|hurry|last chance", re.IGNORECASE
)
ROOT = rulebook.SHIPPED.parents[1]
OURS = [
    *sorted((ROOT / "compliance/rules").glob("*.toml")),
    *sorted((ROOT / "kits/templates/kits").rglob("*.html")),
    *sorted((ROOT / "kits/rendering").glob("*.typ")),
    ROOT / "kits/disclosing.py",
    ROOT / "kits/forms_proof.py",
    ROOT / "kits/rendering/page.py",
    ROOT / "kits/rendering/pdf.py",
]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_words_of_ours_never_press_or_promise(path: Path) -> None:
    assert not FORBIDDEN.findall(path.read_text(encoding="utf-8"))


def test_doctor_names_a_rule_file_that_is_not_read(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    assert check_rules().state == "ok"
    _host(tmp_path, "adviser.toml", GOOD + 'colour = "red"')
    check = check_rules()
    assert check.state == "warning"
    assert "adviser.toml is not read: own.kit: “colour” is not known. The shipped rules hold." in check.text


TOOL = Path(__file__).parents[3] / "tools" / "rules-table"


def test_the_table_of_the_docs_is_that_of_the_rules() -> None:
    """In a process of its own, which reads the shipped rules and no host's."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("PASSALONG_", "DATABASE_URL"))}
    asked = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, env=bare, check=False
    )
    assert asked.returncode == 0, asked.stderr


def test_the_table_of_the_docs_has_every_profile_act_and_place_of_the_rules() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/rules.md").read_text(encoding="utf-8")
    heading = next(line for line in page.splitlines() if line.startswith("| profile |"))
    places = [one.strip() for one in heading.strip("|").split("|")][1:]
    assert set(places) >= {"US", "UK", "EU", "CA", "US-WA", "US-FL", "US-UT", "US-CA", "US-HI", "US-AZ", "US-RI"}
    for action in rulebook.ACTIONS:
        part = page.split(f"\n## {action}\n")[1].split("\n## ")[0]
        for profile in rulebook.profiles():
            [row] = [line for line in part.splitlines() if line.startswith(f"| {profile} |")]
            said = [one.strip() for one in row.strip("|").split("|")][1:]
            for place, word in zip(places, said, strict=True):
                found = judge(profile, *read_place(place), action)
                is_final = found.effect is BLOCKED and found.absolute
                assert word == ("never" if is_final else found.effect.name.lower()), (profile, action, place)
                assert f"`{found.decides.id}`" in part


def test_the_example_of_the_docs_is_read(settings, tmp_path: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/concepts/rules.md").read_text(encoding="utf-8")
    settings.DATA = tmp_path
    _host(tmp_path, "attorney.toml", page.split("```toml\n")[1].split("```")[0])
    assert rulebook.problems() == []
    assert judge("attorney", "US", "CA", WORDS).has_source
    gift = judge("attorney", "US", "CA", "gift", facts=["to_client", "value=20", "given_calendar_year=6"])
    assert (gift.decides.id, gift.absolute) == ("own.us.ca.attorney.gift", True)
