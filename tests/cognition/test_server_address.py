"""Addresses and keys: what stays on this machine, what may leave it, and which key goes along."""

from __future__ import annotations

import sys
import types

import pytest

from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.server_address import parse_address
from uvm_core.cognition.engines.server_engine import RemoteNotAllowed, ServerEngine, is_server_address
from uvm_core.cognition.engines.server_keys import Key, find_key

pytestmark = pytest.mark.usefixtures("no_keys")
SECRET = "sk-secret-4711"


@pytest.mark.parametrize(
    ("text", "base", "name"),
    [
        ("http://127.0.0.1:11434/v1#qwen2.5-coder:7b", "http://127.0.0.1:11434/v1", "qwen2.5-coder:7b"),
        ("HTTP://LocalHost:1234/v1/", "http://localhost:1234/v1", ""),
        ("http://[::1]:8000", "http://[::1]:8000/v1", ""),
        ("https://api.example.org/openai/v1#a/b", "https://api.example.org/openai/v1", "a/b"),
        (" http://127.0.0.1:80/v1#/models/a b ", "http://127.0.0.1/v1", "/models/a b"),
    ],
)
def test_addresses_are_read(text: str, base: str, name: str) -> None:
    assert is_server_address(text)
    address = parse_address(text)
    assert (address.base, address.name) == (base, name)
    assert parse_address(str(address)) == address


@pytest.mark.parametrize("text", ["", "qwen", "owner/name", "/models/a", "ftp://host/", "httpx://a", "C:\\models"])
def test_what_is_no_address(text: str) -> None:
    assert not is_server_address(text)
    with pytest.raises(EngineUnavailable, match="begins with http"):
        ServerEngine(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://",
        "http:///v1",
        "http://:80/v1",
        "http://host:port/v1",
        "http://host:99999/v1",
        "http://host:0/v1",
        "http://[::1/v1",
        "http://a b/v1",
        "http://a\nb/v1",
        "http://127.0.0.1\\.evil.example/v1",
        "http://höst/v1",
        "http://host%2eexample/v1",
        "http://-x/v1",
        "http://127.0.0.1/v1#a\x00b",
    ],
)
def test_what_cannot_be_read_is_a_sentence(text: str) -> None:
    with pytest.raises(EngineUnavailable, match="it is written as in http"):
        ServerEngine(text, allow_remote=True)


@pytest.mark.parametrize(
    "text",
    [
        f"http://me:{SECRET}@127.0.0.1/v1",
        f"http://{SECRET}@127.0.0.1/v1",
        f"http://me/{SECRET}@host/v1",
        f"http://127.0.0.1/v1?key={SECRET}#m",
    ],
)
def test_secrets_in_an_address_are_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(EngineUnavailable, match="BATOS_API_KEY") as caught:
        ServerEngine(text)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "LOCALHOST"])
def test_this_machine_needs_no_leave(host: str) -> None:
    assert ServerEngine(f"http://{host}:1/v1#m").abilities.local


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "8.8.8.8",
        "127.0.0.1.example.org",
        "localhost.example.org",
        "2130706433",
        "127.1",
        "[2001:db8::1]",
    ],
)
def test_another_machine_needs_leave(host: str) -> None:
    address = f"https://{host}/v1#m"
    with pytest.raises(RemoteNotAllowed) as caught:
        ServerEngine(address)
    words = str(caught.value)
    assert "texts leave this machine" in words and host.strip("[]") in words
    assert f"`batos model use {address} --remote`" in words and "unencrypted" not in words
    engine = ServerEngine(address, allow_remote=True)
    assert not engine.abilities.local and engine.describe()["encrypted"]


@pytest.mark.parametrize("allow_remote", [False, True])
@pytest.mark.parametrize("host", ["example.org", "8.8.8.8", "192.0.2.1", "[2001:db8::1]"])
def test_the_internet_is_asked_by_https_alone(host: str, allow_remote: bool) -> None:
    with pytest.raises(EngineUnavailable, match="Use its https:// address"):
        ServerEngine(f"http://{host}/v1#m", allow_remote=allow_remote)


@pytest.mark.parametrize("host", ["192.168.1.5", "10.0.0.2", "172.16.3.4", "[fd00::1]", "gpu.local", "gpubox"])
def test_the_network_at_home_may_be_asked_in_the_clear_and_that_is_said(host: str) -> None:
    with pytest.raises(RemoteNotAllowed, match="unencrypted"):
        ServerEngine(f"http://{host}:8000/v1#m")
    assert not ServerEngine(f"http://{host}:8000/v1#m", allow_remote=True).describe()["encrypted"]


# --- keys -----------------------------------------------------------------------------------------------------------


def keyring(answer: object) -> types.ModuleType:
    """A keyring that gives an answer for the service and host it is to be asked for, or raises it."""

    def get_password(service: str, user: str) -> object:
        assert (service, user) == ("batos", "example.org")
        if isinstance(answer, Exception):
            raise answer
        return answer

    module = types.ModuleType("keyring")
    module.get_password = get_password  # type: ignore[attr-defined]
    return module


def test_the_first_variable_that_is_set_holds_the_key() -> None:
    both = {"BATOS_API_KEY": "one", "OPENAI_API_KEY": "two"}
    assert find_key("example.org", None, both) == Key("one", "BATOS_API_KEY")
    assert find_key("example.org", None, both | {"BATOS_API_KEY": " "}) == Key("two", "OPENAI_API_KEY")
    assert find_key("example.org", "three", both).secret == "three"
    assert find_key("example.org", None, {}) == Key()


@pytest.mark.parametrize(
    ("answer", "secret"), [(SECRET, SECRET), (None, ""), (b"bytes", ""), (RuntimeError("locked"), "")]
)
def test_without_a_variable_the_keyring_is_asked(monkeypatch: pytest.MonkeyPatch, answer: object, secret: str) -> None:
    monkeypatch.setitem(sys.modules, "keyring", keyring(answer))
    assert find_key("example.org", None, {}).secret == secret
    assert find_key("example.org", None, {"OPENAI_API_KEY": "x"}).secret == "x"


def test_a_key_does_not_show() -> None:
    assert SECRET not in repr(Key(SECRET, "somewhere"))
