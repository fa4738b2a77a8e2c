"""Who stands on the gameplan, in which order, with which words, and who is left out and why."""

from __future__ import annotations

import pytest
from tests import make

from passalong.contacts import services as contacts
from passalong.contacts.models import Disclosure
from passalong.contacts.services import end_standing
from passalong.core.errors import Refused
from passalong.introductions import services as introductions
from passalong.prospecting import services
from passalong.prospecting.gameplan import as_json, gameplan_for
from passalong.prospecting.models import IdealClient
from passalong.ties import knowledge
from passalong.ties import services as ties

pytestmark = pytest.mark.django_db


def names(plan):
    return [prompt.name for prompt in plan.prompts]


def why(plan):
    return {str(out.entry): out.why for out in plan.left_out}


def chance(town, client, person):
    """What the engine says of two people."""
    return knowledge.p_knows(town.practice, [(client.pk, person.pk)])[0]


def everybody(town):
    """Show every name, however uncertain."""
    services.describe_ideal_client(by=town.owner, biggest_problem="", fears="", motives="", mission="", least_p=0)


def test_the_one_who_shares_the_rarest_thing_comes_first(town):
    everybody(town)
    assert names(gameplan_for(town.practice, town.ann))[0] == "Ben Sato"


def test_order_is_probability_times_fit(town):
    everybody(town)
    services.add_trait(by=town.owner, kind="role", value="owner", importance=3)
    town.fact(town.cara, "employer", "Lind Works", role="Owner")
    town.fact(town.ben, "employer", "Sato Works", role="Clerk")
    plan = gameplan_for(town.practice, town.ann)
    values = [prompt.value for prompt in plan.prompts]
    assert values == sorted(values, reverse=True)
    assert {prompt.name: prompt.fit.percent for prompt in plan.prompts}["Cara Lind"] == 100
    assert {prompt.name: prompt.fit.percent for prompt in plan.prompts}["Ben Sato"] == 0


def test_too_uncertain_names_are_left_out_and_the_limit_can_be_set(town):
    plan = gameplan_for(town.practice, town.ann)
    assert "too uncertain" in why(plan)["Dov Katz"]
    everybody(town)
    assert "Dov Katz" in names(gameplan_for(town.practice, town.ann))
    IdealClient.objects.filter(practice=town.practice).update(least_p=0.95)
    assert names(gameplan_for(town.practice, town.ann)) == []


def test_clients_former_clients_household_do_not_ask_and_agreed_are_left_out(town):
    everybody(town)
    eve = make.client(town.owner, "Eve Moreau")
    services.add_prospect(by=town.owner, contact=eve)
    former = make.client(town.owner, "Fritz Adler")
    end_standing(by=town.owner, contact=former, kind="client")
    services.add_prospect(by=town.owner, contact=former)
    contacts.join_household(by=town.owner, contact=town.ann, other=town.dov)
    introductions.open_introduction(by=town.owner, referrer=town.ann, prospect=town.cara)
    town.ben.do_not_ask = True
    town.ben.save()
    plan = gameplan_for(town.practice, town.ann)
    assert names(plan) == []
    assert why(plan) == {
        "Eve Moreau": "is or was a client",
        "Fritz Adler": "is or was a client",
        "Dov Katz": "lives with the client",
        "Cara Lind": "the client agreed to introduce them",
        "Ben Sato": "marked “do not ask”",
    }


def test_a_client_marked_do_not_ask_gets_no_gameplan(town):
    town.ann.do_not_ask = True
    town.ann.save()
    with pytest.raises(Refused, match="do not ask"):
        gameplan_for(town.practice, town.ann)


def test_an_answer_is_never_asked_again_and_refusal_says_so(town):
    everybody(town)
    ties.record_answer(by=town.owner, client=town.ann, prospect=town.ben, answer="does_not_know")
    ties.record_answer(by=town.owner, client=town.ann, prospect=town.cara, answer="rather_not")
    plan = gameplan_for(town.practice, town.ann)
    assert names(plan) == ["Dov Katz"]
    assert why(plan)["Ben Sato"] == "already asked"
    assert why(plan)["Cara Lind"] == "the client would rather not"


def test_thin_evidence_says_so_and_asks_instead(town):
    stranger = make.client(town.owner, "Gus Novak")
    town.fact(stranger, "board", "Hospital Trust")
    plan = gameplan_for(town.practice, stranger)
    assert plan.is_thin
    assert "Who else sits on the board of Hospital Trust?" in plan.group_questions
    assert len(plan.helpful) == 3
    assert "board" not in {helpful.kind for helpful in plan.helpful}


def test_questions_about_groups_use_only_what_the_client_may_see(town):
    stranger = make.client(town.owner, "Gus Novak")
    town.fact(stranger, "board", "Hidden Trust", disclosure=Disclosure.PRIVATE)
    assert gameplan_for(town.practice, stranger).group_questions == ()


def test_reasons_stay_for_the_desk_where_one_side_is_private(town):
    everybody(town)
    town.fact(town.ann, "club", "Rowing Club", disclosure=Disclosure.TOLD, told_by=town.ann)
    town.fact(town.dov, "club", "Rowing Club", disclosure=Disclosure.PRIVATE)
    prompt = next(p for p in gameplan_for(town.practice, town.ann).prompts if p.name == "Dov Katz")
    club = next(reason for reason in prompt.reasons if reason.kind == "club")
    assert club.audience == "desk"
    assert "Rowing" not in prompt.words.text + prompt.words.ask
    assert prompt.words.text == "We thought you might know each other."


