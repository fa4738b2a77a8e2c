"""Addresses of editions."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.kits.views import editions, publishing

urlpatterns: list[URLPattern] = [
    path("waiting/", editions.waiting, name="waiting"),
    path("editions/<str:public_id>/", editions.show, name="edition"),
    path("editions/<str:public_id>/page/", editions.page, name="edition_page"),
    path("editions/<str:public_id>/approve/", editions.approve, name="approve"),
    path("editions/<str:public_id>/refuse/", editions.refuse, name="refuse"),
    path("editions/<str:public_id>/withdraw/", editions.withdraw, name="withdraw"),
    path("editions/<str:public_id>/files/<str:name>/", editions.file, name="edition_file"),
    path("<str:public_id>/publish/", publishing.publish, name="publish"),
    path("<str:public_id>/publish/page/", publishing.page, name="draft_page"),
    path("<str:public_id>/publish/files/<str:name>/", publishing.file, name="draft_file"),
]
