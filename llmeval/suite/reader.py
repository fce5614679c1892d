"""What reading one suite file needs at hand: its problems, its files, its texts."""

import json
import math
import os
from pathlib import Path
from typing import Any, Final

from llmeval.registry import Registry
from llmeval.suite.node import Items, Node, Scalar, Table, found, plain
from llmeval.suite.own_adapters import Adapters
from llmeval.suite.parse import Document, parse
from llmeval.suite.problems import Problems, Stop
from llmeval.suite.read import read_text, unreadable
from llmeval.suite.scalars import is_ambiguous
from llmeval.suite.syntax import unquoted
from llmeval.suite.template import Pattern, TemplateError, compile_text

FILE = "file:"


class Bad:
    """Stands for a value that was wrong; why is among the problems."""


BAD: Final = Bad()


class Files:
    """The files beside a suite that its texts name.

    Args:
        folder: Where relative paths start: the suite's folder.
        root: The project; nothing outside is read.
        suite: The suite's file name without its endings.
    """

    def __init__(self, folder: Path, root: Path, suite: str) -> None:
        self.suite = suite
        self._folder = folder
        self._root = root.resolve()
        self._texts: dict[str, str | Bad] = {}

    def resolve(self, path: str, at: int, key: str, problems: Problems) -> Path | Bad:
        """Return the absolute path of a file inside the project."""
        try:
            return self._inside(path)
        except ValueError as error:
            problems.add(at, f"{key}: {error}")
            return BAD

    def _inside(self, path: str) -> Path:
        """Return an absolute path.

        Raises:
            ValueError: It leads out of the project, or to what cannot simply be read.
        """
        try:
            absolute = (self._folder / path).resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise ValueError(f"{path!r}: {unreadable(error)}") from error
        if not absolute.is_relative_to(self._root):
            raise ValueError(f"{path!r} lies outside the project")
        if not absolute.exists() and (self._root / path).exists():
            near = os.path.relpath(self._root / path, self._folder).replace(os.sep, "/")
            raise ValueError(f"{path!r}: file not found; from this suite it is {near!r}")
        if absolute.exists() and not absolute.is_file() and not absolute.is_dir():
            # Reading would wait for whoever writes into it.
            raise ValueError(f"{path!r}: expected a file, found a pipe or a device")
        return absolute

    def exists(self, name: str) -> bool:
        """Return whether there is a file of that name beside the suite."""
        return (self._folder / name).is_file()

    def folder(self, path: str) -> str:
        """Return the absolute path of a folder inside the project.

        Raises:
            ValueError: There is none.
        """
        absolute = self._inside(path)
        if not absolute.is_dir():
            found = "is a file" if absolute.exists() else "does not exist"
            raise ValueError(f"expected a folder, {path!r} {found}")
        return str(absolute)

    def text(self, path: str, at: int, key: str, problems: Problems) -> str | Bad:
        """Return the text of a file, without one line break at its end."""
        if path not in self._texts:
            self._texts[path] = self._read(path, at, key, problems)
        return self._texts[path]

    def _read(self, path: str, at: int, key: str, problems: Problems) -> str | Bad:
        absolute = self.resolve(path, at, key, problems)
        if isinstance(absolute, Bad):
            return BAD
        own = Problems(path)
        try:
            text = read_text(absolute, own)
        except Stop:
            problem = own.found[0]
            line = f" line {problem.line}:" if problem.line else ""
            problems.add(at, f"{key}: {path!r}:{line} {problem.message}")
            return BAD
        return text.removesuffix("\n").removesuffix("\r")


