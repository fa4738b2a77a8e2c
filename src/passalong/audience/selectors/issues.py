"""Named reads on issues of the news; the practice comes first."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Practice
from passalong.audience.models import Issue, IssueItem, IssueState, ItemKind, Subscriber, SubscriberState
from passalong.compliance.models import Approval, Decision
from passalong.compliance.rulebook import Action, Effect, Verdict, verdict
from passalong.compliance.services.approvals import digest_of
from passalong.kits.models import EditionState, Kit
from passalong.mail.models import PENDING, MailState, Message

RULES: Action = "publish_talk"
TOLD = "passalong.interviews.selectors.episodes.told_beside"  # the room above knows what stands beside its episodes
MOST_KITS = 50


def issues(practice: Practice) -> QuerySet[Issue]:
    """All issues, the latest first, each with how many it went to (`many`)."""
    return Issue.objects.filter(practice=practice).annotate(many=Count("sendings")).order_by("-number")


def issue(practice: Practice, public_id: str) -> Issue:
    """One issue; raises Issue.DoesNotExist for another practice's."""
    return (
        Issue.objects.select_related("practice").prefetch_related("items").get(practice=practice, public_id=public_id)
    )


def item(practice: Practice, public_id: str) -> IssueItem:
    """One piece; raises IssueItem.DoesNotExist for another practice's."""
    return IssueItem.objects.select_related("issue", "practice").get(practice=practice, public_id=public_id)


def item_of(token: str) -> IssueItem | None:
    """The piece behind a link that stands in the mail, once its issue goes out."""
    return IssueItem.objects.select_related("issue", "practice").filter(token=token).first()


def kits_to_add(issue: Issue) -> list[Kit]:
    """Published kits that do not stand in it yet."""
    there = [one.about for one in issue.items.all()]
    found = Kit.objects.filter(practice=issue.practice_id, archived_at=None, editions__state=EditionState.LIVE)
    return list(found.exclude(public_id__in=there).distinct().order_by("name", "pk")[:MOST_KITS])


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an issue can go now. readers: how many would get it; why_not: what is missing, each a sentence.
    needs_approval: the profession asks for a second person; asked: the last question about exactly these words."""

    rules: Verdict
    readers: int
    why_not: list[str]
    needs_approval: bool
    asked: Approval | None

    @property
    def may_go(self) -> bool:
        return not self.why_not

    @property
    def waits(self) -> bool:
        return self.asked is not None and self.asked.decision == Decision.WAITING


def standing(issue: Issue) -> Standing:
    """What stands between this draft and its readers."""
    practice = issue.practice
    rules = verdict(practice, RULES)
    needs = rules.effect >= Effect.APPROVE
    asked = _asked(issue, rules) if needs else None
    readers = Subscriber.objects.filter(practice=practice, state=SubscriberState.ACTIVE).count()
    missing = _missing(issue, readers)
    if rules.effect is Effect.BLOCK:
        missing.append(_(rules.decides.why))
    elif needs and (asked is None or asked.decision != Decision.APPROVED):
        missing.append(_("A second person of the practice must approve it first."))
    if why := why_no_mail(practice):
        missing.append(why)
    return Standing(rules, readers, missing, needs, asked)


def is_running(practice: Practice) -> bool:
    """Whether there is a newsletter at all: an issue has gone out. Nobody is offered what never comes."""
    return Issue.objects.filter(practice=practice, state__in=(IssueState.SENDING, IssueState.SENT)).exists()


def why_no_mail(practice: Practice) -> str:
    """Why no issue may go to readers from this practice's place, in one sentence; empty where it may."""
    mail = verdict(practice, "system_mail", facts=("opted_in",))
    if mail.effect is not Effect.BLOCK:
        return ""
    if mail.has_source:
        return _(mail.decides.why)
    return _(
        "For the country of your practice (%(country)s) the rules for newsletters were not looked up, so none goes out "
        "from here until your counsel adds them as a file (docs, Rules: “Your counsel's reading”)."
    ) % {"country": practice.country}


def _missing(issue: Issue, readers: int) -> list[str]:
    missing = []
    if not issue.subject.strip():
        missing.append(_("It has no subject."))
    if not issue.opening.strip() and not issue.items.all():
        missing.append(_("There is nothing in it yet."))
    missing += _untold(issue)
    if not readers:
        missing.append(_("Nobody is on the list yet."))
    if not issue.practice.imprint.strip():
        missing.append(_("Your postal address must stand below it. Put it into the imprint, in the settings."))
    return missing


def _untold(issue: Issue) -> list[str]:
    """Sentences that must stand beside a published interview, and were taken out of its piece or are newer than it."""
    pieces = {one.about: one for one in issue.items.all() if one.kind == ItemKind.EPISODE and one.withdrawn_at is None}
    told = import_string(TOLD)(issue.practice_id, pieces) if pieces else {}
    say = _("In “%(title)s” this sentence must stand: “%(sentence)s”")
    return [
        say % {"title": pieces[about].title, "sentence": sentence}
        for about, sentences in told.items()
        for sentence in sentences
        if " ".join(sentence.split()) not in " ".join(pieces[about].words.split())
    ]


def _asked(issue: Issue, rules: Verdict) -> Approval | None:
    found = Approval.objects.filter(practice=issue.practice_id, action="issue", subject=issue.public_id)
    return found.filter(digest=digest(issue, rules)).exclude(decision=Decision.DROPPED).order_by("-created_at").first()


def digest(issue: Issue, rules: Verdict) -> str:
    """Names the very thing a second person is asked about: all of its words and links, and the rules that ask."""
    return digest_of(
        {
            "subject": issue.subject,
            "opening": issue.opening,
            "closing": issue.closing,
            "items": [[one.title, one.words, one.url] for one in issue.items.all() if one.withdrawn_at is None],
            "rules": sorted(rule.digest() for rule in rules.rules),
        }
    )


@dataclass(frozen=True, slots=True)
class Going:
    """How far an issue has gone. of: readers it is for; written: messages made; gone, waiting, held: of these."""

    of: int
    written: int
    gone: int
    waiting: int
    held: int

    @property
    def is_over(self) -> bool:
        return not self.waiting and self.written >= self.of


def going(issue: Issue) -> Going:
    """Counted from the outbox, in two queries."""
    rows = Message.objects.filter(practice=issue.practice_id, about=issue.public_id, purpose="news")
    told = rows.aggregate(
        written=Count("pk"),
        gone=Count("pk", filter=Q(state=MailState.SENT)),
        waiting=Count("pk", filter=Q(state__in=PENDING)),
    )
    left = to_write(issue).count() if issue.state == IssueState.SENDING else 0
    held = told["written"] - told["gone"] - told["waiting"]
    return Going(told["written"] + left, told["written"], told["gone"], told["waiting"], held)


def to_write(issue: Issue) -> QuerySet[Subscriber]:
    """Readers it is for and was not written to yet: on the list when it began to go out, and still."""
    on_list = Subscriber.objects.filter(practice=issue.practice_id, state=SubscriberState.ACTIVE)
    return on_list.filter(confirmed_at__lte=issue.started_at).exclude(sendings__issue=issue).order_by("pk")
