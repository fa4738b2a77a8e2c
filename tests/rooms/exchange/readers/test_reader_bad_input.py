"""Bad input: one clear sentence each, in bounded memory and time, and never a traceback."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile
from contextlib import suppress

import openpyxl
import pytest

from passalong.exchange import readers
from passalong.exchange.readers import limits

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
CSV = b"Name,Email\nAda Lovelace,ada@example.org\n"


def refusal(source, **options) -> str:
    with pytest.raises(readers.Refused) as caught:
        readers.read(source, **options)
    message = caught.value.message
    assert "\n" not in message
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    "as_", [name for name in readers.FORMATS if name not in ("wealthbox", "redtail", "introductions")]
)
def test_an_empty_file_is_refused_as_anything(as_):
    assert "is empty" in refusal(b"", filename="list.csv", as_=as_)


@pytest.mark.parametrize("as_", readers.FORMATS)
@pytest.mark.parametrize("data", [PNG, b"\x00" * 500, b"\xff" * 500, b"   \n\n  \n", b"BEGIN:VCARD", b'{"a": [1]}'])
def test_wrong_bytes_are_read_or_refused_whatever_they_are_called(data, as_):
    with suppress(readers.Refused):
        assert readers.read(data, filename="list.csv", as_=as_).records is not None


def test_a_picture_a_page_a_feed_and_an_old_workbook_are_named():
    assert "picture" in refusal(PNG, filename="list.csv")
    assert "web page" in refusal(b"<!DOCTYPE html><html><body>Sign in</body></html>", filename="list.csv")
    assert "web page" in refusal(
        b"\n <html><table><tr><td>Name</td></tr></table></html>", filename="a.csv", as_="linkedin"
    )
    assert "feed" in refusal(b'<?xml version="1.0"?><rss><channel/></rss>', filename="feed.xml")
    assert "XML" in refusal(b'<?xml version="1.0"?><people><p/></people>', filename="people.xml")
    assert ".xlsx" in refusal(b"\xd0\xcf\x11\xe0" + b"\0" * 600, filename="old.xls")


def test_missing_file_and_folder(tmp_path):
    assert "no file" in refusal(tmp_path / "nowhere.csv")
    assert "folder" in refusal(tmp_path)


@pytest.mark.parametrize("as_", ["wealthbox", "redtail", "introductions"])
def test_formats_for_later_say_so(as_):
    assert "yet" in refusal(CSV, as_=as_) or "until" in refusal(CSV, as_=as_)


def test_unknown_format():
    assert "no format" in refusal(CSV, as_="lotus123")


def test_a_wrong_format_name_is_answered_with_the_right_one():
    assert "vcard file, not linkedin" in refusal(b"BEGIN:VCARD\nFN:A\nEND:VCARD\n", as_="linkedin")
    assert "no card" in refusal(CSV, as_="vcard")
    assert "not a calendar" in refusal(CSV, as_="ics")
    assert "not a mailbox" in refusal(CSV, as_="mbox")


@pytest.mark.parametrize("name", ["huge.csv", "huge.vcf", "huge.ics"])
def test_a_hundred_megabyte_line_is_refused_quickly_in_little_memory(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as file:
        file.write(b"Name,Email\n")
        file.seek(99 * limits.MIB)
        file.write(b"x")
    with path.open("r+b") as file:
        file.seek(11)
        for _ in range(98):
            file.write(b"a" * limits.MIB)
    tracemalloc.start()
    begun = time.process_time()
    message = refusal(path)
    assert time.process_time() - begun < 5
    assert tracemalloc.get_traced_memory()[1] < 40 * limits.MIB
    tracemalloc.stop()
    assert "line longer" in message


def test_a_file_above_its_bound_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MAX_FILE", 1000)
    monkeypatch.setattr(limits, "MAX_MAILBOX", 1000)
    assert "larger than" in refusal(CSV + b"x" * 2000)
    assert "larger than" in refusal(b"From a@b.c Mon Jan  5 10:00:00 2026\nFrom: a@b.c\n\n" + b"x" * 2000)


def test_too_many_rows_columns_cards_and_events(monkeypatch):
    for name in ("MAX_ROWS", "MAX_COLUMNS", "MAX_CARDS", "MAX_EVENTS"):
        monkeypatch.setattr(limits, name, 5)
    assert "rows" in refusal(CSV * 6)
    assert "columns" in refusal(b"Name" + b",x" * 9 + b"\n")
    assert "cards" in refusal(b"BEGIN:VCARD\nFN:A\nEND:VCARD\n" * 6)
    assert "events" in refusal(b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 6 + b"END:VCALENDAR\n")


def test_a_cell_too_long_and_an_open_quotation():
    assert "row 2" in refusal(b"Name,Email\n" + b"a" * (limits.MAX_CELL + 10) + b",b@c.de\n")
    assert "never closed" in refusal(b'Name,Email\n"Ada,ada@x.org\n' + b"b,c@x.org\n" * 20_000)
    reading = readers.read(b'Name,Email\nAda,ada@x.org\n"Bob,bob@x.org\n')
    assert any("never closed" in note.message for note in reading.warnings)


def test_nobody_is_named():
    assert "names anybody" in refusal(b"Name,Email\n,\n , \nx".replace(b"x", b",,"))
    assert "no rows" in refusal(b"\n\n\n")
    message = refusal(b"colour,weight\nred,3\nblue,4\n")
    assert "--map name=" in message


def test_a_mapping_that_does_not_fit():
    assert "no column 'Nom de plume'" in refusal(CSV, as_="directory", mapping={"name": "Nom de plume"})
    assert "no field 'shoe_size'" in refusal(CSV, mapping={"shoe_size": "Email"})
    assert "no column for a name" in refusal(CSV, as_="directory", mapping={"email": "Email"})
    assert "no column for a name" in refusal(CSV, mapping={"name": "", "email": "Email"})
    assert "no columns to map" in refusal(b"BEGIN:VCARD\nFN:A\nEND:VCARD\n", mapping={"name": "FN"})


def archive(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_csv", ".csv"), data)
    return buffer.getvalue()


def test_archives_that_are_bombs_broken_or_of_no_use(monkeypatch):
    assert "unpacks to more" in refusal(archive(Connections_csv=b"a" * 30 * limits.MIB), filename="export.zip")
    assert "without Connections.csv" in refusal(archive(readme=b"hello"), filename="export.zip")
    assert "damaged" in refusal(archive(Connections_csv=CSV)[:60], filename="export.zip")
    monkeypatch.setattr(limits, "MAX_PARTS", 2)
    assert "unpacks to more" in refusal(archive(a=b"1", b=b"2", c=b"3"), filename="export.zip")


def test_packed_files_that_are_bombs_broken_or_no_mailbox(monkeypatch):
    mail = b"From a@b.c Mon Jan  5 10:00:00 2026\nFrom: a@b.c\n\ntext\n\n"
    assert "no mailbox" in refusal(gzip.compress(CSV), filename="list.csv.gz")
    assert "damaged" in refusal(gzip.compress(mail * 3000)[:-20], filename="mail.mbox.gz", as_="mbox")
    monkeypatch.setattr(limits, "MAX_UNPACKED_MAILBOX", 10_000)
    assert "unpacked, is larger" in refusal(gzip.compress(mail * 3000), filename="mail.mbox.gz")


def test_workbooks_that_are_broken_or_dangerous():
    assert "cannot be opened" in refusal(archive(**{"[Content_Types].xml": b"<Types/>"}), filename="list.xlsx")
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    assert "no rows" in refusal(buffer.getvalue(), filename="list.xlsx")
    entities = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
    with zipfile.ZipFile(buffer) as good:
        members = {name: good.read(name) for name in good.namelist()}
    members["xl/workbook.xml"] = entities
    assert "cannot be opened" in refusal(archive(**members), filename="list.xlsx")


def test_a_calendar_of_broken_events_is_refused():
    assert "not a calendar" in refusal(b"BEGIN:VTODO\nSUMMARY:x\nEND:VTODO\n", filename="a.ics")


def test_nothing_on_a_million_folds_or_blank_lines_takes_long():
    begun = time.process_time()
    for data in (
        b"BEGIN:VCARD\nFN:A\n" + b" x\n" * 200_000 + b"END:VCARD\n",
        b"\n" * 1_000_000 + b"BEGIN:VCARD\nFN:A\nEND:VCARD\n",
        b"BEGIN:VCARD\nFN:A\n" + b"\r" * 1_000_000 + b"END:VCARD\n",
        b"BEGIN:VCARD\nTEL" + b';X="' * 100_000 + b":1\nEND:VCARD\n",
        b"From a@b.c Mon Jan  5 10:00:00 2026\nTo: " + b"<" * 200_000 + b"\n\n" + b"\nFrom " * 100_000,
        b"From a@b.c Mon Jan  5 10:00:00 2026\nTo: " + b"a@b.c, " * 20_000 + b"\n\n",
        b"From a@b.c Mon Jan  5 10:00:00 2026\nFrom: " + b"(" * 30_000 + b"\nTo: " + b'"' * 29_999 + b"\n\n",
    ):
        try:
            for record in readers.read(data, filename="x.vcf" if b"VCARD" in data else "x.mbox").records:
                record.as_json()
        except readers.Refused:
            pass
    assert time.process_time() - begun < 20
