from bench.by_turns import table
from tests.bench.rounds import a_round


def test_table_of_two_versions_shows_medians_with_lowest_and_highest() -> None:
    before = [a_round(ours=us, a=40.0) for us in (60.0, 50.0, 80.0)]
    now = [a_round(ours=50.0, a=40.0)]

    rows = table(before, now).splitlines()

    assert rows[2] == "| CPU a message at saturation, µs | 60.0 (50.0–80.0) | 50.0 |"
    assert rows[3] == "| the same, times the relay's | 1.50 (1.25–2.00) | 1.25 |"
