"""Addresses of who read."""

from __future__ import annotations

from django.urls import path

from passalong.kits.views import readings

urlpatterns = [
    path("<str:public_id>/readers/", readings.readings, name="readings"),
    path("<str:public_id>/readers/judge/", readings.judge_again, name="judge_again"),
    path("<str:public_id>/readers/<str:link_id>/", readings.reading, name="reading"),
]
