"""What a webhook gets: events as JSON, and a signature by which the receiver knows that they are ours and fresh."""

import hmac
import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from autoscaler.core.masking import mask_addresses
from autoscaler.outside.alarms.told import Batch, Told

MOST = 100
"""Events of one request."""

VERSION = 1
TIMESTAMP, SIGNATURE = "Autoscaler-Timestamp", "Autoscaler-Signature"
_LONGEST = 2000


def webhook(batch: Batch) -> bytes:
    """The JSON of a request. Its `id` is the same when it is sent once more."""
    events = [_event(told) for told in batch.told]
    digest = sha256(json.dumps([events, batch.missing]).encode()).hexdigest()
    body = {"version": VERSION, "id": digest[:32], "events": events, "missing": batch.missing}
    return json.dumps(body, ensure_ascii=False).encode()


def signed(body: bytes, secret: str | None, now: datetime) -> dict[str, str]:
    """The headers of a request that is sent `now`; without a secret there is no signature.

    The signature is the HMAC-SHA256, in hex, of the timestamp, a dot and the body.
    """
    timestamp = str(int(now.timestamp()))
    if secret is None:
        return {TIMESTAMP: timestamp}
    found = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
    return {TIMESTAMP: timestamp, SIGNATURE: f"v1={found}"}


def _event(told: Told) -> dict[str, Any]:
    event = told.event
    fields = {name: _value(value) for name, value in event.fields.items() if name not in {"app", "type"}}
    if "request_id" in fields:  # it looks like a token, and is what Heroku's support asks for
        fields["request_id"] = str(event.fields["request_id"])
    return {
        "at": f"{told.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "topic": told.topic,
        "event": event.name,
        "level": event.level,
        "app": told.text("app") or None,
        "type": told.text("type") or None,
        "fields": fields,
        "details": {name: _value(value) for name, value in event.details.items()},
    }


def _value(value: object) -> object:
    """Numbers and null as they are, everything else as a text that shows no secret."""
    return value if value is None or isinstance(value, bool | int | float) else mask_addresses(str(value))[:_LONGEST]
