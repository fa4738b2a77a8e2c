"""CSV and Excel lists of every kind: headers, dates, names, mappings, formulas, encodings."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from passalong.engine.knows.dates import day_of
from passalong.exchange import readers

NOTICE = 'Notes:\r\n"When exporting your connection data, you may notice\r\nthat some addresses are missing."\r\n\r\n'
LINKEDIN = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\r\n"


def read(text: str | bytes, **options) -> readers.Reading:
    return readers.read(text.encode() if isinstance(text, str) else text, **options)


def only(text: str | bytes, **options) -> readers.PersonRecord:
    (record,) = read(text, **options).records
    return record


@pytest.mark.parametrize(
    "preamble", ["", NOTICE, "\ufeff" + NOTICE, "Notes:\nOne line, with a comma\nAnother\n\n", "\n\n"]
)
@pytest.mark.parametrize(
    "written", ["07 Dec 2025", "7-Dec-25", "2025-12-07", "Dec 7, 2025", "7 décembre 2025", "07. Dez 2025"]
)
def test_linkedin_preambles_and_dates(preamble, written):
    reading = read(
        f'{preamble}{LINKEDIN}Ada,Lovelace,www.linkedin.com/in/ada,ADA@Example.org,Engines Ltd,CTO,"{written}"\r\n'
    )
    (record,) = reading.records
    assert reading.format == "linkedin"
    assert record.connected_on == "2025-12-07"
    assert record.as_json() == {
        "name": "Ada Lovelace",
        "emails": ["ada@example.org"],
        "phones": [],
        "organization": "Engines Ltd",
        "title": "CTO",
        "role": "",
        "url": "https://www.linkedin.com/in/ada",
        "connected_on": "2025-12-07",
    }


def test_linkedin_credentials_undefined_padding_and_the_nameless():
    reading = read(
        LINKEDIN + 'Ann,"Smith, CFA, MBA",,,undefined,,01 Jan 2020\r\n'
        "  Bo , Li PhD ,,,Bank,,01 Jan 2020\r\n,,x,,,,\r\n,,,,,,\r\n"
        "Rosa,García Márquez,,,,,31 Feb 2020\r\n"
    )
    ann, bo, rosa = reading.records
    assert (ann.name, ann.family_name, ann.suffix, ann.organization) == ("Ann Smith", "Smith", "CFA, MBA", "")
    assert (bo.name, bo.suffix) == ("Bo Li", "PhD")
    assert (rosa.name, rosa.connected_on, rosa.row) == ("Rosa García Márquez", "", 6)
    assert [note.row for note in reading.warnings] == [4, 6]


def test_linkedin_columns_in_another_order_without_url():
    record = only("Last Name,First Name,Connected On,Position,Company,Email Address\nA,B,1 Mar 2021,T,C,\n")
    assert (record.name, record.url, record.connected_on) == ("B A", "", "2021-03-01")


def test_linkedin_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Basic_LinkedIn/messages.csv", "FROM,TO\n")
        archive.writestr("Basic_LinkedIn/Connections.csv", NOTICE + LINKEDIN + "A,B,,,C,D,1 Mar 2021\n")
    assert only(buffer.getvalue(), filename="export.zip").name == "A B"


def test_positions_belong_to_nobody_named():
    reading = read("Company Name,Title,Description,Location,Started On,Finished On\nAcme,Clerk,Did it,NY,Mar 2020,\n")
    (job,) = reading.records
    assert (reading.format, reading.content) == ("linkedin", "positions")
    assert (job.kind, job.name, job.organization, job.title, job.start, job.end) == (
        "person",
        "",
        "Acme",
        "Clerk",
        "2020-03",
        "",
    )


def test_google_both_generations():
    new = only(
        "First Name,Last Name,File As,Organization Name,Organization Title,Birthday,Labels,"
        "E-mail 1 - Label,E-mail 1 - Value,"
        "Phone 1 - Value,Relation 1 - Label,Relation 1 - Value\n"
        "Grace,Hopper,,Navy,Admiral,1906-12-09,* myContacts ::: Navy,* Work,"
        "g@n.example ::: g2@n.example,+1 202 555 0199,Spouse,V\n"
    )
    assert new.emails == ("g@n.example", "g2@n.example")
    assert new.labels == ("myContacts", "Navy")
    assert new.phones == (readers.Phone("+1 202 555 0199", "+12025550199"),)
    assert new.relations == (("spouse", "V"),)
    old = only(
        "Name,Given Name,Family Name,Yomi Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,"
        "Organization 1 - Name\n"
        "Dr Ada Byron,Ada,Byron,,* Friends,,a@b.example,Engines\n"
    )
    assert (old.name, old.given_name, old.organization, old.labels) == ("Dr Ada Byron", "Ada", "Engines", ("Friends",))


def test_outlook_in_cp1252_with_relations_and_no_identity_numbers():
    header = (
        "Title,First Name,Last Name,Company,Job Title,Business Street,Business Phone,Birthday,"
        "E-mail Address,E-mail 2 Address"
    )
    header += ",Government ID Number,Manager's Name,Referred By,Spouse,Children,Notes"
    reading = read(
        f'{header}\r\n"Dr.","Søren","Ødegård","Fjord AS","Partner","","+45 33 12 34 56","0/0/00",'
        f'"s@f.example","","010190-1234",'
        '"Boss","Ola","Kari","Per;Pål","two\r\nlines"\r\n'
        '"","","","Only Firm","","","","0/0/00","","","","","","","",""\r\n'.encode("cp1252"),
        region="DK",
    )
    person, firm = reading.records
    assert (reading.format, reading.encoding) == ("outlook", "cp1252")
    assert (person.name, person.prefix, person.title, person.birth_date) == ("Søren Ødegård", "Dr.", "Partner", "")
    assert person.relations == (
        ("spouse", "Kari"),
        ("child", "Per"),
        ("child", "Pål"),
        ("manager", "Boss"),
        ("referred_by", "Ola"),
    )
    assert person.notes == "two\nlines"
    assert (firm.kind, firm.name, firm.row) == ("organization", "Only Firm", 3)
    assert "010190" not in repr(reading)
    assert [note.row for note in reading.warnings] == [0]


def test_hubspot_by_the_names_of_its_columns():
    reading = read(
        "Record ID,First Name,Last Name,Email,Associated Company,Contact owner,Create Date\n"
        "1,Camille,Durand,CAMILLE@x.example,Villa,boss@y.example,3/15/2024 2:30 PM\n2,,,,,,2024-01-01\n"
    )
    (record,) = reading.records
    assert reading.format == "hubspot"
    assert (record.uid, record.emails, record.organization) == ("1", ("camille@x.example",), "Villa")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_delimiters_and_encodings(delimiter, encoding):
    rows = [
        ("Vorname", "Nachname", "E-Mail", "Firma"),
        ("Jürgen", "Groß", "j@g.example", "Bäckerei, Süd"),
        ("A", "B", "", ""),
    ]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    reading = read(text.encode(encoding))
    assert reading.records[0].name == "Jürgen Groß"
    assert reading.records[0].organization == "Bäckerei, Süd"
    assert bool(reading.warnings) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("header", "mapping"),
    [
        (
            "Nom,Prénom,Courriel,Entreprise,Code postal",
            ("family_name", "given_name", "email", "organization", "postcode"),
        ),
        (
            "Nachname,Vorname,E-Mail-Adresse,Firma,PLZ",
            ("family_name", "given_name", "email", "organization", "postcode"),
        ),
        (
            "Apellidos,Nombre,Correo electrónico,Empresa,País",
            ("family_name", "given_name", "email", "organization", "country"),
        ),
        (
            "#Last Name, First Name, Work E-mail, Employer, ZIP",
            ("family_name", "given_name", "email", "organization", "postcode"),
        ),
        (
            "SURNAME,FORENAME,E-mail (work),COMPANY NAME,Member since",
            ("family_name", "given_name", "email", "organization", "start"),
        ),
    ],
)
def test_columns_are_guessed_in_several_languages(header, mapping):
    reading = read(f"{header}\nA,B,c@d.example,E,2001\n")
    assert tuple(reading.mapping) == mapping
    assert reading.columns == [column.strip(" #") for column in header.split(",")]


def test_content_tells_what_the_header_does_not():
    reading = read("Wer,Wo erreichbar,Titel\nx,a@b.example,Dr.\ny,c@d.example,Dr. med.\n", mapping={"name": "Wer"})
    assert reading.mapping["email"] == "Wo erreichbar"
    assert reading.records[0].prefix == "Dr."
    assert read("title,name\nCEO,Ann Lee\n").records[0].title == "CEO"
    assert read("title,name\nMrs.,Ann Lee\n").records[0].prefix == "Mrs."
    assert read("Ann Lee,ann@lee.example\nBo Li,bo@li.example\n").records[1].emails == ("bo@li.example",)


def test_titles_comments_blank_rows_and_the_numbers_of_rows():
    reading = read(
        "Members of the club,,\n,,\n#Name, Company, Joined\n\n# a comment,,\nAda Lovelace, Engines Ltd, 26.3.1994\n,,\n"
        '"Bo ""B"" Li",,2001\n'
    )
    ada, bo = reading.records
    assert [ada.row, bo.row] == [6, 8]
    assert (ada.start, bo.start, bo.name) == ("1994-03-26", "2001", 'Bo "B" Li')
    assert (ada.given_name, ada.family_name) == ("Ada", "Lovelace")
    assert reading.total_rows == 2


def test_surname_first_is_turned_only_when_the_column_is_written_so():
    assert [r.name for r in read('Name\n"Smith, John"\n"Lee, Ann Mary"\n').records] == ["John Smith", "Ann Mary Lee"]
    assert [r.name for r in read('Name\n"John Smith, MBA"\n"Ann Lee, CFA"\n').records] == [
        "John Smith, MBA",
        "Ann Lee, CFA",
    ]


def test_a_whole_column_decides_the_order_of_a_date():
    assert [r.birth_date for r in read("Name,Birthday\nA,3/4/1980\nB,25/12/1980\n").records] == [
        "1980-04-03",
        "1980-12-25",
    ]
    assert [r.birth_date for r in read("Name,Birthday\nA,3/4/1980\nB,12/25/1980\n").records] == [
        "1980-03-04",
        "1980-12-25",
    ]


def test_formulas_are_left_out_with_a_warning():
    reading = read(
        'Name,Email,Phone,Company\nAda,ada@x.example,+44 20 7946 0018,"=HYPERLINK(""http://evil.example"",""Bank"")"\n'
        "=1+1,bo@x.example,-,@SUM(A1:A9)\n+cmd|' /C calc'!A0,c@x.example,555-0123,Ok\n"
    )
    ada, bo, third = reading.records
    assert (ada.organization, ada.phones[0].e164) == ("", "+442079460018")
    assert (bo.name, bo.organization, third.name, third.phones[0].raw) == ("", "", "", "555-0123")
    assert [note.row for note in reading.warnings] == [2, 3, 3, 4]
    assert "evil" in reading.warnings[0].message


def workbook(*sheets: tuple[str, list[list]]) -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(buffer)
    return buffer.getvalue()


def test_workbook_with_title_dates_numbers_formulas_and_another_sheet():
    data = workbook(
        ("Read me", [["Made by the office"], ["Version", 3]]),
        (
            "Members",
            [
                ["Chamber of commerce 2026"],
                [],
                ["Name", "Member since", "Phone", "Company", "E-mail"],
                ["Ada Lovelace", dt.date(1999, 5, 17), 2025550199.0, "=CONCAT(1,2)", "ada@x.example"],
            ],
        ),
    )
    reading = readers.read(data, filename="members.xlsx")
    (ada,) = reading.records
    assert (reading.format, ada.row, ada.start, ada.phones[0].raw) == ("directory", 4, "1999-05-17", "2025550199")
    assert ada.organization == ""
    assert [note.row for note in reading.warnings] == [4]
    assert reading.sample_rows[0][0] == "Ada Lovelace"


def test_given_mappings_override_clear_and_repeat():
    text = "Name,Other,Mail,Second\nA B,C D,a@b.example,c@d.example\n"
    record = only(text, as_="directory", mapping={"full_name": "Other", "email": "Mail", "email_2": "second"})
    assert (record.name, record.emails) == ("C D", ("a@b.example", "c@d.example"))
    assert only(text, mapping={"name": "Name", "email": ""}).emails == ()
    reading = read(text, mapping={"organization": "Other"})
    assert reading.mapping == {"name": "Name", "organization": "Other", "email": "Mail"}


def test_resolves_columns_can_be_mapped():
    fields = (
        "record_id given_name family_name full_name email phone organization title "
        "street city postcode country birth_date url"
    )
    header = [f"c{number}" for number in range(len(fields.split()))]
    cells = [
        "7",
        "Ada",
        "Byron",
        "Ada Byron",
        "a@b.example",
        "1 2",
        "Org",
        "T",
        "S 1",
        "City",
        "99",
        "UK",
        "1815-12-10",
        "u.example",
    ]
    text = ",".join(header) + "\n" + ",".join(cells) + "\n"
    record = only(text, mapping=dict(zip(fields.split(), header, strict=True)))
    assert (record.uid, record.birth_date, record.urls, record.postcode) == ("7", "1815-12-10", ("u.example",), "99")


def test_wish_list_of_people_and_firms():
    reading = read(
        "name,organization,reason,review_on\nAda Byron,,sold her firm,2026-12-01\n,Acme Ltd,new owner,1 Mar 2027\n"
    )
    ada, acme = reading.records
    assert (reading.format, reading.content) == ("wishlist", "wishlist")
    assert (ada.kind, ada.reason, ada.review_on) == ("person", "sold her firm", "2026-12-01")
    assert (acme.kind, acme.name, acme.review_on) == ("organization", "Acme Ltd", "2027-03-01")
    assert read("Name\nAda\n", as_="wishlist").content == "wishlist"
    with pytest.raises(readers.Refused, match="name"):
        read("email,reason\na@b.example,x\n", as_="wishlist")


def test_addresses_that_are_none_are_left_out_with_a_warning():
    reading = read("Name,Email\nA,not an address\nB,b@x.example; B2@x.example\nC,C <c@x.example>\nD,n/a\n")
    assert [record.emails for record in reading.records] == [(), ("b@x.example", "b2@x.example"), ("c@x.example",), ()]
    assert {note.row for note in reading.warnings} == {2}


def test_signature_of_a_header_ignores_order_case_and_accents():
    assert readers.signature(["Prénom", "NOM", "E-mail"]) == readers.signature(["e mail", "prenom", "nom"])
    assert readers.signature(["Prénom"]) != readers.signature(["Nom"])


def test_progress_is_told():
    calls = []
    readers.read(b"Name\n" + b"A B\n" * 5000, on_progress=lambda done, total: calls.append(done))
    assert calls == [2000, 4000]


def test_notes_are_bounded():
    reading = read("Name,Email\n" + "A,none such\n" * 2000)
    assert len(reading.warnings) <= 501
    assert "more rows" in reading.warnings[-1].message


def test_a_workbook_has_only_the_columns_something_stands_in(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Members 2026"], [], ["Name", "Mail", None, "Town"], ["Ann Lee", "ann@example.org", None, "Salem"]):
        book.active.append(row)
    path = tmp_path / "members.xlsx"
    book.save(path)
    reading = readers.read(path)
    assert len(reading.columns) == 4
    assert reading.records[0].emails == ("ann@example.org",)


@pytest.mark.parametrize(("start", "end"), [("05/2016", "2/2020"), ("May 2016", "Feb 2020"), ("2016/5", "2020.02")])
def test_months_of_a_member_list_are_kept_and_mean_their_first_and_last_day(start, end):
    reading = read(f"Name,Member since,Until\nAda Lovelace,{start},{end}\nBo Li,1/2001,\n")
    ada, bo = reading.records
    assert (ada.start, ada.end, bo.start) == ("2016-05", "2020-02", "2001-01")
    assert not reading.warnings
    assert day_of(ada.start) == dt.date(2016, 5, 1).toordinal()
    assert day_of(ada.end, last=True) == dt.date(2020, 2, 29).toordinal()
