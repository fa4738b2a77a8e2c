"""The words: whatever people bring is read or refused in bounds, corrected in versions, quoted only as it was said."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests import make
from tests.rooms.interviews.editing import WORDS, recorded, worded
from tests.rooms.interviews.talking import Talk

from passalong.core import clock
from passalong.core.errors import Refused
from passalong.interviews import transcript_files
from passalong.interviews.meanwhile import Meanwhile
from passalong.interviews.models import Quote, Transcript
from passalong.interviews.selectors import transcripts as selectors
from passalong.interviews.services import moving, quoting, voices
from passalong.interviews.services import transcripts as services
from passalong.interviews.stages import Who
from passalong.interviews.transcript_files import NotWords, read
from passalong.kits.models import Proof
from passalong.kits.selectors import proof as proofs

pytestmark = pytest.mark.django_db
SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Priya Nair:</i> It began small.

2
00:01:10,000 --> 00:01:12,000
Then it grew.
"""
VTT = """WEBVTT - a talk

NOTE made by hand

intro
00:01.000 --> 00:03.500 align:start
<v Priya Nair>It began <00:02.000>small &amp; quiet.

00:10.000 --> 00:12.000
<v.loud Mo>Then it grew.</v>
"""
WHISPER = {
    "text": "all",
    "segments": [
        {"id": 0, "start": 1.0, "end": 3.5, "text": " It began small.", "tokens": [1]},
        {"id": 1, "start": 70, "end": 72, "text": " Then it grew.", "speaker": "Mo"},
    ],
}


@pytest.fixture
def made() -> Talk:
    return recorded(questions=1)


def _path(made: Talk, rest: str = "words") -> str:
    return f"/interviews/{made.interview.public_id}/{rest}"


def _rows(made: Talk) -> list[tuple[Any, Any, str]]:
    newest = selectors.latest(made.interview)
    assert newest is not None
    return [(one.start, one.who, one.text) for one in selectors.said(newest)]


def _mark(made: Talk) -> str:
    newest = selectors.latest(made.interview)
    assert newest is not None
    return selectors.mark_of(newest)


def test_subrip_webvtt_and_json_are_known_by_their_look() -> None:
    assert [(line.start, line.who, line.text) for line in read(SRT.encode())] == [
        (1.0, "Priya Nair", "It began small."),
        (70.0, "", "Then it grew."),
    ]
    assert [(line.start, line.who, line.text) for line in read(VTT.encode("utf-16"))] == [
        (1.0, "Priya Nair", "It began small & quiet."),
        (10.0, "Mo", "Then it grew."),
    ]
    assert [(line.start, line.who, line.text) for line in read(json.dumps(WHISPER).encode())] == [
        (1.0, "", "It began small."),
        (70.0, "Mo", "Then it grew."),
    ]


def test_plain_words_are_paragraphs_with_the_name_before_them() -> None:
    found = read("\ufeffAnn Lee: Well.\r\n\r\nIt was late: very late.\r\nMo: Yes?\u202e\x00".encode())
    assert [(line.who, line.text) for line in found] == [
        ("Ann Lee", "Well."),
        ("It was late", "very late. Mo: Yes?"),
    ]
    assert read("Grüße".encode("cp1252"))[0].text == "Grüße"


def test_short_cues_become_paragraphs_and_never_more_than_a_page_holds() -> None:
    cues = "".join(
        f"{at}\n{_stamp(at * 3)} --> {_stamp(at * 3 + 2.9)}\nHalf a sentence{'.' if at % 4 == 3 else ''}\n\n"
        for at in range(4000)
    )
    found = read(cues.encode())
    assert 100 < len(found) <= transcript_files.MOST_SEGMENTS
    assert found[-1].end == pytest.approx(4000 * 3 - 0.1, abs=0.2)
    assert sum(len(line.text.split()) for line in found) == 4000 * 3


