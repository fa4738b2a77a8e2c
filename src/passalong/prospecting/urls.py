"""Addresses of the fit check, the ideal client, the wish list, gameplans and meetings."""

from __future__ import annotations

from django.urls import path

from passalong.prospecting.views import calendar, conversation, gameplans, meetings, profile, wishes

app_name = "prospecting"
urlpatterns = [
    path("fit-check/", profile.fit_check, name="fit_check"),
    path("fit-check/skip/", profile.skip_fit_check, name="skip_fit_check"),
    path("ideal-client/", profile.ideal_client, name="ideal_client"),
    path("ideal-client/traits/", profile.add_trait, name="add_trait"),
    path("ideal-client/traits/<str:public_id>/remove/", profile.remove_trait, name="remove_trait"),
    path("wish-list/", wishes.wishlist, name="wishlist"),
    path("wish-list/new/", wishes.add, name="add_wish"),
    path("wish-list/mark/", wishes.mark, name="wish"),
    path("wish-list/<str:public_id>/", wishes.entry, name="wish_entry"),
    path("wish-list/<str:public_id>/drop/", wishes.drop, name="drop_wish"),
    path("wish-list/<str:public_id>/restore/", wishes.restore, name="restore_wish"),
    path("calendar/", calendar.page, name="calendar"),
    path("calendar/book/", calendar.book, name="book"),
    path("calendar/subscribe/", calendar.subscribe, name="subscribe_calendar"),
    path("calendar/read/", calendar.read, name="read_calendar"),
    path("calendar/end/", calendar.unsubscribe, name="unsubscribe_calendar"),
    path("calendar/<str:public_id>/cancel/", calendar.cancel, name="cancel_appointment"),
    path("calendar/<str:public_id>/with/", calendar.say_who, name="say_who"),
    path("gameplan/", gameplans.choose, name="gameplan"),
    path("gameplan/<str:public_id>/", gameplans.gameplan, name="gameplan_for"),
    path("gameplan/<str:public_id>/sheet.pdf", gameplans.sheet_pdf, name="sheet_pdf"),
    path("gameplan/<str:public_id>/meeting/", meetings.start, name="start_meeting"),
    path("meetings/<str:public_id>/", meetings.meeting, name="meeting"),
    path("gameplan/<str:public_id>/conversation.pdf", conversation.conversation_pdf, name="conversation_pdf"),
    path("meetings/<str:public_id>/how-it-went/", conversation.went, name="went"),
    path("meetings/<str:public_id>/put-right/", conversation.right, name="right"),
    path("meetings/<str:public_id>/why/", conversation.why, name="why"),
    path("meetings/<str:public_id>/names-done/", conversation.names_done, name="names_done"),
    path("meetings/<str:public_id>/kit/", conversation.choose, name="choose_kit"),
    path("meetings/<str:public_id>/words/", conversation.words, name="meeting_words"),
    path("meetings/<str:public_id>/words/<str:introduction>/", conversation.words, name="meeting_words_for"),
    path("meetings/<str:public_id>/next/", conversation.next_steps, name="next"),
    path("meetings/<str:public_id>/agreed/", conversation.agreed, name="agreed"),
    path("meetings/<str:public_id>/agreed.pdf", conversation.agreed_pdf, name="agreed_pdf"),
    path("meetings/<str:public_id>/after/", meetings.after, name="after_meeting"),
    path("meetings/<str:public_id>/answer/", meetings.answer, name="answer"),
    path("meetings/<str:public_id>/name/", meetings.add_name, name="add_name"),
    path("meetings/<str:public_id>/firm/", meetings.answer_firm, name="answer_firm"),
    path("meetings/<str:public_id>/firm/take-back/", meetings.take_back_firm, name="take_back_firm"),
    path("meetings/<str:public_id>/introduce/", meetings.introduce, name="introduce"),
    path("meetings/<str:public_id>/jot/", meetings.jot, name="jot"),
    path("meetings/<str:public_id>/note/", meetings.note, name="note_meeting"),
    path("meetings/<str:public_id>/close/", meetings.close, name="close_meeting"),
]
