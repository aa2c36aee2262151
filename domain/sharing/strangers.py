"""Strangers: which requests are a person's who is not the member. Pure functions.

What cannot be told from a person counts: a fraud screen sees the rest. What tells it apart are
user agents that say so themselves, requests no click makes, and hashes that live for a day.
"""

import hashlib
import ipaddress
import re

from domain.sharing.records import Visit

USER_AGENT_CHARACTERS_MAX = 500
# Words by which programs call themselves: crawlers, previews of messengers, libraries, monitors.
ROBOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|scan|monitor|check|curl|wget|python|java/|okhttp|axios"
    r"|go-http|node|headless|phantom|puppeteer|playwright|selenium|lighthouse|facebookexternalhit"
    r"|whatsapp|telegram|skype|slack|discord|embedly|pinterest|vkshare|outbrain|nuzzel|libwww|http",
    re.IGNORECASE,
)
# A browser that looks ahead says so in one of these.
PURPOSES = ("sec-purpose", "purpose", "x-purpose", "x-moz")
AHEAD = ("prefetch", "prerender", "preview")
NETWORK_BITS = {4: 24, 6: 48}
HASH_BYTES = 16


def is_stranger(visit: Visit) -> bool:
    """True when a person who is not known here opened the link."""
    if visit.method != "GET" or visit.known:
        return False
    if any(word in visit.headers.get(name, "").lower() for name in PURPOSES for word in AHEAD):
        return False
    agent = visit.headers.get("user-agent", "")[:USER_AGENT_CHARACTERS_MAX]
    # Every browser calls itself Mozilla; what does not is a program.
    return agent.startswith("Mozilla/") and not ROBOTS.search(agent.removeprefix("Mozilla/"))


def network_of(address: str) -> str:
    """The network an address belongs to, as far as an operator gives it to one customer: 24 bits
    of IPv4, 48 of IPv6. Everything that is no address is one network."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network((found, NETWORK_BITS[found.version]), strict=False))


def hashes(visit: Visit, *, salt: bytes) -> tuple[bytes, bytes]:
    """The visitor and the network, each as 16 bytes that mean nothing without the salt."""
    network = network_of(visit.address)
    agent = visit.headers.get("user-agent", "")[:USER_AGENT_CHARACTERS_MAX]
    return _hashed(f"visitor\0{network}\0{agent}", salt), _hashed(f"network\0{network}", salt)


def _hashed(text: str, salt: bytes) -> bytes:
    said = text.encode(errors="replace")
    return hashlib.blake2b(said, key=salt, digest_size=HASH_BYTES).digest()
