"""Sound as a library: what is in a file, one sound made of many, and how it measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests import sounds

from passalong.engine import audio
from passalong.engine.audio.joining import FADE, Join, Piece
from passalong.engine.audio.laying import jobs
from passalong.engine.audio.pcm import packed

RATE = 44_100


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds as a browser records them: quiet, with hiss."""
    file = tmp_path_factory.mktemp("talk") / "talk.webm"
    file.write_bytes(sounds.webm(sounds.speech(12, loud=0.05) + sounds.noise(12, 0.002)))
    return file


@pytest.mark.parametrize("kind", ["webm", "mp3", "wav", "m4a", "ogg", "flac"])
def test_a_file_is_what_its_content_is(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "named.txt"
    file.write_bytes(getattr(sounds, kind)(sounds.joined(sounds.tone(1), sounds.silence(1), sounds.tone(2, loud=0.8))))
    found = audio.examine(file, 40)
    assert found.probe.format == {"m4a": "mp4"}.get(kind, kind)
    assert found.probe.seconds == pytest.approx(4, abs=0.1)
    assert (found.probe.channels, found.probe.rate) == (1, 48_000)
    loud = np.array(found.peaks)
    assert loud.size == 40
    assert loud[2:9] == pytest.approx(0.25, abs=0.06)
    assert loud[11:19].max() < 0.02
    assert np.median(loud[22:38]) == pytest.approx(0.8, abs=0.05)


def test_a_recording_cut_off_in_the_middle_is_as_long_as_what_arrived(talk: Path, tmp_path: Path) -> None:
    whole = talk.read_bytes()
    part = tmp_path / "part.webm"
    part.write_bytes(whole[: len(whole) // 2])
    assert 4 < audio.probe(part).seconds < 8


def test_one_sound_is_as_loud_as_it_is_to_be_wherever_its_parts_came_from(talk: Path, tmp_path: Path) -> None:
    loud, out = tmp_path / "loud.wav", tmp_path / "out.mp3"
    loud.write_bytes(sounds.wav(np.clip(sounds.speech(8, loud=2.0, seed=3), -1, 1)))
    told: list[int] = []
    made = audio.render(
        audio.Plan((audio.Clip(talk, 1, 11, "How it began"), audio.Clip(loud, 0, 8, "Wie weiter – ü"))),
        out,
        told.append,
    )
    whole, peak = sounds.loudness(out)
    assert whole == pytest.approx(-16, abs=0.5)
    assert made.loudness == pytest.approx(whole, abs=0.1)
    assert peak <= -1.5
    assert made.true_peak == pytest.approx(peak, abs=0.3)
    assert told == sorted(set(told))
    assert told[-1] == 99
    first, second = tmp_path / "1.mp3", tmp_path / "2.mp3"
    audio.snippet(out, 0.2, 9.5, first)
    audio.snippet(out, 10.5, 17.5, second)
    assert sounds.loudness(first)[0] == pytest.approx(sounds.loudness(second)[0], abs=1.5)  # forty dB apart before


def test_chapters_and_title_stand_in_the_file(talk: Path, tmp_path: Path) -> None:
    import av

    clips = (audio.Clip(talk, 2, 5, "One"), audio.Clip(talk, 6, 8), audio.Clip(talk, 8, 10, "Two <b>"))
    made = audio.render(audio.Plan(clips, title="Über Äpfel", artist="Practice"), tmp_path / "out.mp3")
    assert [(round(one.start, 1), one.title) for one in made.chapters] == [(0.0, "One"), (5.0, "Two <b>")]
    with av.open(str(tmp_path / "out.mp3")) as file:
        assert file.metadata["title"] == "Über Äpfel"
        assert file.metadata["artist"] == "Practice"
        told = [(float(one["start"] * one["time_base"]), one["metadata"]["title"]) for one in file.chapters()]
        context = file.streams.audio[0].codec_context
        assert (context.name, context.channels, file.streams.audio[0].bit_rate) == ("mp3float", 1, 96_000)
    assert [title for _at, title in told] == ["One", "Two <b>"]
    assert told[1][0] == pytest.approx(made.chapters[1].start, abs=0.05)
    assert sounds.samples(tmp_path / "out.mp3").size / sounds.RATE == pytest.approx(made.seconds, abs=0.1)
    assert len(made.peaks) == min(audio.SLICES, int(made.seconds * 100))


def test_intro_and_outro_stand_around_and_chapters_begin_after(talk: Path, tmp_path: Path) -> None:
    jingle = tmp_path / "jingle.mp3"
    jingle.write_bytes(sounds.mp3(sounds.tone(3, 880)))
    plan = audio.Plan((audio.Clip(talk, 0, 6, "One"),), intro=jingle, outro=jingle)
    made = audio.render(plan, tmp_path / "out.mp3")
    assert made.seconds == pytest.approx(12, abs=0.3)
    assert made.chapters[0].start == pytest.approx(3, abs=0.1)
    heard = sounds.samples(tmp_path / "out.mp3")
    for begin, end, is_jingle in ((0.5, 2.5, True), (4, 8, False), (9.7, 11.5, True)):
        strength = np.abs(np.fft.rfft(heard[int(begin * sounds.RATE) : int(end * sounds.RATE)]))
        assert (strength.argmax() / (end - begin) == pytest.approx(880, abs=2)) == is_jingle


def test_long_silences_are_shortened_and_short_ones_stay(tmp_path: Path) -> None:
    file = tmp_path / "slow.flac"
    said = sounds.joined(
        sounds.speech(3.4), sounds.silence(6), sounds.speech(3.4), sounds.silence(0.8), sounds.speech(3.4)
    )
    file.write_bytes(sounds.flac(said + sounds.noise(17, 0.0005)))
    plan = audio.Plan((audio.Clip(file, 0, 17, "x"),), quiet=True)
    assert audio.render(plan, tmp_path / "out.mp3").seconds == pytest.approx(17 - 6 + 0.7, abs=0.4)


def test_a_steady_tone_is_not_taken_for_silence(tmp_path: Path) -> None:
    file = tmp_path / "tone.wav"
    file.write_bytes(sounds.wav(sounds.tone(6)))
    made = audio.render(audio.Plan((audio.Clip(file, 0, 6),), quiet=True), tmp_path / "out.mp3")
    assert made.seconds == pytest.approx(6, abs=0.05)


def test_noise_goes_down_and_the_voice_stays(tmp_path: Path) -> None:
    file = tmp_path / "noisy.wav"
    said = sounds.joined(*[sounds.joined(sounds.speech(2.0), sounds.silence(1.0)) for _ in range(6)])
    file.write_bytes(sounds.wav(said + sounds.noise(18, 0.01)))

    def apart(noise: bool) -> float:
        """dB between voice and what is left in the pauses, in the last part, when the filter has learned."""
        audio.render(audio.Plan((audio.Clip(file, 0, 18),), noise=noise), tmp_path / "out.mp3")
        heard = sounds.samples(tmp_path / "out.mp3")
        levels = [heard[int(a * sounds.RATE) : int(b * sounds.RATE)].std() for a, b in ((15.1, 16.9), (17.2, 17.8))]
        return float(20 * np.log10(levels[0] / levels[1]))

    assert apart(noise=True) > apart(noise=False) + 6


def test_parts_meet_without_a_click(tmp_path: Path) -> None:
    """Two tones cut anywhere, laid end to end: no step between samples is greater than the tone's own."""
    place = tmp_path / "a.pcm"
    place.write_bytes(packed(np.sin(2 * np.pi * 300 * np.arange(3 * RATE) / RATE).astype(np.float32) * 0.5))
    pieces = [
        Piece(place, 1000, 30_037, 1.0, "a"),
        Piece(place, 77_777, 99_123, 1.0, "b"),
        Piece(place, 5, 30_000, 1.0),
    ]
    heard = np.concatenate(list(Join(pieces)))
    assert np.abs(np.diff(heard)).max() < 2 * np.pi * 300 / RATE * 0.5 * 1.5
    assert heard.size == sum(one.end - one.begin for one in pieces) - 2 * FADE
    assert abs(heard[0]) < 0.01
    assert abs(heard[-1]) < 0.01


def test_segments_encoded_apart_are_one_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What two processes encode is, where they meet, what one encodes in one run."""
    from passalong.engine.audio import encoding

    place = tmp_path / "a.pcm"
    place.write_bytes(packed(np.sin(2 * np.pi * 220 * np.arange(20 * RATE) / RATE).astype(np.float32) * 0.2))
    sound = {}
    for name, borders in (("whole", [0]), ("parts", [0, 260, 500])):
        out, frames = tmp_path / f"{name}.mp3", []
        for first, last in zip(borders, [*borders[1:], None], strict=True):
            segment = encoding.Segment(place, tmp_path / "s", first, last, 3.0, -3.0)
            sizes = encoding.encode(segment)
            assert last is None or len(sizes) == last - first
            raw = (tmp_path / "s").read_bytes()
            frames += [raw[sum(sizes[:n]) : sum(sizes[: n + 1])] for n in range(len(sizes))]
        file = encoding.Mp3(out, "", "", [], 20 * RATE)
        for frame in frames:
            file.add(frame)
        file.close()
        sound[name] = sounds.samples(out)
    assert sound["whole"].size == sound["parts"].size
    assert np.abs(sound["whole"] - sound["parts"]).max() < 0.01


def test_a_snippet_and_sound_for_transcribing(talk: Path, tmp_path: Path) -> None:
    assert audio.snippet(talk, 3, 8.5, tmp_path / "s.mp3") == pytest.approx(5.5, abs=0.01)
    assert audio.probe(tmp_path / "s.mp3").format == "mp3"
    assert audio.wav16(talk, tmp_path / "w.wav") == pytest.approx(12, abs=0.1)
    assert (audio.probe(tmp_path / "w.wav").rate, audio.probe(tmp_path / "w.wav").channels) == (16_000, 1)


def test_a_long_file_is_laid_in_two_halves(tmp_path: Path) -> None:
    spans = [(0.0, 500.0), (600.0, 900.0), (850.0, 1200.0)]
    two = jobs(tmp_path, tmp_path, spans, noise=True)
    assert [job.spans for job in two] == [[(0.0, 500.0), (600.0, 650.0)], [(650.0, 1200.0)]]
    assert len(jobs(tmp_path, tmp_path, [(0.0, float("inf"))], noise=False)) == 1


def test_cancelled_it_ends_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "long.wav"
    file.write_bytes(sounds.wav(np.tile(sounds.speech(20), 15)))
    asked = iter([False, False, True])
    with pytest.raises(audio.Cancelled):
        audio.render(
            audio.Plan((audio.Clip(file, 0, 300),), noise=True), tmp_path / "out.mp3", None, lambda: next(asked)
        )
    assert [one.name for one in tmp_path.iterdir()] == ["long.wav"]
