"""The three protocols that the language model rig speaks: what was asked, and how to say things."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `messages`: (role, text), the system's first, in every protocol alike. `form`:
    how JSON was asked for; `schema`: what it is to fit, if that was told. `headers`: small names.
    """

    path: str
    headers: Mapping[str, str]
    raw: dict[str, Any]
    messages: list[tuple[str, str]]
    form: Literal["schema", "tool", "prompt"]
    schema: dict[str, Any] | None
    stream: bool

    @property
    def text(self) -> str:
        """All that was said, for handlers that look for a word."""
        return "\n".join(text for _, text in self.messages)


class Told(Protocol):
    """What the protocols need of a script."""

    @property
    def finish(self) -> str: ...
    @property
    def refusal(self) -> str: ...
    @property
    def thinking(self) -> str: ...
    @property
    def usage(self) -> tuple[int, int] | None: ...


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content or ())


class Wire(Protocol):
    content_type: ClassVar[str]

    def __init__(self, asked: Asked) -> None: ...

    @staticmethod
    def asked(path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Asked: ...

    def begin(self, told: Told) -> Iterator[bytes]: ...
    def piece(self, text: str) -> bytes: ...
    def end(self, told: Told) -> Iterator[bytes]: ...
    def whole(self, text: str, told: Told) -> bytes: ...


def _asked(
    path: str,
    headers: Mapping[str, str],
    body: dict[str, Any],
    messages: list[tuple[str, str]],
    schemas: tuple[dict[str, Any] | None, dict[str, Any] | None],
) -> Asked:
    """`schemas`: of a schema that was sent, and of a tool that has to be called."""
    schema, tool = schemas
    return Asked(
        path=path,
        headers={name.lower(): value for name, value in headers.items()},
        raw=body,
        messages=messages,
        form="schema" if schema else "tool" if tool else "prompt",
        schema=schema or tool,
        stream=bool(body.get("stream", False)),
    )


class OpenAI:
    content_type: ClassVar = "text/event-stream"

    def __init__(self, asked: Asked) -> None:
        self._tool = asked.raw["tools"][0]["function"]["name"] if asked.form == "tool" else ""
        self._usage = bool((asked.raw.get("stream_options") or {}).get("include_usage"))

    @staticmethod
    def asked(path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Asked:
        messages = [(m["role"], _text(m["content"])) for m in body["messages"]]
        form = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
        tools = body.get("tools")
        tool = tools[0]["function"]["parameters"] if tools else None
        return _asked(path, headers, body, messages, (form, tool))

    def _chunk(self, delta: dict[str, Any] | None, finish: str | None = None, **more: Any) -> bytes:
        choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
        body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "rig"}
        body |= {"choices": [] if delta is None else choices, **more}
        return b"data: " + dump(body) + b"\n\n"

    def begin(self, told: Told) -> Iterator[bytes]:
        yield self._chunk({"role": "assistant", "content": ""})
        if told.thinking:
            yield self._chunk({"reasoning_content": told.thinking})
        if self._tool:
            function = {"name": self._tool, "arguments": ""}
            call = {"index": 0, "id": "t", "type": "function", "function": function}
            yield self._chunk({"tool_calls": [call]})

    def piece(self, text: str) -> bytes:
        if self._tool:
            return self._chunk({"tool_calls": [{"index": 0, "function": {"arguments": text}}]})
        return self._chunk({"content": text})

    def end(self, told: Told) -> Iterator[bytes]:
        if told.refusal:
            yield self._chunk({"refusal": told.refusal})
        yield self._chunk({}, told.finish)
        if self._usage and told.usage:
            yield self._chunk(None, usage=_openai_usage(told.usage))
        yield b"data: [DONE]\n\n"

    def whole(self, text: str, told: Told) -> bytes:
        message: dict[str, Any] = {"role": "assistant", "content": text}
        if told.refusal:
            message["refusal"] = told.refusal
        if self._tool:
            function = {"name": self._tool, "arguments": text}
            call = {"id": "t", "type": "function", "function": function}
            message |= {"content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": told.finish}
        body = {"id": "c", "object": "chat.completion", "created": 1, "model": "rig"}
        usage = {"usage": _openai_usage(told.usage)} if told.usage else {}
        return dump({**body, "choices": [choice], **usage})


def _openai_usage(usage: tuple[int, int]) -> dict[str, int]:
    told = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return {**told, "total_tokens": sum(usage)}


class Anthropic:
    content_type: ClassVar = "text/event-stream"
    FINISH: ClassVar = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal"}

    def __init__(self, asked: Asked) -> None:
        self._tool = asked.raw["tools"][0]["name"] if asked.form == "tool" else ""
        self._index = 0  # of the block that the text goes into

    @staticmethod
    def asked(path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Asked:
        system = [("system", _text(body["system"]))] if body.get("system") else []
        messages = system + [(m["role"], _text(m["content"])) for m in body["messages"]]
        tools = body.get("tools")
        tool = tools[0]["input_schema"] if tools else None
        return _asked(path, headers, body, messages, (None, tool))

    def _event(self, kind: str, **body: Any) -> bytes:
        return b"event: " + kind.encode() + b"\ndata: " + dump({"type": kind, **body}) + b"\n\n"

    def _message(self, told: Told) -> dict[str, Any]:
        usage = {"input_tokens": told.usage[0], "output_tokens": 1} if told.usage else None
        head = {"id": "m", "type": "message", "role": "assistant", "model": "rig", "content": []}
        return {**head, "stop_reason": None, "stop_sequence": None, "usage": usage}

    def _finish(self, told: Told) -> str:
        finish = "content_filter" if told.refusal else told.finish
        return "tool_use" if self._tool and finish == "stop" else self.FINISH[finish]

    def begin(self, told: Told) -> Iterator[bytes]:
        yield self._event("message_start", message=self._message(told))
        if told.thinking:
            block: dict[str, Any] = {"type": "thinking", "thinking": "", "signature": ""}
            yield self._event("content_block_start", index=0, content_block=block)
            delta = {"type": "thinking_delta", "thinking": told.thinking}
            yield self._event("content_block_delta", index=0, delta=delta)
            yield self._event("content_block_stop", index=0)
            self._index = 1
        block = {"type": "text", "text": ""}
        if self._tool:
            block = {"type": "tool_use", "id": "t", "name": self._tool, "input": {}}
        yield self._event("content_block_start", index=self._index, content_block=block)

    def piece(self, text: str) -> bytes:
        delta = {"type": "text_delta", "text": text}
        if self._tool:
            delta = {"type": "input_json_delta", "partial_json": text}
        return self._event("content_block_delta", index=self._index, delta=delta)

    def end(self, told: Told) -> Iterator[bytes]:
        yield self._event("content_block_stop", index=self._index)
        delta = {"stop_reason": self._finish(told), "stop_sequence": None}
        usage = {"usage": {"output_tokens": told.usage[1]}} if told.usage else {}
        yield self._event("message_delta", delta=delta, **usage)
        yield self._event("message_stop")

    def whole(self, text: str, told: Told) -> bytes:
        block: dict[str, Any] = {"type": "text", "text": text}
        if self._tool:
            block = {"type": "tool_use", "id": "t", "name": self._tool, "input": json.loads(text)}
        body = {**self._message(told), "content": [block], "stop_reason": self._finish(told)}
        if told.usage:
            body["usage"] = {"input_tokens": told.usage[0], "output_tokens": told.usage[1]}
        return dump(body)


class Ollama:
    content_type: ClassVar = "application/x-ndjson"

    def __init__(self, asked: Asked) -> None:
        pass

    @staticmethod
    def asked(path: str, headers: Mapping[str, str], body: dict[str, Any]) -> Asked:
        messages = [(m["role"], _text(m["content"])) for m in body["messages"]]
        return _asked(path, headers, body, messages, (body.get("format"), None))

    def _line(self, text: str, **more: Any) -> bytes:
        body = {"model": "rig", "created_at": "2026-01-01T00:00:00Z", "done": False}
        message = {"role": "assistant", "content": text} | more.pop("message", {})
        return dump({**body, "message": message, **more}) + b"\n"

    def _end(self, told: Told) -> dict[str, Any]:
        counts = told.usage and {"prompt_eval_count": told.usage[0], "eval_count": told.usage[1]}
        return {"done": True, "done_reason": told.finish, **(counts or {})}

    def begin(self, told: Told) -> Iterator[bytes]:
        if told.thinking:
            yield self._line("", message={"thinking": told.thinking})

    def piece(self, text: str) -> bytes:
        return self._line(text)

    def end(self, told: Told) -> Iterator[bytes]:
        yield self._line("", **self._end(told))

    def whole(self, text: str, told: Told) -> bytes:
        return self._line(text, **self._end(told))
