"""Masks personal data in a text with what standards reserve for examples: e-mail addresses, phone numbers, IBANs, public IPs.

One address is masked alike wherever it stands in a text, two are masked differently, so code that compares them still
reads well. Addresses of roles and of documentation name nobody and stay; so does all that is no number by its own rules.
Names of people stay: who wrote code must be named.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from phonenumbers import PhoneNumberMatcher

EMAIL, PHONE, IBAN, IP = KINDS = ("e-mail address", "phone number", "IBAN", "IP address")
LOCAL_CHARS = 64  # RFC 5321, 4.5.3.1.1
# Mailboxes of roles (RFC 2142) and of programs.
ROLES = frozenset(
    "abuse admin administrator anonymous billing bugs contact dev devnull feedback ftp git hello help hostmaster "
    "info list mailer-daemon marketing me news no-reply nobody noc noreply postmaster root sales security staff "
    "support sysadmin team test usenet user username uucp webmaster www you your-email your.email".split()
)
# Names that RFC 2606 and RFC 6761 reserve, and names that everybody writes for "some name".
RESERVED = frozenset("example test invalid localhost local internal lan".split())
PLACEHOLDERS = frozenset(
    "a acme b bar baz company corp domain email example foo host mail myapp mydomain mysite organization qux server site "
    "some somewhere test x y yourcompany yourdomain z".split()
)
_DOMAIN = re.compile(r"@((?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,18})(?![\w-])(?!\()")
# In code and JSON the letter of an escape such as \n belongs to no address: without it the text would be broken.
_LOCAL = re.compile(
    r"(?:(?<![A-Za-z0-9.+%\\-])|(?<=\\)(?![nrt])|(?<=\\[nrt]))[A-Za-z0-9](?:[\w.+%-]{0,62}[\w+-])?\Z", re.ASCII
)
_PHONE = re.compile(r"\+[1-9][\d ()./-]{6,18}\d")
_INVENTED_PHONE = re.compile(r"555|1234567|(\d)\1{5}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")
_IP = re.compile(r"\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\d])(?!\.\d)")
_FIRST = re.compile(r"(?<![\w.])\d{1,3}\Z")


class Span(NamedTuple):
    """Where something personal stands."""

    start: int
    end: int
    kind: str


class Masked(NamedTuple):
    """A text without personal data, and how many different values of each kind were masked."""

    text: str
    counts: dict[str, int]


def mask_personal(text: str) -> Masked:
    """Return `text` with its personal data masked."""
    spans = sorted(span for find in FINDERS for span in find(text))
    masks: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts, done = [], 0
    for start, end, kind in spans:
        if start < done:
            continue
        value = (kind, text[start:end].lower())
        if value not in masks:
            counts[kind] = counts.get(kind, 0) + 1
            masks[value] = _mask(kind, number=counts[kind])
        parts += [text[done:start], masks[value]]
        done = end
    return Masked("".join([*parts, text[done:]]), counts)


def _mask(kind: str, *, number: int) -> str:
    """Return the mask of the first, second, ... value of a kind: of RFC 2606, 47 CFR 52.15 (f), ISO 3166's XX, RFC 5737."""
    return {
        EMAIL: f"person{number}@example.com",
        PHONE: f"+1 202-555-{100 + (number - 1) % 100:04}",
        IBAN: f"XX00 0000 {number:04}",
        IP: f"192.0.2.{(number - 1) % 254 + 1}",
    }[kind]


def find_emails(text: str) -> Iterator[Span]:
    """Yield the addresses of people."""
    for domain in _DOMAIN.finditer(text):
        local = _LOCAL.search(text, max(0, domain.start() - LOCAL_CHARS), domain.start())
        if local and not _in_url(text, local.start()) and names_a_person(local[0], domain=domain[1]):
            yield Span(local.start(), domain.end(), EMAIL)


def names_a_person(local: str, *, domain: str) -> bool:
    """Say whether an address isn't one of a role or of documentation."""
    labels = domain.lower().split(".")
    reserved = labels[-1] in RESERVED or "example" in labels or labels[-2] in PLACEHOLDERS
    machine = domain.lower().endswith(("noreply.github.com", "googlegroups.com")) or domain[-1].isupper()
    return not (reserved or machine or local.lower() in ROLES | PLACEHOLDERS)


def _in_url(text: str, place: int) -> bool:
    """Say whether what stands at `place` is the user of a URL: `ftp://user@host`, `git+ssh://git:word@host`."""
    word = re.split(r"[\s<>\"'`]", text[max(0, place - LOCAL_CHARS) : place])[-1]
    return "://" in word


def find_phones(text: str) -> Iterator[Span]:
    """Yield the numbers with a country's code that libphonenumber holds for valid, but for the invented."""
    for candidate in _PHONE.finditer(text):
        for match in PhoneNumberMatcher(candidate[0], None):
            if not _INVENTED_PHONE.search(re.sub(r"\D", "", match.raw_string)):
                yield Span(candidate.start() + match.start, candidate.start() + match.end, PHONE)


def find_ibans(text: str) -> Iterator[Span]:
    """Yield the account numbers with a right check sum (ISO 13616: modulo 97)."""
    for match in _IBAN.finditer(text):
        word = match[0].replace(" ", "")
        digits = "".join(str(int(char, 36)) for char in word[4:] + word[:4])
        if 15 <= len(word) <= 34 and int(digits) % 97 == 1 and not text[match.start() - 1 : match.start()].isalnum():
            yield Span(match.start(), match.end(), IBAN)


def find_ips(text: str) -> Iterator[Span]:
    """Yield the public IPv4 addresses. Four numbers below 100 are a version, or an address that everybody knows."""
    for rest in _IP.finditer(text):
        first = _FIRST.search(text, max(0, rest.start() - 4), rest.start())
        if first and _is_public(first[0] + rest[0]):
            yield Span(first.start(), rest.end(), IP)


def _is_public(address: str) -> bool:
    try:
        return ipaddress.IPv4Address(address).is_global and max(map(int, address.split("."))) >= 100
    except ipaddress.AddressValueError:
        return False


FINDERS: tuple[Callable[[str], Iterator[Span]], ...] = (find_emails, find_phones, find_ibans, find_ips)
