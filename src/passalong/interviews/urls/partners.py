"""Addresses of partners, briefs, series and returns."""

from __future__ import annotations

from django.urls import URLPattern, path

from passalong.interviews.views import brief, partner, partners, returns, series

urlpatterns: list[URLPattern] = [
    path("partners/", partners.partners, name="partners"),
    path("partners/choose/", partners.choosing, name="choosing"),
    path("partners/new/", partners.new, name="partner_new"),
    path("partners/<str:public_id>/", partner.partner, name="partner"),
    path("partners/<str:public_id>/describe/", partner.describe, name="partner_describe"),
    path("partners/<str:public_id>/touch/", partner.touch, name="partner_touch"),
    path("partners/<str:public_id>/remind/", partner.put_off, name="partner_put_off"),
    path("partners/<str:public_id>/let-go/", partner.let_go, name="partner_let_go"),
    path("partners/<str:public_id>/understanding/", partner.agree, name="reciprocity"),
    path("partners/<str:public_id>/interview/", partner.interview, name="partner_interview"),
    path("partners/<str:public_id>/brief/", brief.page, name="brief"),
    path("partners/<str:public_id>/brief/brief.pdf", brief.pdf, name="brief_pdf"),
    path("partners/<str:public_id>/brief/send/", brief.send, name="brief_send"),
    path("partners/<str:public_id>/brief/link/", brief.link, name="brief_link"),
    path("understandings/<str:public_id>/", partner.understanding, name="understanding"),
    path("understandings/<str:public_id>/end/", partner.end_understanding, name="reciprocity_end"),
    path("series/", series.overview, name="series_list"),
    path("series/new/", series.new, name="series_new"),
    path("series/<str:public_id>/", series.one, name="series"),
    path("series/<str:public_id>/offer/", series.reword, name="series_offer"),
    path("series/<str:public_id>/places/", series.place, name="series_place"),
    path("series/<str:public_id>/end/", series.end, name="series_end"),
    path("owing/", returns.owing, name="owing"),
    path("owing.json", returns.owing_json, name="owing_json"),
    path("<str:public_id>/return/", returns.one, name="return"),
    path("<str:public_id>/return/ask/", returns.ask, name="return_ask"),
    path("<str:public_id>/return/day/", returns.schedule, name="return_day"),
    path("<str:public_id>/return/done/", returns.log, name="return_done"),
    path("<str:public_id>/return/forgo/", returns.forgo, name="return_forgo"),
]
