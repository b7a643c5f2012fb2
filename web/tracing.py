"""OpenTelemetry spans, where it is installed and told where to send them; else nothing at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib.util import find_spec
from typing import Any, Protocol

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


class Span(Protocol):
    def note(self, **attributes: str | int | float) -> None: ...


class Tracing(Protocol):
    def span(self, name: str, parent: Mapping[str, str]) -> AbstractContextManager[Span]: ...

    def stop(self) -> None:
        """Sends what is waiting."""
        ...


class _NoSpan:
    def note(self, **attributes: str | int | float) -> None:
        return None


class NoTracing:
    def __init__(self) -> None:
        self._span = nullcontext(_NoSpan())

    def span(self, name: str, parent: Mapping[str, str]) -> AbstractContextManager[Span]:
        return self._span

    def stop(self) -> None:
        return None


class _OneSpan:
    def __init__(self, span: Any) -> None:
        self._span = span

    def note(self, **attributes: str | int | float) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(f"amity.{name}", value)


class OpenTelemetry:
    """Spans through a provider of our own, so that nobody else's configuration is touched."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("amity")

    def span(self, name: str, parent: Mapping[str, str]) -> AbstractContextManager[Span]:
        return self._span(name, parent)

    @contextmanager
    def _span(self, name: str, parent: Mapping[str, str]) -> Iterator[Span]:
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        context = TraceContextTextMapPropagator().extract(dict(parent))
        # A failure's text may quote the question: it is not recorded.
        with self._tracer.start_as_current_span(
            name,
            context=context,
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield _OneSpan(span)

    def stop(self) -> None:
        self._provider.shutdown()


def _installed() -> bool:
    return all(find_spec(name) for name in ("opentelemetry", "opentelemetry.sdk"))


def tracing_from(env: Mapping[str, str]) -> Tracing:
    """What the environment asks for. Imports nothing of OpenTelemetry unless it is used."""
    if not env.get(ENDPOINT) or not _installed():
        return NoTracing()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "amity"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OpenTelemetry(provider)
