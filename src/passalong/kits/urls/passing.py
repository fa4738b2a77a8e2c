"""Addresses of passing along."""

from __future__ import annotations

from django.urls import path

from passalong.kits.views import passing

urlpatterns = [
    path("<str:public_id>/pass-along/", passing.passing, name="passing"),
    path("<str:public_id>/pass-along/make/", passing.make, name="make_link"),
    path("<str:public_id>/pass-along/check/", passing.check, name="check_public"),
    path("<str:public_id>/pass-along/<str:link_id>/", passing.link, name="link"),
    path("<str:public_id>/pass-along/<str:link_id>/passed/", passing.passed, name="passed"),
    path("<str:public_id>/pass-along/<str:link_id>/end/", passing.end, name="end_link"),
    path("<str:public_id>/pass-along/<str:link_id>/page/", passing.share_page, name="share_page"),
    path("<str:public_id>/pass-along/<str:link_id>/code.svg", passing.code, {"kind": "svg"}, name="code_svg"),
    path("<str:public_id>/pass-along/<str:link_id>/code.png", passing.code, {"kind": "png"}, name="code_png"),
    path("<str:public_id>/pass-along/<str:link_id>/card.pdf", passing.code, {"kind": "pdf"}, name="card"),
]
