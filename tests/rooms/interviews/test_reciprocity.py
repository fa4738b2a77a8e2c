"""An understanding that both refer: as rules allow, by a second person where they say so, looked at again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from tests import make
from tests.rooms.interviews.test_partners import chosen

from passalong.accounts.models import Member
from passalong.compliance.services import approvals
from passalong.core import clock
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Event
from passalong.interviews.models import Partner, Reciprocity
from passalong.interviews.selectors import partners as selectors
from passalong.interviews.selectors import reciprocity as reciprocity_reads
from passalong.interviews.services import partnering, reciprocity, touching

pytestmark = pytest.mark.django_db
FACTS = {"trade": "Tax", "serves": "", "audience_size": None, "gives_first": ""}


@pytest.fixture
def owner() -> Member:
    return make.member()


def of_trade(profession: str, country: str = "US") -> Partner:
    practice = make.practice(profession=profession)
    practice.country = country
    practice.save()
    return chosen(make.member(practice))


def agree(pat: Partner, **said: Any) -> Reciprocity:
    by = Member.objects.get(practice=pat.practice, role="owner")
    day = {"agreed_on": clock.today(), "review_on": clock.today() + timedelta(days=365)}
    return reciprocity.agree(by=by, partner=pat, **(day | {"clients_told": "in our letter"} | said))


@pytest.mark.parametrize("profession", ["attorney", "adviser", "coach"])
def test_both_refer_where_the_rules_allow_it_dated_and_with_clients_told(profession: str) -> None:
    pat = of_trade(profession)
    made = agree(pat)
    assert made.rules[0]["action"] == "reciprocity"
    assert made.rules[0]["source"]
    assert Event.objects.filter(kind="interviews:reciprocity_agreed").count() == 1
    with pytest.raises(Refused, match="already"):
        agree(pat)
    reciprocity.end(by=Member.objects.get(practice=pat.practice), understanding=made)
    agree(pat)


OWN_RULE = """[[rule]]
id = "own.reciprocity"
action = "reciprocity"
effect = "{effect}"
needs = ["dated", "client_told"]
why = "Our counsel wants to see each of them."
source = "Letter of counsel"
on = 2026-11-01
"""


@pytest.fixture
def counsel(settings: Any, tmp_path: Any) -> Any:
    """Rules of the practice's own counsel, beside those that ship."""
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    file = tmp_path / "rules" / "consultant.toml"
    file.write_text(OWN_RULE.format(effect="approve"))
    return file


def test_where_a_rule_says_so_a_second_person_is_asked_and_nothing_holds_before(counsel: Any) -> None:
    pat = of_trade("consultant")
    by = Member.objects.get(practice=pat.practice)
    web, path = make.browser(by), f"/interviews/partners/{pat.public_id}/"
    day = {"agreed_on": clock.today(), "review_on": clock.today() + timedelta(days=300), "clients_told": "in a letter"}
    assert "Ask a second person" in web.get(path).content.decode()
    alone = web.post(f"{path}understanding/", day | {"why": "They are the best in town at what they do."})
    assert "nobody else in your practice can decide" in alone.content.decode()
    second = make.member(pat.practice, role="approver")
    hasty = web.post(f"{path}understanding/", day)
    assert hasty.context["both_form"].errors["why"], "why it should be allowed is asked for"
    assert not Reciprocity.objects.exists()
    web.post(f"{path}understanding/", day | {"why": "They are the best in town at what they do."})
    made = Reciprocity.objects.get()
    assert (made.waits, made.approval.decision, made.approval.asked_by) == (True, "waiting", by.public_id)
    told = web.get(path).content.decode()
    assert "Waits for a second person" in told
    assert "does not hold yet" in told
    assert reciprocity_reads.reviews_due(by.practice, 9) == []
    asked = f"/approvals/{made.approval.public_id}/"
    look = f"/interviews/understandings/{made.public_id}/"
    page = make.browser(second).get(reverse("compliance:approval", args=[made.approval.public_id])).content.decode()
    assert look in page, asked
    assert make.browser(second).get(look)["Location"] == f"{path}#both"
    assert make.browser(make.member()).get(look).status_code == 404
    with pytest.raises(NotAllowed):
        approvals.decide(by=by, approval=made.approval, approve=True, why="I asked for it myself, so yes.")
    approvals.decide(by=second, approval=made.approval, approve=True, why="Seen, and the letter is right.")
    made.refresh_from_db()
    assert (made.waits, made.ended_on) == (False, None)
    kinds = (
        Event.objects.filter(kind__startswith="interviews:reciprocity").order_by("pk").values_list("kind", flat=True)
    )
    assert list(kinds) == ["interviews:reciprocity_asked", "interviews:reciprocity_agreed"]


