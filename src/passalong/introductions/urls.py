"""Addresses of introductions."""

from __future__ import annotations

from django.urls import path

from passalong.introductions.views import lists, telling, thanks

app_name = "introductions"
urlpatterns = [
    path("introductions/", lists.introductions, name="list"),
    path("introductions/replies/", lists.replies, name="replies"),
    path("introductions/replies/<str:public_id>/ask/", telling.ask, name="ask"),
    path("introductions/replies/<str:public_id>/tell/", telling.tell, name="tell"),
    path("introductions/replies/<str:public_id>/take-back/", telling.take_back, name="take_back"),
    path("introductions/replies/<str:public_id>/form/", telling.form, name="form"),
    path("introductions/<str:public_id>/withdraw/", lists.withdraw, name="withdraw"),
    path("introductions/<str:public_id>/said-yes/", telling.reported, name="reported"),
    path("settings/thanks/", thanks.thanks, name="thanks"),
]
