"""What belongs to a person is masked, alike where it is the same; what only looks like it stays."""

import pytest

from burnish.sources.personal import mask_personal

PERSONAL = {
    "Ann <ann.lee@writers.net>": "Ann <person1@example.com>", "mailto:bo@shop.co.uk?x": "mailto:person1@example.com?x",
    "by @ann@social.tools!": "by @person1@example.com!", "call +44 20 7946 0958 now": "call +1 202-555-0100 now",
    "call +49 30 901820.": "call +1 202-555-0100.", "IBAN DE89 3704 0044 0532 0130 00,": "IBAN XX00 0000 0001,",
    "from 134.56.78.4:80": "from 192.0.2.1:80", "to 81.2.199.142,": "to 192.0.2.1,",
    r"'Ask:\nann@writers.net'": r"'Ask:\nperson1@example.com'", r"C:\ann@writers.net": r"C:\person1@example.com",
    r'{"to": "\\tann@writers.net"}': r'{"to": "\\tperson1@example.com"}',
}  # fmt: skip
HARMLESS = (
    "ann@example.com", "ann@mail.example.org", "ann@server.test", "user@host.com", "foo@bar.com", "info@writers.net",
    "git@github.com:owner/name.git", "https://ann:word@writers.net/x", "git+ssh://ann@writers.net/x", "@app.route('/')",
    "x @pytest.mark.skip", "lodash@4.17.21", "1-2@3", "127.0.0.1", "10.1.2.200", "192.0.2.7", "8.8.8.8", "1.2.3.4",
    "300.1.1.200", "version 1.2.3.100.5", "2.16.840.1.113883", "+1-514-555-1234", "+12345678", "1 + 22 33",
    "DE89 3704 0044 0532 0130 01",
)  # fmt: skip


@pytest.mark.parametrize(("text", "masked"), PERSONAL.items())
def test_personal_data_is_masked(text: str, masked: str) -> None:
    found = mask_personal(text)
    assert (found.text, sum(found.counts.values())) == (masked, 1)
    assert mask_personal(found.text).counts == {}


@pytest.mark.parametrize("harmless", HARMLESS)
def test_examples_roles_and_versions_stay(harmless: str) -> None:
    assert mask_personal(f"see {harmless} there") == (f"see {harmless} there", {})


def test_one_address_has_one_mask_and_two_have_two() -> None:
    text = "ann@writers.net, bo@writers.net, Ann@Writers.net at 134.56.78.4"
    assert mask_personal(text) == (
        "person1@example.com, person2@example.com, person1@example.com at 192.0.2.1", {"e-mail address": 2, "IP address": 1},
    )  # fmt: skip
