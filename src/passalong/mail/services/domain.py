"""What the DNS says about the domain messages come from: SPF, DKIM, DMARC, and where answers arrive.

Each finding tells what is there, what it means, and the very record to publish. Without an answer of the name service
nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _

from passalong.accounts.models import Member
from passalong.accounts.rules import demand
from passalong.core import clock
from passalong.mail import dns
from passalong.mail.models import DomainCheck
from passalong.mail.services import dkim_sign
from passalong.mail.services.dkim_verify import dmarc_record, organization

State = Literal["good", "better", "bad", "unknown", "off"]
MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: receivers stop there, and the record counts for nothing
_WALKS = 40  # records read in all, whatever they name
_SECONDS = 40.0  # for all questions together; somebody waits for the page
_COSTS = frozenset({"a", "mx", "ptr", "exists", "include", "redirect"})


@dataclass(frozen=True, slots=True)
class Finding:
    """name: SPF, DKIM, DMARC or MX. say: what it means. found: the records as they are. record_name, kind and value:
    what to publish, empty when there is nothing to do."""

    name: str
    state: State
    say: str
    found: list[str] = field(default_factory=list)
    record_name: str = ""
    record_kind: str = "TXT"
    record_value: str = ""


def own_domain() -> str:
    """The domain of MAIL_FROM."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ").lower()


def is_only_tried(domain: str) -> bool:
    """Whether this is no domain of the Internet."""
    return "." not in domain or domain.endswith((".localhost", ".local", ".lan"))


def check(*, by: Member) -> DomainCheck:
    """Ask the DNS now, and keep what it said."""
    demand(by, "mail.write")
    dkim_sign.forget()
    findings = [asdict(one) for one in examine()]
    kept, _made = DomainCheck.objects.update_or_create(
        domain=own_domain(), defaults={"checked_at": clock.now(), "findings": findings}
    )
    return kept


def examine() -> list[Finding]:
    """Every finding on the domain, asked now."""
    domain = own_domain()
    looks: list[tuple[str, Callable[[str], Finding]]] = [("SPF", spf), ("DKIM", dkim), ("DMARC", dmarc), ("MX", inbox)]
    with dns.within(_SECONDS):
        return [_found(name, look, domain) for name, look in looks]


def _found(name: str, look: Callable[[str], Finding], domain: str) -> Finding:
    try:
        return look(domain)
    except dns.Unreachable:
        return Finding(name, "unknown", _("The name service did not answer. Nothing is known; try again later."))


@dataclass(slots=True)
class _Walk:
    """A walk through an SPF record and what it includes. addresses: of our relay."""

    addresses: list[IPv4Address | IPv6Address]
    lookups: int = 0
    records: int = 0
    broken: str = ""


