"""The address of a server that answers: where it is, which model is meant, and whether texts may go there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from uvm_core.cognition.engines.engine import EngineUnavailable

FORM = "http://127.0.0.1:11434/v1#name"
"""How an address is written; `#name` may be missing where the server has one model alone."""

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_PORTS = {"http": 80, "https": 443}
_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",
        "fc00::/7",
        "fe80::/10",
    )
)
_PRIVATE_NAMES = (".local", ".lan", ".internal", ".home.arpa")


class RemoteNotAllowed(EngineUnavailable):
    """The server is another machine and nobody has said yes to that."""


@dataclass(frozen=True)
class ServerAddress:
    """An address taken apart; `path` begins with a stroke and has none at its end, `name` may be empty."""

    scheme: str
    host: str
    port: int
    path: str
    name: str

    @property
    def where(self) -> str:
        """`host:port`, the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def root(self) -> str:
        return f"{self.scheme}://{self.where}"

    @property
    def base(self) -> str:
        """What every path of the interface is appended to."""
        return self.root + self.path

    @property
    def loopback(self) -> bool:
        """Whether nothing leaves this machine."""
        if self.host == "localhost":
            return True
        number = _number(self.host)
        return number is not None and number.is_loopback

    @property
    def private(self) -> bool:
        """Whether it lies in a network of one's own: by its number, or by a name that only such networks give."""
        number = _number(self.host)
        if number is None:
            return "." not in self.host or self.host.endswith(_PRIVATE_NAMES)
        return any(number in network for network in _PRIVATE_NETWORKS if number.version == network.version)

    def __str__(self) -> str:
        return self.base + (f"#{self.name}" if self.name else "")


def is_server_address(text: str) -> bool:
    """Whether a text is meant as a server's address; parse_address says whether it can be used."""
    return re.match(r"https?://", text.strip(), re.IGNORECASE) is not None


def parse_address(text: str) -> ServerAddress:
    """The address in a text. Errors: EngineUnavailable, in a sentence that repeats no secret of it."""
    text = text.strip()
    if not is_server_address(text):
        raise EngineUnavailable(f"A server's address begins with http:// or https://, as in {FORM}.")
    place, _, name = text.partition("#")
    if "@" in place:
        raise EngineUnavailable(
            "The address holds a name or a password before the host, which would be kept with it. Leave it out and put "
            "the key into the environment as BATOS_API_KEY."
        )
    if "?" in place:
        raise EngineUnavailable(
            "The address holds a question mark and values after it, such as a key, which would be kept with it. Leave "
            "them out and put the key into the environment as BATOS_API_KEY."
        )
    if not re.fullmatch(r"[\x21-\x5b\x5d-\x7e]+", place) or not name.isprintable():
        raise EngineUnavailable(f"The address holds characters that no address has; it is written as in {FORM}.")
    try:
        parts = urlsplit(place)
        host, port = (parts.hostname or ""), parts.port
    except ValueError:
        raise EngineUnavailable(
            f"The address has no host or port that can be read; it is written as in {FORM}."
        ) from None
    if port == 0 or not (_HOST.fullmatch(host) or (":" in host and _number(host) is not None)):
        raise EngineUnavailable(f"The address has no host or port that can be read; it is written as in {FORM}.")
    scheme = parts.scheme.lower()
    path = parts.path.rstrip("/") or "/v1"
    return ServerAddress(scheme, host.lower(), _PORTS[scheme] if port is None else port, path, name.strip())


def check_allowed(address: ServerAddress, allow_remote: bool) -> None:
    """Refuse a server on another machine unless somebody said yes to it. Errors: RemoteNotAllowed; EngineUnavailable
    for one that would be asked in the clear over the internet."""
    if address.loopback:
        return
    if address.scheme != "https" and not address.private:
        raise EngineUnavailable(
            f"{address.host} is on another network and the address begins with http://, so that anybody on the way "
            "could read what is asked. Use its https:// address."
        )
    if not allow_remote:
        clear = "" if address.scheme == "https" else ", unencrypted"
        raise RemoteNotAllowed(
            f"With this model texts leave this machine: wishes, slots' values and passages go to {address.host}"
            f"{clear}. If you want that, say so once: `batos model use {address} --remote`."
        )


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
