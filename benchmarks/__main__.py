"""`python -m benchmarks [startup|idle|edges] [MINUTES]`; without a name, all of them."""

import sys

from benchmarks import edges, idle, startup


def main() -> None:
    chosen = sys.argv[1] if len(sys.argv) > 1 else "all"
    if chosen in {"all", "startup"}:
        startup.main()
    if chosen in {"all", "edges"}:
        edges.main()
    if chosen in {"all", "idle"}:
        idle.main(float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)


if __name__ == "__main__":
    main()
