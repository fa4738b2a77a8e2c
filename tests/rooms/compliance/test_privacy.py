"""Protected facts stay out until an owner allows their kind in writing."""

from __future__ import annotations

import pytest
from django.urls import reverse
from tests import make

from passalong.compliance import selectors, services
from passalong.compliance.models import AllowedCategory
from passalong.core.errors import NotAllowed, Refused
from passalong.core.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.storage]
REASON = "Our clients ask us to seat them with their congregation."


def test_a_kind_is_refused_until_it_is_allowed_and_again_after() -> None:
    owner = make.member()
    assert "Settings, Privacy" in selectors.refusals(owner.practice)("church", "St Mary")
    services.allow_category(by=owner, category="religion", reason=REASON)
    assert selectors.refusals(owner.practice)("church", "St Mary") == ""
    assert selectors.refusals(owner.practice)("patient_group", "")
    assert selectors.refusals(make.practice())("church", "St Mary")
    services.disallow_category(by=owner, category="religion")
    assert selectors.refusals(owner.practice)("church", "St Mary")
    kinds = list(Event.objects.filter(practice=owner.practice).values_list("kind", flat=True))
    assert kinds == ["compliance:category_allowed", "compliance:category_ended"]


def test_the_reason_stays_on_file_after_it_ended() -> None:
    owner = make.member()
    for _ in range(2):
        services.allow_category(by=owner, category="religion", reason=REASON)
        services.disallow_category(by=owner, category="religion")
    services.disallow_category(by=owner, category="religion")
    assert [row.reason for row in AllowedCategory.objects.all()] == [REASON, REASON]
    assert Event.objects.count() == 4


@pytest.mark.parametrize(
    ("category", "reason", "field"), [("religion", "Because", "reason"), ("hair", REASON, "category")]
)
def test_a_thin_reason_or_an_unknown_kind_is_refused(category: str, reason: str, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        services.allow_category(by=make.member(), category=category, reason=reason)
    assert refusal.value.field == field


def test_only_owners_allow() -> None:
    helper = make.assistant(make.practice())
    with pytest.raises(NotAllowed):
        services.allow_category(by=helper, category="religion", reason=REASON)
    with pytest.raises(NotAllowed):
        services.disallow_category(by=helper, category="religion")


def test_the_privacy_page() -> None:
    owner = make.member()
    client, url = make.browser(owner), reverse("compliance:privacy")
    assert "None. That is the usual case." in client.get(url).content.decode()
    assert "Write the reason in a sentence" in client.post(url, {"category": "health", "reason": "no"}).content.decode()
    assert client.post(url, {"category": "health", "reason": REASON}).status_code == 302
    assert REASON in client.get(url).content.decode()
    helper = make.browser(make.assistant(owner.practice))
    helper.post(reverse("compliance:stop"), {"category": "health"})
    assert REASON in helper.get(url).content.decode()
    client.post(reverse("compliance:stop"), {"category": "health"})
    assert REASON not in client.get(url).content.decode()
