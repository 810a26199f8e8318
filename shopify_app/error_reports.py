"""Errors to Sentry, if it is switched on: where they happened, and nothing of what was at hand.

Only what the log has at ERROR is sent. Sentry's own integrations stay off, so no request, query or
job is attached; what is left of values in a report is taken out here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shopify_app import observe

if TYPE_CHECKING:
    from sentry_sdk.types import Event

KEPT = (
    "contexts",
    "environment",
    "event_id",
    "exception",
    "level",
    "logentry",
    "logger",
    "platform",
    "release",
    "sdk",
    "tags",
    "timestamp",
)
"""What a report may have. Not: request, user, extra, breadcrumbs, modules, server_name."""
OF_CONTEXTS = ("trace", "runtime")
OF_FRAMES = ("filename", "module", "function", "lineno", "in_app")


def configure(dsn: str) -> None:
    """Send errors there; without an address nothing is imported and nothing sent."""
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn,
        before_send=before_send,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None)],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        send_client_reports=False,
        auto_session_tracking=False,
    )


def before_send(event: Event, _hint: dict[str, Any]) -> Event | None:
    """The report without any value: an error's own words may quote a row, a body or an address."""
    told: dict[str, Any] = {name: event[name] for name in KEPT if name in event}  # type: ignore[literal-required]
    told["tags"] = dict(observe.known())
    told["contexts"] = _only(told.get("contexts", {}), OF_CONTEXTS)
    told["logentry"] = _only(told.get("logentry", {}), ("message",))
    for error in told.get("exception", {}).get("values", []):
        error["value"] = "left out"
        error.pop("mechanism", None)
        for frame in (error.get("stacktrace") or {}).get("frames", []):
            kept = _only(frame, OF_FRAMES)
            frame.clear()
            frame.update(kept)
    return told  # type: ignore[return-value]


def _only(values: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}
