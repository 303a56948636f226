"""What the benchmarks time gives the same everywhere; no time is measured here."""

from pathlib import Path

import pytest

from autoscaler.core.timeline import timeline as our_timeline
from benchmarks import loading, page, peers, point, timeline, workload


@pytest.mark.parametrize("name", sorted(peers.PEERS))
def test_a_peer_finds_the_boundaries_of_the_bound_and_the_spans_of_ours(name: str) -> None:
    assert timeline.agreed(workload.windows(apps=2), [peers.PEERS[name]])


def test_boundaries_that_differ_are_noticed() -> None:
    def blind(_: workload.Hours) -> peers.Boundaries:
        return [], []

    with pytest.raises(AssertionError, match="blind finds other boundaries"):
        timeline.agreed(workload.windows(apps=1), [blind])


def test_spans_that_differ_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "timeline", lambda *given: list(our_timeline(*given))[1:])
    with pytest.raises(AssertionError, match="our spans differ"):
        timeline.agreed(workload.windows(apps=1), [])


def test_point_queries_agree_at_every_instant() -> None:
    point.agreed(workload.windows(apps=5), point.instants(workload.START, 365))


def test_what_is_loaded_is_what_the_file_says(tmp_path: Path) -> None:
    path = tmp_path / "policies.yaml"
    path.write_text(workload.file(workload.windows(apps=2)))
    loading.agreed(path)


def test_a_page_of_a_hundred_apps_is_small_enough_to_attach() -> None:
    drawn = page.page(workload.policies(workload.windows()), page.WEEK)
    assert drawn.count('<svg class="chart"') == 200
    assert len(drawn.encode()) < page.LIMIT * 1e6
