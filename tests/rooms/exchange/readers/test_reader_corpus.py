"""Every real file we have, against what is known of it. Differences are listed here and in docs/reference."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from passalong.exchange import readers

CORPUS = Path(__file__).parents[5] / "shared" / "data" / "imports"
KINDS = ("csv", "directory", "vcard", "ics", "mbox")
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of real export files is not beside this checkout"
)

COUNTS_DIFFER = {
    "mautic-mautic/fakeleaddata.csv": "four rows name nobody and are left out with a warning",
    "ical4j-ical4j-vcard/vcard-vCards-SAP.vcf": "one of the thirty cards is a company",
    "KDE-kcontacts/vcard4.vcf": "the card is a company, counted as an organization",
    "roundcube-roundcubemail/apple.vcf": "the card is a company, counted as an organization",
    "roundcube-roundcubemail/photo.vcf": "the card is a company, counted as an organization",
}
FACTS_DIFFER = {
    **dict.fromkeys(
        (f"LineageOS-android_frameworks_opt_vcard/v21_japanese_{number}.vcf" for number in (1, 2, 3)),
        "Shift_JIS is decoded; the fact was taken as Windows-1252",
    ),
    "LineageOS-android_frameworks_opt_vcard/v21_multiple_entry.vcf": "Shift_JIS is decoded",
    "LineageOS-android_frameworks_opt_vcard/v30_japanese.vcf": "Shift_JIS is decoded",
    "LineageOS-android_frameworks_opt_vcard/v21_invalid_multiple_line.vcf": "the address is given without its name",
    "KDE-kcontacts/vcard9.vcf": "UTF-8 split by a fold is put together; the fact was taken as Latin-1",
    "KDE-kcontacts/vcard4.vcf": "a company's card carries the company's name",
    "collective-icalendar/alarm_google_acknowledged.ics": "the fact comes from an alarm inside the event",
    "collective-icalendar/alarm_google_future.ics": "the fact comes from an alarm inside the event",
    "collective-icalendar/issue_1050_all_components.ics": "the fact comes from a task",
    "jens-maus-node-ical/vtodo-vfreebusy.ics": "the facts come from a task and a busy time",
    "u01jmg3-ics-parser/ICal.ics": "the fact comes from a busy time",
    "icalendar-icalendar/custom_component.ics": "the fact comes from a component that is no event",
    "collective-icalendar/event_with_escaped_character3.ics": "an escaped separator in CN is undone",
    "collective-icalendar/event_with_escaped_character4.ics": "an escaped separator in CN is undone",
    "collective-icalendar/event_with_escaped_characters.ics": "an escaped separator in CN is undone",
    "icalendar-icalendar/single_event_bad_organizer.ics": "an escaped separator in CN is undone",
    "icalendar-icalendar/single_event_organizer_parsed.ics": "an escaped separator in CN is undone",
    "collective-icalendar/rfc_6868.ics": "^' in CN is decoded to a quotation mark (RFC 6868)",
    "collective-icalendar/issue_355_url_escaping_empty_param.ics": "an organizer without name and address is nobody",
    "collective-icalendar/timezone_rdate.ics": "the line SUMMARY=... is no property",
    "jens-maus-node-ical/dst-transition-rules.ics": "an organizer without name and address is nobody",
    "jens-maus-node-ical/event-organizer-cn.ics": "a quoted mailto: is undone",
    "pimutils-khal/event_dt_partstat.ics": "a blank inside an address, left by a fold, is taken out",
    "datactive-bigbang/3GPP_TSG_RAN_WG4_NR-MIMO-OTA.mbox": "name and address without brackets are told apart",
}


def expectations() -> list[tuple[str, dict]]:
    if not CORPUS.is_dir():
        return []
    return [
        (kind, entry)
        for kind in KINDS
        for entry in json.loads((CORPUS / kind / "expected.json").read_text(encoding="utf-8"))["files"]
    ]


@cache
def read(kind: str, file: str):
    try:
        reading = readers.read(CORPUS / kind / file)
    except readers.Refused as refused:
        return 2, "", [], {"message": refused.message}
    tally, lines = readers.Tally(), []
    for record in reading.records:
        tally.add(record)
        lines.append(record.as_json())
    assert len(reading.records) == len(lines)
    return 0, reading.format, lines, tally.as_json()


def span(value) -> tuple[int, int]:
    return (value, value) if isinstance(value, int) else tuple(value)


def count_faults(kind: str, entry: dict) -> list[str]:
    code, found_format, lines, counts = read(kind, entry["file"])
    faults = [] if code in entry["exit"] else [f"exit {code}"]
    if code and not re.fullmatch(r"[^\n]{20,300}\.", counts["message"]):
        faults.append(f"no sentence: {counts['message']}")
    if code == 0:
        if found_format not in entry.get("format", [found_format]):
            faults.append(f"format {found_format}")
        for key, found in (("records", len(lines)), ("people", counts["people"])):
            low, high = span(entry.get(key, found))
            if not low <= found <= high:
                faults.append(f"{key} {found}, not {low} to {high}")
    return faults


def plain(text: str) -> str:
    return re.sub(r"\\([\\,;])", r"\1", text)


def same(expected: str, found: str) -> bool:
    """Equal; where the fact itself holds a replacement character, any character will do."""
    pattern = re.escape(plain(expected)).replace("\ufffd", ".")
    return bool(re.fullmatch(pattern, found)) or (len(plain(expected)) > 75 and found.startswith(plain(expected)))


def person_fits(fact: dict, line: dict) -> bool:
    return all(
        set(value) <= set(line[key]) if key == "emails" else same(value, line[key] or "") for key, value in fact.items()
    )


def fact_faults(kind: str, entry: dict) -> list:
    code, _, lines, _ = read(kind, entry["file"])
    if code:
        return []
    if kind == "mbox":
        senders = Counter(line["from"] for line in lines)
        return [
            pair
            for fact in entry["facts"]
            for pair in fact["most_frequent_senders"]
            if not any(same(pair[0], one) and senders[one] == pair[1] for one in senders)
        ]
    if kind == "ics":
        people = {(one["email"], one["cn"]) for line in lines for one in line["people"]}
        return [
            fact
            for facts in entry["facts"]
            for fact in [*facts["summaries"], *facts["people"]]
            if not (
                any(same(fact, line["summary"]) for line in lines)
                if isinstance(fact, str)
                else (fact["email"], plain(fact["cn"])) in people
            )
        ]
    return [fact for fact in entry["facts"] if not any(person_fits(fact, line) for line in lines)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_is_read_or_refused_as_known(kind):
    faults = {
        entry["file"]: found for group, entry in expectations() if group == kind if (found := count_faults(kind, entry))
    }
    assert {file: found for file, found in faults.items() if file not in COUNTS_DIFFER} == {}


def test_ninety_seven_in_a_hundred_files_have_the_known_counts():
    entries = expectations()
    right = sum(not count_faults(kind, entry) for kind, entry in entries)
    assert right / len(entries) >= 0.97


@pytest.mark.parametrize("kind", KINDS)
def test_known_facts_are_in_the_records(kind):
    faults = {
        entry["file"]: found for group, entry in expectations() if group == kind if (found := fact_faults(kind, entry))
    }
    assert {file: found for file, found in faults.items() if file not in FACTS_DIFFER} == {}


def test_listed_differences_still_exist():
    counts = {entry["file"] for kind, entry in expectations() if count_faults(kind, entry)}
    facts = {entry["file"] for kind, entry in expectations() if fact_faults(kind, entry)}
    assert counts == set(COUNTS_DIFFER)
    assert facts == set(FACTS_DIFFER)


@pytest.mark.parametrize(
    "name", ["linux-man.vger.kernel.org.0/linux-man-6000.mbox.gz", "datactive-bigbang/2001-November.txt"]
)
def test_dates_ids_and_lists_of_an_archive(name):
    entry = next(entry for kind, entry in expectations() if kind == "mbox" and entry["file"] == name)
    _, _, lines, _ = read("mbox", name)
    days = sorted(line["date"][:10] for line in lines if line["date"])
    assert (days[0], days[-1]) == (entry["first"], entry["last"])
    assert len({line["message_id"] for line in lines}) == entry["distinct_message_ids"]
    assert sorted({line["list_id"] for line in lines if line["list_id"]}) == entry["list_ids"]
