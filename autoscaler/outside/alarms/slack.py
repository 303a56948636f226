"""A message for Slack's incoming webhooks: blocks, and a text for notifications (docs.slack.dev, "Block Kit").

What many have in common is said once: 40 apps that are held for one reason are one section.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from autoscaler.outside.alarms.told import Batch, Told
from autoscaler.outside.alarms.words import Words, words

_SIGNS = {
    "scaled": ":arrow_up_down:",
    "held": ":double_vertical_bar:",
    "failed": ":x:",
    "overrun": ":hourglass:",
    "unconverged": ":warning:",
    "manual": ":bust_in_silhouette:",
    "budget": ":fuelpump:",
    "recovered": ":white_check_mark:",
}
_MOST_SECTIONS = 10
_MOST_NAMES = 8
_EVERYTHING = "autoscaler"
"""What an event is about that names no app."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Events that say the same of different subjects."""

    topic: str
    said: Words
    subjects: Sequence[str]

    @property
    def names(self) -> str:
        named = list(dict.fromkeys(self.subjects))
        more = len(named) - _MOST_NAMES
        return ", ".join(named[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def slack(batch: Batch) -> bytes:
    """The JSON of a message. Raises ValueError for a batch without events."""
    groups = _groups(batch.told)
    shown, hidden = groups[:_MOST_SECTIONS], groups[_MOST_SECTIONS:]
    more = sum(len(group.subjects) for group in hidden) + batch.missing
    last = max(told.at for told in batch.told)
    when = f"<!date^{int(last.timestamp())}^{{date_short_pretty}} {{time_secs}}|{last:%Y-%m-%d %H:%M:%S} UTC>"
    foot = f"and {more} more · {when}" if more else when
    blocks = [_section(group) for group in shown]
    blocks.append({"type": "context", "elements": [{"type": "mrkdwn", "text": foot}]})
    first = f"{_escaped(shown[0].names)}: {_escaped(shown[0].said.what)}"
    others = len(batch.told) + batch.missing - len(shown[0].subjects)
    return _json({"text": f"{first} (and {others} more)" if others else first, "blocks": blocks})


def _groups(told: Sequence[Told]) -> list[_Group]:
    found: dict[tuple[str, str, str, str], tuple[Words, list[str]]] = {}
    for one in told:
        said = words(one)
        _, subjects = found.setdefault((one.topic, said.what, said.why, said.until), (said, []))
        subjects.append(said.subject or _EVERYTHING)
    return [_Group(topic, said, subjects) for (topic, *_), (said, subjects) in found.items()]


def _section(group: _Group) -> dict[str, object]:
    said = group.said
    lines = [f"{_SIGNS.get(group.topic, ':information_source:')} *{_escaped(group.names)}* {_escaped(said.what)}"]
    lines += [_escaped(said.why)] if said.why else []
    lines += [f"until {_escaped(said.until)}"] if said.until else []
    return {"type": "section", "text": {"type": "mrkdwn", "text": "\n".join(lines)}}


def _escaped(text: str) -> str:
    """Slack's three signs (docs.slack.dev, "Formatting message text"), and those that would set a text in bold."""
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    for sign in "*_~`":  # a space of no width keeps a glob or a name with underscores as it is
        text = text.replace(sign, f"{sign}\u200b")
    return text


def _json(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False).encode()