def _stamp(seconds: float) -> str:
    whole, rest = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02},{rest:03}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\n ",
        b"\x00\x01\xff\xfe" * 100,
        b"{" * 100_000,
        b"[" * 1_000_000,
        b'{"segments": "none"}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'[{"text": 7}]',
        b"1\n00:00:01,000 --> 00:00:02,000\n\n",
        b"x" * (transcript_files.MOST_BYTES + 1),
        b"words and words " * 200_000,
        b"a\n\n" * 60_000,
    ],
    ids=lambda data: str(data[:12]),
)
def test_what_holds_no_words_or_too_many_is_refused(data: bytes) -> None:
    with pytest.raises(NotWords):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v " * 3_000_000 + b"x",
        b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"&#" + b"9" * 9_000_000,
        b"1\n" + b"00:" * 3_000_000 + b"\nx",
        b"\n \n" * 3_000_000 + b"x",
        b"Ann: " * 1_900_000,
        b'[{"start": 1e999, "end": -5, "text": "x"}' + b', {"start": true, "end": null, "text": "y"}' * 40_000 + b"]",
    ],
    ids=range(6),
)
def test_ten_megabytes_of_malice_end_soon(data: bytes) -> None:
    began = time.process_time()
    with suppress(NotWords):
        assert all(line.start is None or 0 <= line.start < 1e6 for line in read(data[: transcript_files.MOST_BYTES]))
    assert time.process_time() - began < 6


@pytest.mark.storage
def test_words_are_pasted_and_names_become_voices(made: Talk) -> None:
    page = make.browser(made.by)
    assert page.get(_path(made)).status_code == 200
    answer = page.post(_path(made, "words/add"), {"text": f"{WORDS}\n\nSomebody: Hm."})
    assert answer.status_code == 302
    assert [who for _start, who, _text in _rows(made)] == ["Priya Nair", "Priya Nair", ""]
    assert _rows(made)[2][2] == "Somebody: Hm."
    assert Transcript.objects.get().source == "pasted"


def test_a_file_is_brought_and_a_bad_one_is_refused_beside_its_field(made: Talk) -> None:
    page = make.browser(made.by)
    page.post(_path(made, "words/add"), {"file": SimpleUploadedFile("talk.srt", SRT.encode())})
    assert _rows(made)[1] == (70.0, "", "Then it grew.")
    for name, body in (
        ("a.srt", b""),
        ("b.mp3", b"\x00\x01" * 500),
        ("c.vtt", b"x" * (transcript_files.MOST_BYTES + 1)),
    ):
        answer = page.post(_path(made, "words/add"), {"file": SimpleUploadedFile(name, body)})
        assert answer.status_code == 422, name
    assert page.post(_path(made, "words/add"), {"text": " "}).status_code == 422
    assert Transcript.objects.count() == 1


def test_scripts_in_words_are_inert(made: Talk) -> None:
    worded(made, "<script>alert(1)</script>\n\n</textarea><img src=x onerror=alert(2)>")
    shown = make.browser(made.by).get(_path(made)).content.decode()
    assert "<script>alert" not in shown
    assert "<img" not in shown.split("<main")[1]
    assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.storage
def test_corrections_are_versions_and_one_sitting_is_one(made: Talk) -> None:
    first = worded(made)
    page = make.browser(made.by)
    texts = [text for _start, _who, text in _rows(made)]
    who = [row["voice"] for row in first.segments]
    said = {"base": selectors.mark_of(first), "text": [texts[0].upper(), texts[1]], "voice": who}
    assert page.post(_path(made), said).status_code == 302
    assert page.post(_path(made), said | {"base": _mark(made), "text": ["One more.", texts[1]]}).status_code == 302
    assert [one.number for one in Transcript.objects.all()] == [2, 1]
    Transcript.objects.update(created_at=clock.now() - timedelta(hours=1))
    assert page.post(_path(made), said | {"base": _mark(made), "text": ["Later.", texts[1]]}).status_code == 302
    assert Transcript.objects.count() == 3
    assert Transcript.objects.get(number=1).segments == first.segments
    page.post(_path(made, "words/back"), {"number": "1"})
    assert [text for _start, _who, text in _rows(made)] == texts


