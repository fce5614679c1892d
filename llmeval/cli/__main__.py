"""`python -m llmeval.cli`."""

import sys

from llmeval.cli.entry import main

sys.exit(main())
