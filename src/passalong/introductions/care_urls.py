"""Addresses of care, below care/: what is owed to clients, agreed with them, said to them."""

from __future__ import annotations

from django.urls import path

from passalong.introductions.views import agreement, care, care_lists

urlpatterns = [
    path("promises/", care_lists.promises, name="promises"),
    path("promises/<str:public_id>/", care.settle, name="promise_settle"),
    path("to-say/", care_lists.seeds, name="seeds"),
    path("silent/", care_lists.silent, name="silent"),
    path("silent/<str:public_id>/", care_lists.follow_up, name="follow_up"),
    path("<str:public_id>/", care.care, name="care"),
    path("<str:public_id>/promise/", care.promise, name="promise"),
    path("<str:public_id>/said/", care.seed, name="seed"),
    path("<str:public_id>/lesson/", care.lesson, name="lesson"),
    path("<str:public_id>/agreement/", agreement.agreement, name="agreement"),
    path("<str:public_id>/agreement/read/", agreement.read_it, name="agreement_read"),
    path("<str:public_id>/agreement/end/", agreement.end, name="agreement_end"),
    path("<str:public_id>/agreement.pdf", agreement.on_paper, name="agreement_pdf"),
]