@pytest.mark.storage
def test_what_somebody_else_changed_meanwhile_is_not_overwritten(made: Talk) -> None:
    base = selectors.mark_of(worded(made))
    page = make.browser(made.by)
    worded(made, "Other words.")
    answer = page.post(_path(made), {"base": base, "text": ["Mine", "too"], "voice": ["", ""]})
    assert answer.status_code == 409
    assert f"{made.by.user} saved another version".encode() in answer.content
    assert b"Mine\n\ntoo</textarea>" in answer.content, "what was typed is not lost where the paragraphs are others"
    script = {"Accept": "application/json"}
    asked = page.post(_path(made), {"base": base, "text": ["x"], "voice": [""]}, headers=script)
    assert asked.status_code == 409
    assert asked.json()["base"] == _mark(made)
    torn = page.post(_path(made), {"base": _mark(made), "text": ["a", "b", "c"], "voice": ["", "", ""]})
    assert b"not sent as a whole" in torn.content
    assert Transcript.objects.count() == 2


def test_no_words_before_every_voice_has_consented_and_none_once_the_guest_has_them(made: Talk) -> None:
    worded(made, "A secret sentence.")
    voices.add_voice(by=made.by, interview=made.interview, role="other", name="Jo Third")
    with pytest.raises(Refused, match="Jo Third"):
        worded(made)
    shown = make.browser(made.by).get(_path(made)).content
    assert b"Jo Third" in shown
    assert b"A secret sentence" not in shown
    other = recorded(make.member(), questions=1)
    moving.move(interview=other.interview, act="edit", who=Who.MEMBER, by=other.by)
    with pytest.raises(Refused, match="as the guest was shown it"):
        worded(other)


def test_another_practices_words_are_not_found(made: Talk) -> None:
    worded(made)
    stranger = make.browser(make.member())
    assert stranger.get(_path(made, "words/quote?number=0")).status_code == 404
    for rest in ("words", "words/add", "words/hear", "words/back", "words/quote", "review", "review/again"):
        assert stranger.post(_path(made, rest), {"text": "x", "number": "1"}).status_code == 404, rest
    with pytest.raises(Refused):
        services.paste(by=make.member(), interview=made.interview, text="x")


@pytest.mark.storage
def test_a_quote_awaits_its_speaker_and_says_only_what_was_said(made: Talk) -> None:
    worded(made)
    page = make.browser(made.by)
    assert page.get(_path(made, "words/quote?number=0")).status_code == 200
    said = {"number": "0", "text": "We had one client and no name.", "shown_as": "Priya Nair"}
    answer = page.post(_path(made, "words/quote"), said)
    proof = Proof.objects.get()
    assert answer["Location"].endswith(proof.public_id) or proof.public_id in answer["Location"]
    assert proof.speaker == made.interview.guest
    assert proof.relation == "partner"
    assert proofs.standing(proof).state == proofs.Consent.AWAITING
    for other in ("We had two clients and a name.", "", "Then it grew."):
        assert page.post(_path(made, "words/quote"), said | {"text": other}).status_code == 422
    assert page.post(_path(made, "words/quote"), said | {"number": "99"}).status_code == 302
    assert Quote.objects.count() == 1
    assert b"We had one client" in page.get(_path(made)).content


def test_a_voice_that_is_not_on_file_is_not_quoted(made: Talk) -> None:
    host = voices.add_voice(by=made.by, interview=made.interview, role="host", name="Mo Host")
    voices.note_consent(by=made.by, voice=host, to="recording", how="spoken")
    worded(made, "Mo Host: I ask the questions here.")
    with pytest.raises(Refused, match="not among your people"):
        quoting.mark(by=made.by, interview=made.interview, number=0, text="I ask", shown_as="Mo")


def test_the_digest_changes_with_any_word(made: Talk) -> None:
    one = worded(made)
    two = worded(made, WORDS.replace("grew", "shrank"))
    assert selectors.digest_of(None, one) != selectors.digest_of(None, two)
    assert selectors.plain(one).startswith("Priya Nair: It began")
    assert "\n\nThen it grew." in selectors.plain(one), "the name stands where the voice changes"


