"""A published kit with one referrer's link, and the door asked as a server asks it."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from tests import make

from passalong.accounts.models import Member
from passalong.contacts.models import Contact
from passalong.core import blobs, clock
from passalong.kits.content import Content, Frozen, Step, StepKind
from passalong.kits.models import Edition, EditionFile, EditionState, FileName, Kit, Link
from passalong.kits.rendering.page import render_page
from passalong.kits.services import passing

VIEW = re.compile(rb'name="view" form="next" value="([A-Za-z0-9_-]{12})"></body></html>')
STEPS = (
    Step(StepKind.TWO_QUESTIONS),
    Step(StepKind.BOOKING, "https://calendar.example.org/berg"),
    Step(StepKind.TIMES, times=("Tuesday 9:00", "Friday 14:00")),
    Step(StepKind.DOWNLOAD),
    Step(StepKind.MAIL, "office@berg.example"),
    Step(StepKind.PHONE, "+1 555 0100"),
)


@dataclass
class Published:
    """All one test needs of a kit that is out."""

    owner: Member
    kit: Kit
    edition: Edition
    page: bytes
    referrer: Contact
    link: Link

    @property
    def path(self) -> str:
        return f"/k/{self.link.token}"


def published(title: str = "When the shop passes on", *, steps: tuple[Step, ...] = STEPS) -> Published:
    """A live edition with its page, and the link of one client."""
    owner = make.member()
    kit = Kit.objects.create(practice=owner.practice, name=title)
    referrer = make.client(owner, "Ann Okafor")
    edition, page = publish(kit, Content(title=title, problems="Who takes over?", steps=steps))
    return Published(owner, kit, edition, page, referrer, passing.link_for(by=owner, kit=kit, referrer=referrer))


def publish(kit: Kit, content: Content) -> tuple[Edition, bytes]:
    """A further edition, which takes the place of the one before."""
    Edition.objects.filter(kit=kit, state=EditionState.LIVE).update(state=EditionState.REPLACED)
    number = Edition.objects.filter(kit=kit).count() + 1
    frozen = Frozen(content, "Berg and Partners", "Berg, 1 High Street", "", number, "2026-05-04")
    page = render_page(frozen)
    edition = Edition.objects.create(
        practice=kit.practice,
        kit=kit,
        number=number,
        state=EditionState.LIVE,
        frozen=frozen.to_json(),
        proposed_by="Berg",
        proposer="x",
        published_at=clock.now(),
    )
    blob = blobs.keep(kit.practice_id, page, "text/html")
    EditionFile.objects.create(practice=kit.practice, edition=edition, name=FileName.PAGE, blob=blob)
    return edition, page


def view_of(body: bytes) -> str:
    """The id of the view in a page as answered."""
    found = VIEW.search(body)
    assert found, body[-200:]
    return found[1].decode()


@dataclass
class Answered:
    """What a WSGI application said."""

    status: int
    headers: dict[str, str]
    body: bytes


def ask(
    application: Any, path: str, method: str = "GET", *, body: bytes = b"", peer: str = "203.0.113.9", **more: str
) -> Answered:
    """One request as a server hands it on. `more`: further keys of the environ, such as HTTP_ACCEPT_ENCODING."""
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:8000",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "REMOTE_ADDR": peer,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
        **more,
    }
    said: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], *_rest: Any) -> None:
        said.update(status=int(status[:3]), headers=dict(headers))

    answer = application(environ, start)
    try:
        content = b"".join(answer)
    finally:
        getattr(answer, "close", lambda: None)()
    return Answered(said["status"], said["headers"], content)
