"""What looks like a secret is covered, letter for letter, and nothing else is."""

import pytest

from autoscaler.core.masking import mask, mask_addresses


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the token HRKU-ab_c-9 is", "the token *********** is"),
        ("01234567-89ab-cdef-0123-456789abcdef", "*" * 36),
        ("postgres://ann:pass@db.example/shop", "postgres://********@db.example/shop"),
        ("PASSWORD='abc' rake", "PASSWORD='***' rake"),
        ("api_key=abc api-key=$KEY", "api_key=*** api-key=$KEY"),
        ("quantity: 3", "quantity: 3"),
    ],
)
def test_secrets_are_covered_and_the_rest_keeps_its_place(text: str, shown: str) -> None:
    assert mask(text) == shown
    assert len(mask(text)) == len(text)


def test_of_an_address_nothing_but_the_host_is_shown() -> None:
    assert (
        mask_addresses("see https://cal.example/ab/c.ics, token=abc") == "see https://cal.example/********, token=***"
    )
    assert mask_addresses("https://ann:pass@cal.example/ab") == "https://********@cal.example/**"
