"""The demo has words in force, a client's message that waits, a lunch being arranged and one trouble."""

from __future__ import annotations

from typing import Any

import pytest
from tests import make

from passalong.compliance.models import Decision
from passalong.contacts.models import Contact
from passalong.demo import services, together
from passalong.introductions.models import Lunch, Recommendation, Template, ThanksWords, Trouble, TroubleState
from passalong.introductions.selectors.care import may_be_asked
from passalong.mail.models import Message

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("outside", ["", "https://kits.rowanpike.example"])
def test_everything_stands_where_it_fits_and_its_page_opens(settings: Any, outside: str) -> None:
    settings.PUBLIC_URL = outside
    owner = services.put_in()
    template = Template.objects.get(practice=owner.practice)
    assert template.in_force_at is not None
    assert template.approval is not None
    assert template.approval.decision == Decision.APPROVED
    assert template.approval.asked_by != template.approval.decided_by
    row = Recommendation.objects.get(practice=owner.practice)
    assert row.confirmed_at is not None
    assert row.sent_at is None
    assert together.SAID in row.text
    assert row.disclosure
    lunch = Lunch.objects.get(practice=owner.practice)
    assert lunch.state == "asking"
    assert lunch.slots.count() == 3
    assert Trouble.objects.get(practice=owner.practice).state == TroubleState.OPEN
    helena = Contact.objects.get(practice=owner.practice, full_name__contains="Helena Okonjo")
    assert may_be_asked(helena) == (True, ""), "the first client of every story is to be asked"
    assert not ThanksWords.objects.filter(practice=owner.practice, is_on=True).exists()
    assert not Message.objects.filter(practice=owner.practice, purpose="thanks").exists()
    web = make.browser(owner)
    trouble = Trouble.objects.get()
    pages = (
        f"/words/{row.public_id}/",
        f"/introductions/{lunch.introduction.public_id}/ways/lunch/",
        f"/introductions/troubles/{trouble.public_id}/",
        f"/introductions/{trouble.introduction.public_id}/",
        "/settings/words/",
        "/introductions/news/",
        "/",
    )
    for page in pages:
        assert web.get(page).status_code == 200, page
