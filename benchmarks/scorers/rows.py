"""The labelled rows that scorers learn from and are measured on; they are no part of the project.

They lie in the folder that LLMEVAL_DATA names, one gzipped JSON Lines file a data set
(default: `shared/data` beside the repository).
"""

import gzip
import json
import os
from pathlib import Path
from typing import Any

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
FOLDER = Path(os.environ.get("LLMEVAL_DATA") or _BESIDE)

Row = dict[str, Any]


def rows(name: str) -> list[Row]:
    """Return the rows of one data set, in file order."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
