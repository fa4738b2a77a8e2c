"""What is published is held against the rules of the day: after a change of profession, place or rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from tests import make
from tests.rooms.kits import written

from passalong.accounts import services as accounts
from passalong.accounts.models import Profession
from passalong.accounts.tasks import rejudge_all
from passalong.compliance.giving import Thing
from passalong.compliance.services import ledger
from passalong.core import clock
from passalong.kits.models import Edition, EditionState
from passalong.kits.selectors import editions as selectors
from passalong.kits.services import editions, reweighing

pytestmark = pytest.mark.django_db
RULE = """
[[rule]]
id = "own.kit"
action = "publish_kit"
effect = "{effect}"
absolute = {absolute}
why = "Our counsel wants to see every kit before it goes out."
"""


def state(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.state


def work() -> None:
    """Do everything that is enqueued; the worker's own loop would close this test's database."""
    while row := DBTaskResult.objects.filter(status="READY").first():
        given = row.args_kwargs
        row.delete()
        import_string(row.task_path).call(*given["args"], **given["kwargs"])


def move(by, **changes) -> None:
    of = by.practice
    kept = {"name": of.name, "profession": of.profession, "country": of.country, "region": of.region}
    accounts.change_practice(by=by, **(kept | changes))
    of.refresh_from_db()


def test_what_the_new_rules_let_out_stays_published() -> None:
    owner = written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    move(owner, profession=Profession.COACH, country="GB")
    assert reweighing.reweigh(owner.practice_id) == 0
    assert state(edition) == EditionState.LIVE


def test_a_consultant_who_becomes_a_broker_needs_a_second_person_for_what_is_published() -> None:
    owner = written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    move(owner, also=["broker_dealer"])
    work()
    assert state(edition) == EditionState.WITHDRAWN
    assert "us.finra.2210.kit" in edition.ended_why
    assert "second person" in edition.ended_why


def test_what_the_rules_withdrew_stands_on_today_and_on_its_kit_until_it_is_published_anew() -> None:
    owner = written.owner()
    kit = written.kit(owner)
    edition = editions.publish(by=owner, kit=kit)
    move(owner, also=["broker_dealer"])
    work()
    browser, publish = make.browser(owner), reverse("kits:publish", args=[kit.public_id])
    today = browser.get("/").content.decode()
    assert f'<a href="{publish}">{kit}, edition 1</a>' in today
    assert "Rule us.finra.2210.kit holds for the practice now" in today
    assert "Edition 1 was withdrawn." in browser.get(publish).content.decode()
    shown = browser.get(reverse("kits:edition", args=[edition.public_id])).content.decode()
    assert "It stays withdrawn." in shown
    move(owner, also=[])
    assert "Rule us.finra.2210.kit" in browser.get("/").content.decode()
    editions.publish(by=owner, kit=kit)
    assert "Withdrawn from readers" not in browser.get("/").content.decode()
    assert "was withdrawn" not in browser.get(publish).content.decode()


def test_what_somebody_withdrew_and_another_practices_are_not_told_on_today() -> None:
    owner, other = written.owner(), written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    editions.withdraw(by=owner, edition=edition, why="Prices change.")
    editions.publish(by=other, kit=written.kit(other))
    move(other, also=["broker_dealer"])
    work()
    assert selectors.taken_away(other.practice).count() == 1
    assert not selectors.taken_away(owner.practice).exists()


def test_what_a_second_person_let_out_under_these_rules_stays() -> None:
    owner = written.owner(Profession.BROKER_DEALER)
    edition = editions.publish(by=owner, kit=written.kit(owner))
    editions.approve(by=written.approver(owner), edition=edition)
    move(owner, also=["consultant"])
    assert reweighing.reweigh(owner.practice_id) == 0
    assert state(edition) == EditionState.LIVE


def test_a_testimonial_that_a_new_place_forbids_is_withdrawn() -> None:
    owner = written.owner(Profession.INSURANCE, region="TX")
    proof = written.proof(owner)
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    move(owner, region="WA")
    assert reweighing.reweigh(owner.practice_id) == 0
    move(owner, profession=Profession.DENTIST)
    assert reweighing.reweigh(owner.practice_id) == 1
    assert "lacks" in Edition.objects.get(pk=edition.pk).ended_why


def test_words_changed_on_the_desk_do_not_withdraw_what_is_published_by_the_same_rules() -> None:
    owner = written.owner(Profession.INSURANCE)
    proof = written.proof(owner)
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    proof.relation, proof.text = "employee", "Other words altogether."
    proof.save()
    assert reweighing.reweigh(owner.practice_id) == 0
    assert state(edition) == EditionState.LIVE


@pytest.mark.parametrize(
    ("rule", "is_live"),
    [
        (("allow", "false"), True),
        (("disclose", "true"), True),
        (("approve", "false"), False),
        (("block", "false"), False),
        (("block", "true"), False),
    ],
)
def test_a_new_rule_of_the_hosts_is_found_by_the_clock(settings, tmp_path: Path, rule, is_live: bool) -> None:
    owner = written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    text = RULE.format(effect=rule[0], absolute=rule[1])
    (tmp_path / "rules" / "consultant.toml").write_text(text)
    rejudge_all.enqueue()
    work()
    assert (state(edition) == EditionState.LIVE) is is_live
    if rule == ("block", "true"):
        assert "counsel" in edition.ended_why


def test_a_rule_that_only_reads_otherwise_withdraws_nothing(settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    (tmp_path / "rules").mkdir()
    file = tmp_path / "rules" / "consultant.toml"
    file.write_text(RULE.format(effect="approve", absolute="true"))
    owner = written.owner()
    edition = editions.publish(by=owner, kit=written.kit(owner))
    editions.approve(by=written.approver(owner), edition=edition)
    file.write_text(file.read_text().replace("wants to see", "looks at"))
    assert reweighing.reweigh(owner.practice_id) == 0
    file.write_text(file.read_text().replace("own.kit", "own.kit.second"))
    assert reweighing.reweigh(owner.practice_id) == 1
    assert state(edition) == EditionState.WITHDRAWN


def test_more_than_1000_in_the_ledger_asks_an_advisers_speaker_for_the_agreement() -> None:
    owner = written.owner(Profession.ADVISER)
    speaker = make.client(owner)
    proof = written.proof(owner)
    proof.speaker = speaker
    proof.save()
    edition = editions.publish(by=owner, kit=written.kit(owner, proofs=(proof.public_id,)))
    gift = {"kind": "gift", "receiver": "client", "reason": "Thanks", "given_on": clock.today()}
    papers = frozenset({"agreement", "eligible"})
    ledger.give(by=owner, contact=speaker, thing=Thing(what="A bowl", cost=Decimal(1000), facts=papers, **gift))
    assert reweighing.reweigh(owner.practice_id) == 0
    later = gift | {"given_on": clock.today() - timedelta(days=100)}
    ledger.give(by=owner, contact=speaker, thing=Thing(what="A card", cost=Decimal(2), facts=papers, **later))
    assert reweighing.reweigh(owner.practice_id) == 1
    assert "$1,000" in Edition.objects.get(pk=edition.pk).ended_why


def test_another_practices_editions_are_left_alone() -> None:
    owner, other = written.owner(), written.owner()
    edition = editions.publish(by=other, kit=written.kit(other))
    move(owner, also=["broker_dealer"])
    reweighing.reweigh(owner.practice_id)
    assert state(edition) == EditionState.LIVE
