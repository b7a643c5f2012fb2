"""What Prometheus reads: our own registry, and no label that a client could make endless."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from graph.errors import AmityError

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
KINDS = frozenset({"query", "mutation", "subscription"})
CODES = frozenset({"OK", "CLIENT_GONE"} | {kind.code for kind in AmityError.__subclasses__()})
# Numbers that go up and down; every other plain counter only grows.
GAUGES = frozenset(
    {
        "connections",
        "listeners",
        "kept",
        "bytes",
        "waiting",
        "waiting_large",
        "dead",
        "entries",
        "oldest_seconds",
        "lag_seconds",
    }
)

# Plain counters of another room, read when Prometheus asks.
Source = Callable[[], Mapping[str, float]]


class PlainCounters(Collector):
    """Counters that other rooms keep as plain numbers: amity_<room>_<name>."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        for room, read in self._sources.items():
            for name, value in read().items():
                full = f"amity_{room}_{name}"
                about = f"{name.replace('_', ' ')} of {room}"
                if name in GAUGES:
                    yield GaugeMetricFamily(full, about, value)
                else:
                    yield CounterMetricFamily(full, about, value)


class Metrics:
    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "amity_requests",
            "Requests answered, by kind of operation and code of the first failure",
            ("kind", "code"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "amity_request_seconds",
            "From the first byte read to the answer",
            ("kind",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._in_flight = Gauge(
            "amity_requests_in_flight", "Requests being answered", registry=self._registry
        )
        self._registry.register(PlainCounters(sources))
        # Finding a child by its labels costs more than counting.
        self._counted: dict[tuple[str, str], Counter] = {}
        self._timed = {kind: self._seconds.labels(kind) for kind in (*KINDS, "none")}

    def in_flight(self, read: Callable[[], float]) -> None:
        self._in_flight.set_function(read)

    def record(self, kind: str, code: str, seconds: float) -> None:
        kind = kind if kind in KINDS else "none"
        code = code if code in CODES else "OTHER"
        counted = self._counted.get((kind, code))
        if counted is None:
            counted = self._counted[kind, code] = self._requests.labels(kind, code)
        counted.inc()
        self._timed[kind].observe(seconds)

    def render(self) -> bytes:
        return generate_latest(self._registry)
