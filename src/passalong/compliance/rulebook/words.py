"""The words rules are written in: acts, effects, facts, and what can be asked for or told. No other word is read."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Action = Literal[
    "publish_kit",
    "publish_talk",
    "testimonial",
    "gift",
    "professional_pay",
    "status_update",
    "client_link",
    "client_words",
    "system_mail",
    "system_mail_reward",
    "follow_up",
    "optin_intro",
    "sms",
    "promise",
    "agreement_terms",
    "reciprocity",
]
ACTIONS: tuple[Action, ...] = get_args(Action)
# Acts judged by the profession's own rules: silence of the profession is "no source", even where everybody's speak.
OF_PROFESSION = frozenset({"publish_kit", "publish_talk", "testimonial", "gift", "professional_pay"})

ACTION_WORDS: dict[str, Promise] = {
    "publish_kit": _("Publishing a kit"),
    "publish_talk": _("Publishing an interview, or an issue of the news"),
    "testimonial": _("Publishing a testimonial"),
    "gift": _("A gift or fee to a client who refers"),
    "professional_pay": _("A fee between professionals"),
    "status_update": _("Telling the referrer what became of it"),
    "client_link": _("A client passes a link on by own hand"),
    "client_words": _("A client recommends in own words, round which stand the practice's"),
    "system_mail": _("One mail of ours to the person referred"),
    "system_mail_reward": _("The same, where something is given for it"),
    "follow_up": _("A second mail of ours to somebody who did not answer"),
    "optin_intro": _("An introduction both sides said yes to"),
    "sms": _("A text message of ours to the person referred"),
    "promise": _("A promise to a client"),
    "agreement_terms": _("A hoped-for number, and a signature, in what is agreed with a client about introductions"),
    "reciprocity": _("An understanding with a partner that both refer to each other"),
}

# What a consent must hold where a profile asks for more than a plain yes; the question beside each field.
ELEMENTS: dict[str, Promise] = {
    "agreement": _("More than $1,000 within twelve months? The date of the agreement, and that they are not barred"),
    "informed_consent": _("How the client was informed of what naming them means"),
    "nda": _("Does a contract with them forbid to speak about the work? What it says"),
    "tax_use": _("Consent to use what is known from tax work, signed on"),
    "tax_disclosure": _("Consent to disclose it to readers, signed on"),
    "tax_duration": _("How long these two consents last"),
    "information": _("What is disclosed: which words, name, picture"),
    "discloser": _("Who may disclose it"),
    "recipients": _("To whom: who will be able to read it"),
    "purpose": _("For what purpose"),
    "expiry": _("When it ends: a date or an event"),
    "right_to_revoke": _("How they were told that they may revoke it"),
    "no_conditioning": _("How they were told that treatment does not depend on it"),
    "redisclosure": _("How they were told that readers may pass it on"),
    "signature": _("Signed by whom, on which day"),
}
# Kinds of sentence that may not stand in a text, each a list of words in rulebook/forbidden.toml.
FORBIDS = ("performance", "outcome", "health", "promise", "reward", "pressure")
TELLS = ("label", "status", "insider", "compensation", "paid", "conflict")

# What is true of the case at hand. Named on the command line, ticked in a form, or read from what is on file.
FACTS: dict[str, Promise] = {
    # of a testimonial
    "paid": _("Something was given for it"),
    "tax_client": _("It comes from tax work"),
    "tax_consent": _("The consents of section 7216 are on file"),
    "for_praise": _("Something is given only for praise"),
    "ai_drafted": _("The words were drafted by a machine"),
    # of a thing of value: what it is
    "cash": _("Money, voucher or discount"),
    "fee": _("A referral fee or commission"),
    "entertainment": _("A meal or entertainment"),
    "raffle": _("A raffle or prize draw"),
    "donation": _("A donation in their name"),
    "received": _("The practice received it"),
    # who gets it
    "to_client": _("To a client"),
    "to_prospect": _("To somebody who could become a client"),
    "to_partner": _("To a referral partner"),
    "to_counterparty": _("To staff of a business partner"),
    "to_licensed": _("To somebody licensed or registered in the same trade"),
    "to_public": _("To somebody in the public sector"),
    "to_other": _("To somebody else"),
    # what it hangs on
    "for_referral": _("For an introduction"),
    "unrelated": _("It has nothing to do with an introduction"),
    "offered_before": _("Promised beforehand"),
    "unsolicited": _("The introduction was not asked for"),
    "closed": _("The sale has closed"),
    "offered_equally": _("A promotional item that everybody gets alike, paying for nothing they would pay"),
    "on_purchase": _("Given only if somebody buys or signs"),
    "on_application": _("Given only if somebody applies"),
    "application_in": _("An application has been submitted"),
    # what is on file for it
    "agreement": _("A written agreement is on file"),
    "eligible": _("They confirmed in writing that they are not barred"),
    "barred": _("They are barred"),
    "attest_client": _("They are, or concern, an attest client in the covered period"),
    "disclosed": _("Disclosed in writing beforehand, with how it is worked out"),
    "client_consents": _("The client consented in writing"),
    "told_all": _("What is given, and the conflict it makes, is disclosed to everybody referred"),
    "exclusive": _("The agreement is exclusive"),
    "dated": _("The agreement has an end and a day of review"),
    "client_told": _("The client acknowledged a notice of the agreement"),
    "other_currency": _("Something else in another currency counts towards the same limit"),
    # of mails, links and introductions
    "consent": _("The person it is about consented, on record"),
    "signed_form": _("With the signed form this profession needs"),
    "opted_in": _("The person written to said yes themselves"),
    "mailed_before": _("They were written to before"),
    "full_name": _("It gives the referrer's full name, and says that it comes of the referral"),
    "attested": _("The referrer confirmed that they know both sides"),
    "by_hand": _("The client hands over the link themselves"),
    "address_stored": _("Their address is stored before they said yes"),
    "fixed_words": _("The client cannot change the words"),
    "reward": _("Something is given for passing it on"),
    "live": _("Spoken or live, not in writing"),
}
# Facts with a number: value=60 given_12_months=50
AMOUNTS: dict[str, Promise] = {
    "value": _("What it is worth, the higher of cost and market"),
    "given_12_months": _("What the same person got else within 12 months"),
    "given_calendar_year": _("What the same person got else in the calendar year"),
    "days_after_referral": _("Days since their last introduction"),
}
# What must be on file of a testimonial; of other acts, facts are asked for.
NEEDS = ("consent", "compensation", "conflict", "source")


class Effect(IntEnum):
    """What a rule asks, mildest first."""

    ALLOW = 0
    DISCLOSE = 1
    APPROVE = 2
    BLOCK = 3

    @property
    def words(self) -> Promise:
        return {
            Effect.ALLOW: _("Allowed"),
            Effect.DISCLOSE: _("Allowed, with what must be told"),
            Effect.APPROVE: _("Only with the approval of a second person"),
            Effect.BLOCK: _("Not allowed"),
        }[self]

    @property
    def tone(self) -> str:
        return {Effect.ALLOW: "good", Effect.DISCLOSE: "good", Effect.APPROVE: "due", Effect.BLOCK: "stop"}[self]