def spf_records(domain: str) -> list[str]:
    """The SPF records of a domain; more than one is a fault."""
    return [text for text in dns.txt(domain) if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def spf(domain: str) -> Finding:
    """Whether the domain names our way out among those who may send for it."""
    records = spf_records(domain)
    relay, addresses = _relay()
    if not records:
        say = _("There is no SPF record: receivers cannot tell who may send for this domain.")
        return Finding("SPF", "bad", say, [], domain, record_value=f"v=spf1 {_term(relay)} ~all")
    if len(records) > 1:
        say = _("There are %(many)d SPF records. Receivers then heed none of them; make them one.")
        return Finding("SPF", "bad", say % {"many": len(records)}, records, domain, record_value=_merged(records))
    walk = _Walk(addresses)
    is_named = _walk(walk, domain, records[0])
    if walk.broken:
        return Finding("SPF", "bad", walk.broken, records, domain, record_value=_changed(records[0], ""))
    if walk.lookups > MOST_LOOKUPS:
        say = _("The record asks for more than %(most)d further look-ups. Receivers stop there and heed none of it.")
        return Finding(
            "SPF", "bad", say % {"most": MOST_LOOKUPS}, records, domain, record_value=_changed(records[0], "")
        )
    last = records[0].lower().split()[-1]
    if last in ("+all", "all"):
        say = _("The record lets anybody send for this domain. End it with ~all.")
        return Finding("SPF", "bad", say, records, domain, record_value=_changed(records[0], ""))
    if not addresses:
        say = _("The record is sound (look-ups: %(n)d). Whether it names your provider cannot be seen from here.")
        return Finding("SPF", "better", say % {"n": walk.lookups}, records)
    if not is_named:
        say = _("The record is sound but does not name %(relay)s, by which your messages leave.") % {"relay": relay}
        return Finding("SPF", "bad", say, records, domain, record_value=_changed(records[0], _term(relay)))
    say = _("The record names %(relay)s, by which your messages leave. It takes %(n)d of %(most)d look-ups.")
    return Finding("SPF", "good", say % {"relay": relay, "n": walk.lookups, "most": MOST_LOOKUPS}, records)


def _relay() -> tuple[str, list[IPv4Address | IPv6Address]]:
    """The host messages leave by and its public addresses; empty where a provider or this machine sends."""
    host = str(getattr(settings, "EMAIL_HOST", "") or "")
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") or host in ("", "localhost"):
        return "", []
    try:
        return host, [ip_address(host)]
    except ValueError:
        return host, [ip_address(one) for one in dns.addresses(host)]


def _term(relay: str) -> str:
    if not relay:
        return "mx"
    try:
        return f"ip{ip_address(relay).version}:{relay}"
    except ValueError:
        return f"a:{relay}"


def _changed(record: str, term: str) -> str:
    """The record with this term, and an end that lets nobody else in."""
    terms = [one for one in record.split()[1:] if one.lower().lstrip("+-~?") != "all"]
    has_redirect = any(one.lower().startswith("redirect=") for one in terms)
    return " ".join(["v=spf1", *([term] if term else []), *terms, *([] if has_redirect else ["~all"])])


def _merged(records: list[str]) -> str:
    terms = dict.fromkeys(one for record in records for one in record.split()[1:])
    return _changed(" ".join(["v=spf1", *terms]), "")


def _walk(walk: _Walk, domain: str, record: str) -> bool:
    """Whether one of our addresses passes this record; counts what receivers count."""
    walk.records += 1
    redirect = ""
    for term in record.split()[1:]:
        qualifier, rest = (term[0], term[1:]) if term[0] in "+-~?" else ("+", term)
        if rest.lower().startswith("redirect="):
            redirect = rest[9:]
            continue
        kind, _colon, value = rest.partition(":")
        kind, _slash, bits = kind.partition("/")
        if kind.lower() in _COSTS:
            walk.lookups += 1
        if walk.lookups > MOST_LOOKUPS or walk.records > _WALKS or walk.broken:
            return False
        if kind.lower() == "all":
            return False  # what is met by “all” alone is not named
        if _meets(walk, kind.lower(), value or domain, bits):
            return qualifier == "+"
    if redirect and walk.lookups < MOST_LOOKUPS:
        walk.lookups += 1
        return _included(walk, redirect)
    return False


def _meets(walk: _Walk, kind: str, value: str, bits: str) -> bool:
    if kind in ("ip4", "ip6"):
        try:
            network = ip_network(value, strict=False)
        except ValueError:
            walk.broken = _("The record holds “%(term)s”, which is no address.") % {"term": f"{kind}:{value}"[:80]}
            return False
        return any(one in network for one in walk.addresses if one.version == network.version)
    if kind == "include":
        return _included(walk, value)
    if kind in ("a", "mx"):
        name, _slash, width = value.partition("/")
        hosts = [host for _rank, host in dns.mail_hosts(name)][:10] if kind == "mx" else [name]
        found = [ip_address(one) for host in hosts for one in dns.addresses(host)]
        return any(_near(one, other, bits or width) for one in found for other in walk.addresses)
    return False


def _near(one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address, bits: str) -> bool:
    if one.version != other.version:
        return False
    width = bits.partition("/")[0]
    return other in ip_network(
        f"{one}/{width}" if width.isdigit() and int(width) <= one.max_prefixlen else str(one), strict=False
    )


def _included(walk: _Walk, domain: str) -> bool:
    records = spf_records(domain)
    if len(records) != 1:
        walk.broken = _(
            "The record includes %(name)s, which has no sound SPF record. Receivers then heed none of it."
        ) % {"name": domain[:100]}
        return False
    return _walk(walk, domain, records[0])


def dkim(domain: str) -> Finding:
    """Whether the published key is the one we sign with."""
    if not dkim_sign.is_on():
        say = _(
            "Messages are not signed here. If your provider signs them, its own pages tell which records to publish."
        )
        return Finding("DKIM", "off", say)
    name = dkim_sign.record_name(domain)
    try:
        wanted = dkim_sign.record_value()
    except ValueError:
        return Finding("DKIM", "bad", _("MAIL_DKIM_KEY is no key that can sign. Nothing goes until it is mended."))
    found = dns.txt(name)
    if not found:
        say = _("The key is not published: receivers cannot check the signature, and nothing is sent until it is.")
        return Finding("DKIM", "bad", say, [], name, record_value=wanted)
    if dkim_sign.published(wanted) not in [dkim_sign.published(one) for one in found]:
        say = _("The published key is not the one messages are signed with. Nothing is sent until they are the same.")
        return Finding("DKIM", "bad", say, found, name, record_value=wanted)
    if len(found) > 1:
        say = _("Our key is published, beside another record under the same name. Keep only ours.")
        return Finding("DKIM", "better", say, found, name, record_value=wanted)
    return Finding("DKIM", "good", _("The published key is the one messages are signed with."), found)


def dmarc(domain: str) -> Finding:
    """The policy for messages that neither SPF nor DKIM vouches for, and whether ours would pass it."""
    own = [one for one in dns.txt(f"_dmarc.{domain}") if one.replace(" ", "").lower().startswith("v=dmarc1")]
    name, wished = f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}"
    if len(own) > 1:
        say = _("There are %(many)d DMARC records. Receivers then heed none of them.") % {"many": len(own)}
        return Finding("DMARC", "bad", say, own, name, record_value=own[0])
    top, policy = organization(domain)
    if not policy:
        say = _("There is no DMARC record. Large receivers ask for one before they take mail for many.")
        return Finding("DMARC", "bad", say, own, name, record_value=wished)
    found = own or [one for one in dns.txt(f"_dmarc.{top}") if dmarc_record([one]) is not None]
    rule = policy.get("p", "").lower()
    if rule not in ("none", "quarantine", "reject"):
        say = _("The record names no policy that receivers know: p must be none, quarantine or reject.")
        return Finding("DMARC", "bad", say, found, name, record_value=wished)
    if rule == "none":
        say = _(
            "The record is there and asks for nothing yet. Once SPF and DKIM are good for some weeks, set p=quarantine."
        )
        value = found[0].replace("p=none", "p=quarantine", 1) if found else wished
        return Finding("DMARC", "better", say, found, f"_dmarc.{top}", record_value=value)
    say = _("Messages that fail are to be put aside (p=%(rule)s). Ours pass: they are signed by the domain of From.")
    if not dkim_sign.is_on():
        say = _(
            "Messages that fail are to be put aside (p=%(rule)s). Ours pass only by SPF, as they are not signed here."
        )
    return Finding("DMARC", "good" if dkim_sign.is_on() else "better", say % {"rule": rule}, found)


def inbox(domain: str) -> Finding:
    """Whether mail to the address for answers arrives anywhere."""
    if not settings.MAIL_INBOX:
        say = _("No address for answers is set (MAIL_INBOX): answers go to the address in From and are not shown here.")
        return Finding("MX", "off", say)
    at = settings.MAIL_INBOX.rpartition("@")[2].lower()
    hosts = [host for _rank, host in dns.mail_hosts(at)]
    if any(hosts):
        return Finding("MX", "good", _("Answers to %(address)s arrive.") % {"address": settings.MAIL_INBOX}, hosts)
    say = _("%(domain)s names no server that takes its mail: answers cannot arrive.") % {"domain": at}
    return Finding("MX", "bad", say, [], at, "MX", "10 mail.example.org.")
