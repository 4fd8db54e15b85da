"""The engine that asks a server: what it asks, what it takes, what it says when that goes wrong, how it stops."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.cognition.hostile_server import (
    COUNT,
    DONE,
    HELLO,
    QUICK,
    SCHEMA,
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
from uvm_core.cognition.engines.engine import Ask, Cancelled, Engine, EngineUnavailable
from uvm_core.cognition.engines.server_engine import ServerEngine, Timeouts

# --- asking and answers ---------------------------------------------------------------------------------------------


def test_a_stream_comes_in_pieces_that_are_the_text(serve: Serve) -> None:
    usage = {"prompt_tokens": 20, "completion_tokens": 7, "prompt_tokens_details": {"cached_tokens": 5}}
    server = serve(
        lambda call: call.stream(piece("Good "), piece("day", usage=None), ending(), event({"usage": usage}), DONE)
    )
    pieces: list[str] = []
    answer = engine_of(server).generate(HELLO, on_text=pieces.append)
    assert pieces == ["Good ", "day"]
    assert (answer.text, answer.stopped_by) == ("Good day", "end")
    assert (answer.tokens, answer.prompt_tokens, answer.reused_tokens) == (7, 20, 5)


def test_without_figures_pieces_are_counted(serve: Serve) -> None:
    assert engine_of(serve(says("a", "b", "c"))).generate(HELLO).tokens == 3


def test_a_whole_answer_is_taken_too(serve: Serve) -> None:
    pieces: list[str] = []
    answer = engine_of(serve(whole("All at once"))).generate(HELLO, on_text=pieces.append)
    assert pieces == [answer.text] == ["All at once"]


@pytest.mark.parametrize("chat", [says("cut", finish="length"), whole("cut", "length")])
def test_a_bound_that_was_reached_is_told(serve: Serve, chat: Answer) -> None:
    assert engine_of(serve(chat)).generate(HELLO).stopped_by == "length"


def test_what_is_asked_is_sent_as_it_is(serve: Serve) -> None:
    server = serve(says("x"))
    turns = [{"role": role, "content": role * 2} for role in ("system", "user", "assistant", "user")]
    engine_of(server).generate(Ask(turns, max_tokens=5, temperature=0.0, top_p=0.5, seed=7, expert="ALFRED"))
    sent = server.chats[0]
    assert sent["messages"] == turns
    assert {key: sent[key] for key in ("model", "max_tokens", "temperature", "top_p", "seed", "stream")} == {
        "model": "tiny",
        "max_tokens": 5,
        "temperature": 0.0,
        "top_p": 0.5,
        "seed": 7,
        "stream": True,
    }
    assert "response_format" not in sent


def test_several_are_asked_one_after_another(serve: Serve) -> None:
    server = serve(in_turn(says("one"), says("two")))
    pieces: list[str] = []
    answers = engine_of(server).generate_several([HELLO, HELLO.but(seed=1)], on_text=pieces.append)
    assert [one.text for one in answers] == ["one", "two"]
    assert pieces == ["one"]


def test_half_a_letter_cannot_stop_a_question_or_an_answer(serve: Serve) -> None:
    server = serve(lambda call: call.stream(b'data: {"choices": [{"delta": {"content": "a\\ud83d"}}]}\n\n', ending()))
    assert engine_of(server).generate(Ask([{"role": "user", "content": "\ud83d"}])).text == "a\ufffd"


def test_a_server_that_forgets_to_hang_up_has_still_answered(serve: Serve) -> None:
    def chat(call: Call) -> None:
        call.stream(piece("done"), ending())
        call.wait_for_hanging_up()

    server = serve(chat)
    assert engine_of(server, QUICK).generate(HELLO).text == "done"
    assert server.hung_up.wait(10)


# --- which model, which server --------------------------------------------------------------------------------------


def test_a_name_in_the_address_is_asked_for(serve: Serve) -> None:
    server = serve(says("x"))
    engine = ServerEngine(f"{server.address}#big/model:7b")
    assert engine.generate(HELLO).text == "x"
    assert server.chats[0]["model"] == "big/model:7b"
    assert engine.describe()["id"] == f"big/model:7b at 127.0.0.1:{server.port}"


@pytest.mark.parametrize("rows", [[], [{"id": "a"}, {"id": "b"}], None, [{"id": 3}], "x", {"a": 1}])
def test_without_a_name_there_must_be_one_model(serve: Serve, rows: Any) -> None:
    words = problem_of(serve(says("x"), v1_models={"data": rows}))
    assert ("a, b" in words and "#a" in words) if isinstance(rows, list) and len(rows) == 2 else "no model" in words


def test_a_list_that_is_no_json_is_no_list(serve: Serve) -> None:
    assert "no model" in problem_of(serve(says("x"), v1_models=lambda call: call.reply(b"[[[[")))


def test_it_says_what_it_is(serve: Serve) -> None:
    server = serve(says("x"), props={"default_generation_settings": {"n_ctx": 4096}})
    engine = engine_of(server)
    assert isinstance(engine, Engine)
    engine.meet()
    row = engine.describe()
    assert row["id"] == f"tiny at 127.0.0.1:{server.port}"
    assert {key: row[key] for key in ("engine", "state", "device", "kind", "context")} == {
        "engine": "server",
        "state": "awake",
        "device": "127.0.0.1",
        "kind": "llama.cpp",
        "context": 4096,
    }
    assert row["abilities"] == dataclasses.asdict(engine.abilities)
    assert engine.abilities.local and engine.abilities.grammar and engine.abilities.json_schema
    assert not engine.has_expert("ALFRED") and not engine.activate("ALFRED")


def test_the_context_is_told_by_the_list_of_models_too(serve: Serve) -> None:
    engine = engine_of(serve(says("x"), v1_models={"data": [{"id": "m", "max_model_len": 2048}]}))
    engine.meet()
    assert engine.describe()["context"] == 2048


def test_the_server_is_looked_at_once(serve: Serve) -> None:
    server = serve(says("x"))
    engine = engine_of(server)
    engine.generate(HELLO)
    engine.generate(HELLO)
    assert [call.path for call in server.calls] == ["/v1/models", "/props", "/version", *["/v1/chat/completions"] * 2]


# --- what a server is not known to take -----------------------------------------------------------------------------


def refusing(*fields: str) -> Callable[[Call], None]:
    """A server that names the first of these fields that it is asked with."""

    def chat(call: Call) -> None:
        found = [one for one in fields if one in call.sent]
        if found:
            call.reply({"error": {"message": f"Unknown parameter: {found[0]}"}}, status=400)
        else:
            call.stream(piece('{"count": 3}'), ending(), DONE)

    return chat


def test_fields_that_are_refused_are_left_out_and_remembered(serve: Serve) -> None:
    server = serve(refusing("seed", "top_p", "stream_options"))
    engine = engine_of(server)
    engine.generate(HELLO)
    assert len(server.chats) == 4
    engine.generate(HELLO)
    assert len(server.chats) == 5
    assert not {"seed", "top_p", "stream_options"} & server.chats[-1].keys()
    assert server.chats[-1]["temperature"] == HELLO.temperature


def test_the_newer_name_of_the_bound_is_learned(serve: Serve) -> None:
    def chat(call: Call) -> None:
        if "max_tokens" in call.sent:
            refuses(400, {"error": {"message": "Use 'max_completion_tokens' instead of 'max_tokens'."}})(call)
        else:
            says("x")(call)

    server = serve(chat)
    engine_of(server).generate(HELLO)
    assert server.chats[-1]["max_completion_tokens"] == HELLO.max_tokens


def test_a_schema_is_sent_as_one(serve: Serve) -> None:
    server = serve(says('{"count": 3}'))
    assert json.loads(engine_of(server).generate(COUNT).text) == {"count": 3}
    form = server.chats[0]["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"] == {"name": form["json_schema"]["name"], "schema": SCHEMA, "strict": True}


def test_a_refused_schema_becomes_json_and_then_nothing(serve: Serve) -> None:
    server = serve(refusing("response_format"))
    engine = engine_of(server)
    engine.generate(COUNT)
    kinds = [chat.get("response_format", {}).get("type") for chat in server.chats]
    assert kinds == ["json_schema", "json_object", None]
    engine.generate(COUNT)
    assert len(server.chats) == 4 and "response_format" not in server.chats[-1]


def test_a_refusal_without_a_name_is_tried_without_the_schema(serve: Serve) -> None:
    server = serve(in_turn(refuses(422, b"bad"), says('{"count": 1}')))
    engine = engine_of(server)
    engine.generate(COUNT)
    engine.generate(COUNT)
    assert [chat["response_format"]["type"] for chat in server.chats] == ["json_schema", "json_object", "json_object"]


def test_nothing_is_learned_from_a_question_that_failed_anyway(serve: Serve) -> None:
    server = serve(refuses(400, b"bad"))
    engine = engine_of(server)
    with pytest.raises(EngineUnavailable, match=r"refused the question \(400\)"):
        engine.generate(COUNT)
    server.routes["/v1/chat/completions"] = says('{"count": 1}')
    engine.generate(COUNT)
    assert server.chats[-1]["response_format"]["type"] == "json_schema"


def test_json_is_taken_out_of_the_words_around_it(serve: Serve) -> None:
    server = serve(says("Sure [1]! Here:\n```json\n", '{"count": 3}', "\n```\nAnything else?"))
    pieces: list[str] = []
    answer = engine_of(server).generate(COUNT, on_text=pieces.append)
    assert answer.text == "".join(pieces) == '{"count": 3}'


def test_json_that_does_not_fit_is_asked_for_once_more(serve: Serve) -> None:
    server = serve(in_turn(says('{"count": "three"}'), says('{"count": 3}')))
    pieces: list[str] = []
    answer = engine_of(server).generate(COUNT, on_text=pieces.append)
    assert answer.text == "".join(pieces) == '{"count": 3}'
    assert answer.tokens == 2
    reminder = server.chats[1]["messages"][-1]["content"]
    assert "count must be of the type integer" in reminder and json.dumps(SCHEMA) in reminder


def test_json_that_never_fits_is_a_sentence(serve: Serve) -> None:
    server = serve(says("I would rather not."))
    assert "twice: There is no JSON in it." in problem_of(server, COUNT)
    assert len(server.chats) == 2


def test_json_that_the_bound_cut_is_not_asked_for_again(serve: Serve) -> None:
    server = serve(says('{"count": ', finish="length"))
    answer = engine_of(server).generate(COUNT)
    assert (answer.text, answer.stopped_by, len(server.chats)) == ('{"count": ', "length", 1)


def test_a_server_that_keeps_to_schemas_is_shown_while_it_writes_until_it_does_not(serve: Serve) -> None:
    server = serve(in_turn(says('{"count":', " 3}"), says("No", ".")), version={"version": "0.9"})
    engine = engine_of(server)
    pieces: list[str] = []
    engine.generate(COUNT, on_text=pieces.append)
    assert pieces == ['{"count":', " 3}"]
    assert engine.generate(COUNT, on_text=pieces.append).text == "No."
    assert not engine.abilities.json_schema


GRAMMAR = HELLO.but(grammar='root ::= "x"')


@pytest.mark.parametrize(
    ("routes", "sent"),
    [
        ({"props": {"default_generation_settings": {}}}, {"grammar": GRAMMAR.grammar}),
        ({"version": {"version": "0.11"}}, {"structured_outputs": {"grammar": GRAMMAR.grammar}}),
        ({"props": {"something": 1}, "version": [3]}, {}),
    ],
)
def test_a_grammar_goes_where_it_is_known_to_be_taken(serve: Serve, routes: Any, sent: dict[str, Any]) -> None:
    server = serve(says("x"), **routes)
    engine = engine_of(server)
    engine.generate(GRAMMAR)
    assert {key: server.chats[0][key] for key in ("grammar", "structured_outputs") if key in server.chats[0]} == sent
    assert engine.abilities.grammar == bool(sent)


def test_a_refused_grammar_is_no_longer_sent(serve: Serve) -> None:
    server = serve(refusing("grammar"), props={"default_generation_settings": {}})
    engine = engine_of(server)
    engine.generate(GRAMMAR)
    engine.generate(GRAMMAR)
    assert ["grammar" in chat for chat in server.chats] == [True, False, False]
    assert not engine.abilities.grammar


def test_a_method_loses_its_fence_while_it_comes(serve: Serve) -> None:
    server = serve(says("Here it is:\n", "```py", "thon\ndef a(self):\n", "    pass\n``", "`\nThat is all."))
    pieces: list[str] = []
    answer = engine_of(server).generate(HELLO.but(task="method:a"), on_text=pieces.append)
    assert answer.text == "".join(pieces) == "def a(self):\n    pass\n"


# --- stopping -------------------------------------------------------------------------------------------------------


def stopped(engine: ServerEngine, when: threading.Event, ask: Ask = HELLO) -> Cancelled:
    """Ask, and stop it from another thread as soon as `when` is set."""
    cancel = threading.Event()

    def stop() -> None:
        assert when.wait(30)
        cancel.set()

    watcher = threading.Thread(target=stop)
    watcher.start()
    with pytest.raises(Cancelled) as caught:
        engine.generate(ask, cancel=cancel)
    watcher.join()
    return caught.value


def test_waiting_for_a_server_that_never_answers_can_be_stopped(serve: Serve) -> None:
    server = serve(lambda call: call.wait_for_hanging_up())
    assert stopped(engine_of(server), server.waiting).partial == ""
    assert server.hung_up.wait(10)


@pytest.mark.parametrize("path", ["v1_models", "props"])
def test_looking_who_is_there_can_be_stopped(serve: Serve, path: str) -> None:
    server = serve(says("x"), **{path: lambda call: call.wait_for_hanging_up()})
    stopped(engine_of(server, Timeouts(probe=1000.0)), server.waiting)
    assert server.hung_up.wait(10)


@pytest.mark.parametrize("ask", [HELLO, COUNT, HELLO.but(task="method:a")])
def test_a_stream_can_be_stopped_in_the_middle(serve: Serve, ask: Ask) -> None:
    def chat(call: Call) -> None:
        call.stream(piece("Once upon"), piece(" a time"))
        call.wait_for_hanging_up()

    server = serve(chat)
    assert "Once upon a time".startswith(stopped(engine_of(server), server.waiting, ask).partial)
    assert server.hung_up.wait(10)


def test_what_had_come_is_kept(serve: Serve) -> None:
    def chat(call: Call) -> None:
        call.stream(piece("Once upon"))
        call.wait_for_hanging_up()

    server = serve(chat)
    cancel = threading.Event()
    with pytest.raises(Cancelled) as caught:
        engine_of(server).generate(HELLO, on_text=lambda _piece: cancel.set(), cancel=cancel)
    assert caught.value.partial == "Once upon"


def test_an_endless_answer_can_be_stopped(serve: Serve) -> None:
    cancel = threading.Event()

    def chat(call: Call) -> None:
        call.head()
        cancel.set()
        while True:
            call.wfile.write(b": thinking\n")

    server = serve(chat)
    with pytest.raises(Cancelled):
        engine_of(server).generate(HELLO, cancel=cancel)


def test_connecting_can_be_stopped(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(serve(says("x")))
    engine.meet()
    connecting, release = threading.Event(), threading.Event()

    def connect(*_args: Any, **_more: Any) -> socket.socket:
        connecting.set()
        release.wait(30)
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", connect)
    stopped(engine, connecting)
    release.set()


def test_a_pause_that_the_server_wants_can_be_stopped(serve: Serve) -> None:
    cancel = threading.Event()

    def chat(call: Call) -> None:
        refuses(429, Retry_After="9")(call)
        cancel.set()

    with pytest.raises(Cancelled):
        engine_of(serve(chat)).generate(HELLO, cancel=cancel)


def test_what_was_stopped_before_is_not_asked(serve: Serve) -> None:
    server = serve(says("x"))
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        engine_of(server).generate(HELLO, cancel=cancel)
    assert server.calls == []


def test_after_a_stop_it_answers_again(serve: Serve) -> None:
    server = serve(in_turn(lambda call: call.wait_for_hanging_up(), says("here")))
    engine = engine_of(server)
    stopped(engine, server.waiting)
    assert engine.generate(HELLO).text == "here"
