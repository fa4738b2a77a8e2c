"""Whether outsiders reach this very server at its public address: asked there, compared, remembered with it."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from passalong.core import clock
from passalong.core.models import PublicCheck

WAIT = 10.0  # seconds for an answer
MOST_BYTES = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found. is_other: somebody else answers there. behind_proxy: a proxy stands before us whose word about
    visitors is not believed."""

    is_well: bool
    text: str
    is_other: bool = False
    behind_proxy: bool = False


def instance_mark() -> str:
    """Tells this installation from others; no secret: it follows from the key, the key does not follow from it."""
    return salted_hmac("passalong.instance", "mark", algorithm="sha256").hexdigest()[:16]


def is_seen() -> bool:
    """Whether this server was seen at the address that is set now."""
    return bool(settings.PUBLIC_URL) and PublicCheck.objects.filter(url=settings.PUBLIC_URL).exists()


def check() -> Seen:
    """Ask at PUBLIC_URL and remember that we were seen there. A server that is merely silent just now stays known."""
    url = settings.PUBLIC_URL
    if not url:
        return Seen(False, _("PUBLIC_URL is empty: for trying only, share buttons are off."))
    found = _look(url)
    if found.is_well:
        PublicCheck.objects.update_or_create(url=url, defaults={"seen_at": clock.now()})
    elif found.is_other:
        PublicCheck.objects.filter(url=url).delete()
    return found


def _look(url: str) -> Seen:
    named = {"url": url}
    try:
        said = _asked(f"{url}/healthz")
    except urllib.error.HTTPError as error:
        if 300 <= error.code < 400:
            where = str(error.headers.get("Location", ""))[:200]
            return Seen(
                False, _("%(url)s leads on to %(where)s. Set PUBLIC_URL to where it ends.") % {**named, "where": where}
            )
        return Seen(False, _("%(url)s answers with error %(code)d.") % {**named, "code": error.code})
    except (OSError, http.client.HTTPException, ValueError) as error:
        why = str(getattr(error, "reason", error))[:200]
        return Seen(False, _("%(url)s does not answer (%(why)s).") % {**named, "why": why})
    if said.get("instance") != instance_mark():
        return Seen(False, _("Another server answers at %(url)s.") % named, is_other=True)
    return Seen(True, _("%(url)s leads to this server.") % named, behind_proxy=said.get("proxy") == "not trusted")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


def _asked(url: str) -> dict[str, Any]:
    """The JSON at this address, which the host has set. No redirect is followed, and the answer is bounded."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(_("it must begin with https://"))
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"User-Agent": "Passalong doctor", "Cache-Control": "no-cache"})  # noqa: S310
    with opener.open(request, timeout=WAIT) as answer:
        said = json.loads(answer.read(MOST_BYTES))
    return said if isinstance(said, dict) else {}
