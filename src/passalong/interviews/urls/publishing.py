"""Addresses of the show, episodes and what they reached."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.interviews.views import publish, publish_show

urlpatterns: list[URLPattern] = [
    path("show/", publish_show.show, name="show"),
    path("show/cover/", publish_show.cover, name="show_cover"),
    path("<str:public_id>/publish/", publish.publish, name="publish"),
    path("<str:public_id>/publish/words/", publish.words, name="publish_words"),
    path("<str:public_id>/publish/ask/", publish.ask, name="publish_ask"),
    path("<str:public_id>/publish/look/", publish.look, name="publish_look"),
    path("<str:public_id>/publish/picture/", publish.picture, name="publish_picture"),
    path("<str:public_id>/publish/card.png", publish.card, name="publish_card"),
    path("<str:public_id>/publish/news/", publish.into_news, name="publish_news"),
    path("<str:public_id>/share/", publish.write_to_guest, name="publish_write"),
    path("<str:public_id>/shared/", publish.shared, name="publish_shared"),
    path("<str:public_id>/take-down/", publish.take_down, name="take_down"),
    path("<str:public_id>/numbers.json", publish.numbers, name="numbers"),
]
