"""What each act of the table is called: on its button, in the story of an introduction, and what it means."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from passalong.core.moves import Act

ACTS: dict[str, Act] = {
    "plan": Act(_("Plan to ask"), _("Planned")),
    "ask": Act(_("The client was asked"), _("The client was asked")),
    "agree": Act(_("The client agreed"), _("The client agreed")),
    "pass along": Act(
        _("The client passed it along"),
        _("The client passed it along"),
        _("From now on you wait. Nobody is written to or called."),
    ),
    "answer yes": Act(_("They said yes"), _("Said yes, by themselves")),
    "report a yes": Act(
        _("The client tells of a yes"),
        _("Said yes, as the client tells"),
        _("It opens what the client takes part in, and one personal reply."),
    ),
    "introduce": Act(_("They were introduced"), _("Introduced")),
    "first answer": Act(_("I answered them"), _("First answered"), _("Your first call or message after their yes.")),
    "meet": Act(_("We met"), _("Met")),
    "win": Act(_("They became a client"), _("Became a client"), _("They stand among your clients from that day.")),
    "rather not": Act(
        _("The client would rather not"), _("The client would rather not"), _("Nobody asks this client again for them.")
    ),
    "withdraw": Act(
        _("The client withdraws"), _("Withdrawn"), _("Nothing is held against anybody. Consents it made end with it.")
    ),
    "answer no": Act(_("They said no"), _("Said no, by themselves")),
    "answer not now": Act(_("They said not now"), _("Said not now, by themselves")),
    "report a no": Act(
        _("The client tells of a no"),
        _("Said no, as the client tells"),
        _("It ends here. Nobody asks for them again for a while, and this client never."),
    ),
    "report a not now": Act(
        _("The client tells of a not now"),
        _("Said not now, as the client tells"),
        _("It ends here. Nobody asks for them again for a while, and this client never."),
    ),
    "take back": Act(
        _("They took the yes back"), _("Took the yes back"), _("Every consent it made ends. Be silent from now on.")
    ),
    "lose": Act(_("It leads no further"), _("Did not become a client")),
    "forget": Act(_("Forget them"), _("Forgotten, as they asked")),
    "lapse": Act(_("Let it end"), _("Never answered; they were forgotten")),
    "undo": Act(_("Take the last move back"), _("Taken back")),
}
ENDS = ("rather not", "report a no", "report a not now", "withdraw", "take back", "lose")
# Moves with a page of their own, where more is to be said than a day.
ELSEWHERE = ("report a yes",)
