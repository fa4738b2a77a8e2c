"""Addresses of introductions."""

from __future__ import annotations

from django.urls import path

from passalong.introductions import views

app_name = "introductions"
urlpatterns = [
    path("introductions/", views.introductions, name="list"),
    path("introductions/replies/", views.replies, name="replies"),
    path("introductions/<str:public_id>/withdraw/", views.withdraw, name="withdraw"),
]