def test_many_cues_with_long_pauses_are_read_all_the_same() -> None:
    cues = "".join(f"{at}\n{_stamp(at * 9)} --> {_stamp(at * 9 + 1)}\nWord {at}.\n\n" for at in range(1600))
    found = read(cues.encode())
    assert 100 < len(found) <= transcript_files.MOST_SEGMENTS
    assert " ".join(line.text for line in found).count("Word") == 1600


@pytest.mark.storage
def test_a_name_of_nobody_here_is_asked_for_and_never_lost(made: Talk) -> None:
    page = make.browser(made.by)
    text = "Miriam: I was there.\n\nIt was late: very late.\n\nMiriam: And I left.\n\nPriya Nair: So was I."
    page.post(_path(made, "words/add"), {"text": text})
    newest = Transcript.objects.get()
    assert selectors.plain(newest).startswith("Miriam: I was there.\n\nIt was late: very late.")
    shown = page.get(_path(made)).content.decode()
    assert "Who is that?" in shown
    assert [(one.name, one.count) for one in selectors.unknown(newest)] == [("Miriam", 2), ("It was late", 1)]
    asked = _path(made, "words/who")
    page.post(asked, {"base": _mark(made), "name": "Miriam", "voice": ""})
    page.post(asked, {"base": _mark(made), "name": "Miriam", "voice": "nobody"})
    page.post(asked, {"base": "1-old", "name": "Miriam", "voice": made.voice.public_id})
    assert Transcript.objects.count() == 1, "nothing chosen, nobody, and words that were not seen"
    page.post(asked, {"base": _mark(made), "name": "Miriam", "voice": made.voice.public_id})
    page.post(asked, {"base": _mark(made), "name": "It was late", "voice": "text"})
    assert [(who, text) for _start, who, text in _rows(made)] == [
        ("Priya Nair", "I was there."),
        ("", "It was late: very late."),
        ("Priya Nair", "And I left."),
        ("Priya Nair", "So was I."),
    ]
    assert "Who is that?" not in page.get(_path(made)).content.decode()
    assert "Miriam" in selectors.plain(Transcript.objects.get(number=1)), "the first version has it still"


def test_correcting_a_name_or_choosing_beside_it_answers_too(made: Talk) -> None:
    worded(made, "Miriam: I was there.\n\nBeth: So was I.")
    page = make.browser(made.by)
    voice = made.voice.public_id
    texts = ["Miriam: I was there.", "So was I."]
    page.post(_path(made), {"base": _mark(made), "text": texts, "voice": [voice, ""], "number": ["0", "1"]})
    assert _rows(made) == [(None, "Priya Nair", "I was there."), (None, "", "So was I.")]
    assert not selectors.unknown(Transcript.objects.order_by("-number")[0])
    texts = ["So was I, too.", "I was there."]  # as the page shows them in another order
    page.post(_path(made), {"base": _mark(made), "text": texts, "voice": ["", ""], "number": ["1", "0"]})
    assert _rows(made) == [(None, "", "I was there."), (None, "", "So was I, too.")], "a voice can be taken off again"


@pytest.mark.storage
def test_a_second_window_does_not_write_over_what_one_sitting_kept(made: Talk) -> None:
    worded(made)
    first, second = _texts_of(made), _texts_of(made)
    base, who = _mark(made), [made.voice.public_id] * 2
    first[0] = "Mine."
    services.correct(by=made.by, interview=made.interview, base=base, texts=first, who=who)
    base = _mark(made)
    first[1] = "And mine."
    services.correct(by=made.by, interview=made.interview, base=base, texts=first, who=who)
    assert Transcript.objects.count() == 2, "one sitting is one version"
    with pytest.raises(Meanwhile, match="saved another version"):
        services.correct(by=made.by, interview=made.interview, base=base, texts=second, who=who)
    assert _texts_of(made) == ["Mine.", "And mine."]


def _texts_of(made: Talk) -> list[str]:
    return [text for _start, _who, text in _rows(made)]
