"""Reaching: connections of the `requests` library, of which Google's libraries are made, to where
our settings say and believing whom they say."""

import ssl
from pathlib import Path
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter


class Leg(HTTPAdapter):
    """One try of a request, never a second one of its own accord.

    ca -- authorities to believe besides the usual ones.
    instead_of, to -- the beginning of addresses that are to be reached at another place.
    """

    def __init__(
        self, *, ca: Path | None, instead_of: str = "", to: str = "", connections: int = 4
    ) -> None:
        self._ca, self._instead_of, self._to = ca, instead_of, to
        super().__init__(max_retries=0, pool_connections=4, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As every adapter's, with our authorities."""
        if self._ca is not None:
            context = ssl.create_default_context(cafile=certifi.where())
            context.load_verify_locations(self._ca)
            kwargs["ssl_context"] = context
        super().init_poolmanager(*args, **kwargs)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send it, to the other place if it is for the one."""
        assert request.url is not None, "a prepared request has an address"
        if self._instead_of and request.url.startswith(self._instead_of):
            request.url = self._to + request.url[len(self._instead_of) :]
        return super().send(request, *args, **kwargs)


def session(*, ca: Path | None) -> requests.Session:
    """A session that asks the environment nothing: neither for proxies nor for passwords."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", Leg(ca=ca))
    return made
