"""Whatever goes wrong between the engine and a server is one sentence: what happened, and what to do."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from tests.cognition.hostile_server import (
    COUNT,
    DONE,
    HELLO,
    PATIENT,
    QUICK,
    Answer,
    Call,
    Serve,
    ending,
    engine_of,
    event,
    in_turn,
    piece,
    problem_of,
    refuses,
    says,
    whole,
)
from uvm_core.cognition.engines.engine import EngineUnavailable
from uvm_core.cognition.engines.server_engine import ServerEngine, Timeouts

SECRET = "sk-secret-4711"


# --- nobody there ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_keys")
def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(EngineUnavailable, match=rf"Nobody listens at 127\.0\.0\.1:{port}\. Start the server"):
        ServerEngine(f"http://127.0.0.1:{port}/v1#m").generate(HELLO)


@pytest.mark.usefixtures("no_keys")
@pytest.mark.parametrize(
    ("error", "says"),
    [
        (socket.gaierror(-2, "Name or service not known"), "The host far.example was not found"),
        (TimeoutError(), "far.example could not be reached within 5 seconds"),
        (OSError(113, "No route to host"), "far.example could not be reached: No route to host"),
        (UnicodeError("label too long"), "could not be asked"),
    ],
)
def test_the_way_there_fails(monkeypatch: pytest.MonkeyPatch, error: Exception, says: str) -> None:
    def connect(*_args: Any, **_more: Any) -> socket.socket:
        raise error

    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(EngineUnavailable, match=says):
        ServerEngine("https://far.example/v1#m", allow_remote=True).generate(HELLO)


def test_a_proxy_of_the_environment_does_not_catch_what_stays_here(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert engine_of(serve(says("x"))).generate(HELLO).text == "x"


def test_a_server_that_does_not_encrypt_cannot_be_asked_by_https(serve: Serve) -> None:
    address = serve(says("x")).address.replace("http:", "https:")
    with pytest.raises(EngineUnavailable, match=r"No encrypted connection to .* could be made"):
        ServerEngine(f"{address}#m").generate(HELLO)


# --- refusals -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("path", ["v1_models", "v1_chat_completions"])
def test_a_missing_key(serve: Serve, status: int, path: str) -> None:
    words = problem_of(serve(**{path: refuses(status)}))
    assert "asks for a key" in words and "BATOS_API_KEY" in words


@pytest.mark.parametrize(("variable", "value"), [("BATOS_API_KEY", SECRET), ("OPENAI_API_KEY", SECRET)])
def test_a_refused_key_is_told_by_the_name_of_its_variable(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    server = serve(refuses(401, {"error": {"message": f"Incorrect API key: {SECRET}"}}))
    words = problem_of(server)
    assert f"refuses the key from {variable}" in words and SECRET not in words
    assert server.calls[-1].headers["Authorization"] == f"Bearer {SECRET}"


@pytest.mark.parametrize("status", [400, 404, 429, 500])
def test_a_key_that_the_server_repeats_is_not_repeated(serve: Serve, status: int) -> None:
    words = problem_of(serve(refuses(status, {"error": f"{SECRET} is odd"}, Retry_After="0")), key=SECRET)
    assert SECRET not in words


def test_a_key_in_a_stream_is_not_repeated(serve: Serve) -> None:
    server = serve(lambda call: call.stream(event({"error": f"bad {SECRET}"})))
    assert SECRET not in problem_of(server, key=SECRET)


def test_a_model_that_is_not_there_is_told_with_those_that_are(serve: Serve) -> None:
    server = serve(refuses(404, {"error": {"message": "model 'x' not found"}}))
    with pytest.raises(EngineUnavailable, match=r"has no model x\. It has tiny\."):
        ServerEngine(f"{server.address}#x").generate(HELLO)


def test_a_path_that_is_not_there(serve: Serve) -> None:
    server = serve()
    with pytest.raises(EngineUnavailable, match=r"has nothing at /api/chat/completions\. .* ends in /v1\."):
        ServerEngine(f"http://127.0.0.1:{server.port}/api#m").generate(HELLO)


def test_a_server_that_is_asked_too_often_is_waited_for_twice(serve: Serve) -> None:
    server = serve(in_turn(refuses(429, Retry_After="0"), refuses(429, Retry_After="0"), says("now")))
    assert engine_of(server).generate(HELLO).text == "now"
    server.routes["/v1/chat/completions"] = refuses(429, Retry_After="0")
    asked = len(server.chats)
    assert "asked too often" in problem_of(server)
    assert len(server.chats) == asked + 3


LATER = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)


@pytest.mark.parametrize("wanted", ["7200", LATER])
def test_nobody_waits_for_hours(serve: Serve, wanted: str) -> None:
    server = serve(refuses(429, Retry_After=wanted))
    assert "asked too often" in problem_of(server)
    assert len(server.chats) == 1


@pytest.mark.parametrize("wanted", ["-3", LATER.replace(LATER[12:16], "2001")])
def test_a_time_that_is_over_is_not_waited_for(serve: Serve, wanted: str) -> None:
    server = serve(in_turn(refuses(429, Retry_After=wanted), says("now")))
    assert engine_of(server).generate(HELLO).text == "now"


@pytest.mark.parametrize("wanted", ["soon", "nan", "inf", "1e400", ""])
def test_a_wish_to_wait_that_cannot_be_read_is_a_moment(serve: Serve, wanted: str) -> None:
    quick = Timeouts(longest_pause=0.0)
    assert "asked too often" in problem_of(serve(refuses(429, Retry_After=wanted)), timeouts=quick)


def test_a_fault_of_the_server_is_tried_once_more(serve: Serve) -> None:
    server = serve(in_turn(refuses(500), says("now")))
    assert engine_of(server).generate(HELLO).text == "now"
    server.routes["/v1/chat/completions"] = refuses(503, {"error": {"message": "Loading model"}})
    asked = len(server.chats)
    assert "failed (503). It says: Loading model." in problem_of(server)
    assert len(server.chats) == asked + 2


def test_a_prompt_that_is_too_long(serve: Serve) -> None:
    message = "This model's maximum context length is 2048 tokens, you asked for 9000"
    server = serve(refuses(400, {"error": {"message": message}}))
    words = problem_of(server, COUNT)
    assert words.startswith("The prompt is too long for tiny.") and "2048" in words
    assert len(server.chats) == 1


def test_what_sends_on_is_not_followed(serve: Serve) -> None:
    other = serve(says("elsewhere"))
    server = serve(lambda call: call.reply(b"", status=307, Location=f"{other.address}/chat/completions"))
    words = problem_of(server)
    assert "sends on" in words and str(other.port) in words
    assert other.calls == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>" + b"x" * 10**6, b"\xff\xfe", [[[1]]], {"error": None}, {"detail": [{}]}]
)
def test_a_refusal_may_look_like_anything(serve: Serve, body: Any) -> None:
    words = problem_of(serve(refuses(418, body)))
    assert "refused the question (418)." in words and len(words) < 500


# --- answers that are none ------------------------------------------------------------------------------------------


def raw(*pieces: bytes) -> Callable[[Call], None]:
    return lambda call: call.stream(*pieces)


@pytest.mark.parametrize(
    ("chat", "says"),
    [
        (raw(piece("half an ans")), "broke off in the middle"),
        (raw(), "nothing that is a chat"),
        (raw(DONE[:5]), "nothing that is a chat"),
        (raw(b"\x00\xff" * 5000), "nothing that is a chat"),
        (raw(b"<html><body>Welcome</body></html>"), "nothing that is a chat"),
        (raw(b"data: {oops}\n\n"), "no JSON"),
        (raw(b"data: " + b"[" * 100_000 + b"\n\n"), "no JSON"),
        (raw(event([1])), "no object"),
        (raw(event({"choices": 3})), "unknown shape"),
        (raw(event({"choices": [3]})), "unknown shape"),
        (raw(event({"choices": [{"delta": "text"}]})), "unknown shape"),
        (raw(piece(7)), "unknown shape"),
        (raw(piece(["a", 1])), "unknown shape"),
        (raw(piece("a"), event({"error": {"message": "out of memory"}})), "an error: out of memory."),
        (raw(b'data: {"error": "it said "no""}\n\n'), "no JSON"),
        (raw(b"x" * (1 << 20), b"y" * 100), "a line of more than a megabyte"),
        (raw(*[b"data: " + b"x" * (1 << 19) + b"\n"] * 9), "four megabytes"),
        (raw(*[piece("x" * (1 << 19))] * 9), "more than four megabytes"),
        (lambda call: call.reply(b"{", kind="application/json"), "no JSON"),
        (lambda call: call.reply(b"[" * (5 << 20), kind="application/json"), "more than four megabytes"),
        (lambda call: call.reply([], kind="application/json"), "no object"),
        ({}, "without any choice"),
        ({"choices": []}, "without any choice"),
        ({"choices": [{"message": None}]}, "unknown shape"),
        ({"choices": [{"text": "old interface"}]}, "unknown shape"),
        ({"choices": [{"message": {"content": {"a": 1}}}]}, "unknown shape"),
        ({"error": {"message": "no more credit"}}, "an error: no more credit."),
        (lambda call: call.reply(b"\x1f\x8b", Content_Encoding="gzip"), "packs its answers"),
        (lambda call: call.head(status=204), "refused the question (204)"),
    ],
)
def test_what_is_no_answer_is_a_sentence(serve: Serve, chat: Answer, says: str) -> None:
    assert says in problem_of(serve(chat))


@pytest.mark.parametrize(
    "chat",
    [
        raw(event({"choices": []}), event({}), piece("ok"), event({"choices": [{"delta": None}]}), ending()),
        raw(piece([{"type": "text", "text": "o"}, {"type": "image"}]), piece("k", "stop")),
        raw(piece("ok", usage={"completion_tokens": "many", "prompt_tokens_details": 3}), ending()),
        raw(event({"choices": [{"delta": {"role": "assistant", "content": None}}]}), piece("ok"), DONE),
        whole([{"type": "text", "text": "ok"}], usage=[1]),
    ],
)
def test_odd_answers_are_taken_as_they_are_meant(serve: Serve, chat: Answer) -> None:
    assert engine_of(serve(chat)).generate(HELLO).text == "ok"


def bare(data: bytes) -> Callable[[Call], None]:
    def chat(call: Call) -> None:
        call.wfile.write(data)

    return chat


def torn(call: Call) -> None:
    """A body shorter than its head says."""
    call.head(Content_Length="5000")
    call.wfile.write(piece("half"))


@pytest.mark.parametrize(
    ("chat", "says"),
    [
        (torn, "broke off in the middle"),
        (lambda call: call.connection.shutdown(socket.SHUT_RDWR), "hung up without an answer"),
        (lambda call: call.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n") and None, "hung up without an answer"),
        (
            lambda call: call.wfile.write(b"HTTP/1.1 200 OK\r\nA: " + b"x" * 300_000) and None,
            "hung up without an answer",
        ),
    ],
)
def test_connections_that_break(serve: Serve, chat: Answer, says: str) -> None:
    assert says in problem_of(serve(chat))


def test_a_server_that_never_begins(serve: Serve) -> None:
    server = serve(lambda call: call.wait_for_hanging_up())
    assert "did not answer within 0.3 seconds" in problem_of(server, timeouts=QUICK)
    assert server.hung_up.wait(10)


def test_a_server_that_goes_silent(serve: Serve) -> None:
    def chat(call: Call) -> None:
        call.stream(piece("Well"))
        call.wait_for_hanging_up()

    server = serve(chat)
    assert "went silent in the middle" in problem_of(server, timeouts=QUICK)
    assert server.hung_up.wait(10)


def test_a_server_that_writes_on_and_on(serve: Serve) -> None:
    def chat(call: Call) -> None:
        call.head()
        while True:
            call.wfile.write(b": thinking" * 10_000 + b"\n")

    assert "without coming to an end" in problem_of(serve(chat))
    soon = Timeouts(whole=0.3)
    assert "did not come to an end within 0.3 seconds" in problem_of(serve(chat), timeouts=soon)


# --- keys stay where they are ---------------------------------------------------------------------------------------


def test_a_key_is_shown_nowhere(serve: Serve) -> None:
    engine = engine_of(serve(says("x")), key=SECRET)
    engine.generate(HELLO)
    assert SECRET not in repr(engine) + repr(vars(engine)) + json.dumps(engine.describe())


@pytest.mark.usefixtures("no_keys")
@pytest.mark.parametrize("key", ["two words", "ends\n\nX: y", "schlüssel"])
def test_what_cannot_be_a_key_is_refused_without_repeating_it(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("BATOS_API_KEY", key)
    with pytest.raises(EngineUnavailable, match="The key from BATOS_API_KEY holds characters") as caught:
        ServerEngine("http://127.0.0.1:1/v1#m", timeouts=PATIENT)
    assert key not in str(caught.value)
