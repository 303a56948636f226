"""What Heroku was asked for `check --live`, beside the faults: the token's scope, and what globs match now."""

from autoscaler.core.account import Account
from autoscaler.core.platform import Formation


def live_text(account: Account) -> list[str]:
    """One line a glob, and one of what was asked."""
    globs = [f"{glob}: {', '.join(apps) or 'no app'}" for glob, apps in account.globs.items()]
    count = _told(account)
    asked = f"Heroku: {count} of {len(account.seen)} app{'' if len(account.seen) == 1 else 's'} told its formation"
    return [*globs, asked + (f"; the token's scope is {account.scope}" if account.scope else "")]


def live_json(account: Account) -> dict[str, object]:
    """`apps` that told their formation, `scope` (null where it is not told), `globs` with the apps of each."""
    return {
        "scope": account.scope,
        "apps": sorted(name for name, seen in account.seen.items() if isinstance(seen.formation, Formation)),
        "globs": {glob: list(apps) for glob, apps in account.globs.items()},
    }


def _told(account: Account) -> int:
    return sum(isinstance(seen.formation, Formation) for seen in account.seen.values())
