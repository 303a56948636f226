"""The policy file of the trials, and what it gives, reckoned here in another way than the program does."""

from datetime import datetime, timedelta

FILE = """\
timezone: UTC
settle: 0m
apps:
  shop:
    formation:
      web:
        quantity: 2
        windows:
          - {name: even, cron: "*/4 * * * *", for: 2m, quantity: 4}
      worker:
        quantity: 1
        windows:
          - {name: pause, cron: "*/6 * * * *", for: 3m, quantity: 0}
  blog:
    formation:
      web:
        quantity: 3
        windows:
          - {name: odd, cron: "1-59/4 * * * *", for: 2m, quantity: 5}
"""
CALM = """\
timezone: UTC
apps:
"""
"""Files without an edge begin so."""

TYPES = (("shop", "web"), ("shop", "worker"), ("blog", "web"))


def wanted(app: str, kind: str, when: datetime) -> int:
    """What FILE gives."""
    minute = when.minute
    match app, kind:
        case "shop", "web":
            return 4 if minute % 4 < 2 else 2
        case "shop", "worker":
            return 0 if minute % 6 < 3 else 1
        case "blog", "web":
            return 5 if minute % 4 in {1, 2} else 3
    raise AssertionError(f"not in the file: {app}/{kind}")


def given(app: str, kind: str, since: datetime, until: datetime) -> set[int]:
    """What FILE gives at some instant of a short time."""
    steps = int((until - since).total_seconds()) + 1
    return {wanted(app, kind, since + timedelta(seconds=step)) for step in range(steps + 1)}


def calm(apps: int) -> str:
    """A file with so many apps and no edge."""
    rows = (f"  calm-{number}:\n    formation: {{web: {{quantity: 2}}}}\n" for number in range(apps))
    return CALM + "".join(rows)
