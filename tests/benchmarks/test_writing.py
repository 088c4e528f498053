"""How tables find their place in the page."""

from __future__ import annotations

from benchmarks.__main__ import merged


def test_some_tables_take_the_place_of_their_namesakes_and_say_where_they_were_measured() -> None:
    old = "2026-01-01, a machine.\n\n### One\n\nNote.\n\n| 1 |\n\n### Two\n\n| 2 |"
    new = "2026-02-02, another.\n\n### Two\n\n| 22 |\n\n### Three\n\n| 3 |"
    assert merged(old, new) == (
        "2026-01-01, a machine.\n\n### One\n\nNote.\n\n| 1 |"
        "\n\n### Two\n\n2026-02-02, another.\n\n| 22 |"
        "\n\n### Three\n\n2026-02-02, another.\n\n| 3 |"
    )
