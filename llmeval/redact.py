"""The one choke point that removes secrets, before anything is cut, printed or stored.

Three ways to know a secret: by value (the environment's variables whose name looks secret, also
in base64 and URL encoding), by the key it stands under, by its shape. Whole texts go in, so half a
key never survives a cut; status codes, ids and counts stay readable.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import Any, TypeVar
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

MARK = "[redacted]"

_SHORTEST = 6
"""Characters. Shorter values would blank ordinary words: a secret of 3 hides nothing anyway."""

T = TypeVar("T", bound=Struct)

# --- by the name of an environment variable --------------------------------------------------

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|PWD|CREDENTIALS?|"
    r"AUTH|AUTHORIZATION|COOKIE|PAT|DSN)S?(?:_|$)|(?:KEY|TOKEN|SECRET|PASSWORD)$"
)
# They hold places and switches, not secrets.
_PLAIN_NAME = re.compile(
    r"^(?:OLD)?PWD$|_(?:PATH|FILE|DIR|HOME|SOCK|ENV|NAME|TYPE|COUNT|LIMIT|TTL|FD)$|^TOKENIZERS_"
)
_PLAIN_VALUE = re.compile(r"(?i)\d{1,11}|true|false|none|null|enabled|disabled|default|required")


def secret_values(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the environment's values that look secret by their variable's name, longest first."""
    found = {
        value
        for name, value in environ.items()
        if len(value) >= _SHORTEST
        and _SECRET_NAME.search(name.upper())
        and not _PLAIN_NAME.search(name.upper())
        and not _PLAIN_VALUE.fullmatch(value)
    }
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def _encodings(value: str) -> set[str]:
    """Return what a secret may look like inside another text."""
    raw = value.encode("utf-8", "surrogatepass")
    # Base64 works in groups of 3 bytes: the middle is the same wherever the secret starts.
    cores = {b64encode(b"\0" * shift + raw)[_START[shift] :].decode() for shift in range(3)}
    trimmed = {core.rstrip("=")[:-1] for core in cores}
    urlsafe = {core.replace("+", "-").replace("/", "_") for core in trimmed}
    escaped = {quote(value, safe=""), encode_basestring_ascii(value)[1:-1]}
    return {value} | {text for text in trimmed | urlsafe | escaped if len(text) >= _SHORTEST}


_START = (0, 2, 3)
"""Characters of base64 that the bytes before the secret touch, by their number modulo 3."""

# --- by key name -----------------------------------------------------------------------------

_SECRET_KEY = re.compile(
    r"(?i)^(?:(?:proxy-)?authorization|(?:set-)?cookie|.*api[-_ ]?keys?|.*apikeys?|.*secrets?|"
    r".*passwords?|.*passwd|.*passphrase|(?:.*[-_])?token|.*access[-_]?key|.*private[-_]?key|"
    r".*credentials?|x-.*-key|.*Token)$"
)

# --- by shape --------------------------------------------------------------------------------

