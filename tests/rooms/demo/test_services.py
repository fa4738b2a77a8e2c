"""The demo comes in once, stays apart, and goes without a trace."""

from __future__ import annotations

import pytest
from tests import make

from passalong.accounts.models import Member, Practice, User
from passalong.contacts.models import Affiliation, Contact
from passalong.core.errors import NotAllowed, Refused
from passalong.demo import services
from passalong.prospecting.gameplan import gameplan_for
from passalong.prospecting.models import Prospect
from passalong.ties.models import Observation, Statement

pytestmark = [pytest.mark.django_db, pytest.mark.storage]


def test_the_demo_is_of_the_promised_size_and_says_something():
    practice = services.put_in().practice
    assert practice.is_demo
    assert 550 <= Contact.objects.filter(practice=practice).count() <= 650
    assert 50 <= Prospect.objects.filter(practice=practice).count() <= 70
    evidence = sum(model.objects.filter(practice=practice).count() for model in (Affiliation, Observation, Statement))
    assert 2_500 <= evidence <= 3_600
    helena = Contact.objects.get(practice=practice, full_name__contains="Helena Okonjo")
    assert len(gameplan_for(practice, helena).prompts) == 5


def test_putting_it_in_twice_makes_one():
    services.put_in()
    services.put_in()
    assert Practice.objects.filter(is_demo=True).count() == 1


def test_it_goes_with_everything_in_it_and_leaves_ones_own_alone():
    owner = make.member()
    mine = make.contact(owner, "Ines Roth")
    services.put_in()
    member = services.put_in(user=owner.user)
    services.remove(by=member)
    assert list(Contact.objects.all()) == [mine]
    assert not User.objects.filter(email=services.OWNER[0]).exists()
    assert list(Member.objects.all()) == [owner]


def test_ones_own_practice_cannot_be_removed_as_a_demo():
    with pytest.raises(Refused, match="not the demo"):
        services.remove(by=make.member())


def test_an_assistant_is_an_assistant_in_the_demo_too():
    helper = make.assistant(make.member().practice)
    member = services.put_in(user=helper.user)
    with pytest.raises(NotAllowed):
        services.remove(by=member)


def test_one_click_in_and_one_click_out():
    owner = make.member()
    browser = make.browser(owner)
    page = browser.post("/demo/put-in/", follow=True).content.decode()
    assert "This is the demo practice" in page
    page = browser.post("/demo/remove/", follow=True).content.decode()
    assert "The demo practice is gone" in page
    assert not Practice.objects.filter(is_demo=True).exists()
