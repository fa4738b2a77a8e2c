"""The preview: what it says plainly beside the file, in its own words, and what it remembers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import make
from tests.rooms.exchange.files import table

from passalong.contacts.models import Affiliation
from passalong.exchange.models import ImportBatch

pytestmark = pytest.mark.django_db
MEMBERS = table("Name,Role", ["Ann Okafor", "Chair"], ["Bo Lee", "Treasurer"], ["Cy Diaz", "Member"])
APART = "These people will not be connected with each other: name the group they belong to."


@pytest.fixture
def owner(settings, tmp_path):
    settings.DATA = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}
    return make.member()


@pytest.fixture
def browser(owner):
    return make.browser(owner)


def upload(browser, text: str, name: str = "list.csv", **rest: str):
    return browser.post("/import/", {"file": SimpleUploadedFile(name, text.encode()), "as_": "auto", **rest})


def test_a_list_without_its_group_says_that_nobody_is_connected(browser):
    url = upload(browser, MEMBERS).url
    page = browser.get(url).content.decode()
    assert page.index(APART) < page.index('name="group"') < page.index("The first rows")
    assert page.count('name="group"') == 1
    told = {"as_": "auto", "column_0": "name", "column_1": "role", "group": "Rotary Springfield", "group_kind": "club"}
    browser.post(url, told)
    assert APART not in browser.get(url).content.decode()
    browser.post(url, {**told, "start": "1"})
    assert Affiliation.objects.filter(kind="club", organization__name="Rotary Springfield").count() == 3


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (MEMBERS, {"group": "Rotary"}),
        (table("Name,Firm", ["Ann Okafor", "Acme"], ["Bo Lee", "ACME"]), {}),
        (table("Name,Role", ["Ann Okafor", "Chair"]), {}),
        (table("Name,Reason", ["Ann Okafor", "Builds"], ["Bo Lee", "Sails"]), {"as_": "wishlist"}),
    ],
)
def test_nothing_is_said_where_people_are_connected_or_are_no_list(browser, text, rest):
    assert "will not be connected" not in browser.get(upload(browser, text, **rest).url).content.decode()


def test_a_few_who_share_a_firm_are_counted(browser):
    rows = [[f"Ann {letter}", "Acme" if letter in "ab" else ""] for letter in "abcdefg"]
    page = browser.get(upload(browser, table("Name,Firm", *rows)).url).content.decode()
    assert "Only 2 of these 7 people share a firm" in page


def test_looking_again_keeps_who_is_who(browser, owner):
    ann, bo = make.contact(owner, "Ann Okafor"), make.contact(owner, "Bo Lee")
    url = upload(browser, table("Name,Post", ["Ann Okafor", "a@x.org"], ["Bo Lee", ""]), as_="directory").url
    same = {"same_2": ann.public_id, "same_3": bo.public_id}
    plain = {"as_": "directory", "column_0": "name", "column_1": ""}
    browser.post(url, {**plain, **same})
    browser.post(url, {**plain, **same, "column_1": "email"})  # with an address Ann needs no asking any more
    assert ImportBatch.objects.get().options["same"] == {"3": bo.public_id}
    browser.post(url, {**plain, "same_3": ""})
    assert ImportBatch.objects.get().options["same"] == {"2": ann.public_id}  # and Bo is somebody else by now
    page = browser.get(url).content.decode()
    assert f'value="{ann.public_id}" selected' in page
    assert f'value="{bo.public_id}" selected' not in page


@pytest.mark.parametrize(
    ("text", "name", "rest", "words"),
    [
        ("Foo,Bar\n1,2\n3,4\n", "x.csv", {}, "Write “Name” above the column"),
        ("BEGIN:VCARD\nFN:Ann Okafor\nEND:VCARD\n", "x.vcf", {"as_": "directory"}, "choose “Find out by itself”"),
    ],
)
def test_the_page_speaks_in_its_own_words(browser, text, name, rest, words):
    answer = upload(browser, text, name, **rest)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "--" not in page.split('id="id_file_error"')[1].split("</")[0]


def test_choosing_no_column_for_a_name_is_told_in_words_of_the_page(browser):
    url = upload(browser, MEMBERS).url
    page = browser.post(url, {"as_": "directory", "column_0": "", "column_1": "role"}).content.decode()
    assert "choose for at least one" in page
    assert "--map" not in page
