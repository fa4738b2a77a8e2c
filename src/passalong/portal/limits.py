"""How often one address, or one link, may send something: buckets that fill again, in a table of bounded size."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, IPv6Network

from passalong.core.proxies import parsed_address

MOST_KEYS = 20_000


class Limiter:
    """At most `burst` at once and `burst` more in `within` seconds, for each key; keys not seen for long go."""

    def __init__(self, burst: int, within: float, most: int = MOST_KEYS) -> None:
        self.burst, self.rate, self.most = float(burst), burst / within, most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        """Take one from this key's bucket if it holds one."""
        now = time.monotonic()
        with self._lock:
            left, at = self._buckets.pop(key, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.rate)
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > self.most:
                self._buckets.popitem(last=False)
        return left >= 1

    def forget(self) -> None:
        """Start anew, as after a restart."""
        with self._lock:
            self._buckets.clear()


class AddressLimiter(Limiter):
    """The same by network address. Whoever has one IPv6 address has a /64 of them: those count as one."""

    def allows(self, key: str) -> bool:
        return super().allows(_network(key))


def _network(address: str) -> str:
    parsed = parsed_address(address)
    return str(IPv6Network((int(parsed) >> 64 << 64, 64))) if isinstance(parsed, IPv6Address) else address


# An office or a seminar room stands behind one address: the bounds are for machines, not for people.
POSTS_OF_ADDRESS = AddressLimiter(40, 60)
POSTS_OF_LINK = Limiter(200, 60)
SIGNS_OF_ADDRESS = AddressLimiter(600, 60)
SIGNS_OF_LINK = Limiter(3000, 60)
SECRETS_OF_ADDRESS = AddressLimiter(60, 60)
# A whole seminar may answer from one room in an hour; more than that is no room full of people.
ANSWERS_OF_ADDRESS = AddressLimiter(120, 3600)
# A recording comes in pieces of up to a megabyte, as fast as the line carries them.
PIECES_OF_ADDRESS = AddressLimiter(1200, 60)
PIECES_OF_LINK = Limiter(1200, 60)
