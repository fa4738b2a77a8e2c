"""Bytes somebody made to do harm, or that are not what they say: refused with a sentence, within bounds."""

from __future__ import annotations

import struct
import subprocess
import time
from pathlib import Path

import pytest
from tests import sounds

from passalong.engine import audio
from passalong.engine.audio import NotSound, Why, children
from passalong.engine.audio.limits import Bounds


def refused(tmp_path: Path, content: bytes, name: str = "x.mp3") -> str:
    file = tmp_path / name
    file.write_bytes(content)
    begun = time.monotonic()
    with pytest.raises(NotSound) as found:
        audio.probe(file)
    assert time.monotonic() - begun < 20
    assert found.value.why.endswith(".")
    return found.value.key


@pytest.mark.parametrize(
    "content",
    [
        b"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"\xef\xbb\xbf#EXTM3U\nhttp://127.0.0.1:1/x.ts\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b";FFMETADATA1\ntitle=x\n",
        b"[playlist]\nFile1=http://127.0.0.1/\n",
        b"https://example.org/sound.mp3\n",
    ],
)
def test_lists_of_other_files_are_none(content: bytes, tmp_path: Path) -> None:
    assert refused(tmp_path, content) == Why.PLAYLIST


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", Why.EMPTY),
        (b"\0" * 5000, Why.EMPTY),
        (b"MZ" + b"\x90" * 5000, Why.UNKNOWN),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", Why.UNKNOWN),
        (b"%PDF-1.7\n", Why.UNKNOWN),
        (b"PK\x03\x04" + b"\0" * 400, Why.UNKNOWN),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=audio 1 RTP/AVP 0\r\n", Why.UNKNOWN),
        (b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"x" * 400, Why.UNKNOWN),
        (b"RIFF\xff\xff\xff\xffAVI LIST", Why.UNKNOWN),
        (b"\x1aE\xdf\xa3" + b"\xff" * 4000, Why.UNKNOWN),
        (b"\x1aE\xdf\xa3\x01webm" + b"\xff" * 4000, Why.DAMAGED),
        (b"OggS" + b"\xff" * 4000, Why.DAMAGED),
        (b"\0\0\0\x1cftypisom" + b"\xff" * 4000, Why.DAMAGED),
    ],
)
def test_what_is_no_sound_is_refused_whatever_it_is_called(content: bytes, why: str, tmp_path: Path) -> None:
    assert refused(tmp_path, content) == why


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotSound) as found:
        audio.probe(tmp_path / "none.mp3")
    assert found.value.key == Why.MISSING


def test_a_film_without_sound_and_sound_without_anything_to_hear(tmp_path: Path) -> None:
    import av
    import numpy as np

    film = tmp_path / "film.webm"
    with av.open(str(film), "w", format="matroska") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 32
        for _ in range(5):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), format="rgb24")))
        out.mux(stream.encode(None))
    assert refused(tmp_path, film.read_bytes()) == Why.NO_SOUND
    assert refused(tmp_path, sounds.flac(sounds.silence(5))) == Why.SILENT
    assert refused(tmp_path, sounds.wav(sounds.tone(0.1))) == Why.EMPTY


def test_too_many_tracks(tmp_path: Path) -> None:
    import av

    file = tmp_path / "many.mka"
    with av.open(str(file), "w", format="matroska") as out:
        streams = [out.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(30)]
        frame = av.AudioFrame(format="s16", layout="mono", samples=800)
        for stream in streams:
            frame.sample_rate, frame.pts = 8000, 0
            out.mux(stream.encode(frame))
    assert refused(tmp_path, file.read_bytes()) == Why.STREAMS


def test_a_length_that_is_claimed_is_not_believed(tmp_path: Path) -> None:
    """A FLAC of three seconds that says it holds three hours, and one that says thirty hours."""
    content = bytearray(sounds.flac(sounds.tone(3)))
    for hours, why in ((3, Why.CUT_OFF), (20, Why.LONG)):
        content[21:26] = bytes([content[21] & 0xF0]) + struct.pack(">I", hours * 3600 * 48_000)
        assert refused(tmp_path, bytes(content)) == why


def test_a_bomb_of_hours_in_few_bytes_ends_at_its_bound(tmp_path: Path) -> None:
    """Five hours of all but nothing: a FLAC of constant blocks, whose header claims no length."""
    import av
    import numpy as np

    file = tmp_path / "bomb.flac"
    with av.open(str(file), "w", format="flac") as out:
        stream = out.add_stream("flac", rate=8000, layout="mono")
        at = 0
        for _ in range(5 * 60):
            frame = av.AudioFrame.from_ndarray(np.full((1, 60 * 8000), 900, np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.pts = 8000, at
            at += 60 * 8000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    made = bytearray(file.read_bytes())
    assert len(made) < 4_000_000
    made[21:26] = bytes([made[21] & 0xF0]) + bytes(4)
    assert refused(tmp_path, bytes(made)) == Why.LONG


def test_a_child_that_goes_beyond_its_time_or_memory_is_ended(tmp_path: Path) -> None:
    file = tmp_path / "x.wav"
    file.write_bytes(sounds.wav(sounds.tone(600)))
    order = {"path": str(file), "slices": 10}
    with pytest.raises(NotSound) as found:
        children.ask("examine", order, Bounds(memory=0, processor=0, wall=0, written=0))
    assert found.value.key == Why.BOUNDS
    script = (
        "from passalong.engine.audio import limits, __main__ as child\n"
        "limits.LOOKING = child.LOOKING = limits.Bounds({memory}, {processor}, 60, 0)\n"
        "try:\n    child.tell(child.main('examine', {order}))\n"
        "except MemoryError:\n    child.tell({{'not_sound': 'bounds'}})\n"
    )
    env = children.ENVIRONMENT
    for memory, processor in ((2**26, 60), (2**30, 0)):
        told = script.format(memory=memory, processor=processor, order=order)
        done = subprocess.run(
            [children.sys.executable, "-c", told], env=env, capture_output=True, timeout=60, check=False
        )
        assert done.returncode or b"bounds" in done.stdout
        assert b"seconds" not in done.stdout


def test_a_child_sees_nothing_of_the_environment_and_cannot_write(tmp_path: Path) -> None:
    assert not [name for name in children.ENVIRONMENT if "SECRET" in name or "DATABASE" in name]
    script = (
        "from passalong.engine.audio import limits; limits.bind(limits.LOOKING)\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"open({str(tmp_path / 'out')!r}, 'wb', buffering=0).write(b'x')"
    )
    done = subprocess.run(
        [children.sys.executable, "-c", script], env=children.ENVIRONMENT, capture_output=True, timeout=60, check=False
    )
    assert b"File too large" in done.stderr


@pytest.mark.parametrize("kind", ["webm", "mp3", "wav", "m4a", "ogg", "flac"])
def test_damaged_anywhere_it_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    """Bytes changed here and there: an answer either way, never a crash, and no length beyond what can be there."""
    import random

    whole = bytearray(getattr(sounds, kind)(sounds.speech(3)))
    chance = random.Random(kind)
    for _round in range(3):
        bad = bytearray(whole)
        for _ in range(60):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        file = tmp_path / "bad"
        file.write_bytes(bytes(bad))
        try:
            seconds = audio.probe(file).seconds
        except NotSound:
            continue
        assert 0 < seconds < 60
