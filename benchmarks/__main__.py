"""`python -m benchmarks [NAME] [MINUTES]`; without a name, all of them."""

import sys

from benchmarks import edges, idle, loading, page, point, startup, timeline


def main() -> None:
    chosen = sys.argv[1] if len(sys.argv) > 1 else "all"
    for name, benchmark in {
        "timeline": timeline.main,
        "point": point.main,
        "loading": loading.main,
        "page": page.main,
        "startup": startup.main,
        "edges": edges.main,
    }.items():
        if chosen in {"all", name}:
            benchmark()
    if chosen in {"all", "idle"}:
        idle.main(float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)


if __name__ == "__main__":
    main()
