"""iCalendar files (RFC 5545): the days that their events take.

What a file could do wrong is found out when it is read, and the file is refused whole: a day that is missing from a
calendar looks like any other day. X-WR-TIMEZONE is ignored: a time without a zone is local. The libraries are slow to
import and are imported when a file is named.
"""

from autoscaler.policyfile.ics.days import IcsSource, query_of, try_out
from autoscaler.policyfile.ics.errors import IcsError, told
from autoscaler.policyfile.ics.events import check, events
from autoscaler.policyfile.ics.lines import kept, text

__all__ = ["IcsError", "IcsSource", "ics_source"]


def ics_source(content: bytes) -> IcsSource:
    """The calendar of an iCalendar file's bytes, tried out. Raises IcsError."""
    try:
        found = events(kept(text(content)))
        check(found)
        query = query_of(found)
        try_out(query)
    except IcsError:
        raise
    except ImportError:
        hint = 'pip install "dyno-autoscaler[calendars]"'
        raise IcsError(f"the icalendar and recurring-ical-events packages are not installed: {hint}") from None
    except Exception as error:  # the libraries trip over odd files in many ways
        raise IcsError(f"this calendar cannot be understood: {told(error)}") from None
    return IcsSource(query)
