"""Verbs on the fit check, the ideal client, the wish list and meetings."""

from passalong.prospecting.services.calendar import book, cancel, read_feed, say_who, subscribe, unsubscribe
from passalong.prospecting.services.conversation import demand_asking, go_on, say_how_it_went
from passalong.prospecting.services.meetings import (
    add_name,
    add_note,
    answer_firm,
    answer_prompt,
    close_meeting,
    introduce,
    note_meeting,
    note_shown,
    start_meeting,
    take_back_firm_answer,
)
from passalong.prospecting.services.profile import (
    add_trait,
    describe_ideal_client,
    remove_trait,
    skip_fit_check,
    take_fit_check,
)
from passalong.prospecting.services.wishes import (
    add_prospect,
    drop_prospect,
    edit_prospect,
    restore_prospect,
    wish_by_hand,
)

__all__ = [
    "add_name",
    "add_note",
    "add_prospect",
    "add_trait",
    "answer_firm",
    "answer_prompt",
    "book",
    "cancel",
    "close_meeting",
    "demand_asking",
    "describe_ideal_client",
    "drop_prospect",
    "edit_prospect",
    "go_on",
    "introduce",
    "note_meeting",
    "note_shown",
    "read_feed",
    "remove_trait",
    "restore_prospect",
    "say_how_it_went",
    "say_who",
    "skip_fit_check",
    "start_meeting",
    "subscribe",
    "take_back_firm_answer",
    "take_fit_check",
    "unsubscribe",
    "wish_by_hand",
]
