"""Every address of this server."""

from __future__ import annotations

from django.urls import include, path

from passalong.core.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("", include("passalong.desk.urls")),
    path("", include("passalong.accounts.urls")),
    path("", include("passalong.compliance.urls")),
    path("", include("passalong.contacts.urls")),
    path("", include("passalong.mail.urls")),
    path("", include("passalong.privacy.urls")),
    path("", include("passalong.prospecting.urls")),
    path("", include("passalong.introductions.urls")),
    path("interviews/", include("passalong.interviews.urls")),
    path("audience/", include("passalong.audience.urls")),
    path("kits/", include("passalong.kits.urls")),
    path("", include("passalong.portal.urls")),
    path("import/", include("passalong.exchange.urls")),
    path("demo/", include("passalong.demo.urls")),
    path("style/", include("passalong.ui.urls")),
    path("accounts/", include("allauth.urls")),
]
