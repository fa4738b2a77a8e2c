"""Addresses of introductions."""

from __future__ import annotations

from django.urls import path

from passalong.introductions.views import board, lists, lunch, one, telling, thanks, ways

app_name = "introductions"
urlpatterns = [
    path("introductions/", board.introductions, name="list"),
    path("introductions/board/", board.board, name="board"),
    path("introductions/replies/", lists.replies, name="replies"),
    path("introductions/replies/<str:public_id>/ask/", telling.ask, name="ask"),
    path("introductions/replies/<str:public_id>/tell/", telling.tell, name="tell"),
    path("introductions/replies/<str:public_id>/take-back/", telling.take_back, name="take_back"),
    path("introductions/replies/<str:public_id>/form/", telling.form, name="form"),
    path("introductions/<str:public_id>/", one.one, name="one"),
    path("introductions/<str:public_id>/move/", one.move, name="move"),
    path("introductions/<str:public_id>/undo/", one.undo, name="undo"),
    path("introductions/<str:public_id>/remind/", one.put_off, name="put_off"),
    path("introductions/<str:public_id>/withdraw/", lists.withdraw, name="withdraw"),
    path("introductions/<str:public_id>/said-yes/", telling.reported, name="reported"),
    path("settings/introductions/", one.terms, name="terms"),
    path("introductions/<str:public_id>/ways/", ways.ways, name="ways"),
    path("introductions/<str:public_id>/ways/lunch/", lunch.lunch, name="lunch"),
    path("introductions/<str:public_id>/ways/lunch/propose/", lunch.propose, name="lunch_propose"),
    path("introductions/<str:public_id>/ways/lunch/ask/", lunch.ask, name="lunch_ask"),
    path("introductions/<str:public_id>/ways/lunch/said/", lunch.said, name="lunch_said"),
    path("introductions/<str:public_id>/ways/lunch/fix/", lunch.fix, name="lunch_fix"),
    path("introductions/<str:public_id>/ways/lunch/change/", lunch.change, name="lunch_change"),
    path("introductions/<str:public_id>/ways/lunch/cancel/", lunch.cancel, name="lunch_cancel"),
    path("introductions/<str:public_id>/ways/lunch/again/", lunch.again, name="lunch_again"),
    path("introductions/<str:public_id>/ways/lunch/send/", lunch.send, name="lunch_send"),
    path("introductions/<str:public_id>/ways/lunch/lunch.ics", lunch.entry, name="lunch_entry"),
    path("introductions/<str:public_id>/ways/<str:kind>/", ways.way, name="way"),
    path("introductions/<str:public_id>/ways/<str:kind>/hand-over/", ways.hand_over, name="way_hand_over"),
    path("introductions/<str:public_id>/ways/<str:kind>/used/", ways.used, name="way_used"),
    path("introductions/<str:public_id>/ways/<str:kind>/<str:form>", ways.paper, name="way_paper"),
    path("settings/thanks/", thanks.thanks, name="thanks"),
]
