"""Addresses of voices, their consents and takes."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.interviews.views import recording

urlpatterns: list[URLPattern] = [
    path("<str:public_id>/recording", recording.recording, name="recording"),
    path("<str:public_id>/recording/voices", recording.add_voice, name="voice_add"),
    path("<str:public_id>/recording/guest", recording.name_guest, name="voice_guest"),
    path("<str:public_id>/recording/bring", recording.bring, name="take_bring"),
    path("<str:public_id>/recording/ended", recording.recorded, name="recorded"),
    path("<str:public_id>/prompter", recording.prompter, name="prompter"),
    path("<str:public_id>/takes/", recording.begin, name="take_begin"),
    path("<str:public_id>/takes/<str:take>", recording.length, name="take"),
    path("<str:public_id>/takes/<str:take>/piece", recording.piece, name="take_piece"),
    path("<str:public_id>/takes/<str:take>/done", recording.done, name="take_done"),
    path("takes/<str:public_id>/choose", recording.choose, name="take_choose"),
    path("takes/<str:public_id>/remove", recording.remove, name="take_remove"),
    path("voices/<str:public_id>/remove", recording.remove_voice, name="voice_remove"),
    path("voices/<str:public_id>/link", recording.make_link, name="voice_link"),
    path("voices/<str:public_id>/links-end", recording.end_links, name="voice_links_end"),
    path("voices/<str:public_id>/note", recording.note_consent, name="voice_note"),
    path("voices/<str:public_id>/revoke", recording.revoke, name="voice_revoke"),
    path("voices/<str:public_id>/form", recording.authorise, name="voice_form"),
]
