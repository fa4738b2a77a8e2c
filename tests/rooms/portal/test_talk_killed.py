"""A recording arrives at a running Passalong whose web server and worker are killed meanwhile: nothing is lost."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import wave
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from tests.features.conftest import Running
from tests.rooms.portal.test_killed import kill, running, told

__all__ = ["running"]
PIECE = 1 << 20
MINUTES = 90
FILL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from tests.rooms.interviews.talking import talk
made = talk()
from passalong.interviews.services import voices
voices.note_consent(by=made.by, voice=made.voice, to="recording", how="signed form")
print(made.path)
"""
TAKE = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from passalong.interviews.models import Take
print(json.dumps([(take.state, take.seconds, take.file and take.file.digest) for take in Take.objects.all()]))
"""


def ninety_minutes() -> bytes:
    """A talk of ninety minutes as a recorder of long ago kept it: 8,000 samples a second of 8 bits, 43 MB."""
    file = BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(8000)
        second = bytes(128 + (40 if at // 10 % 2 else -40) for at in range(8000))
        sound.writeframes(second * 60 * MINUTES)
    return file.getvalue()


class Device:
    """Sends as the recorder does: from wherever the server says it is, as often as it takes."""

    def __init__(self, port: int, path: str) -> None:
        self.port, self.path, self.failed = port, path, 0

    def ask(self, method: str, path: str, body: bytes | None = None, kind: str = "application/octet-stream") -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {"Content-Type": kind} if body else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def patiently(self, *asked: Any) -> Any:
        until = time.monotonic() + 90
        while True:
            try:
                status, told_us = self.ask(*asked)
                if status in (200, 409):
                    return told_us
                assert status in (429, 502, 503), (status, told_us)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.failed += 1
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_recording_of_ninety_minutes_survives_kills_of_web_and_worker(running: Running) -> None:
    device, sound = Device(running.port, told(running, FILL)), ninety_minutes()
    form = "application/x-www-form-urlencoded"
    begin = urlencode({"client_id": "take-0001", "media_type": "audio/wav"}).encode()
    take = device.patiently("POST", f"{device.path}/takes/", begin, form)["id"]
    there, at, kills = f"{device.path}/takes/{take}", 0, [0.2, 0.5, 0.8]
    while at < len(sound):
        if kills and at > kills[0] * len(sound):
            kills.pop(0)
            kill(running, "web")
            at = device.patiently("GET", there)["length"]
        at = device.patiently("POST", f"{there}/piece?offset={at}", sound[at : at + PIECE])["length"]
    assert device.failed, "the web server was away at times"
    device.patiently("POST", f"{there}/done", urlencode({"total": len(sound)}).encode(), form)
    time.sleep(1.5)  # it is being looked at by now
    kill(running, "worker")
    until = time.monotonic() + 150
    while (rows := json.loads(told(running, TAKE)))[0][0] == "checking":
        assert time.monotonic() < until
        time.sleep(1)
    assert len(rows) == 1
    state, seconds, digest = rows[0]
    assert (state, round(seconds)) == ("ready", 60 * MINUTES)
    assert digest == hashlib.sha256(sound).hexdigest()
