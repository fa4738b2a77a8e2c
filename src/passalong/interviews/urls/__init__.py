"""Addresses of the interviews room, a file a part."""

from __future__ import annotations

from passalong.interviews.urls import editing, partners, pipeline, publishing, recording

app_name = "interviews"
urlpatterns = [
    *partners.urlpatterns,  # before: its words are no ids
    *pipeline.urlpatterns,
    *recording.urlpatterns,
    *editing.urlpatterns,
    *publishing.urlpatterns,
    *pipeline.of_one,  # last: an id is any word
]
