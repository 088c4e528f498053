"""Metrics: what happened can be read back, and no stranger can make the series grow."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import CONTENT_TYPE, MOST_VALUES, Metrics


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """Read every sample back as Prometheus would: (name, label values in order) -> value."""
    text = metrics.render().decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_that_happens_can_be_read_back() -> None:
    metrics = Metrics()
    metrics.event_received("slack", "stored")
    metrics.event_received("slack", "stored")
    metrics.turn_finished("slack", "answered", 1.5)
    metrics.first_text("slack", 0.4)
    metrics.model_request("gpt-6-luna", "ok")
    metrics.model_tokens("gpt-6-luna", read=100, written=20, cached=60)
    metrics.tool_called("weather", "ok", 0.2)
    metrics.platform_write("slack", "chat.update", "limited")
    metrics.allowance_waited("slack", "chat.update", 3.0)
    metrics.feedback_given("slack", -1)
    metrics.queue_depth(3)
    read = samples(metrics)
    assert read["parley_events_total", "stored", "slack"] == 2
    assert read["parley_turns_total", "answered", "slack"] == 1
    assert read["parley_turn_seconds_sum", "slack"] == 1.5
    assert read["parley_first_text_seconds_count", "slack"] == 1
    assert read["parley_model_requests_total", "gpt-6-luna", "ok"] == 1
    assert read["parley_model_tokens_total", "input", "gpt-6-luna"] == 100
    assert read["parley_model_tokens_total", "output", "gpt-6-luna"] == 20
    assert read["parley_model_tokens_total", "cached", "gpt-6-luna"] == 60
    assert read["parley_tool_calls_total", "ok", "weather"] == 1
    assert read["parley_platform_writes_total", "chat.update", "limited", "slack"] == 1
    assert read["parley_rate_limit_wait_seconds_sum", "chat.update", "slack"] == 3
    assert read["parley_feedback_total", "slack", "down"] == 1
    assert read[("parley_queue_depth",)] == 3


def test_invented_names_are_counted_as_other_and_never_grow_without_bound() -> None:
    metrics = Metrics()
    for number in range(MOST_VALUES + 50):
        metrics.tool_called(f"tool_{number}", "ok", 0.1)
    metrics.tool_called('bad"name\n', "ok", 0.1)
    metrics.tool_called("x" * 500, "ok", 0.1)
    read = samples(metrics)
    assert sum(1 for name, *_ in read if name == "parley_tool_calls_total") == MOST_VALUES + 1
    assert read["parley_tool_calls_total", "ok", "other"] == 52


def test_two_registries_live_side_by_side_and_tell_of_the_process() -> None:
    one, two = Metrics(), Metrics()
    one.event_received("web", "stored")
    assert ("parley_events_total", "stored", "web") not in samples(two)
    assert ("process_resident_memory_bytes",) in samples(two)
    assert CONTENT_TYPE.startswith("text/plain")