class Reader:
    """Reads values and collects what is wrong with them.

    Args:
        problems: Where faults go.
        cuts: Places of texts that a comment may have cut short.
        files: The files that texts name.
        registry: The known checks and adapter types.
        adapters: The adapters a suite may name.
    """

    def __init__(
        self,
        problems: Problems,
        cuts: frozenset[int],
        files: Files,
        registry: Registry,
        adapters: Adapters,
    ) -> None:
        self.adapters = adapters
        self.problems = problems
        self.files = files
        self.registry = registry
        self.templating = True
        """Whether `{{ name }}` means a variable."""
        self.patterns = 0
        """How many texts with variables were met so far."""
        self.forms: dict[str, Any] = {}
        """What is known of each check name met so far."""
        self.right: dict[Any, Any] = {}
        """Checks found right, by what is written: large suites repeat theirs."""
        self.allow_run = False
        """Whether checks may run programs."""
        self.judges: set[str] = set()
        """The judges that checks name."""
        self._cuts = cuts

    def wrong(self, at: int, message: str) -> Bad:
        """Add a problem."""
        self.problems.add(at, message)
        return BAD

    def expected(self, node: Node, key: str, words: str, hint: str = "") -> Bad:
        """Add the problem that something else was expected."""
        return self.wrong(node.at, f"{key}: expected {words}, found {found(node)}{hint}")

    def word(self, node: Node, key: str, words: str = "text") -> str | Bad:
        """Return text as it stands: no file, no variables."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            return self.expected(node, key, words, self._quotes_hint(node))
        if node.raw is not None and not self._survived(node, key):
            return BAD
        return node.value

    def text(self, node: Node, key: str, words: str = "text") -> str | Pattern | Bad:
        """Return text with its file read and its variables found."""
        word = self.word(node, key, words)
        return word if isinstance(word, Bad) else self.compiled(word, node.at, key)

    def compiled(self, word: str, at: int, key: str) -> str | Pattern | Bad:
        """Return a text with its file read and its variables found."""
        content: str | Bad = word
        if word.startswith(FILE):
            content = self.file(word, at, key)
        if isinstance(content, Bad) or not self.templating or "{{" not in content:
            return content
        try:
            text = compile_text(content, at)
            self.patterns += type(text) is Pattern
            return text
        except TemplateError as error:
            return self.wrong(at, f"{key}: {error}")

    def file(self, word: str, at: int, key: str) -> str | Bad:
        """Return the text of the file that `file:path` names."""
        path = word.removeprefix(FILE).strip()
        if "{{" in path:
            return self.wrong(at, f"{key}: a path after file: holds no variables, found {path!r}")
        return self.files.text(path, at, key, self.problems)

    def structure(self, word: str, at: int, key: str) -> Any:
        """Return what the JSON or YAML file that `file:path` names holds."""
        text = self.file(word, at, key)
        if isinstance(text, Bad):
            return BAD
        own = Problems(word)
        try:
            if word.endswith(".json"):
                return json.loads(text)
            document = parse(text, own)
        except (ValueError, RecursionError) as error:
            return self.wrong(at, f"{key}: {word!r} is not JSON: {error}")
        except Stop:
            return self.wrong(at, f"{key}: {own.found[0]}")
        return None if document.root is None else plain(document.root)

    def value(self, node: Node, key: str) -> Any:
        """Return any value; texts in it have their files read and their variables found."""
        if isinstance(node, Scalar):
            if not isinstance(node.value, str):
                if isinstance(node.value, float) and not math.isfinite(node.value):
                    return self.expected(node, key, "a finite number")
                return node.value
            if node.at in self._cuts and not self._survived(node, key):
                return BAD
            return self.compiled(node.value, node.at, key)
        if isinstance(node, Items):
            items = [self.value(item, key) for item in node.items]
            return BAD if BAD in items else items
        table = {name: self.value(item, key) for name, item in node.entries.items()}
        return BAD if any(item is BAD for item in table.values()) else table

    def plain_texts(self, node: Items) -> list[str] | None:
        """Return a list of texts that hold nothing special, quickly; None sends to `value`."""
        texts = []
        for item in node.items:
            if not isinstance(item, Scalar) or type(item.value) is not str:
                return None
            text = item.value
            if (
                (item.raw is not None and (is_ambiguous(text) or item.at in self._cuts))
                or "{{" in text
                or text.startswith(FILE)
            ):
                return None
            texts.append(text)
        return texts

    def identity(self, node: Node | None) -> Any:
        """Return what is equal for nodes that read the same, wherever they stand."""
        if isinstance(node, Scalar):
            return node.raw, node.value, node.at in self._cuts
        if isinstance(node, Items):
            return tuple([self.identity(item) for item in node.items])
        if node is None:
            return None
        return tuple([(key, self.identity(item)) for key, item in node.entries.items()])

    def _survived(self, node: Scalar, key: str) -> bool:
        raw = node.raw or ""
        if is_ambiguous(raw):
            self.wrong(
                node.at,
                f'{key}: {raw} is no text to every reader of YAML; put quotes around it: "{raw}"',
            )
        elif node.at in self._cuts:
            self.wrong(
                node.at,
                f"{key}: the text is cut at ' #', which starts a comment; put quotes around the "
                "text, or two blanks before the comment",
            )
        else:
            return True
        return False

    def _quotes_hint(self, node: Node) -> str:
        if isinstance(node, Items):
            return ""
        if isinstance(node, Table):
            if len(node.entries) == 1 and node.at >= 0:
                return "; put quotes around the whole text if ': ' belongs to it"
            return ""
        if node.at in self._cuts:
            return "; ' #' starts a comment, put quotes around the text"
        if node.value is None and not node.raw:
            return ""
        return f'; put quotes around it: "{node.raw}"' if node.raw else ""


def read_document(text: str, problems: Problems) -> Document:
    """Return the parsed file; nothing but comments is a problem.

    Raises:
        Stop: Not readable; the problem is added.
    """
    document = parse(text, problems)
    if document.root is None:
        problems.add_line(0, 0, "the file is empty; expected a suite with `cases`")
        raise Stop
    return document


__all__ = ["BAD", "Bad", "Files", "Reader", "read_document", "unquoted"]
