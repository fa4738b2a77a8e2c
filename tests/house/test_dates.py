"""One way to write a date, whatever the browser asks for: day, month in letters, year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format
from tests import make

from passalong.contacts.models import Affiliation
from passalong.contacts.templatetags.people import span
from passalong.prospecting import services

DAY = date(2026, 11, 2)
FORMATS = ["DATE_FORMAT", "SHORT_DATE_FORMAT"]


@pytest.mark.parametrize("language", ["en", "en-us", "en-gb", "en-au"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_date_cannot_be_misread(language, form):
    with translation.override(language):
        assert date_format(DAY, form) == "2 Nov 2026"
        assert date_format(datetime(2026, 11, 2, 15, 4, tzinfo=UTC), form.replace("DATE", "DATETIME")).endswith(
            ", 15:04"
        )


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019-05-17", "", "since 17 May 2019"),
        ("2016-05", "2016-11-30", "May 2016 to 30 Nov 2016"),
        ("", "2004", "until 2004"),
        ("", "", ""),
    ],
)
def test_the_time_of_a_fact_is_said_alike(start, end, words):
    assert span(Affiliation(start=start, end=end)) == words


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["en-US", "en-GB", "de", "fr-CA,fr;q=0.9"])
def test_pages_say_it_so_and_native_inputs_get_what_they_can_read(asked):
    owner = make.member()
    browser = make.browser(owner)
    wish, _new = services.add_prospect(by=owner, contact=make.contact(owner), review_on=DAY)
    page = browser.get("/wish-list/", headers={"accept-language": asked}).content.decode()
    assert "2 Nov 2026" in page
    page = browser.get(f"/wish-list/{wish.public_id}/", headers={"accept-language": asked}).content.decode()
    assert 'value="2026-11-02"' in page
