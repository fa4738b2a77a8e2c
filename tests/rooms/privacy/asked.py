"""What tests of the privacy page share: asking, the mailed link, and acting on the page it opens."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from passalong.mail.models import Message
from passalong.privacy.models import PrivacyLink
from passalong.privacy.services import asking

MAIL = "ann@okafor.example"


def look_all_up() -> None:
    for link in PrivacyLink.objects.filter(looked_at=None).order_by("pk"):
        asking.look_up(link_id=link.pk)


def ask(address: str, path: str = "/privacy/") -> Any:
    return Client().post(path, {"address": address})


def token_of(number: int = -1) -> str:
    message = list(Message.objects.filter(key__startswith="privacy link").order_by("pk"))[number]
    found = re.search(r"/privacy/([\w-]{20,})", message.text)
    assert found
    return found[1]


def opened(token: str) -> str:
    answer = Client().post(f"/privacy/{token}", {"act": "show"})
    assert answer.status_code == 200
    found = re.search(r'name="page"\s+value="([\w-]+)"', answer.content.decode())
    assert found
    return found[1]


def act(token: str, page: str, name: str, **more: str) -> Any:
    return Client().post(f"/privacy/{token}", {"act": name, "page": page, **more})
