"""Finds the secrets of services in a text: private keys, tokens, passwords in addresses. Judges whole texts, masks nothing.

The forms are those of detect-secrets, by its plugins' `analyze_string`, and of a few services that it doesn't know. Left out
are its plugins that look for words such as `password` or for random-looking strings: in code and its documentation these
find examples and hashes. So are Cloudant, Softlayer, both of IBM, Artifactory and Mailchimp, whose expressions begin with
anything and take three times as long as all others together.
"""

import re
from collections.abc import Iterator

from detect_secrets.filters.heuristic import is_sequential_string, is_templated_secret
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector

PLUGINS: dict[str, BasePlugin] = {
    "AWS key": AWSKeyDetector(), "Azure key": AzureStorageKeyDetector(), "Discord token": DiscordBotTokenDetector(),
    "GitHub token": GitHubTokenDetector(), "GitLab token": GitLabTokenDetector(), "signed token": JwtTokenDetector(),
    "npm token": NpmDetector(), "OpenAI key": OpenAIDetector(), "package index token": PypiTokenDetector(),
    "SendGrid key": SendGridDetector(), "Slack token": SlackDetector(), "Square secret": SquareOAuthDetector(),
    "Stripe key": StripeDetector(), "Telegram token": TelegramBotTokenDetector(), "Twilio key": TwilioKeyDetector(),
}  # fmt: skip
# What a match may not follow stands behind its first letters: in front it would keep `re` from searching for these.
OTHERS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    "GitHub token": re.compile(r"github_pat_\w{60,}"),
    "Google key": re.compile(r"AIza(?<!\wAIza)[\w-]{35}"),
    "npm token": re.compile(r"npm_(?<!\wnpm_)[A-Za-z0-9]{36}\b"),
    "model hub token": re.compile(r"hf_(?<!\whf_)[A-Za-z0-9]{34}\b"),
    "API key": re.compile(r"sk-(?<![\w-]sk-)(?:proj-|ant-)?[A-Za-z0-9_-]{40,}"),
}
PASSWORDS = BasicAuthDetector()
MIN_PASSWORD_CHARS = 12
_INVENTED = re.compile(r"example|[{}<>$*%&#]|pass|secret|\.\.\.", re.IGNORECASE)


def find_secret(text: str) -> str | None:
    """Return what kind of secret `text` seems to hold, or None."""
    return next(_found(text), None)


def _found(text: str) -> Iterator[str]:
    for name, plugin in PLUGINS.items():
        if any(_is_real(secret) for secret in plugin.analyze_string(text)):
            yield name
    for name, pattern in OTHERS.items():
        if any(_is_real(match[0]) for match in pattern.finditer(text)):
            yield name
    if any(_is_real_password(word) for word in PASSWORDS.analyze_string(text)):
        yield "password in an address"


def _is_real(secret: str) -> bool:
    """Say whether `secret` isn't one of those that a documentation prints to show the form."""
    return "example" not in secret.lower() and not is_sequential_string(secret) and not is_templated_secret(secret)


def _is_real_password(word: str) -> bool:
    return len(word) >= MIN_PASSWORD_CHARS and not _INVENTED.search(word) and _is_real(word)
