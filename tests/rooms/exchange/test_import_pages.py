"""The import pages: look first, columns remembered, progress, undo, addresses; nobody else's."""

from __future__ import annotations

import os

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import make
from tests.rooms.exchange.files import bring, linkedin, message, table

from passalong.contacts.models import Affiliation, Contact
from passalong.core import clock
from passalong.core.errors import Refused
from passalong.exchange import services
from passalong.exchange.models import BatchState, ImportBatch, SavedMapping
from passalong.ties.models import Address

pytestmark = pytest.mark.django_db
LIST = table("Wer,Haus,Anders", ["Ann Okafor", "Acme", "x"], ["Bo Lee", "Zeta", "y"])


@pytest.fixture
def owner(db):
    return make.member()


@pytest.fixture
def browser(owner):
    return make.browser(owner)


@pytest.fixture(autouse=True)
def uploads_of_its_own(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def at_once(settings):
    """Tasks run where they are enqueued."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": ["default"]}}


def upload(browser, *texts: str, name: str = "list.csv", **rest: str):
    files = [SimpleUploadedFile(name, text.encode()) for text in texts]
    return browser.post("/import/", {"file": files, "as_": "auto", **rest})


def test_the_page_is_calm_when_nothing_was_brought_in(browser):
    assert "Nothing has been brought in yet" in browser.get("/import/").content.decode()


def test_an_upload_is_shown_first_and_changes_nothing(browser):
    answer = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")))
    batch = ImportBatch.objects.get()
    assert answer.url == f"/import/{batch.public_id}/"
    page = browser.get(answer.url).content.decode()
    assert "Ann Okafor" in page
    assert "1 row with" in page
    assert not Contact.objects.exists()
    assert (services.uploads() / batch.path).is_file()


@pytest.mark.storage
def test_bring_in_and_take_back(browser, at_once):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    path = services.uploads() / ImportBatch.objects.get().path
    browser.post(url, {"as_": "auto", "start": "1"})
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.result["created"], path.exists()) == (BatchState.DONE, 1, False)
    assert "Take it back" in browser.get(url).content.decode()
    browser.post(f"{url}undo/")
    assert not Contact.objects.exists()
    assert "taken out again" in browser.get(url).content.decode()
    browser.post(f"{url}undo/")
    assert ImportBatch.objects.get().state == BatchState.UNDONE


def test_columns_are_chosen_and_remembered_for_the_next_list(browser, owner, at_once):
    url = upload(browser, LIST, as_="directory", name="x.csv")
    assert url.status_code == 422  # no column says what it is
    url = upload(browser, table("Name,Haus,Anders", ["Ann Okafor", "Acme", "x"]), as_="directory").url
    page = browser.get(url).content.decode()
    assert "What the columns mean" in page
    browser.post(
        url, {"as_": "directory", "column_0": "name", "column_1": "organization", "column_2": "", "start": "1"}
    )
    assert Affiliation.objects.get().organization.name == "Acme"
    assert SavedMapping.objects.get().mapping["organization"] == "Haus"
    upload(browser, table("Name,Haus,Anders", ["Bo Lee", "Zeta", "x"]), as_="directory")
    latest = ImportBatch.objects.order_by("-pk").first()
    assert [column["field"] for column in latest.result["columns"]] == ["name", "organization", ""]
    other = make.browser(make.member())
    upload(other, table("Name,Haus,Anders", ["Bo Lee", "Zeta", "x"]), as_="directory")
    assert ImportBatch.objects.order_by("-pk").first().result["columns"][1]["field"] == ""


def test_a_column_read_as_nothing_is_not_read(browser, at_once):
    url = upload(browser, table("Name,Company", ["Ann Okafor", "Acme"]), as_="directory").url
    browser.post(url, {"as_": "directory", "column_0": "name", "column_1": "", "start": "1"})
    assert Contact.objects.get().full_name == "Ann Okafor"
    assert not Affiliation.objects.exists()


def test_without_a_column_for_the_name_it_says_so_and_nothing_starts(browser):
    url = upload(browser, table("Name,Company", ["Ann Okafor", "Acme"]), as_="directory").url
    answer = browser.post(url, {"as_": "directory", "column_0": "", "column_1": "", "start": "1"})
    assert answer.status_code == 422
    assert "name" in answer.content.decode()
    assert ImportBatch.objects.get().state == BatchState.PREVIEW


def test_a_person_says_that_a_bare_name_is_somebody_on_file(browser, owner, at_once):
    ann = make.contact(owner, "Ann Okafor", email="ann@x.org")
    url = upload(browser, table("Member", ["Ann Okafor"], ["Bo Lee"]), group="Rotary", group_kind="club").url
    assert "On file already?" in browser.get(url).content.decode()
    browser.post(
        url,
        {
            "as_": "auto",
            "group": "Rotary",
            "group_kind": "club",
            "column_0": "name",
            "same_2": ann.public_id,
            "start": "1",
        },
    )
    assert Contact.objects.count() == 2
    assert ann.affiliations.get().organization.name == "Rotary"


def test_a_protected_group_is_refused_beside_its_field(browser):
    answer = upload(
        browser, linkedin(("Ann", "Okafor", "Acme", "ann")), group="First Baptist Church", group_kind="club"
    )
    assert answer.status_code == 422
    assert "religion" in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not list(services.uploads().iterdir())


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n....", b"<html><body>hello</body></html>"])
def test_what_cannot_be_read_is_told_beside_the_file(browser, data):
    answer = browser.post("/import/", {"file": SimpleUploadedFile("x.csv", data), "as_": "auto"})
    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_several_files_wait_and_are_brought_in_together(browser, at_once):
    answer = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")), linkedin(("Bo", "Lee", "Zeta", "bo")))
    assert answer.url == "/import/"
    browser.post("/import/start-all/")
    assert set(ImportBatch.objects.values_list("state", flat=True)) == {BatchState.DONE}
    assert Contact.objects.count() == 2


def test_a_file_may_be_left(browser):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    path = services.uploads() / ImportBatch.objects.get().path
    browser.post(f"{url}discard/", {"as_": "auto"})
    assert not ImportBatch.objects.exists()
    assert not path.exists()


def test_progress_is_told_until_the_end(browser, owner):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    batch = ImportBatch.objects.get()
    services.start(by=owner, batch=batch)
    assert "HX-Refresh" not in browser.get(f"{url}progress/").headers
    assert "It begins in a moment" in browser.get(url).content.decode()
    services.run(batch_id=batch.pk, member_id=owner.pk)
    services.run(batch_id=batch.pk, member_id=owner.pk)  # repeated, it does nothing
    assert browser.get(f"{url}progress/").headers["HX-Refresh"] == "true"
    assert ImportBatch.objects.get().result["created"] == 1


def test_an_import_that_was_cut_off_is_started_again(browser, owner, at_once):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    old = clock.now() - services.STALE * 2
    ImportBatch.objects.update(state=BatchState.RUNNING, started_at=old)
    assert "Start it again" in browser.get(url).content.decode()
    browser.post(url)
    assert ImportBatch.objects.get().state == BatchState.DONE


def test_what_goes_wrong_in_the_worker_is_told_and_nothing_written(browser, owner):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    batch = ImportBatch.objects.get()
    services.start(by=owner, batch=batch)
    (services.uploads() / batch.path).write_text("")
    services.run(batch_id=batch.pk, member_id=owner.pk)
    assert ImportBatch.objects.get().state == BatchState.FAILED
    assert "Nothing was stored" in browser.get(url).content.decode()


def test_files_without_a_word_go_after_thirty_days(browser):
    upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")))
    assert services.purge_uploads() == 0
    ImportBatch.objects.update(created_at=clock.now() - services.KEEP_UPLOADS * 2)
    assert services.purge_uploads() == 1
    assert not list(services.uploads().iterdir())


def test_old_bytes_go_whatever_became_of_the_import(browser):
    upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")))
    ImportBatch.objects.update(created_at=clock.now() - services.KEEP_UPLOADS * 2, state=BatchState.RUNNING)
    assert services.purge_uploads() == 1
    assert ImportBatch.objects.get().path == ""
    assert not list(services.uploads().iterdir())


def test_files_no_import_names_go_once_they_are_old(browser):
    upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")))
    left, coming = services.uploads() / "left", services.uploads() / "coming"
    left.write_text("Name")
    coming.write_text("Name")
    old = (clock.now() - services.ON_ITS_WAY * 2).timestamp()
    os.utime(left, (old, old))
    assert services.purge_uploads() == 1
    assert {path.name for path in services.uploads().iterdir()} == {"coming", ImportBatch.objects.get().path}


def test_an_error_of_ours_keeps_no_bytes(browser, owner, monkeypatch):
    upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann")))
    batch = services.start(by=owner, batch=ImportBatch.objects.get())

    def fails(**_options):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(services, "bring_in", fails)
    with pytest.raises(RuntimeError):
        services.run(batch_id=batch.pk, member_id=owner.pk)
    assert ImportBatch.objects.get().state == BatchState.FAILED
    assert not list(services.uploads().iterdir())


def test_another_practice_finds_nothing(browser, owner):
    url = upload(browser, linkedin(("Ann", "Okafor", "Acme", "ann"))).url
    stranger = make.browser(make.member())
    for path in ("", "progress/"):
        assert stranger.get(url + path).status_code == 404
    for path in ("", "undo/", "discard/"):
        assert stranger.post(url + path, {"as_": "auto"}).status_code == 404
    with pytest.raises(Refused):
        services.start(by=owner, batch=ImportBatch(practice=owner.practice, state=BatchState.PREVIEW))


def test_addresses_are_searched_promoted_set_aside_and_owned(browser, owner, tmp_path):
    bring(owner, tmp_path / "a.mbox", message(1, "Ann Okafor <ann@x.org>", ["bo@x.org", "cy@x.org", "di@x.org"]))
    page = browser.get("/import/addresses/").content.decode()
    assert "ann@x.org" in page
    assert "bo@x.org" not in browser.get("/import/addresses/?q=okafor").content.decode()
    ids = {one.email[:2]: one.public_id for one in Address.objects.all()}
    browser.post("/import/addresses/", {"act": "promote", "address": [ids["an"]]})
    assert Contact.objects.get().full_name == "Ann Okafor"
    browser.post("/import/addresses/", {"act": "dismiss", "address": [ids["bo"]]})
    assert "bo@x.org" in browser.get("/import/addresses/?aside=1").content.decode()
    browser.post("/import/addresses/", {"act": "back", "address": [ids["bo"]]})
    browser.post("/import/addresses/", {"act": "own", "address": [ids["cy"]]})
    assert Address.objects.get(email="cy@x.org").is_own
    browser.post("/import/addresses/", {"act": "promote"})
    stranger = make.browser(make.member())
    stranger.post("/import/addresses/", {"act": "promote", "address": [ids["di"]]})
    assert Contact.objects.count() == 1


def test_ten_thousand_addresses_in_a_constant_number_of_queries(browser, owner, django_assert_max_num_queries):
    Address.objects.bulk_create(Address(practice=owner.practice, email=f"p{n}@x.org", seen=n) for n in range(2000))
    with django_assert_max_num_queries(12):
        page = browser.get("/import/addresses/?page=3").content.decode()
    assert "101 to 150 of 2,000" in page
