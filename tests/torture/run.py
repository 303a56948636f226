"""`make torture`: everything, some at a time, and the table of docs/reliability.md; with words, what contains them."""

import sys

from tests.torture.faked import MISSING
from tests.torture.table import all_of, write

AT_ONCE = 6


def main(names: list[str]) -> int:
    if MISSING:
        print(MISSING)
        return 1
    rows = all_of(names, AT_ONCE)
    write(rows)
    surprising = [row for row in rows if row.surprising]
    print(f"\n{len(rows)} tried, {sum(not row.broken for row in rows)} hold, {len(surprising)} are not as expected")
    for row in surprising:
        print(f"{row.verdict}: {row.name}")
    return 1 if surprising else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
