"""Addresses of the audience room."""

from __future__ import annotations

from django.urls import path

from passalong.audience.views import issues, pieces, readers

app_name = "audience"
urlpatterns = [
    path("", issues.all_issues, name="issues"),
    path("new", issues.new, name="new"),
    path("readers/", readers.readers, name="readers"),
    path("readers/import", readers.bring_in, name="import"),
    path("readers/<str:public_id>", readers.reader, name="reader"),
    path("readers/<str:public_id>/off", readers.take_off, name="take_off"),
    path("issues/<str:public_id>", issues.issue, name="issue"),
    path("issues/<str:public_id>/look", issues.look, name="look"),
    path("issues/<str:public_id>/add", issues.add_piece, name="add_piece"),
    path("issues/<str:public_id>/add-kit", issues.add_kit, name="add_kit"),
    path("issues/<str:public_id>/test", issues.test, name="test"),
    path("issues/<str:public_id>/send", issues.send, name="send"),
    path("issues/<str:public_id>/stop", issues.stop, name="stop"),
    path("issues/<str:public_id>/ask", issues.ask, name="ask"),
    path("issues/<str:public_id>/discard", issues.discard, name="discard"),
    path("pieces/<str:public_id>", pieces.piece, name="piece"),
    path("pieces/<str:public_id>/move", pieces.move, name="move"),
    path("pieces/<str:public_id>/remove", pieces.remove, name="remove"),
]
