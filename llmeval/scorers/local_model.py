"""Local models by path: which files there must be, how they are opened. Nothing is downloaded."""

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from llmeval.errors import ParameterError

MAX_TOKENS: Final = 512
"""Of a text for an ONNX model; what follows is not looked at, as such models were trained."""


def onnx_file(model: str) -> Path | None:
    """Return the ONNX export that a path names or a folder holds; None for another model."""
    path = Path(model)
    if path.suffix == ".onnx":
        return path if path.is_file() else None
    exported = [path / "model.onnx", path / "onnx" / "model.onnx"]
    return next((file for file in exported if file.is_file()), None)


def beside(onnx: Path, name: str) -> Path | None:
    """Return a file that belongs to an ONNX export: in its folder or in the one above."""
    found = [onnx.parent / name, onnx.parent.parent / name]
    return next((file for file in found if file.is_file()), None)


def imported(package: str, method: str, extra: str) -> Any:
    """Import a package that comes with an extra.

    Raises:
        ParameterError: It is not installed.
    """
    try:
        return import_module(package)
    except ImportError as error:
        raise _missing(package, method, extra) from error


def require_packages(packages: Sequence[str], method: str, extra: str) -> None:
    """Refuse to go on without packages, without importing them.

    Raises:
        ParameterError: One is not installed.
    """
    for package in packages:
        if find_spec(package) is None:
            raise _missing(package, method, extra)


def _missing(package: str, method: str, extra: str) -> ParameterError:
    hint = f"pip install 'llmeval-gate[{extra}]'"
    return ParameterError("method", f"{method} needs the package {package}: {hint}")


class OnnxModel:
    """An ONNX export with its tokenizer.

    Args:
        onnx: The `.onnx` file.
        method: What a check calls its method, for messages.
        extra: Which extra brings the packages.

    Raises:
        ParameterError: The tokenizer or a package is missing.
    """

    def __init__(self, onnx: Path, method: str, extra: str) -> None:
        file = beside(onnx, "tokenizer.json")
        if file is None:
            raise ParameterError("model", f"{onnx}: expected tokenizer.json beside it")
        self._tokenizer = imported("tokenizers", method, extra).Tokenizer.from_file(str(file))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._session = imported("onnxruntime", method, extra).InferenceSession(str(onnx))
        self._wanted = [given.name for given in self._session.get_inputs()]

    def run(self, *texts: str) -> tuple[Any, Sequence[int]]:
        """Return the first output for a text or a pair of texts, and the mask of their tokens."""
        found = self._tokenizer.encode(*texts)
        inputs = {
            "input_ids": found.ids,
            "attention_mask": found.attention_mask,
            "token_type_ids": found.type_ids,
        }
        arrays = {name: _row(inputs[name]) for name in self._wanted}
        return self._session.run(None, arrays)[0], found.attention_mask


def _row(numbers: Sequence[int]) -> Any:
    import numpy as np

    return np.array([numbers], np.int64)


def read_config(file: Path) -> Mapping[str, Any]:
    """Return a model's `config.json`.

    Raises:
        ParameterError: It cannot be read.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ParameterError("model", f"{file} cannot be read: {error}") from error
    return found if isinstance(found, dict) else {}
