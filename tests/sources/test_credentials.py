"""Secrets are found by their form; what a documentation prints to show the form is none."""

import pytest

from burnish.sources.credentials import find_secret

SECRETS = {
    "-----BEGIN RSA PRIVATE KEY-----": "private key", "ghp_" + "a1B2" * 9: "GitHub token", "glpat-" + "x1" * 10: "GitLab token",
    "xoxb-123456789012-abc": "Slack token", "AIza" + "x1" * 17 + "x": "Google key", "sk_live_" + "a1" * 12: "Stripe key",
    "npm_" + "a1" * 18: "npm token", "hf_" + "a1" * 17: "model hub token", "sk-proj-" + "a1" * 24: "API key",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmnopqrstuv": "signed token",
    "AKIA" + "A1B2" * 4: "AWS key", "postgres://admin:Xq7vT2mLw9Zr@db.shop.io/x": "password in an address",
}  # fmt: skip
HARMLESS = (
    "https://user:pass@example.com", "postgres://user:${PASSWORD_OF_DB}@db.example.com", "sk-123", "AKIAIOSFODNN7EXAMPLE",
    "http://someuser:somepassword@site.org", "password = 'correct horse battery staple'", "sha256:" + "a1b2" * 16,
)  # fmt: skip


@pytest.mark.parametrize(("secret", "kind"), SECRETS.items())
def test_secrets_are_found(secret: str, kind: str) -> None:
    assert find_secret(f"token = '{secret}'\n") == kind
    assert find_secret(f"token = '{secret[:9]}'\n") is None


@pytest.mark.parametrize("harmless", HARMLESS)
def test_examples_are_no_secrets(harmless: str) -> None:
    assert find_secret(f"see {harmless} for more\n") is None
