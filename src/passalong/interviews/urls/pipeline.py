"""Addresses of the board, one interview, invitations, casting calls and question sets."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.interviews.views import board, casting, one, questions

urlpatterns: list[URLPattern] = [
    path("", board.interviews, name="list"),
    path("board/", board.board, name="board"),
    path("new/", board.new, name="new"),
    path("questions/", questions.sets, name="questions"),
    path("questions/<str:public_id>/", questions.one_set, name="question_set"),
    path("casting/", casting.calls, name="casting"),
    path("casting/new/", casting.new, name="casting_new"),
    path("casting/<str:public_id>/", casting.call, name="casting_call"),
    path("casting/<str:public_id>/words/", casting.words, name="casting_words"),
    path("casting/<str:public_id>/choose/", casting.choose, name="casting_choose"),
    path("casting/<str:public_id>/act/", casting.act, name="casting_act"),
]
# Last of the room: an id is any word.
of_one: list[URLPattern] = [
    path("<str:public_id>/", one.one, name="one"),
    path("<str:public_id>/move/", one.move, name="move"),
    path("<str:public_id>/remind/", one.put_off, name="put_off"),
    path("<str:public_id>/about/", one.describe, name="describe"),
    path("<str:public_id>/invite/", one.invite, name="invite"),
    path("<str:public_id>/day/", one.schedule, name="schedule"),
    path("<str:public_id>/day.ics", one.entry, name="entry"),
    path("<str:public_id>/write/", one.write, name="write"),
    path("<str:public_id>/questions/", questions.of_interview, name="asked"),
]
