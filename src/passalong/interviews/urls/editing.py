"""Addresses of cuts, transcripts and the guest's review."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.interviews.views import cut, review, words

urlpatterns: list[URLPattern] = [
    path("<str:public_id>/cut", cut.cut, name="cut"),
    path("<str:public_id>/cut/back", cut.back, name="cut_back"),
    path("<str:public_id>/cut/cancel", cut.cancel, name="cut_cancel"),
    path("<str:public_id>/cut/state", cut.state, name="cut_state"),
    path("<str:public_id>/cut/coming", cut.coming, name="cut_coming"),
    path("<str:public_id>/takes/<str:take>/sound", cut.take_sound, name="take_sound"),
    path("<str:public_id>/sound/<str:made>", cut.sound, name="cut_sound"),
    path("<str:public_id>/words", words.words, name="words"),
    path("<str:public_id>/words/add", words.add, name="words_add"),
    path("<str:public_id>/words/hear", words.hear, name="words_hear"),
    path("<str:public_id>/words/who", words.who, name="words_who"),
    path("<str:public_id>/words/fit", words.fit, name="words_fit"),
    path("<str:public_id>/words/back", words.back, name="words_back"),
    path("<str:public_id>/words/quote", words.quote, name="words_quote"),
    path("<str:public_id>/review", review.review, name="review"),
    path("<str:public_id>/review/again", review.again, name="review_again"),
]
