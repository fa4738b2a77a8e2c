"""Addresses of the interviews room, a file a part."""

from __future__ import annotations

from passalong.interviews.urls import editing, partners, pipeline, publishing, recording

app_name = "interviews"
urlpatterns = [
    *pipeline.urlpatterns,
    *partners.urlpatterns,
    *recording.urlpatterns,
    *editing.urlpatterns,
    *publishing.urlpatterns,
]
