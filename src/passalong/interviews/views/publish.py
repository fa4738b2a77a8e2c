"""Publishing one interview: the words beside the sound, what stands in the way, a look ahead, and the button."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from passalong.accounts.middleware import MemberRequest, member_required
from passalong.core import blobs
from passalong.core.errors import Refused
from passalong.core.forms import show_refusal
from passalong.core.lookups import or_404
from passalong.interviews import addresses, cards, player
from passalong.interviews.forms.publishing import EpisodeForm, WhyForm
from passalong.interviews.models import EpisodeLink, Interview, Stage
from passalong.interviews.selectors import episodes as selectors
from passalong.interviews.selectors import reach
from passalong.interviews.services import handing, publishing, sharing, withdrawing
from passalong.kits.bounded import is_too_large, read, takes_picture
from passalong.kits.selectors.passing import sharing as is_shared_at_all
from passalong.kits.services.pictures import too_large

PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def _own(request: MemberRequest, public_id: str) -> Interview:
    return or_404(selectors.interview, request.member.practice, public_id)


@member_required
def publish(request: MemberRequest, public_id: str) -> HttpResponse:
    """The page; by POST it goes out."""
    talk = _own(request, public_id)
    if request.method != "POST":
        return _shown(request, talk)
    try:
        publishing.publish(by=request.member, interview=talk)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        _say_it_is_out(request, talk)
    return redirect("interviews:publish", public_id)


def _say_it_is_out(request: MemberRequest, talk: Interview) -> None:
    episode = selectors.episode_of(talk)
    if piece := selectors.piece_of(episode):
        named = {"number": piece.issue.number}
        messages.success(request, _("It is out: page, feed and files. Its piece stands in issue %(number)d.") % named)
        return
    messages.success(request, _("It is out: page, feed and files."))
    if episode.versions.count() == 1:  # handed in with the first; later somebody took it out
        words = _("It is not in the news: the issue you write on is full. You can put it into the next one below.")
        messages.warning(request, words)


@member_required
@require_POST
def into_news(request: MemberRequest, public_id: str) -> HttpResponse:
    """Put it into an issue of the news, where it stands in none."""
    try:
        piece = handing.hand_in(by=request.member, interview=_own(request, public_id))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("It stands in issue %(number)d now.") % {"number": piece.issue.number})
    return redirect("interviews:publish", public_id)


@takes_picture
@member_required
@require_POST
def words(request: MemberRequest, public_id: str) -> HttpResponse:
    """Keep what is written beside the sound."""
    talk = _own(request, public_id)
    form = EpisodeForm(request.POST, request.FILES, instance=selectors.episode_of(talk))
    if is_too_large(request):
        form.errors["picture"] = form.error_class([too_large()])
    elif form.is_valid():
        try:
            publishing.save_episode(
                by=request.member,
                interview=talk,
                words={name: str(form.cleaned_data.get(name) or "") for name in publishing.WORDS},
                links=form.links(),
                snippet_start=form.cleaned_data.get("snippet_start") or 0.0,
                picture=read(form.cleaned_data.get("picture")),
                no_picture=form.cleaned_data["no_picture"],
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Kept."))
            return redirect("interviews:publish", public_id)
    return _shown(request, talk, form=form)


@member_required
@require_POST
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Ask a second person to let it out."""
    talk, form = _own(request, public_id), WhyForm(request.POST)
    if form.is_valid():
        try:
            publishing.ask_approval(by=request.member, interview=talk, why=form.cleaned_data["why"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Asked. A second person looks at it before anybody hears it."))
            return redirect("interviews:publish", public_id)
    return _shown(request, talk, asked=form)


@member_required
@require_POST
def take_down(request: MemberRequest, public_id: str) -> HttpResponse:
    """Take it away from everybody, for good."""
    talk, form = _own(request, public_id), WhyForm(request.POST)
    if form.is_valid():
        try:
            withdrawing.take_down(by=request.member, interview=talk, why=form.cleaned_data["why"])
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Taken down: page, feed, files and its piece of the newsletter."))
            return redirect("interviews:publish", public_id)
    return _shown(request, talk, down=form)


@member_required
@require_POST
def write_to_guest(request: MemberRequest, public_id: str) -> HttpResponse:
    """A mail with the share pack, to be looked at before it goes."""
    talk = _own(request, public_id)
    try:
        message = sharing.write_to_guest(by=request.member, interview=talk)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("interviews:publish", public_id)
    return redirect("mail:message", message.public_id)


@member_required
@require_POST
def shared(request: MemberRequest, public_id: str) -> HttpResponse:
    """The practice notes that the guest shared it."""
    try:
        sharing.report_shared(by=request.member, interview=_own(request, public_id))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Noted."))
    return redirect("interviews:publish", public_id)


@member_required
@require_safe
def look(request: MemberRequest, public_id: str) -> HttpResponse:
    """The words as they would stand."""
    talk = _own(request, public_id)
    check = selectors.checklist(talk)
    context = {
        "interview": talk,
        "content": check.content,
        "page": player.page_of(check.content),
        "at": "",
        "picture": check.episode.picture,
    }
    return render(request, "interviews/publish_look.html", context)


@member_required
@require_safe
def picture(request: MemberRequest, public_id: str) -> HttpResponse:
    """The guest's picture, for members."""
    blob = selectors.episode_of(_own(request, public_id)).picture
    if blob is None:
        raise Http404
    return HttpResponse(blobs.read(blob), content_type=blob.media_type, headers=PRIVATE)


@member_required
@require_safe
def card(request: MemberRequest, public_id: str) -> HttpResponse:
    """The card as it would be drawn now."""
    check = selectors.checklist(_own(request, public_id))
    portrait = check.episode.picture
    drawn = cards.quote_card(check.content, blobs.read(portrait) if portrait else b"")
    return HttpResponse(drawn, content_type="image/png", headers=PRIVATE)


@member_required
@require_safe
def numbers(request: MemberRequest, public_id: str) -> JsonResponse:
    """What one interview reached, and what came of its return, as JSON."""
    talk = _own(request, public_id)
    return JsonResponse(selectors.numbers(talk), headers={"Cache-Control": "no-store"})


def _shown(
    request: MemberRequest,
    talk: Interview,
    *,
    form: EpisodeForm | None = None,
    asked: WhyForm | None = None,
    down: WhyForm | None = None,
) -> HttpResponse:
    check = selectors.checklist(talk)
    episode, here = check.episode, request.build_absolute_uri("/")
    live = selectors.live_version(episode) if episode.pk else None
    ways = EpisodeLink.objects.filter(episode=episode, ended_at=None) if live else EpisodeLink.objects.none()
    show = selectors.show_of(talk.practice)
    context: dict[str, Any] = {
        "interview": talk,
        "check": check,
        "episode": episode,
        "form": form or EpisodeForm(instance=episode),
        "asked": asked or WhyForm(),
        "down": down or WhyForm(),
        "live": live,
        "piece": selectors.piece_of(episode) if live else None,
        "has_changes": live is not None and live.digest != check.digest,
        "ways": [(way, addresses.url_of(way, here)) for way in ways.order_by("pk")],
        "show": show,
        "show_url": addresses.public(addresses.show_path(show), here) if show.pk else "",
        "reach": reach.reached(talk) if episode.published_at else None,
        "may_share": talk.stage == Stage.PUBLISHED,
        "sharing": is_shared_at_all(),
        "has_public_url": bool(settings.PUBLIC_URL),
        "versions": list(episode.versions.all()[:20]) if episode.pk else [],
    }
    wrong = any(one and one.errors for one in (form, asked, down))
    return render(request, "interviews/publish.html", context, status=422 if wrong else 200)
