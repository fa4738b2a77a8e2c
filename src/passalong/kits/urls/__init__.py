"""Addresses of kits on the desk, one file a concern."""

from __future__ import annotations

from passalong.kits.urls import passing, proof, publishing, readings, writing

app_name = "kits"
urlpatterns = [
    *proof.urlpatterns,
    *publishing.urlpatterns,
    *passing.urlpatterns,
    *readings.urlpatterns,
    *writing.urlpatterns,  # last: its `<public id>/` would take any other single word
]