def test_a_second_person_may_say_no_and_it_never_held(counsel: Any) -> None:
    pat = of_trade("consultant")
    second = make.member(pat.practice, role="approver")
    made = agree(pat, why="They are the best in town at what they do.")
    approvals.decide(by=second, approval=made.approval, approve=False, why="Not with them.")
    made.refresh_from_db()
    assert made.ended_on == clock.today()
    assert "Not with them." in make.browser(second).get(f"/interviews/partners/{pat.public_id}/").content.decode()
    again = agree(pat, why="They are the best in town at what they do.")
    reciprocity.end(by=Member.objects.exclude(pk=second.pk).get(practice=pat.practice), understanding=again)
    again.approval.refresh_from_db()
    assert again.approval.decision == "dropped", "nobody decides on what was taken back"


@pytest.mark.parametrize("changed", ["row", "rule", "partner"])
def test_a_second_person_decides_on_what_they_were_asked_about_alone(counsel: Any, changed: str) -> None:
    pat = of_trade("consultant")
    by, second = Member.objects.get(practice=pat.practice), make.member(pat.practice, role="approver")
    made = agree(pat, why="They are the best in town at what they do.")
    if changed == "row":
        Reciprocity.objects.update(clients_told="nowhere")
    elif changed == "rule":
        counsel.write_text(OWN_RULE.format(effect="block"))
    else:
        partnering.let_go(by=by, partner=pat)
    with pytest.raises(Refused):
        approvals.decide(by=second, approval=made.approval, approve=True, why="Seen, and the letter is right.")
    made.refresh_from_db()
    assert made.waits is (changed != "partner")


def test_the_day_of_review_stands_on_today_and_goes_with_its_end(owner: Member, settings: Any) -> None:
    pat = of_trade("coach")
    made = agree(pat, review_on=clock.today() + timedelta(days=100))
    touching.touch(by=Member.objects.get(practice=pat.practice), partner=pat, kind="useful")
    by = Member.objects.get(practice=pat.practice)
    partnering.describe(by=by, partner=pat, **(FACTS | {"rhythm_days": 700}))
    assert selectors.touches_due(pat.practice) == []
    settings.CLOCK_OFFSET = 95 * 86400
    [line] = selectors.touches_due(pat.practice)
    assert line.line == "Look with Pat Ledger at your understanding that both refer"
    assert line.due == made.review_on
    assert "Look with Pat Ledger at" in make.browser(by).get("/").content.decode()
    assert selectors.touches_due(owner.practice) == [], "nobody else sees it"
    reciprocity.end(by=by, understanding=made)
    assert selectors.touches_due(pat.practice) == []


@pytest.mark.parametrize(
    ("profession", "country", "said", "rule"),
    [
        ("attorney", "US", {"is_exclusive": True}, "us.aba.7-2.reciprocity.exclusive"),
        ("attorney", "US", {"clients_told": " "}, "us.aba.7-2.reciprocity"),
        ("attorney", "DE", {}, "attorney.no-source"),
        ("dentist", "US", {}, "all.health.reciprocity"),
        ("doctor", "DE", {}, "all.health.reciprocity"),
        ("real_estate", "US", {}, "us.respa.reciprocity"),
        ("insurance", "US", {}, "insurance.no-source"),
        ("accountant", "US", {}, "accountant.no-source"),
        ("coach", "GB", {}, "consultant.no-source"),
    ],
)
def test_both_referring_is_refused_with_the_rules_name(profession: str, country: str, said: Any, rule: str) -> None:
    pat = of_trade(profession, country)
    with pytest.raises(Refused) as refused:
        agree(pat, **said)
    assert f"({rule})" in refused.value.message
    assert not Reciprocity.objects.exists()


def test_an_understanding_has_a_day_to_come_within_two_years() -> None:
    pat = of_trade("attorney")
    for wrong in (clock.today(), clock.today() + timedelta(days=900)):
        with pytest.raises(Refused) as refused:
            agree(pat, review_on=wrong)
        assert refused.value.field == "review_on"
    with pytest.raises(Refused) as refused:
        agree(pat, agreed_on=clock.today() + timedelta(days=1))
    assert refused.value.field == "agreed_on"


def test_the_page_says_what_the_rules_say_and_when_the_agreed_day_has_come(settings: Any) -> None:
    pat = of_trade("attorney")
    web, page = make.browser(Member.objects.get(practice=pat.practice)), f"/interviews/partners/{pat.public_id}/"
    assert "us.aba.7-2.reciprocity" in web.get(page).content.decode()
    day = {"agreed_on": clock.today(), "review_on": clock.today() + timedelta(days=30)}
    refused = web.post(f"{page}understanding/", day)
    assert refused.status_code == 422
    assert "The client acknowledged a notice of the agreement" in refused.content.decode()
    assert web.post(f"{page}understanding/", day | {"clients_told": "in our letter"}).status_code == 302
    assert "its day has come" not in web.get(page).content.decode()
    settings.CLOCK_OFFSET = 31 * 86400
    assert "its day has come" in web.get(page).content.decode()
    web.post(f"/interviews/understandings/{Reciprocity.objects.get().public_id}/end/")
    assert Reciprocity.objects.get().ended_on is not None
    health = of_trade("dentist")
    told = make.browser(Member.objects.get(practice=health.practice)).get(f"/interviews/partners/{health.public_id}/")
    assert "all.health.reciprocity" in told.content.decode()
    assert "Note one" not in told.content.decode(), "what is never possible has no form"
