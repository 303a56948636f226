"""How often apps are read, so that reads stay within a tenth of what Heroku grants an account."""

from math import ceil, floor

BEAT = 60.0
"""Seconds between two reads of an app, unless there are so many apps that reads would pass `BEATS_AN_HOUR`."""

REQUESTS_AN_HOUR = 4500
"""What Heroku grants an account (Dev Center, "Limits")."""

READS_AN_HOUR = REQUESTS_AN_HOUR // 10
"""Of these for reads."""

BEATS_AN_HOUR = 370
"""Of these for beats, in whichever hour: 6 apps that are read 61 times are 366.

The 80 that they leave at least are for looks at dynos and second attempts: with 400 for beats, 50 would be too few for
the restarts before an unbroken window of some apps, and 7 apps could not be read every minute either.
"""

_HOUR = 3600
_AFTER = 2
"""Seconds over an even part of an hour: with the second by which a turn may come early, an hour holds one less."""


def beat_for(apps: int, beat: float | None, reads: int = BEATS_AN_HOUR) -> float:
    """Seconds between reads of each of so many apps, at most `reads` in any hour; a beat set by hand is taken as it is.

    All apps may be read at the same instants, so that an hour must be counted with both of its ends: an app that is
    read every 60 s is read 61 times in it.
    """
    if beat is not None:
        return beat
    each = reads // max(apps, 1)
    if each > _HOUR / BEAT:
        return BEAT
    return float(ceil(_HOUR / each) + _AFTER if each else ceil(apps * _HOUR / reads))


def reads_of_each(apps: int) -> int:
    """The most reads of one of so many apps, on its beats, in any hour."""
    return floor(_HOUR / beat_for(apps, None)) + 1
