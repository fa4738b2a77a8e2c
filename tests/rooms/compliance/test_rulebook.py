"""The rules as one table: profession, place, act -> what is allowed, on what conditions, by which rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests import make

from passalong.accounts.models import Profession
from passalong.compliance import rulebook
from passalong.compliance.rulebook import Effect, judge, verdict

KIT, WORDS = "publish_kit", "publish_testimonial"
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
    ("adviser", "US", "MA", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("broker_dealer", "US", "", WORDS, APPROVED, True, "us.finra.2210.testimonial"),
    ("insurance", "US", "WA", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "RI", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "ND", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "DC", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("attorney", "US", "CA", WORDS, BLOCKED, False, "attorney.no-source"),
    ("attorney", "US", "", WORDS, BLOCKED, False, "attorney.no-source"),
    ("accountant", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("doctor", "US", "", WORDS, TOLD, True, "us.ftc.testimonial"),
    ("dentist", "US", "TX", WORDS, TOLD, True, "us.ftc.testimonial"),
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


@pytest.mark.parametrize("profession", Profession.values)
@pytest.mark.parametrize("country", ["US", "GB", "FR"])
@pytest.mark.parametrize("region", ["", "CA", "RI", "ZZ"])
@pytest.mark.parametrize("action", rulebook.ACTIONS)
def test_every_cell_has_a_verdict_with_a_reason_and_a_source_or_says_that_it_has_none(
    profession, country, region, action
) -> None:
    found = judge(profession, country, region, action)
    assert found.rules
    for rule in found.rules:
        assert len(rule.why) > 30
        assert (rule.source and rule.on) or rule.id.endswith(".no-source")
    if action == WORDS:
        assert "consent" in found.needs


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
action = "publish_testimonial"
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
    own.write_text(own.read_text().replace('effect = "allow"', 'effect = "allow"\nneeds = ["a moon"]'))
    with pytest.raises(ValueError, match="a moon"):
        judge("attorney", "US", "CA", WORDS)


def test_a_rule_that_means_nothing_is_not_passed_over(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    bad = tmp_path / "rules" / "adviser.toml"
    for wrong in ('when = "raining"', 'action = "fly"'):
        action = wrong if wrong.startswith("action") else 'action = "publish_kit"\n' + wrong
        bad.write_text(f'[[rule]]\nid = "x"\n{action}\neffect = "allow"\nwhy = "y"\n')
        with pytest.raises(ValueError, match="not known"):
            judge("adviser", "US", "", KIT)


FORBIDDEN = re.compile(
    r"get rewarded|positive review|\bguaranteed\b|has become a client|hurry|last chance", re.IGNORECASE
)
ROOT = Path(rulebook.__file__).parents[1]
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
