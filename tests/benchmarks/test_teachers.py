"""Models by others that `toxicity` learns from: what is read of them, and how they read a text."""

import subprocess
import sys
from pathlib import Path

SCORERS = Path(__file__).resolve().parents[2] / "benchmarks" / "scorers"


def run(program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable,
            "-c",
            f"import sys; sys.path.insert(0, sys.argv[1])\n{program}",
            str(SCORERS),
            *arguments,
        ],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_words_of_a_pickle_are_read_and_nothing_in_it_is_called(tmp_path: Path) -> None:
    made = tmp_path / "made"
    program = (
        "import os, pickle\n"
        "from teachers import words\n"
        "class Hostile:\n"
        "    def __reduce__(self):\n"
        "        return os.mkdir, (sys.argv[2],)\n"
        "ranks = {f'word {rank}': rank for rank in range(1, 20_001)}\n"
        "told = {'counts': dict.fromkeys(ranks, 7), 'call': Hostile(), 'word_index': ranks}\n"
        "for protocol in range(1, 6):\n"
        "    found = words(pickle.dumps(told, protocol)).tolist()\n"
        "    assert found == list(ranks)[:19_999], found[:3]\n"
        "print('read')"
    )

    done = run(program, str(made))

    assert done.stdout == "read\n", done.stderr
    assert not made.exists()


def test_a_text_is_read_the_same_alone_and_among_longer_ones() -> None:
    program = (
        "import numpy as np\n"
        "from taught import Teacher\n"
        "shapes = {'embedding 0': (4, 50), 'dense 0': (100, 50), 'dense 1': (50,),\n"
        "          'dense_1 0': (50, 6), 'dense_1 1': (6,)}\n"
        "for way in ('forward', 'backward'):\n"
        "    shapes |= {f'{way} 0': (50, 200), f'{way} 1': (50, 200), f'{way} 2': (200,)}\n"
        "chance = np.random.default_rng(0)\n"
        "arrays = {name: chance.normal(0, 0.2, shape).astype(np.float32)\n"
        "          for name, shape in shapes.items()}\n"
        "for way in ('forward', 'backward'):\n"
        "    arrays[f'{way} 2'][50:100] -= 2  # forgets soon, as trained models do\n"
        "index = {'one': 1, 'two': 2, 'three': 3}\n"
        "teacher = Teacher(index=index, arrays=arrays, hard=False)\n"
        "texts = ['', 'One, two!', 'three unknown one ' * 20, 'two ' * 300]\n"
        "alone = np.vstack([teacher.log_odds([text]) for text in texts])\n"
        "assert np.ptp(alone, axis=0).min() > 0.001\n"
        "print(np.abs(teacher.log_odds(texts) - alone).max() < 1e-4)"
    )

    done = run(program)

    assert done.stdout == "True\n", done.stderr
