"""What tests of a referrer's own pages share: asking for the link, reading it in real mail, and opening a visit."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from tests.mailhost import Sink

from passalong.contacts.models import Contact
from passalong.core.ids import new_token
from passalong.introductions.models import PortalAsk, PortalKey
from passalong.introductions.selectors.portal_keys import link_digest
from passalong.introductions.services import portal_keys as services
from passalong.mail.services import sending
from passalong.portal.views import me_door

MAIL = "ann@client.example"


def forget_limits() -> None:
    for limiter in (me_door.ASKED_OF_ADDRESS, me_door.ASKED_FOR, me_door.ASKED_ALTOGETHER):
        limiter.forget()


def look_all_up() -> None:
    for asked in PortalAsk.objects.order_by("pk"):
        services.look_up(ask_id=asked.pk)


def link_by_mail(sink: Sink, address: str = MAIL, path: str = "/me/") -> str:
    """Ask as a person does, and read the link in the mail that came."""
    answer = Client().post(path, {"address": address})
    assert answer.status_code == 200
    look_all_up()
    before = len(sink.received)
    assert sending.deliver() == 1
    letter = sink.received[before].parsed
    found = re.search(r"https?://[^/\s]+(/me/in/[\w-]+)", letter.get_body(("plain",)).get_content())
    assert found
    return found[1]


def link_of(referrer: Contact) -> str:
    """A link that was mailed, without the mail."""
    from passalong.core import clock

    token = new_token()
    ends = clock.now() + services.LINK_LASTS
    own = {"practice": referrer.practice, "referrer": referrer, "link_ends_at": ends}
    PortalKey.objects.create(link_digest=link_digest(token), **own)
    return f"/me/in/{token}"


def visit(referrer: Contact) -> Client:
    """A browser in which this referrer has signed in."""
    browser = Client()
    answer: Any = browser.post(link_of(referrer), {"who": "me"})
    assert answer.status_code == 303, answer.content.decode()
    return browser
