"""Classes of networks, from optional lists with a date and a source. Nothing here is needed for a right verdict.

A list is a text file, or a CSV whose first column counts. Its first line says what it is and where it is from:

    # class: datacentre; date: 2026-11-01; source: https://example.org/ranges
    192.0.2.0/24
    2001:db8::/32
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

DATACENTRE, PROXY, SCANNER = CLASSES = ("datacentre", "proxy", "scanner")
_HEADER = re.compile(
    r"#\s*class:\s*(\S+?)\s*[;,]\s*date:\s*(\d{4}-\d{2}-\d{2})\s*[;,]\s*source:\s*(\S.*)", re.IGNORECASE
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ListError(ValueError):
    """A list that cannot be read; the message is one sentence for the person who keeps it."""


def parsed(text: str | None) -> Address | None:
    """An address as a client or proxy wrote it, or None; an IPv4 address wrapped in IPv6 is unwrapped."""
    try:
        found = ipaddress.ip_address((text or "").strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def neighbourhood(address: Address) -> int:
    """The number of the /24 (IPv4) or /64 (IPv6) around an address, different for the two."""
    return int(address) >> 8 if address.version == 4 else (int(address) >> 64) + (1 << 64)


@dataclass(frozen=True, slots=True)
class Networks:
    """Which class an address is of. Where lists overlap, the narrower network counts, then the later list."""

    by_length: dict[tuple[int, int], dict[int, str]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()  # "datacentre, 2026-11-01, https://..."

    def of(self, address: Address | None) -> str:
        """datacentre, proxy, scanner, or empty where no list knows it. As many looks as there are widths."""
        if address is None or not self.by_length:
            return ""
        number, bits = int(address), address.max_prefixlen
        for (version, length), found in self.by_length.items():
            if version == address.version:
                name = found.get(number >> (bits - length))
                if name:
                    return name
        return ""


def read_networks(files: Iterable[Path]) -> Networks:
    """All lists as one. ListError with file and line where something cannot be read, OSError as it comes."""
    tables: dict[tuple[int, int], dict[int, str]] = {}
    sources = []
    for file in files:
        name = ""
        for number, line in enumerate(file.read_text("utf-8-sig", "replace").splitlines(), 1):
            if not name:
                name, source = _header(file, line)
                sources.append(source)
                continue
            text = line.partition("#")[0].partition(",")[0].strip().strip('"')
            if (text and not text[0].isalpha()) or ":" in text:
                _add(tables, text, name, f"{file.name}, line {number}")
        if not name:
            raise ListError(f"{file.name}: the list is empty.")
    longest_first = dict(sorted(tables.items(), key=lambda table: -table[0][1]))
    return Networks(longest_first, tuple(sources))


def _header(file: Path, line: str) -> tuple[str, str]:
    found = _HEADER.match(line.strip())
    if not found or found[1].lower() not in CLASSES:
        wanted = f"# class: {' or '.join(CLASSES)}; date: 2026-11-01; source: where it is from"
        raise ListError(f"{file.name}, line 1: wanted “{wanted}”.")
    return found[1].lower(), f"{found[1].lower()}, {found[2]}, {found[3].strip()}"


def _add(tables: dict[tuple[int, int], dict[int, str]], text: str, name: str, where: str) -> None:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ListError(f"{where}: “{text[:60]}” is no network such as 192.0.2.0/24.") from None
    table = tables.setdefault((network.version, network.prefixlen), {})
    table[int(network.network_address) >> (network.max_prefixlen - network.prefixlen)] = name
