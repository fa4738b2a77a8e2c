"""Verbs on issues of the news: write, show to oneself, have approved, let go out, stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from passalong.accounts.models import Member, Practice
from passalong.accounts.rules import demand
from passalong.audience import letter
from passalong.audience.models import Issue, IssueState
from passalong.audience.selectors import issues as selectors
from passalong.compliance.models import Approval
from passalong.compliance.rulebook import Verdict, verdict
from passalong.compliance.selectors import retention
from passalong.compliance.services import approvals
from passalong.contacts.services.own import demand_own
from passalong.core import blobs, clock, events
from passalong.core.errors import Refused
from passalong.core.ids import new_token
from passalong.core.models import Blob
from passalong.mail import grammar
from passalong.mail.models import MailPurpose, Message
from passalong.mail.services import outbox
from passalong.mail.services.composing import Recipient
from passalong.mail.services.layout import TO_MEMBERS

ACTION = "issue"
TASK = "passalong.audience.tasks.go_on"
LONGEST = {"subject": 150, "opening": 4000, "closing": 2000}


@transaction.atomic
def create(*, by: Member, subject: str = "") -> Issue:
    """A new, empty issue with the next number."""
    demand(by, "audience.edit")
    Practice.objects.select_for_update().get(pk=by.practice_id)  # two at once: one after the other
    last = Issue.objects.filter(practice=by.practice).aggregate(last=Max("number"))["last"] or 0
    month = date_format(clock.today(), "F Y")
    title = " ".join(subject.split()) or _("News of %(practice)s, %(month)s") % {
        "practice": by.practice.name[:100],
        "month": month,
    }
    issue = Issue.objects.create(practice=by.practice, number=last + 1, subject=title[:150])
    _record("issue_begun", issue, by)
    return issue


@transaction.atomic
def write(*, by: Member, issue: Issue, subject: str, opening: str, closing: str) -> Issue:
    """Keep the words round the pieces. Raises Refused, naming the field."""
    found = _draft(by, issue)
    told = {"subject": grammar.subject(subject), "opening": opening, "closing": closing}
    for field, text in told.items():
        if len(text) > LONGEST[field]:
            raise Refused(_("At most %(most)d characters fit here.") % {"most": LONGEST[field]}, field=field)
        setattr(found, field, grammar.body(text, field=field) if text.strip() else "")
    found.save(update_fields=["subject", "opening", "closing"])
    return found


@transaction.atomic
def discard(*, by: Member, issue: Issue) -> None:
    """Throw a draft away."""
    found = _draft(by, issue)
    _record("issue_discarded", found, by)
    found.delete()


@transaction.atomic
def test(*, by: Member, issue: Issue) -> Message:
    """Send the issue as it would go now to the member who asks, and to nobody else."""
    demand(by, "audience.edit")
    demand_own(by, issue)
    shown = letter.letter(selectors.issue(by.practice, issue.public_id))
    if not shown.text:
        raise Refused(_("There is nothing in it yet."))
    return outbox.send_now(
        practice=by.practice,
        purpose=MailPurpose.ACCOUNT,
        to=Recipient(by.user.email, by.user.name),
        subject=(_("Test: %(subject)s") % {"subject": shown.subject})[: grammar.LONGEST_SUBJECT],
        text=shown.text,
        html=shown.html,
        key=f"{TO_MEMBERS}issue {issue.public_id} {new_token()}",
    )


@transaction.atomic
def ask_approval(*, by: Member, issue: Issue, why: str) -> Approval:
    """Ask a second person to approve exactly these words."""
    found = _draft(by, issue)
    now = selectors.issue(by.practice, found.public_id)
    rules = verdict(by.practice, selectors.RULES)
    approval = approvals.ask(
        by=by,
        action=ACTION,
        subject=found.public_id,
        digest=selectors.digest(now, rules),
        what=_("Issue %(number)d of the news: %(subject)s") % {"number": found.number, "subject": found.subject},
        verdict=rules,
        why=why,
    )
    Issue.objects.filter(pk=found.pk).update(approval=approval.public_id)
    return approval


def judged_now(approval: Approval) -> tuple[str, Verdict] | None:
    """The very issue a second person is asked about, as it stands now."""
    found = Issue.objects.filter(practice=approval.practice_id, public_id=approval.subject).first()
    if found is None or found.state != IssueState.DRAFT:
        return None
    rules = verdict(found.practice, selectors.RULES)
    return selectors.digest(found, rules), rules


@transaction.atomic
def send(*, by: Member, issue: Issue) -> Issue:
    """Let it go out to all on the list, in the background. Its words are frozen from now on, and kept.

    Raises Refused with what is missing. Sending what goes out already changes nothing.
    """
    demand(by, "audience.edit")
    demand_own(by, issue)
    Issue.objects.select_for_update().get(pk=issue.pk)
    found = selectors.issue(by.practice, issue.public_id)
    if found.state != IssueState.DRAFT:
        return found
    now = selectors.standing(found)
    if not now.may_go:
        raise Refused(" ".join(now.why_not))
    found.state, found.started_at, found.member = IssueState.SENDING, clock.now(), by.public_id
    found.approval = now.asked.public_id if now.asked else ""
    term = retention.term(by.practice)
    found.keep_until = retention.end_of(term, clock.today(), retention.fiscal_month(by.practice_id))
    found.save(update_fields=["state", "started_at", "member", "approval", "keep_until"])
    shown = letter.letter(found)
    whole = f"{shown.subject}\n\n{shown.text}".encode()
    texts = {"issue": blobs.keep(by.practice_id, whole, "text/plain; charset=utf-8")}
    _record("issue_sent", found, by, texts=texts, readers=now.readers, approval=found.approval)
    transaction.on_commit(import_string(TASK).enqueue)
    return found


@transaction.atomic
def stop(*, by: Member, issue: Issue) -> int:
    """Stop what has not gone. Returns how many messages were taken back. What has gone is with its readers."""
    demand(by, "audience.edit")
    demand_own(by, issue)
    found = Issue.objects.select_for_update().get(pk=issue.pk)
    if found.state not in (IssueState.SENDING, IssueState.SENT):
        raise Refused(_("It does not go out now."))
    back = outbox.call_off(found.practice_id, found.public_id, _("The issue was stopped."))
    if found.state == IssueState.SENT and not back:
        raise Refused(_("It has gone out to everybody."))
    found.state, found.ended_at = IssueState.STOPPED, clock.now()
    found.why_stopped = _("%(name)s stopped it.") % {"name": by.user}
    found.save(update_fields=["state", "ended_at", "why_stopped"])
    _record("issue_stopped", found, by, taken_back=back)
    return back


def _draft(by: Member, issue: Issue) -> Issue:
    demand(by, "audience.edit")
    demand_own(by, issue)
    found = Issue.objects.select_for_update(of=("self",)).select_related("practice").get(pk=issue.pk)
    if found.state != IssueState.DRAFT:
        raise Refused(_("This issue has gone out. What it says is not changed any more."))
    return found


def _record(act: str, issue: Issue, by: Member, *, texts: Mapping[str, Blob] | None = None, **more: Any) -> None:
    events.record(
        issue.practice_id,
        f"audience:{act}",
        actor=by.public_id,
        subject=issue.public_id,
        texts=texts,
        number=issue.number,
        **more,
    )
