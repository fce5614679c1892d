"""Every error raised on purpose.

LlmevalError
├── UsageError             what was asked for cannot be carried out as given (exit status 4)
│   ├── ConfigError        the configuration file, an environment variable or an option is wrong
│   └── UnknownNameError   a name that is defined nowhere; says which names are
├── SuiteError             a suite or its data is wrong; carries every problem found (exit status 2)
├── ParameterError         one parameter of a check or an adapter is wrong
├── StoredFileError        a baseline, a run or a recording cannot be read or must not be used
└── AdapterError           one request got no usable reply; becomes data on the trial
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct


class LlmevalError(Exception):
    """Base of all errors that the user is meant to read as one line."""


class UsageError(LlmevalError):
    """What was asked for cannot be carried out as given."""


class ConfigError(UsageError):
    """The configuration file, an environment variable or an option is wrong."""


class UnknownNameError(UsageError):
    """A name that is defined nowhere.

    Args:
        what: The kind of thing, "adapter" for instance.
        name: The name that was asked for.
        known: The names that exist.
    """

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown {what} {name!r}{did_you_mean(name, known)}")
        self.name = name


class Problem(Struct, frozen=True, order=True):
    """One fault in a suite or data file."""

    path: str
    """Path as shown to the user."""
    line: int
    """Counts from 1; 0 when the whole file is meant."""
    column: int
    """Counts from 1; 0 when the whole line is meant."""
    message: str
    """What was found and what is expected, one line."""

    def __str__(self) -> str:
        place = [self.path] + [str(number) for number in (self.line, self.column) if number]
        return f"{':'.join(place)}: {self.message}"


class SuiteError(LlmevalError):
    """A suite or its data is wrong.

    Args:
        problems: Every fault of the file, in file order.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ParameterError(LlmevalError):
    """One parameter of a check or an adapter is wrong.

    Args:
        parameter: Its name; "" when the set of parameters as a whole is wrong.
        message: What was found and what is expected, without the parameter's name.
    """

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(f"{parameter}: {message}" if parameter else message)
        self.parameter = parameter
        self.message = message


class StoredFileError(LlmevalError):
    """A baseline, a run or a recording cannot be read or must not be used."""


class AdapterError(LlmevalError):
    """One request got no usable reply.

    Args:
        message: One line; may hold secrets, it is redacted before it is shown or stored.
        kind: A stable word for what happened: `timeout`, `rate_limited`, `server_error`,
            `connection`, `bad_reply`, `auth`, `not_found`, `quota`, `bad_request`, `raised`,
            `no_recording`, `exit_status` and the like.
        transient: The same request may succeed later: it is retried.
        retry_after_s: Seconds the service asked to wait; None when it did not say.
        fatal: No request to this adapter can succeed (wrong key, unknown model): the adapter's
            remaining requests end with this error without being sent.
    """

    def __init__(
        self,
        message: str,
        *,
        kind: str,
        transient: bool = False,
        retry_after_s: float | None = None,
        fatal: bool = False,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.transient = transient
        self.retry_after_s = retry_after_s
        self.fatal = fatal


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the tail of a message about an unknown name: a guess, else what is known."""
    names = sorted(set(known))
    close = get_close_matches(str(name), names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if names else ""
