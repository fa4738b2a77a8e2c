"""What each kind of event means, in words; and the groups in which the record can be looked through."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# A kind not named here is shown by its own name. {title}, {number} and the like come from what was recorded.
WORDS: dict[str, str | Promise] = {
    "accounts:practice_set_up": _("Practice set up"),
    "accounts:practice_changed": _("Practice's details changed"),
    "accounts:member_invited": _("Somebody invited as {role}"),
    "accounts:invitation_withdrawn": _("Invitation withdrawn"),
    "accounts:member_joined": _("Member joined"),
    "accounts:member_removed": _("Member removed"),
    "accounts:role_changed": _("Member's role changed to {role}"),
    "compliance:approval_asked": _("Approval asked for"),
    "compliance:approval_approved": _("Approved by a second person"),
    "compliance:approval_refused": _("Not approved by a second person"),
    "compliance:approval_dropped": _("Request for approval dropped"),
    "compliance:category_allowed": _("Protected kind of fact allowed: {category}"),
    "compliance:category_ended": _("Protected kind of fact no longer taken in: {category}"),
    "compliance:consent_asked": _("Consent asked for"),
    "compliance:consent_form": _("Signed form of a consent filed"),
    "compliance:consent_granted": _("Consent given"),
    "compliance:consent_question_withdrawn": _("Question of consent taken back"),
    "compliance:consent_replaced": _("Consent replaced by another answer"),
    "compliance:consent_reported": _("Consent reported by the client"),
    "compliance:consent_declined": _("Consent declined"),
    "compliance:consent_revoked": _("Consent taken back"),
    "compliance:consent_expired": _("Consent ended"),
    "compliance:consent_signed": _("Signed consent on paper filed"),
    "compliance:consent_used": _("Told by consent"),
    "compliance:fiscal_year": _("End of the fiscal year set"),
    "compliance:hold_set": _("Hold set by {rule} until {until}"),
    "compliance:hold_released": _("Hold by {rule} released"),
    "compliance:record_exported": _("Record exported, {start} to {end}"),
    "compliance:value_asked": _("Approval of a gift asked for"),
    "compliance:value_kept": _("Gift or fee written down"),
    "compliance:value_voided": _("Gift or fee struck out"),
    "contacts:added": _("Person put on file"),
    "contacts:by_own_words": _("Person put on file by their own answer"),
    "contacts:reach_given": _("Address or phone noted that the person gave to be reached by"),
    "contacts:edited": _("Person's details changed"),
    "contacts:deleted": _("Person taken off file"),
    "contacts:standing": _("Person's standing: {kind}"),
    "contacts:standing_ended": _("Person's standing ended: {kind}"),
    "contacts:standing_retracted": _("Person's standing taken back: {kind}"),
    "contacts:household": _("Household changed"),
    "contacts:household_left": _("Left the household"),
    "contacts:affiliation_added": _("Fact put on file"),
    "contacts:affiliation_changed": _("Fact changed"),
    "contacts:affiliation_removed": _("Fact taken off file"),
    "contacts:organization_edited": _("Organization's details changed"),
    "core:erased": _("Person erased on request"),
    "core:erasing_held": _("Erasing held back by a rule"),
    "core:payloads_erased": _("Contents of the record erased: {count}"),
    "core:payloads_purged": _("Contents of the record past their date: {count}"),
    "demo:put_in": _("Demo practice put in"),
    "exchange:imported": _("File brought in"),
    "exchange:undone": _("Import taken back"),
    "exchange:own_addresses": _("Own addresses named"),
    "introductions:agreed": _("Introduction agreed"),
    "introductions:withdrawn": _("Introduction withdrawn"),
    "introductions:plan": _("Introduction planned"),
    "introductions:ask": _("Client asked for an introduction"),
    "introductions:agree": _("Introduction agreed"),
    "introductions:pass_along": _("Kit passed along for an introduction"),
    "introductions:answer_yes": _("The person introduced said yes"),
    "introductions:report_a_yes": _("A yes reported by the client"),
    "introductions:introduce": _("Introduced"),
    "introductions:first_answer": _("First answered after a yes"),
    "introductions:meet": _("Met"),
    "introductions:win": _("Became a client"),
    "introductions:rather_not": _("The client would rather not introduce"),
    "introductions:withdraw": _("Introduction withdrawn"),
    "introductions:answer_no": _("The person introduced said no"),
    "introductions:answer_not_now": _("The person introduced said not now"),
    "introductions:report_a_no": _("A no reported by the client"),
    "introductions:report_a_not_now": _("A not now reported by the client"),
    "introductions:take_back": _("The person introduced took the yes back"),
    "introductions:lose": _("Introduction led no further"),
    "introductions:forget": _("Introduction ended: the person was forgotten"),
    "introductions:lapse": _("Introduction ended without an answer"),
    "introductions:undo": _("Last move of an introduction taken back"),
    "introductions:also_by": _("A second referrer of the same person noted"),
    "introductions:said_on_page": _("The client said on their own page: {act}"),
    "introductions:page_opened": _("A client opened their own page by a mailed link"),
    "introductions:hearing_chosen": _("How a client hears was chosen: {channel}, {rhythm}"),
    "introductions:referrer_left": _("A client does not want to be asked any more"),
    "introductions:referrer_returned": _("A client may be asked again"),
    "introductions:put_off": _("Reminder of an introduction moved to {until}"),
    "introductions:forgotten": _("Forgotten without an answer; the count stays"),
    "introductions:terms": _("What people introduced are promised was changed"),
    "introductions:recommendation_kept": _("A client's message kept although its person was forgotten"),
    "introductions:way_prepared": _("Words of a client's introduction prepared"),
    "introductions:way_used": _("The client introduced by own hand"),
    "introductions:lunch_opened": _("Times proposed for a lunch for three"),
    "introductions:lunch_proposed": _("Further times proposed for a lunch for three"),
    "introductions:lunch_said": _("Somebody told which times of a lunch suit"),
    "introductions:lunch_chosen": _("A guest chose times of a lunch"),
    "introductions:lunch_fixed": _("Lunch for three fixed"),
    "introductions:lunch_changed": _("Lunch for three changed"),
    "introductions:lunch_cancelled": _("Lunch for three called off"),
    "introductions:lunch_forgotten": _("Lunch for three that was called off taken from the file"),
    "introductions:lunch_comes": _("A guest comes to the lunch"),
    "introductions:lunch_comes_not": _("A guest cannot come to the lunch"),
    "introductions:replied": _("A reader answered on a kit page"),
    "introductions:reply_changed": _("A reader corrected the answer"),
    "introductions:reply_taken_back": _("A reader took the yes back"),
    "introductions:kit": _("Kit chosen that the client passes along"),
    "introductions:thanked": _("Referrer thanked"),
    "introductions:told": _("Referrer told by consent"),
    "introductions:promised": _("Something promised, due {due_on}"),
    "introductions:promise_kept": _("Promise kept"),
    "introductions:promise_put_off": _("Promise put off to {due_on}"),
    "introductions:promise_dropped": _("Promise no longer needed"),
    "introductions:agreement_written": _("Agreement about introductions written, version {number}"),
    "introductions:agreement_acknowledged": _("Agreement about introductions acknowledged, version {version}"),
    "introductions:agreement_ended": _("Agreement about introductions ended"),
    "introductions:seed_said": _("Said how the practice works"),
    "introductions:seed_left_out": _("Left unsaid how the practice works"),
    "introductions:lesson": _("Lesson given to a client"),
    "introductions:silence_found": _("An ask met silence"),
    "introductions:silence_followed": _("One way back after silence"),
    "introductions:thanks_words": _("Words of thanks changed"),
    "introductions:trouble_noted": _("Something that went wrong written down, due {due}"),
    "introductions:trouble_changed": _("What went wrong put in other words, due {due}"),
    "introductions:trouble_right": _("Put right what went wrong"),
    "introductions:words_template": _("Words round clients' sentences written, version {version}"),
    "introductions:words_in_force": _("Words round clients' sentences in force, version {version}"),
    "introductions:words_prepared": _("A client's message prepared"),
    "introductions:words_confirmed": _("A client confirmed a message as their own words"),
    "introductions:words_sent": _("A client sent a message: {how}"),
    "kits:created": _("Kit begun"),
    "kits:renamed": _("Kit renamed"),
    "kits:version": _("Kit written on, version {number}"),
    "kits:archived": _("Kit put away"),
    "kits:brought_back": _("Kit brought back"),
    "kits:picture_added": _("Picture added to a kit"),
    "kits:picture_removed": _("Picture removed from a kit"),
    "kits:edition_proposed": _("Edition {number} proposed: {title}"),
    "kits:edition_approved": _("Edition {number} approved: {title}"),
    "kits:edition_published": _("Edition {number} published: {title}"),
    "kits:edition_replaced": _("Edition {number} replaced by a later one: {title}"),
    "kits:edition_refused": _("Edition {number} not approved: {title}"),
    "kits:edition_withdrawn": _("Edition {number} withdrawn: {title}"),
    "kits:judged_again": _("Published editions judged again by the rules"),
    "kits:proof_added": _("Testimonial or case study written down"),
    "kits:proof_changed": _("Testimonial or case study changed"),
    "kits:proof_consent": _("Speaker consented to these words"),
    "kits:proof_revoked": _("Speaker took the consent back"),
    "kits:proof_retired": _("Testimonial or case study put away"),
    "kits:proof_back": _("Testimonial or case study brought back"),
    "kits:kept_although_forgotten": _("Kept by a rule although somebody was forgotten"),
    "kits:link_made": _("Link to a kit made"),
    "kits:link_ended": _("Link to a kit ended"),
    "kits:share_page_made": _("Client's own page made"),
    "kits:share_page_ended": _("Client's own page ended"),
    "kits:words_saved": _("Client's words kept"),
    "kits:passed_along": _("Kit passed along"),
    "mail:queued": _("Message set to go"),
    "mail:sent": _("Message sent"),
    "mail:drafted_again": _("Message taken back is a draft again"),
    "mail:said_sent": _("Message said to be sent"),
    "mail:sent_again": _("Message sent again"),
    "mail:handed": _("Message handed over"),
    "mail:held": _("Message held back by a rule"),
    "mail:cancelled": _("Message cancelled"),
    "mail:failed": _("Message failed"),
    "mail:unknown": _("Message perhaps sent: stopped after hand-over began"),
    "mail:received": _("Message arrived"),
    "mail:decided": _("Message that arrived looked at by somebody"),
    "mail:suppressed": _("Address not to be written to"),
    "mail:restored": _("Backup restored: waiting mail stopped"),
    "mail:trouble": _("Message came back or was complained about"),
    "privacy:link_sent": _("Link to the own privacy page sent"),
    "privacy:see": _("Somebody looked at what is kept of them"),
    "privacy:export": _("Somebody took a copy of what is kept of them"),
    "privacy:correct": _("Somebody asked for a correction"),
    "privacy:object": _("Somebody objected to use"),
    "privacy:erase": _("Somebody asked to be forgotten"),
    "privacy:accepted": _("Privacy request accepted"),
    "privacy:declined": _("Privacy request declined"),
    "privacy:notice_given": _("Person told that they are on file"),
    "privacy:notice_not_sent": _("Notice not sent after all"),
    "privacy:balancing_signed": _("Balancing of interests signed"),
    "privacy:assessment_written": _("Assessment of the risks written"),
    "prospecting:wished": _("Put on the wish list"),
    "prospecting:wish_edited": _("Wish list entry changed"),
    "prospecting:dropped": _("Taken off the wish list"),
    "prospecting:restored": _("Back on the wish list"),
    "prospecting:meeting": _("Meeting begun"),
    "prospecting:meeting_closed": _("Meeting closed"),
    "prospecting:went": _("Client said how it went"),
    "prospecting:booked": _("Meeting put in the calendar"),
    "prospecting:booking_cancelled": _("Meeting taken out of the calendar"),
    "prospecting:calendar": _("Calendar of the practice subscribed to"),
    "prospecting:calendar_ended": _("Calendar of the practice read no more"),
    "prospecting:firm_answered": _("Client's answer about a firm: {answer}"),
    "prospecting:firm_answer_taken_back": _("Client's answer about a firm taken back"),
    "prospecting:fit_check": _("Fit check taken"),
    "prospecting:ideal_client": _("Ideal client described"),
    "prospecting:trait": _("Trait of the ideal client set"),
    "prospecting:trait_removed": _("Trait of the ideal client removed"),
    "ties:answered": _("Client's answer: {answer}"),
    "ties:stated": _("Note on two people"),
    "ties:statement_removed": _("Note on two people taken back"),
    "ties:fact_sheet": _("Fact sheet filled in"),
    "ties:addresses_promoted": _("Addresses from mail put on file: {count}"),
    "ties:addresses_dismissed": _("Addresses from mail set aside: {count}"),
    "ties:addresses_brought_back": _("Addresses from mail brought back: {count}"),
}

# Who did it where no member did and no name is kept: a reader of a kit, or the person a consent is of.
OUTSIDERS: dict[str, str | Promise] = {
    "introductions:replied": _("a reader"),
    "introductions:reply_changed": _("a reader"),
    "introductions:reply_taken_back": _("a reader"),
    "introductions:lunch_chosen": _("a guest"),
    "introductions:lunch_comes": _("a guest"),
    "introductions:lunch_comes_not": _("a guest"),
    "introductions:agreement_acknowledged": _("the client"),
    "introductions:said_on_page": _("the client"),
    "introductions:page_opened": _("the client"),
    "introductions:hearing_chosen": _("the client"),
    "introductions:referrer_left": _("the client"),
    "introductions:referrer_returned": _("the client"),
    "compliance:consent_granted": _("the person"),
    "compliance:consent_declined": _("the person"),
    "compliance:consent_revoked": _("the person"),
}
# What it is about where nobody on file is spoken of.
ABOUT: dict[str, str | Promise] = {
    "introductions:replied": _("their reply"),
    "introductions:reply_changed": _("their reply"),
    "introductions:reply_taken_back": _("their reply"),
    "compliance:consent_": _("somebody who answered on a kit page"),
}

# The rooms as people know them, by how a kind begins.
ROOMS: dict[str, str | Promise] = {
    "accounts:": _("Practice and members"),
    "contacts:": _("People"),
    "prospecting:": _("Wish list and meetings"),
    "ties:": _("Who knows whom"),
    "kits:": _("Kits"),
    "introductions:": _("Introductions and replies"),
    "mail:": _("Mail"),
    "compliance:": _("Rules, consents, approvals"),
    "privacy:": _("Privacy requests"),
    "exchange:": _("Imports"),
    "core:": _("Erasing"),
}

TEXTS: dict[str, str | Promise] = {
    "mail": _("The message"),
    "page": _("Web page"),
    "report": _("Special report"),
    "white_paper": _("White paper"),
    "picture": _("Picture"),
    "words": _("The words"),
    "message": _("The message"),
    "form": _("The form"),
    "choice": _("The choice"),
    "agreement": _("The agreement"),
}


def text_words(name: str) -> str:
    """What a text is, from the name it was kept under: "picture 5" is a picture."""
    known, _space, number = name.partition(" ")
    if known in TEXTS and (not number or number.isdigit()):
        return f"{TEXTS[known]} {number}".strip()
    return name.replace("_", " ").capitalize()


def outsider(kind: str) -> str:
    """Who did it, of those outside the practice; empty where it was a member or the clock."""
    return str(OUTSIDERS.get(kind, ""))


def about(kind: str) -> str:
    """What an event is about where it speaks of nobody on file."""
    return next((str(words) for known, words in ABOUT.items() if kind.startswith(known)), "")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[\d:.+Z-]*")


def noted(value: object) -> str:
    """A value of an event's contents as people read it: they are kept as JSON, days as 2026-05-01."""
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case list():
            return ", ".join(map(noted, value))
        case dict():
            return ", ".join(f"{str(name).replace('_', ' ')}: {noted(one)}" for name, one in value.items())
        case str():
            return _day_or_moment(value)
    return str(value)


def _day_or_moment(text: str) -> str:
    try:
        if _DAY.fullmatch(text):
            return date_format(date.fromisoformat(text), "DATE_FORMAT")
        if _MOMENT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return date_format(timezone.localtime(at) if timezone.is_aware(at) else at, "DATETIME_FORMAT")
    except ValueError:  # such as 2026-13-45: somebody's own words
        pass
    return text


class _Said(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def words_of(kind: str, data: Mapping[str, Any] | None) -> str:
    """An event in one line. data: None where its contents are gone."""
    sentence = str(WORDS.get(kind, kind.replace(":", ": ").replace("_", " ")))
    said = {key: noted(value) for key, value in (data or {}).items() if isinstance(value, str | int)}
    return sentence.format_map(_Said(said)).strip()