_WORD = r"(?<![A-Za-z0-9])"
_SHAPES = (
    _WORD + r"sk-[A-Za-z0-9_-]{16,}",
    _WORD + r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",
    _WORD + r"(?:gh[pousr]|hf|gsk|npm)_[A-Za-z0-9]{20,}",
    _WORD + r"github_pat_[A-Za-z0-9_]{20,}",
    _WORD + r"(?:glpat|pypi|xox[abeprs])-[A-Za-z0-9_-]{10,}",
    _WORD + r"A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    _WORD + r"AIza[A-Za-z0-9_-]{30,}",
    _WORD + r"ya29\.[A-Za-z0-9_.-]{20,}",
    _WORD + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{5,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
)
# What stays is in the first group, what goes is the rest of the match.
_AFTER = (
    # A word of letters may follow "bearer" in prose; a token is long or holds a digit.
    r"\b[Bb]earer\s+(?=[^\s\"']*\d|[^\s\"']{20})(?P<bearer>[A-Za-z0-9._~+/=-]{8,})",
    r"(?:://)(?P<userinfo>[^\s/@\"']+)(?=@)",
    (
        r"(?i:\b(?:x-)?(?:api[-_]?key|key|(?:[a-z]+[-_])?token|secret|[a-z]+[-_]secret|"
        r"password|passwd|pwd|sig|signature|auth|accountkey)=)[\"']?(?P<pair>[^\s&\"'<>)]{6,})"
    ),
    (
        r"(?i:\bauthorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|token|digest)?)\s*"
        r"(?P<authorization>(?!\[redacted|(?i:basic|bearer|token|digest)\s)[^\s\"',}]{6,})"
    ),
    r"(?i:\b(?:x-)?api[-_]?key[\"']?\s*[:=]\s*[\"']?)(?P<header>(?!\[redacted)[^\s\"',}]{6,})",
    (
        r"(?i:[\"'](?:[a-z]+[-_])?(?:token|secret|password|passwd|cookie)[\"']\s*:\s*[\"'])"
        r"(?P<quoted>[^\"']{4,})"
    ),
    r"(?i:\b(?:set-)?cookie:\s*)(?P<cookie>[^\s\"']{6,}[^\r\n\"']*)",
)


@cache
def _shapes() -> "tuple[re.Pattern[str], re.Pattern[str]]":
    """Return the patterns of what is secret and of what follows a word; compiled once needed."""
    return re.compile("|".join(_SHAPES), re.DOTALL), re.compile("|".join(_AFTER))


# Does one of the above stand a chance? Each alternative starts with one plain character that is
# rare in a line of the log, so that `re` skips ahead: the shapes themselves cost ten times as much.
_HINT = re.compile(
    r"-(?<=sk-|at-|pi-|x[abeprs]-)|_(?<=h[pousrf]_|[srp]k_|pm_|at_)|-----B|AKIA|ASIA|AIza|ya29|"
    r"J(?<=eyJ)|Bearer|bearer|=(?=[^=\s]{6})|@|z(?<=uthoriz)|Z(?<=UTHORIZ)|"
    r"k(?<=ook)|k(?=eys?[\"'\\:])|k(?=en\\?[\"'])|K(?<=OOK)|K(?=[Ee][Yy][Ss]?[\"'\\:])|K(?=EN)|"
    r"w(?<=assw)|W(?<=ASSW)|hrase"
)


def _hinted(text: str) -> bool:
    # Not any(): this looks at every line of a run.
    return (
        _HINT.search(text) is not None or "ecret" in text or "ECRET" in text or "redential" in text
    )


def shaped_secrets(text: str) -> tuple[str, ...]:
    """Return what has the shape of a key or token, in order; a word before it does not count."""
    shape, _ = _shapes()
    return tuple(shape.findall(text)) if _hinted(text) else ()


class Redactor:
    """Removes secrets from texts, JSON values and records.

    Args:
        environ: The environment whose secret-looking values are to be removed.
        keys: Further key names whose values are secret, compared without case.
        values: Further secrets, by value.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        keys: Iterable[str] = (),
        values: Iterable[str] = (),
    ) -> None:
        secrets = {*secret_values(environ), *(v for v in values if len(v) >= _SHORTEST)}
        forms = {form for secret in secrets for form in _encodings(secret)}
        self._known = tuple(sorted(forms, key=lambda form: (-len(form), form)))
        self._keys = frozenset(key.lower() for key in keys)
        self._value = re.compile("|".join(map(re.escape, self._known))) if self._known else None

    def text(self, text: str) -> str:
        """Return the text without secrets."""
        if self._value is not None:
            text = self._value.sub(MARK, text)
        if not _hinted(text):
            return text
        shape, follows = _shapes()
        return follows.sub(_cut_group, shape.sub(MARK, text))

    def suspects(self, line: str) -> bool:
        """Say quickly whether an encoded line may hold a secret; False is certain."""
        for known in self._known:
            if known in line:
                return True
        return _hinted(line) or (bool(self._keys) and self._names_a_key(line.lower()))

    def _names_a_key(self, line: str) -> bool:
        return any(key in line for key in self._keys)

    def is_secret_key(self, key: str) -> bool:
        """Say whether the value under that key is secret whatever it looks like."""
        return key.lower() in self._keys or _SECRET_KEY.match(key) is not None

    def value(self, value: Any) -> Any:
        """Return a JSON value without secrets; the same object when there is none."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return self._mapping(value)
        if isinstance(value, list | tuple):
            return self._items(value)
        return self.record(value) if isinstance(value, Struct) else value

    def _mapping(self, mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
        found = {self.value(key): self._under(key, item) for key, item in mapping.items()}
        return mapping if found == mapping else found

    def _under(self, key: Any, item: Any) -> Any:
        if isinstance(key, str) and isinstance(item, str) and item and self.is_secret_key(key):
            return MARK
        if isinstance(key, str) and isinstance(item, list | tuple) and self.is_secret_key(key):
            return type(item)(MARK if isinstance(part, str) else self.value(part) for part in item)
        return self.value(item)

    def _items(self, items: Any) -> Any:
        found = type(items)(self.value(item) for item in items)
        return items if found == items else found

    def record(self, record: T) -> T:
        """Return a record without secrets; the same object when there is none."""
        changed = {}
        for name in record.__struct_fields__:
            before = getattr(record, name)
            after = self.value(before)
            if after is not before:
                changed[name] = after
        return replace(record, **changed) if changed else record


def _cut_group(match: "re.Match[str]") -> str:
    start, end = match.span(match.lastgroup or 0)
    offset = match.start()
    whole = match.group()
    return whole[: start - offset] + MARK + whole[end - offset :]
