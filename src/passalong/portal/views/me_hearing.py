"""How a referrer wants to hear, quiet, leaving and coming back: chosen by themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.introductions.forms_own import HearingForm
from passalong.introductions.models import PortalKey
from passalong.introductions.selectors import hearing as selectors
from passalong.introductions.services import hearing as services
from passalong.portal.views import me
from passalong.portal.visits import visited


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@visited
def hearing(request: HttpRequest, key: PortalKey) -> HttpResponse:
    """The page; a POST chooses, leaves or comes back."""
    chosen = selectors.of(key.referrer)
    kept = {"channel": chosen.channel, "rhythm": chosen.rhythm, "quiet_until": chosen.quiet_until}
    if request.method != "POST":
        return _show(request, key, HearingForm(initial=kept))
    act = request.POST.get("act", "")
    if act in ("leave", "return"):
        (services.leave if act == "leave" else services.return_)(referrer=key.referrer)
        return me.back(request.path, "kept")
    form = HearingForm(request.POST)
    if form.is_valid():
        try:
            services.choose(referrer=key.referrer, **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return me.back(request.path, "kept")
    return _show(request, key, form, status=422)


def _show(request: HttpRequest, key: PortalKey, form: HearingForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "hearing": selectors.of(key.referrer)}
    return me.page(request, key, "portal/me_hearing.html", "hearing", context, status=status)
