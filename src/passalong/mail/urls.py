"""Addresses of mail at the desk."""

from __future__ import annotations

from django.urls import path

from passalong.mail.views import domain, inbound, outbox, suppression

app_name = "mail"
urlpatterns = [
    path("mail/", outbox.listed, name="outbox"),
    path("mail/let-go/", outbox.let_go, name="let_go"),
    path("mail/not-written-to/", suppression.listed, name="suppressions"),
    path("mail/messages/<str:public_id>/", outbox.message, name="message"),
    path("mail/messages/<str:public_id>/body", outbox.body, name="body"),
    path("mail/messages/<str:public_id>/edit/", outbox.edit, name="edit"),
    path("mail/messages/<str:public_id>/send/", outbox.send, name="send"),
    path("mail/messages/<str:public_id>/cancel/", outbox.cancel, name="cancel"),
    path("mail/messages/<str:public_id>/again/", outbox.again, name="again"),
    path("mail/messages/<str:public_id>/settle/", outbox.settle, name="settle"),
    path("mail/in/", inbound.listed, name="inbound"),
    path("mail/in/<str:public_id>/", inbound.arrived, name="arrived"),
    path("mail/in/<str:public_id>/original", inbound.original, name="original"),
    path("mail/in/<str:public_id>/decide/", inbound.decide, name="decide"),
    path("settings/mail/", domain.settings_page, name="settings"),
    path("settings/mail/check/", domain.check, name="check"),
    path("settings/mail/try/", domain.try_mailbox, name="try_mailbox"),
    path("people/<str:public_id>/write/", outbox.write, name="write"),
]
