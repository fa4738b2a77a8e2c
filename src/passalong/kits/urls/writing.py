"""Addresses of writing kits."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.kits.views import pictures, versions, writing

urlpatterns: list[URLPattern] = [
    path("", writing.kits, name="list"),
    path("new/", writing.new, name="new"),
    path("<str:public_id>/", writing.write, name="write"),
    path("<str:public_id>/preview/", writing.preview, name="preview"),
    path("<str:public_id>/history/", versions.history, name="history"),
    path("<str:public_id>/compare/", versions.compare, name="compare"),
    path("<str:public_id>/restore/", versions.restore, name="restore"),
    path("<str:public_id>/rename/", writing.rename, name="rename"),
    path("<str:public_id>/archive/", writing.archive, name="archive"),
    path("<str:public_id>/bring-back/", writing.bring_back, name="bring_back"),
    path("<str:public_id>/pictures/", pictures.add, name="add_picture"),
    path("<str:public_id>/pictures/<str:picture_id>/", pictures.show, name="picture"),
    path("<str:public_id>/pictures/<str:picture_id>/remove/", pictures.remove, name="remove_picture"),
]
