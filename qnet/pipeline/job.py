"""What every script of the workflow has around it: a log, and errors that are one sentence."""

import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

from qnet.errors import Refused
from qnet.pipeline import recipe, study, table


@contextmanager
def running(snakemake: Any) -> Iterator[Callable[[str], None]]:
    """Logs a job to `snakemake.log`; `Refused` or Ctrl-C ends it with a sentence, anything else with a traceback.

    A job also ends with a sentence where its code was edited meanwhile: what it made is of no known code then.
    """
    start = time.perf_counter()

    def say(text: str) -> None:
        # A full disk must not hide what went wrong.
        with suppress(OSError), open(snakemake.log[0], "a", encoding="utf-8") as log:
            print(f"{time.perf_counter() - start:8.2f} s  {text}", file=log)

    try:
        yield say
        recipe.check_code(getattr(snakemake.params, "recipe", {}))
    except Refused as error:
        say(f"refused: {error}\n{traceback.format_exc()}")
        sys.exit(f"Error: {error}")
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit("Error: interrupted")
    except BaseException:
        say(traceback.format_exc())
        raise
    say("done")


def tables(snakemake: Any) -> "dict[str, tuple[dict[str, np.ndarray], dict[str, Any]]]":
    """The tables that a job reads, by study, each with what made it.

    Refused names one that the config, as it is now, does not ask for.
    """
    found = {}
    for path, wanted in zip(snakemake.input.data, snakemake.params.recipe["data"].items(), strict=True):
        columns, origin = table.read(path)
        held = origin.get("study"), study.table_digest(origin.get("batches", []))
        if held != wanted:
            said = [f"study {name}, digest {digest}" for name, digest in (wanted, held)]
            raise Refused(f"{path} must hold {said[0]}, as config.yaml asks now, but holds {said[1]}; delete it")
        found[wanted[0]] = columns, origin
    return found


def frames(snakemake: Any) -> "dict[str, pd.DataFrame]":
    """The tables that a job reads, by study; Refused as from `tables`."""
    import pandas as pd  # takes a third of a second, which a job that computes or joins does not need

    return {name: pd.DataFrame(columns) for name, (columns, _) in tables(snakemake).items()}


def call(function: Callable[..., Any], snakemake: Any) -> Any:
    """What a script's function makes of its arguments: a frame per study, and `printed` where the config has it."""
    studies = frames(snakemake)
    printed = snakemake.params.recipe["printed"]
    try:
        return function(**studies, **({"printed": printed} if printed else {}))
    except (AttributeError, KeyError) as error:
        where = ", ".join([*studies, *(["printed"] if printed else [])])
        raise Refused(f"{snakemake.wildcards.id} must find all it uses in {where}, but: {error}") from error
