"""What every script of the workflow has around it: a log, and errors that are one sentence."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def running(snakemake: Any) -> Iterator[Callable[[str], None]]:
    """Logs a job to `snakemake.log`; a ValueError ends it with its sentence, anything else with its traceback."""
    with open(snakemake.log[0], "w", buffering=1) as log:
        start = time.perf_counter()

        def say(text: str) -> None:
            print(f"{time.perf_counter() - start:8.2f} s  {text}", file=log)

        try:
            yield say
        except ValueError as error:
            say(f"refused: {error}")
            traceback.print_exc(file=log)
            sys.exit(f"Error: {error}")
        except BaseException:
            traceback.print_exc(file=log)
            raise
        say("done")
