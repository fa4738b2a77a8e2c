"""Whose address counts behind proxies."""

from __future__ import annotations

from typing import Any

import pytest

from passalong.core.proxies import parsed_address
from passalong.portal.asking import client_address
from passalong.portal.limits import AddressLimiter
from passalong.portal.views.notices import refusal


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # a visitor who writes the header is not believed
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"),  # what the visitor put in front is not believed
        ("10.1.2.3", "198.51.100.1, 10.9.9.9", "198.51.100.1"),  # two proxies of ours
        ("127.0.0.1", "rubbish, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, rubbish", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:127.0.0.1", "198.51.100.1:5000", "198.51.100.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_the_visitor_is_the_last_address_that_is_no_proxy_of_ours(
    settings: Any, peer: str, forwarded: str, expected: str
) -> None:
    settings.PROXIES = ["127.0.0.1/32", "::1/128", "10.0.0.0/8"]
    assert client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}) == expected


@pytest.mark.parametrize("length", ["20001", "000000000000999999999", "9" * 40, "-1", "1e3", "٣"])
def test_a_form_that_does_not_fit_or_does_not_say_how_long_it_is_is_not_read(rf: Any, length: str) -> None:
    request = rf.post("/", b"x", content_type="text/plain", CONTENT_LENGTH=length)
    answer = refusal(request, "any")
    assert answer is not None
    assert answer.status_code == 413


def test_no_address_is_read_from_what_is_none() -> None:
    for text in ("", "unknown", "1.2.3", "1.2.3.4.5", "x" * 5000, "::::"):
        assert parsed_address(text) is None


def test_addresses_of_one_network_share_a_bound() -> None:
    bound = AddressLimiter(2, within=1e9)
    assert [bound.allows(f"2001:db8:0:1::{number:x}") for number in range(1, 4)] == [True, True, False]
    assert bound.allows("2001:db8:0:2::1")
    assert [bound.allows(address) for address in ("192.0.2.1", "192.0.2.2", "", "")] == [True] * 4
