"""Where mail providers call: a secret in the address, a bounded body, the same answer whatever it says."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.core.ids import digest
from passalong.mail.services import provider_events
from passalong.portal import asking, limits

MOST_BYTES = 12 * 1024 * 1024


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def hook(request: HttpRequest, token: str, provider: str) -> HttpResponse:
    """Take in what a provider tells. GET and HEAD, by which some try the address, change nothing."""
    secret = settings.MAIL_HOOK_SECRET
    fits = constant_time_compare(digest(token), digest(secret or "none"))
    if not secret or not fits or not provider_events.is_known(provider):
        is_often = not limits.SECRETS_OF_ADDRESS.allows(asking.client_address(request.META))
        return HttpResponse(status=429 if is_often else 404)
    if request.method != "POST":
        return HttpResponse()
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdecimal()) or len(length) > 12 or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        provider_events.take(provider, request)
    except RequestDataTooBig:
        return HttpResponse(status=413)
    except (ValueError, SuspiciousOperation):
        return HttpResponse(status=400)
    return HttpResponse()
