"""Sharing: members spread the word, proved by strangers who open their links.

A member makes a short link to something an operator registered; what counts is that somebody
who is neither the member nor a program opens it. Of strangers nothing is kept but hashes, for a
day. It does not know what a share earns.
"""

from domain.sharing.errors import BadTarget, NoSuchLink, NoSuchTarget, TooManyLinks
from domain.sharing.linking import links, make
from domain.sharing.opening import Place, find, open_link
from domain.sharing.records import Link, Opened, Target, Visit
from domain.sharing.targets import close, register, target_by_id, targets

__all__ = [
    "BadTarget",
    "Link",
    "NoSuchLink",
    "NoSuchTarget",
    "Opened",
    "Place",
    "Target",
    "TooManyLinks",
    "Visit",
    "close",
    "find",
    "links",
    "make",
    "open_link",
    "register",
    "target_by_id",
    "targets",
]
