"""vCards of every age and origin."""

from __future__ import annotations

import pytest

from passalong.exchange import readers


def read(text: str | bytes) -> list[readers.PersonRecord]:
    return list(readers.read(text.encode() if isinstance(text, str) else text, filename="cards.vcf").records)


def card(*lines: str, version: str = "3.0", end: str = "\r\n") -> str:
    return end.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_a_full_card():
    (one,) = read(
        card(
            "N:Doe;John;Q;Dr.;Jr.",
            "FN:Dr. John Doe",
            "NICKNAME:Jo",
            "EMAIL;TYPE=work,pref:John@Example.org",
            "item1.EMAIL:j@x.example",
            "TEL;TYPE=cell;VALUE=uri:tel:+1-415-555-2671",
            "ORG:Acme\\; Inc.;Sales;West",
            "TITLE:Head",
            "ROLE:Boss",
            "URL:http\\://a.example",
            "ADR;TYPE=work:Box 1;Floor 2;3 Road;Town;Shire;AB1;UK",
            "BDAY:1980-04-01",
            "CATEGORIES:Friends,Club",
            "UID:u-1",
            "NOTE:one\\ntwo\\, three",
            "X-SPOUSE:Ann",
            "RELATED;TYPE=child;VALUE=text:Kim",
            "RELATED;TYPE=friend:urn:uuid:1",
            "item2.X-ABRELATEDNAMES:Max",
            "item2.X-ABLabel:_$!<Manager>!$_",
            "PHOTO;ENCODING=b:AAAA",
            " BBBB",
        )
    )
    assert (one.name, one.given_name, one.family_name, one.middle_name, one.suffix) == (
        "Dr. John Doe",
        "John",
        "Doe",
        "Q",
        "Jr.",
    )
    assert one.emails == ("john@example.org", "j@x.example")
    assert one.phones == (readers.Phone("+1-415-555-2671", "+14155552671"),)
    assert (one.organization, one.department, one.title, one.role) == ("Acme; Inc.", "Sales, West", "Head", "Boss")
    assert (one.street, one.city, one.region, one.postcode, one.country) == (
        "3 Road, Floor 2, Box 1",
        "Town",
        "Shire",
        "AB1",
        "UK",
    )
    assert (one.url, one.birth_date, one.labels, one.uid) == (
        "http://a.example",
        "1980-04-01",
        ("Friends", "Club"),
        "u-1",
    )
    assert one.notes == "one\ntwo, three"
    assert one.relations == (("spouse", "Ann"), ("child", "Kim"), ("manager", "Max"))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_line_ends_and_encodings(end, encoding):
    (one,) = read(card("FN:Zoë Ǽgean", "N:Ǽgean;Zoë;;;", end=end).encode(encoding))
    assert (one.name, one.family_name) == ("Zoë Ǽgean", "Ǽgean")


def test_version_two_with_soft_breaks_charsets_and_base64():
    data = card(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;=",
        "J=C3=B6rg",
        "EMAIL;INTERNET:j@x.example",
        "TEL;HOME;FAX:123",
        "PHOTO;ENCODING=BASE64;JPEG:",
        " /9j/4AAQ",
        "  SkZJ:RgAB",
        "",
        "NOTE;QUOTED-PRINTABLE:a=0D=0Ab=",
        "c",
        version="2.1",
    )
    (one,) = read(data)
    assert (one.name, one.notes, one.emails) == ("Jörg Müller", "a\nbc", ("j@x.example",))


def test_japanese_bytes_with_backslashes_in_them():
    raw = card("FN;CHARSET=SHIFT_JIS:NAME", "N;CHARSET=SHIFT_JIS:A;B").encode()
    one = read(raw.replace(b"NAME", "能 表".encode("shift_jis")))[0]
    assert one.name == "能 表"


def test_a_fold_inside_a_character_and_a_card_of_western_bytes():
    raw = card("FN:XX", "N:;;;;").encode().replace(b"XX", "ä".encode()[:1] + b"\r\n " + "ä".encode()[1:])
    assert read(raw)[0].name == "ä"
    reading = readers.read(card("FN:Jörg").encode("cp1252"))
    assert reading.records[0].name == "Jörg"
    assert "Western" in reading.warnings[0].message


def test_nested_cards_belong_to_the_outer_one():
    text = card("FN:Boss", "AGENT:", "BEGIN:VCARD", "FN:Helper", "TEL:1", "END:VCARD", "TEL:2")
    (one,) = read(text)
    assert (one.name, [phone.raw for phone in one.phones]) == ("Boss", ["2"])


def test_a_lost_end_costs_no_card():
    reading = readers.read(b"BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD\nBEGIN:VCARD\nFN:C\n")
    assert [record.name for record in reading.records] == ["A", "B", "C"]
    assert [note.row for note in reading.warnings] == [1, 6]


def test_names_from_what_there_is():
    assert read(card("N:Ando;Roid;"))[0].name == "Roid Ando"
    assert read(card("FN:Ada King Lovelace"))[0].family_name == "Lovelace"
    assert read(card("EMAIL:a@b.example"))[0].name == ""
    assert read("begin:vcard\nfn:\nn:A;B;;;\nend:vcard \n")[0].name == "B A"


def test_organization_cards():
    for lines in (["FN:Acme", "ORG:Acme;"], ["KIND:org", "FN:Acme"], ["FN:Acme", "X-ABShowAs:COMPANY"], ["ORG:Acme"]):
        (one,) = read(card(*lines))
        assert (one.kind, one.name) == ("organization", "Acme")
    assert read(card("N:Acme;;;;", "FN:Acme", "ORG:Acme"))[0].kind == "person"


def test_odd_lines_are_passed_over():
    (one,) = read(
        card("FN:A", "# a comment", "no colon here", 'TEL;TYPE="A,B:C":1', 'X;A="open:2', "BDAY:soon", "EMAIL:nothing")
    )
    assert [phone.raw for phone in one.phones] == ["1"]
    reading = readers.read(card("FN:A", "BDAY:soon", "EMAIL:nothing").encode())
    assert len(reading.warnings) == 2


def test_alternatives_take_the_first_and_backslashes_stay():
    (one,) = read(card("FN:A;B\\C\\;D:E\\\\", "N;ALTID=1:x;one", "N;ALTID=1:x;two", version="4.0"))
    assert (one.name, one.given_name) == ("A;B\\C;D:E\\", "one")
