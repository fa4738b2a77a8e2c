"""Addresses of the privacy settings, the value ledger and the second person."""

from __future__ import annotations

from django.urls import path

from passalong.compliance.views import approvals, categories, ledger, record

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
    path("settings/record/", record.entries, name="record"),
    path("settings/record/published/", record.published, name="record_published"),
    path("settings/record/export/", record.export, name="record_export"),
    path("settings/record/keeping/", record.keeping, name="record_keeping"),
    path("settings/record/keeping/release/", record.release, name="record_release"),
    path("settings/record/keeping/year/", record.fiscal_year, name="record_year"),
    path("settings/record/<int:number>/", record.entry, name="record_entry"),
    path("settings/record/<int:number>/<str:digest>/", record.text, name="record_text"),
]
