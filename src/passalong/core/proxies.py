"""Proxies in front of this server: whose word about a visitor's address is believed."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Network = IPv4Network | IPv6Network


def is_trusted_proxy(address: IPv4Address | IPv6Address) -> bool:
    """Whether this is a proxy of ours (setting PASSALONG_PROXIES)."""
    return any(address in network for network in _networks(tuple(settings.PROXIES)))


@lru_cache(maxsize=4)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as headers and servers write it: with port, in brackets, IPv4 in IPv6."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
