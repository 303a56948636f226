"""Looks for bytes on which a target fails, guided by the code that they reach.

    .venv/bin/pip install atheris                 # by hand: no dependency of the project
    .venv/bin/python -m tests.fuzz.run phrase     # or crontab, file, calendar; -max_total_time=240 and
                                                  # whatever else libFuzzer takes may follow

The corpus that it gathers stays in .fuzz/; what it prints last counts executions (`runs`), and the places in the
code that were reached (`cov`) alone and with how often (`ft`). What fails is written there too: put it into SEEDS.
"""

import sys
from pathlib import Path

import atheris

WORDS = """
daily weekdays weekends mon tue wed thu fri sat sun first second third fourth fifth last business day days for 22:00
06:00 24:00 00:00 8h 31d 1h30m 2026-11-27 .. closed x1 timezone: UTC Asia/Tokyo apps: formation: quantity: size:
windows: when: cron: except: lead: limits: calendars: holidays: dates: ics: include: business_calendar: allow_zero:
BEGIN:VEVENT END:VEVENT DTSTART DTEND DURATION RRULE: FREQ= DAILY WEEKLY YEARLY BYDAY= COUNT= UNTIL= TZID= EXDATE
RDATE RECURRENCE-ID SUMMARY: STATUS: VALUE=DATE
"""
"""What libFuzzer may put in, since it would not guess it."""


def main() -> None:
    name, *options = sys.argv[1:]
    with atheris.instrument_imports(include=["autoscaler"]):
        from tests.fuzz.targets import SEEDS, TARGETS
    folder = Path(".fuzz") / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS[name]):
        (folder / f"seed-{number}").write_bytes(seed)
    dictionary = folder.with_suffix(".words")
    dictionary.write_text("".join(f'"{word}"\n' for word in WORDS.split()), encoding="ascii")
    wanted = [f"-dict={dictionary}", f"-artifact_prefix={folder}-", "-timeout=15", "-max_len=2000", *options]
    atheris.Setup([sys.argv[0], *wanted, str(folder)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
