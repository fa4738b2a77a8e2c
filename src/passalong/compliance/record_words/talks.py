"""Words for what is recorded of interviews, partners, the news and its readers, by its kind."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TALKS: dict[str, str | Promise] = {
    "interviews:plan": _("Interview planned"),
    "interviews:volunteer": _("A client would like to be interviewed"),
    "interviews:invite": _("Guest invited to an interview"),
    "interviews:accept": _("Guest agreed to an interview"),
    "interviews:schedule": _("Day of an interview agreed on"),
    "interviews:record": _("Interview recorded"),
    "interviews:edit": _("Interview put in order and shown to the guest"),
    "interviews:ask_for_changes": _("Guest asked for changes to an interview"),
    "interviews:work_on_it_again": _("Interview worked on again"),
    "interviews:approve": _("Guest approved an interview"),
    "interviews:report_an_approval": _("Guest's approval of an interview noted"),
    "interviews:publish": _("Interview published"),
    "interviews:share": _("Interview shared by the guest"),
    "interviews:ask_for_the_return": _("Return of an interview asked for"),
    "interviews:return": _("Interview returned"),
    "interviews:decline": _("Guest would rather not be interviewed"),
    "interviews:drop": _("Interview dropped"),
    "interviews:take_down": _("Interview taken down"),
    "interviews:end_without_a_return": _("Interview ended without a return"),
    "interviews:forget": _("Interview ended: the guest was forgotten"),
    "interviews:voice_link": _("Link to the page of a voice made"),
    "interviews:voice_links_ended": _("Links of a voice ended"),
    "interviews:voice_added": _("Another voice named for an interview"),
    "interviews:voice_removed": _("A voice taken off an interview"),
    "interviews:consent_given": _("Consent given on the own page: {to}"),
    "interviews:consent_noted": _("Consent noted: {to} ({how})"),
    "interviews:consent_revoked": _("Consent taken back: {to}"),
    "interviews:take_arrived": _("A recording arrived"),
    "interviews:take_chosen": _("Another recording of an answer chosen"),
    "interviews:take_removed": _("A recording removed"),
    "interviews:show_changed": _("Words of the show changed"),
    "interviews:episode_written": _("Episode written on"),
    "interviews:episode_published": _("Episode {number} published, version {version}"),
    "interviews:episode_replaced": _("Episode {number} replaced by a later version"),
    "interviews:episode_withdrawn": _("Episode {number} taken down"),
    "interviews:share_pack_looked_for": _("Share pack sent to the guest"),
    "interviews:guest_shared": _("The guest said that they shared the interview"),
    "interviews:kit_asked": _("A client evangelist was asked, once, to share the kit"),
}
