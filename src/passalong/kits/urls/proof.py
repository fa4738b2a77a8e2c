"""Addresses of testimonials and case studies."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.kits.views import proof

urlpatterns: list[URLPattern] = [
    path("proof/", proof.library, name="proofs"),
    path("proof/new/", proof.add, name="add_proof"),
    path("proof/<str:public_id>/", proof.show, name="proof"),
    path("proof/<str:public_id>/edit/", proof.edit, name="edit_proof"),
    path("proof/<str:public_id>/consent/", proof.consent, name="proof_consent"),
    path("proof/<str:public_id>/revoke/", proof.revoke, name="revoke_consent"),
    path("proof/<str:public_id>/away/", proof.retire, name="retire_proof"),
]
