"""Addresses for people without an account. Their secrets are named `token`: tests try public ids elsewhere."""

from __future__ import annotations

from django.urls import path

from passalong.portal.views import (
    answer,
    consent,
    files,
    hook,
    kit,
    lunch,
    me,
    me_door,
    me_hearing,
    me_kits,
    privacy,
    share,
    unsubscribe,
    way,
    words,
)

app_name = "portal"
urlpatterns = [
    path("favicon.ico", files.no_icon, name="no_icon"),
    path("k/picture/<str:digest>", files.picture, name="picture"),
    path("k/<str:token>", kit.kit, name="kit"),
    path("k/<str:token>/", kit.with_slash, name="with_slash"),
    path("k/<str:token>/seen", kit.seen, name="seen"),
    path("k/<str:token>/report.pdf", files.report, name="report"),
    path("k/<str:token>/white-paper.pdf", files.white_paper, name="white_paper"),
    path("u/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    path("answer/<str:token>", answer.answer, name="answer"),
    path("consent/<str:token>", consent.consent, name="consent"),
    path("privacy/", privacy.about, name="privacy"),
    path("privacy/at/<str:public_id>", privacy.about_practice, name="privacy_at"),
    path("privacy/<str:token>", privacy.own, name="privacy_own"),
    path("hook/<str:token>/<str:provider>", hook.hook, name="hook"),
    path("lunch/<str:token>", lunch.lunch, name="lunch"),
    path("lunch/<str:token>/lunch.ics", lunch.entry, name="lunch_entry"),
    path("way/<str:token>", way.way, name="way"),
    path("way/<str:token>/letter.pdf", way.paper, {"form": "pdf"}, name="way_pdf"),
    path("way/<str:token>/letter.docx", way.paper, {"form": "docx"}, name="way_docx"),
    path("way/<str:token>/mail.eml", way.paper, {"form": "eml"}, name="way_eml"),
    path("pass/<str:token>", share.share, name="share"),
    path("pass/<str:token>/words", words.compose, name="words"),
    path("pass/<str:token>/words/<str:public_id>", words.one, name="words_one"),
    path("pass/<str:token>/code.svg", share.code, {"kind": "svg"}, name="share_code"),
    path("pass/<str:token>/card.pdf", share.code, {"kind": "pdf"}, name="share_card"),
    path("me/", me_door.door, name="me"),
    path("me/at/<str:public_id>", me_door.door_of, name="me_at"),
    path("me/in/<str:token>", me_door.enter, name="me_enter"),
    path("me/out", me.out, name="me_out"),
    path("me/agreement", me.agree, name="me_agreed"),
    path("me/hearing", me_hearing.hearing, name="me_hearing"),
    path("me/introductions/", me.introductions, name="me_introductions"),
    path("me/introductions/<str:public_id>", me.one, name="me_one"),
    path("me/kits/<str:public_id>", me_kits.kit, name="me_kit"),
    path("me/kits/<str:public_id>/code.svg", me_kits.code, {"kind": "svg"}, name="me_code"),
    path("me/kits/<str:public_id>/card.pdf", me_kits.code, {"kind": "pdf"}, name="me_card"),
]
