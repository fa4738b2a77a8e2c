"""Addresses of the privacy settings, the value ledger and the second person."""

from __future__ import annotations

from django.urls import path

from passalong.compliance.views import approvals, categories, ledger

app_name = "compliance"
urlpatterns = [
    path("settings/privacy/", categories.privacy, name="privacy"),
    path("settings/privacy/stop/", categories.stop, name="stop"),
    path("settings/gifts/", ledger.entries, name="ledger"),
    path("settings/gifts/people/", ledger.people, name="ledger_people"),
    path("settings/gifts/new/", ledger.add, name="add_value"),
    path("settings/gifts/<str:public_id>/", ledger.entry, name="value"),
    path("settings/approvals/", approvals.approvals, name="approvals"),
    path("settings/approvals/<str:public_id>/", approvals.approval, name="approval"),
]
