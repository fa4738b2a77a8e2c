"""A whole story at a real server: no address, header, preview or log line names who passed a kit on or who read it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlencode

import pytest
from tests.features.conftest import Running

PUBLIC = "http://kits.example.org"
CLIENT = ("Annabel", "Okaforian", "annabel@okaforian.example", "2125550111")
FRIEND = ("Jolanthe", "Lindqvist", "jolanthe@lindqvist.example", "2125550142")
FILL = f"""
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from tests import make
from tests.rooms.portal.cast import published
from passalong.contacts import services as contacts
from passalong.core import clock
from passalong.core.models import PublicCheck
from passalong.kits.models import Edition
from passalong.kits.services import passing
kit = published()
contacts.edit_contact(by=kit.owner, contact=kit.referrer, full_name="{CLIENT[0]} {CLIENT[1]}", emails=["{CLIENT[2]}"],
                      phones=["+1 {CLIENT[3]}"], urls=[], notes="")
PublicCheck.objects.create(url="{PUBLIC}", seen_at=clock.now())
secret = passing.make_share_page(by=kit.owner, link=kit.link)
ended = passing.link_for(by=kit.owner, kit=kit.kit, referrer=kit.referrer, channel="mail")
passing.end_link(by=kit.owner, link=ended)
print(json.dumps({{"token": kit.link.token, "ended": ended.token, "secret": secret}}))
"""
ROWS = """
import json, os
os.environ["DJANGO_SETTINGS_MODULE"] = "passalong.config.settings"
import django
django.setup()
from django.core import serializers
from passalong.kits.models import Hit, Link
from passalong.introductions.models import Reply
hits = serializers.serialize("json", Hit.objects.all())
print(json.dumps({"hits": hits, "replies": Reply.objects.count()}))
"""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: str
    body: str


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    monkeypatch.setenv("PUBLIC_URL", PUBLIC)
    started = Running(tmp_path / "data")
    started.wait_for(r"Stop with Ctrl-C")
    yield started
    started.stop()


def told(running: Running, program: str) -> dict[str, str]:
    found = subprocess.run(
        [sys.executable, "-c", program], env=running.environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    answer: dict[str, str] = json.loads(found.stdout.strip().splitlines()[-1])
    return answer


def ask(running: Running, path: str, method: str = "GET", said: dict[str, str] | None = None, **more: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    body = urlencode(said) if said else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if said else {}
    connection.request(method, path, body, {"Host": "kits.example.org", "Referer": f"{PUBLIC}{path}", **kind, **more})
    answer = connection.getresponse()
    found = Answer(answer.status, str(answer.headers), answer.read().decode("latin-1"))
    connection.close()
    return found


def addresses(body: str) -> list[str]:
    """Every address in a page, and what its preview tags say."""
    found = re.findall(r"""(?:href|src|action|data-goes)=["']?([^"'\\s>]+)""", body)
    return [unquote(one) for one in found] + re.findall(r"<meta[^>]+>|<title>[^<]*</title>", body)


def story(running: Running, at: dict[str, str]) -> list[Answer]:
    """Opened, read, answered rightly and wrongly, passed along, mistyped, ended, forged."""
    kit, pass_ = f"/k/{at['token']}", f"/pass/{at['secret']}"
    yes = {"step": "two_questions", "view": "abcdefghijkl", "needs_help": "yes", "wish": "yes", "note": "Please call"}
    who = {"name": " ".join(FRIEND[:2]), "reach": FRIEND[2], "passed_by": " ".join(CLIENT[:2])}
    sign = {"view": "abcdefghijkl", "what": "part", "part": "2"}
    asked = [
        ask(running, kit),
        ask(running, kit, "HEAD"),
        ask(running, kit + "?utm_source=" + CLIENT[0]),
        ask(running, kit + "/seen", "POST", sign),
        ask(running, kit, "POST", yes | who | {"reach": f"+1 {FRIEND[3]}"}),
        ask(running, kit, "POST", yes | who | {"wish": ""}),
        ask(running, kit, "POST", {"step": "booking"}),
        ask(running, kit, "POST", {"step": "download"}),
        ask(running, kit, "POST", {"step": "none"} | who),
        ask(running, kit, "PUT", who),
        ask(running, kit + "/report.pdf"),
        ask(running, kit + "/", Origin="https://evil.example"),
        ask(running, f"/k/{at['ended']}"),
        ask(running, f"/k/{at['ended']}", "POST", who),
        ask(running, f"/k/{CLIENT[1]}"),
        ask(running, pass_),
        ask(running, pass_, "POST", {"act": "passed"}),
        ask(running, pass_, "POST", {"act": "words", "experience": "They sorted out our books."}),
        ask(running, pass_ + "/code.svg"),
        ask(running, pass_ + "/card.pdf"),
        ask(running, pass_ + "x"),
        ask(running, pass_, "POST", {"act": "passed"}, Origin="https://evil.example"),
        ask(running, kit, Host="evil.example"),
        ask(running, kit, **{"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "198.51.100.77"}),
    ]
    return [one for one in asked if one]


def test_no_address_header_preview_or_log_line_names_anybody(running: Running) -> None:
    at = told(running, FILL)
    answers = story(running, at)
    assert {answer.status for answer in answers} >= {200, 204, 301, 303, 400, 403, 404, 405, 410, 422}
    names = [word.lower() for word in (*CLIENT, *FRIEND)]
    for answer in answers:
        shown = answer.headers + "\n".join(addresses(answer.body))
        assert not [word for word in names if word in shown.lower()], answer
        assert "evil.example" not in answer.headers + answer.body
    for answer in answers[:4] + answers[15:]:
        assert not [word for word in names if word in answer.body.lower()], answer
    rows = told(running, ROWS)
    assert int(rows["replies"]) == 3
    running.stop()
    lines = [file.read_text() for file in (running.folder / "hits").glob("*.jsonl")]
    log = running.printed
    assert "Not Found: /k/…" in log
    for text in (log, rows["hits"], *lines):
        assert not [word for word in names if word in text.lower()], text
        assert "198.51.100.77" not in text
    for secret in at.values():
        assert secret not in log
