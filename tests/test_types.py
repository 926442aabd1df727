"""What users write type-checks: records take lists and numbers, and hold arrays."""

import re
import subprocess
import sys
from pathlib import Path

DOCUMENTS = ("README.md", "docs/library.md", "docs/tutorials/your_own_chain.md")
TEXTS = {name: (Path(__file__).parents[1] / name).read_text(encoding="utf-8") for name in DOCUMENTS}
CODE = {name: "\n".join(re.findall(r"```python\n(.*?)```", text, re.DOTALL)) for name, text in TEXTS.items()} | {
    "lists, numbers and arrays": """
import numpy as np
from qnet import chain

links = chain.Links(cycle_time_s=[1e-3, 2e-3], success_probability=0.05, message_time_s=np.ones(2), werner=0.98)
fibre = chain.Fibre(attenuation_db_per_km=0, message_speed=1.5)
lengths = chain.AlternatingChain(asymmetry=0, links=4, length_km=100).link_lengths_km()
nodes = chain.Nodes(coherence_time_s=[1.0, 2] * 3, swap_quality=np.ones(6))
one, two = chain.Sequential(order=["random"] * 4), chain.LocalCutoff(cutoff_s=1)
found = chain.swap_asap(nodes, chain.SwapAsap(), fibre, link_lengths_km=[*lengths, 5], deliveries=100, seed=1)
total: float = found.duration_s + float(links.cycle_time_s.sum())
""",
}
WRONG = 'from qnet import chain\nchain.SwapAsap(messages="yes")\n'


def test_users_code_type_checks_and_users_mistakes_do_not(tmp_path):
    """All in one run, which reads the packages' types once."""
    for i, code in enumerate(CODE.values()):
        (tmp_path / f"mine_{i}.py").write_text(code, encoding="utf-8")
    (tmp_path / "wrong.py").write_text(WRONG, encoding="utf-8")
    options = ["--strict", "--follow-imports=silent", "--cache-dir", str(tmp_path / "cache")]
    command = [sys.executable, "-m", "mypy", *options, *map(str, sorted(tmp_path.glob("*.py")))]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout
    errors = [line for line in said.splitlines() if ": error:" in line]
    assert len(errors) == 1, said
    assert "wrong.py:2: error:" in errors[0]
    assert "arg-type" in errors[0]
