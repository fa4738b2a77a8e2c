"""The client's message written in the meeting: begun with what went well, and back to the step it came from."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from tests import make
from tests.rooms.introductions.words_cast import SAID, Words, light, words_of

from passalong.contacts.models import StandingKind
from passalong.core import clock
from passalong.introductions.models import Recommendation
from passalong.introductions.services import open_introduction
from passalong.prospecting.models import Meeting

pytestmark = pytest.mark.django_db
WELL = "They explained every step before we took it."


@pytest.fixture
def cast(settings: Any) -> Words:
    return words_of(light(settings))


def held(cast: Words, **more: Any) -> Meeting:
    return Meeting.objects.create(
        practice=cast.passed.practice, client=cast.passed.ann, held_on=clock.today(), step=4, **more
    )


def words(web: Client, meeting: Meeting, introduction: str = "") -> str:
    address = f"/meetings/{meeting.public_id}/words/" + (f"{introduction}/" if introduction else "")
    return web.get(address).content.decode()


def test_it_begins_with_what_went_well_and_leads_back_to_the_meeting(cast: Words) -> None:
    web, meeting = make.browser(cast.by), held(cast, went_well=WELL)
    back = f'href="/meetings/{meeting.public_id}/kit/"'
    for told in (words(web, meeting), words(web, meeting, cast.introduction.public_id)):
        assert WELL in told
        assert back in told
        assert f"/introductions/{cast.introduction.public_id}/" not in told
    plain = web.get(f"/introductions/{cast.introduction.public_id}/words/").content.decode()
    assert WELL not in plain
    assert back not in plain


def test_from_the_first_words_to_the_message_the_way_back_is_the_meeting(cast: Words) -> None:
    web, meeting = make.browser(cast.by), held(cast, went_well=WELL)
    page = f"/meetings/{meeting.public_id}/words/{cast.introduction.public_id}/"
    looked = web.post(page, {"act": "look", "said": WELL})
    assert f'href="{page}"' in looked.content.decode()
    body = looked.context["draft"].body
    kept = web.post(page, {"act": "confirm", "said": WELL, "body": body, "on": "tablet", "mine": "on"})
    row = Recommendation.objects.get()
    assert (row.introduction, row.said) == (cast.introduction, WELL)
    assert kept["Location"] == f"/words/{row.public_id}/?meeting={meeting.public_id}"
    back = f'href="/meetings/{meeting.public_id}/kit/"'
    assert back in web.get(kept["Location"]).content.decode()
    code = web.post(f"/words/{row.public_id}/hand/?meeting={meeting.public_id}", {"by": "code"})
    assert back in code.content.decode()
    assert back not in web.get(f"/words/{row.public_id}/").content.decode()
    odd = web.get(f"/words/{row.public_id}/", {"meeting": "//evil.example/<b>"}).content.decode()
    assert "evil.example" not in odd.split("<main")[1].split("</nav>")[0].split("<h1")[0]


def test_words_too_long_for_a_message_or_none_leave_it_empty(cast: Words) -> None:
    web = make.browser(cast.by)
    long = held(cast, went_well="So it was. " * 80)
    assert "So it was." not in words(web, long)
    long.delete()
    assert "In your own words" in words(web, held(cast))


def test_only_this_clients_own_introductions_and_only_while_one_may_ask(cast: Words) -> None:
    web, meeting = make.browser(cast.by), held(cast, went_well=SAID)
    ben = make.contact(cast.by, "Ben Else", standing=StandingKind.CLIENT)
    other = open_introduction(by=cast.by, referrer=ben, prospect=make.contact(cast.by))
    own = f"/meetings/{meeting.public_id}/words/"
    assert web.get(f"{own}{other.public_id}/").status_code == 404
    assert web.get(f"{own}nothing/").status_code == 404
    assert make.browser(make.member()).get(own).status_code == 404
    Meeting.objects.filter(pk=meeting.pk).update(no_ask_at=clock.now())
    assert web.get(own)["Location"] == f"/meetings/{meeting.public_id}/put-right/"
    Meeting.objects.filter(pk=meeting.pk).update(no_ask_at=None, closed_at=clock.now())
    assert web.get(own)["Location"] == f"/meetings/{meeting.public_id}/after/"
