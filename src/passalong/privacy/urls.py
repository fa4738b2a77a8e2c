"""Addresses of what is owed to people on file, within the settings."""

from __future__ import annotations

from django.urls import path, re_path

from passalong.privacy.views import duties, requests

app_name = "privacy"
urlpatterns = [
    path("settings/privacy/requests/", requests.requests, name="requests"),
    path("settings/privacy/requests/<str:public_id>/", requests.one, name="request"),
    path("people/<str:public_id>/forget/", requests.forget, name="forget"),
    path("people/<str:public_id>/copy/", requests.copy, name="copy"),
    path("settings/privacy/people/", duties.people, name="people"),
    path("settings/privacy/people/tell/", duties.tell, name="tell"),
    path("settings/privacy/people/letters.pdf", duties.letters, name="letters"),
    path("settings/privacy/balancing/", duties.balancing_note, name="balancing"),
    path("settings/privacy/balancing/<int:number>.pdf", duties.balancing_file, name="balancing_file"),
    path("settings/privacy/assessment/", duties.assessment, name="assessment"),
    re_path(r"^settings/privacy/assessment/file\.(?P<form>pdf|md)$", duties.assessment_file, name="assessment_file"),
    path("settings/privacy/kept/", duties.kept, name="kept"),
    path("people/<str:public_id>/tax/", duties.tax_consent, name="tax"),
    path("people/<str:public_id>/tax/withdraw/", duties.withdraw_tax, name="withdraw_tax"),
]