def test_words_name_shared_groups_and_common_years(town):
    everybody(town)
    prompts = {p.name: p for p in gameplan_for(town.practice, town.ann).prompts}
    assert prompts["Ben Sato"].words.text == "You both serve on the board of Harbor Foundation (since 2015)."
    assert prompts["Cara Lind"].words.text == "You both went to Weston College (1990 to 1994)."
    ask = prompts["Ben Sato"].words.ask
    assert ask.startswith("You both serve on the board of Harbor Foundation (since 2015).")
    assert ask.endswith("Do you know Ben Sato well enough to introduce me?")


def test_a_firm_is_asked_about_by_person_or_by_name(town):
    everybody(town)
    firm = contacts.organization_for(town.practice, "Northgate Dental", "employer")
    services.add_prospect(by=town.owner, organization=firm)
    town.fact(town.ann, "vendor", "Northgate Dental", disclosure=Disclosure.TOLD, told_by=town.ann)
    plan = gameplan_for(town.practice, town.ann)
    prompt = next(p for p in plan.prompts if p.firm == "Northgate Dental")
    assert prompt.person is None
    assert "You buy from Northgate Dental. Whom do you know at Northgate Dental" in prompt.words.ask
    assert prompt.p_knows == pytest.approx(0.7)
    hana = make.contact(town.owner, "Hana Weiss")
    town.fact(hana, "employer", "Northgate Dental")
    town.fact(hana, "board", "Harbor Foundation", "2015")
    prompt = next(p for p in gameplan_for(town.practice, town.ann).prompts if p.firm == "Northgate Dental")
    assert prompt.name == "Hana Weiss"
    assert prompt.p_knows == pytest.approx(chance(town, town.ann, hana))


def test_a_firm_is_asked_as_a_whole_where_nobody_there_stands_out(town):
    firm = contacts.organization_for(town.practice, "Big Builders", "employer")
    services.add_prospect(by=town.owner, organization=firm)
    town.fact(town.ann, "vendor", "Big Builders")
    town.fact(make.contact(town.owner, "Walt Worker"), "employer", "Big Builders")
    prompt = next(p for p in gameplan_for(town.practice, town.ann).prompts if p.firm == "Big Builders")
    assert prompt.person is None
    assert prompt.p_knows >= 0.7


def test_the_practices_own_limit_holds_for_people_at_firms_too(town):
    firm = contacts.organization_for(town.practice, "Sato Works", "employer")
    services.add_prospect(by=town.owner, organization=firm)
    hana = make.contact(town.owner, "Hana Weiss")
    for kind, group in (("employer", "Sato Works"), ("board", "Harbor Foundation")):
        town.fact(hana, kind, group)
    IdealClient.objects.create(practice=town.practice, least_p=0.95)
    assert "Hana Weiss" not in names(gameplan_for(town.practice, town.ann))


def test_a_firm_the_client_has_spoken_of_is_not_asked_about_again(town):
    everybody(town)
    for name in ("Big Builders", "Sato Works"):
        firm = contacts.organization_for(town.practice, name, "employer")
        services.add_prospect(by=town.owner, organization=firm)
    town.fact(town.ben, "employer", "Sato Works")
    meeting = services.start_meeting(by=town.owner, plan=gameplan_for(town.practice, town.ann))
    builders = contacts.organization_for(town.practice, "Big Builders", "employer")
    services.answer_firm(by=town.owner, meeting=meeting, firm=builders, answer="nobody")
    ties.record_answer(by=town.owner, client=town.ann, prospect=town.ben, answer="knows")
    plan = gameplan_for(town.practice, town.ann)
    assert why(plan)["Big Builders"] == "already asked"
    assert why(plan)["Sato Works"] == "the client knows somebody there"
    services.take_back_firm_answer(by=town.owner, meeting=meeting, firm=builders)
    assert "Big Builders" in names(gameplan_for(town.practice, town.ann))


def test_a_person_who_is_a_wish_and_works_at_a_wished_firm_is_asked_about_once(town):
    everybody(town)
    firm = contacts.organization_for(town.practice, "Sato Works", "employer")
    services.add_prospect(by=town.owner, organization=firm)
    town.fact(town.ben, "employer", "Sato Works")
    plan = gameplan_for(town.practice, town.ann)
    assert names(plan).count("Ben Sato") == 1
    assert "asked through Ben Sato" in why(plan).values()


def test_at_most_five_prompts_and_the_rest_is_next_in_line(town):
    everybody(town)
    for number in range(6):
        town.wish(f"Extra{'abcdef'[number]} Person")
    plan = gameplan_for(town.practice, town.ann)
    assert len(plan.prompts) == 5
    assert list(why(plan).values()).count("next in line") == 4


def test_json_is_the_contracts(town):
    everybody(town)
    found = as_json(gameplan_for(town.practice, town.ann))
    assert set(found) == {"client", "made_on", "prompts", "left_out"}
    assert set(found["prompts"][0]) == {
        "prospect", "organization", "p_knows", "p_low", "p_high", "fit", "value", "reasons", "ask", "sheet_words",
    }  # fmt: skip
    assert set(found["prompts"][0]["reasons"][0]) == {"kind", "text", "points", "audience"}


def test_queries_do_not_grow_with_the_wish_list(town, django_assert_max_num_queries):
    gameplan_for(town.practice, town.ann)
    with django_assert_max_num_queries(21):
        gameplan_for(town.practice, town.ann)
    for number in range(30):
        person = town.wish(f"Many {'abcdefghijklmnopqrstuvwxyzABCD'[number]}son")
        town.fact(person, "employer", f"Firm {number}")
    gameplan_for(town.practice, town.ann)
    with django_assert_max_num_queries(21):
        gameplan_for(town.practice, town.ann)
