"""Fit: the share of points reached, and traits that move it as the page says."""

from __future__ import annotations

from passalong.prospecting.fit import NO_TRAITS, Facts, Match, fit_of, matches, points_of, size_bounds
from passalong.prospecting.models import Trait


def trait(kind, value, importance=2):
    return Trait(kind=kind, value=value, importance=importance)


def test_without_traits_everybody_fits_the_same():
    assert fit_of([], Facts(sectors=("Dental",))).percent == NO_TRAITS


def test_match_counts_fully_unknown_half_and_mismatch_nothing():
    traits = [trait("sector", "dental", 3), trait("town", "Leeds", 2), trait("size", "5-50", 1)]
    fit = fit_of(traits, Facts(sectors=("Dental care",), sizes=(400,)))
    assert [reason.match for reason in fit.reasons] == [Match.YES, Match.UNKNOWN, Match.NO]
    assert fit.percent == round(100 * (3 + 2 * 0.5) / 6)


def test_points_sum_to_the_percentage():
    traits = [trait("sector", "dental, legal", 3), trait("role", "owner", 2), trait("life_event", "retirement", 2)]
    fit = fit_of(traits, Facts(sectors=("Law",), roles=("Co-owner, Owner",)))
    assert round(sum(reason.points for reason in fit.reasons)) == fit.percent


def test_alternatives_are_parted_by_commas_and_match_beginnings_of_words():
    assert matches(trait("role", "founder, own"), Facts(roles=("Owner and dentist",)))[0] is Match.YES
    assert matches(trait("role", "founder, own"), Facts(roles=("Clown",)))[0] is Match.NO


def test_sizes_are_ranges():
    assert size_bounds("5-50") == (5, 50)
    assert size_bounds("100+") == (100, float("inf"))
    assert size_bounds("20") == (20, 20)
    assert size_bounds("many") is None
    assert size_bounds("50-5") is None
    assert matches(trait("size", "1-4, 100+"), Facts(sizes=(120,)))[0] is Match.YES


def test_traits_of_one_kind_are_alternatives_and_the_best_match_counts():
    traits = [trait("sector", "dental", 3), trait("sector", "legal", 1), trait("town", "Leeds", 1)]
    assert fit_of(traits, Facts(sectors=("Dental",), towns=("Leeds",))).percent == 100
    assert fit_of(traits, Facts(sectors=("Legal",), towns=("Leeds",))).percent == 50
    assert fit_of(traits, Facts(sectors=("Fishing",), towns=("Leeds",))).percent == 25
    assert [round(points) for _trait, points in points_of(traits)] == [75, 25, 25]


def test_removing_a_missed_trait_raises_fit_and_removing_a_met_one_lowers_it():
    met, missed = trait("sector", "dental"), trait("town", "Leeds")
    facts = Facts(sectors=("Dental",), towns=("York",))
    both = fit_of([met, missed], facts).percent
    assert fit_of([met], facts).percent > both > fit_of([missed], facts).percent
