"""What users write type-checks: records take lists and numbers, and hold arrays."""

import subprocess
import sys

CODE = """
import numpy as np
from qnet import chain

links = chain.Links(cycle_time_s=[1e-3, 2e-3], success_probability=0.05, message_time_s=np.ones(2), werner=0.98)
mean = chain.exact(links=links, protocol=chain.SwapAsap(restart="restart_together"), coherence_time_s=2.0)
total: float = mean.duration_s + float(links.cycle_time_s.sum())
"""
WRONG = 'from qnet import chain\nchain.SwapAsap(messages="yes")\n'


def mypy(folder, code):
    (folder / "mine.py").write_text(code, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--follow-imports=silent",
        "--cache-dir",
        str(folder / "cache"),
        str(folder / "mine.py"),
    ]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout


def test_users_code_type_checks(tmp_path):
    assert mypy(tmp_path, CODE).startswith("Success")
    assert "arg-type" in mypy(tmp_path, WRONG)
