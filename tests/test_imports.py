"""Who may import whom: physics knows no files, the pipeline and the pictures know no physics, and nobody knows scripts."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SHARED = {"qnet.checks", "qnet.errors", "qnet.fibre", "qnet.kernels", "qnet.key_rate", "qnet.records"}  # by all physics
NUMERICAL = {"numpy", "scipy", "numba", "attrs"}
ORACLE = "qnet/chiral/master_equation.py"
# What may be imported at the top of a module, besides the standard library, by folder; "." is `qnet` itself.
AT_THE_TOP = {
    ".": NUMERICAL | SHARED,
    "pipeline": {"attrs", "numpy", "pyarrow", "yaml", "qnet", "qnet.errors", "qnet.records", "qnet.pipeline"},
    "route": NUMERICAL | SHARED | {"qnet.chain", "qnet.midpoint", "qnet.route"},
    "present": {"numpy", "pandas", "matplotlib", "cycler", "PIL", "altair", "jinja2", "markupsafe", "rocrate", "yaml",
                "qnet", "qnet.errors", "qnet.pipeline", "qnet.present"},
}  # fmt: skip
# What may be imported in a function alone, since it takes long and few need it.
LATE = {"pipeline": {"pandas", "jsonschema"}, ORACLE: {"qutip"}, "qnet/route/read.py": {"networkx"}}
PICTURE = "qnet/route/picture.py"  # the one module of physics that draws; nothing imports it but in a function


class Import(NamedTuple):
    module: str
    late: bool  # in a function, or for a type checker alone


def imports(node: ast.AST, package: str, late: bool = False) -> Iterator[Import]:
    """The modules that a syntax tree imports; a relative import is one of the package. `from a import b` may name a.b."""
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, late) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parent = ".".join(package.split(".")[: len(package.split(".")) + 1 - node.level]) if node.level else ""
        module = ".".join(filter(None, [parent, node.module]))
        for alias in node.names:
            target = ROOT / module.replace(".", "/") / alias.name
            known = target.with_suffix(".py").is_file() or target.is_dir()
            yield Import(f"{module}.{alias.name}" if known else module, late)
    typing_alone = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    late = late or typing_alone or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from imports(child, package, late)


def broken(path: str, text: str) -> list[str]:
    """The imports of a file of `qnet` that its folder may not have."""
    parts = Path(path).parent.parts[1:]
    folder = parts[0] if parts else "."
    allowed = AT_THE_TOP.get(folder, AT_THE_TOP["."] | {f"qnet.{folder}"})
    if path == PICTURE:
        allowed = allowed | {"matplotlib", "qnet.present.style"}
    late = allowed | LATE.get(folder, set()) | LATE.get(path, set())
    package = ".".join(Path(path).parent.parts)
    return [
        found.module for found in imports(ast.parse(text), package)
        if not within(found.module, late if found.late else allowed)
    ]  # fmt: skip


def within(module: str, allowed: set[str]) -> bool:
    """Whether a module is of the standard library, or one that is allowed or inside it; `qnet` allows itself alone."""
    names = [module[:end] for end, letter in enumerate(f"{module}.") if letter == "."]
    return names[0] in sys.stdlib_module_names or any(
        name in allowed for name in names if name != "qnet" or name == module
    )


@pytest.mark.parametrize(
    "path", sorted((ROOT / "qnet").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_module_imports_what_its_room_may(path):
    assert broken(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "workflow/scripts").rglob("*.py")), ids=lambda path: path.stem)
def test_scripts_import_no_scripts_but_claims_the_helpers_of_their_paper(path):
    folder = path.relative_to(ROOT).parent.as_posix().replace("/", ".")
    found = [one.module for one in imports(ast.parse(path.read_bytes()), folder)]
    inside = [module for module in found if within(module, {"workflow"}) and not within(module, set())]
    helpers = f"{folder}.helpers" if folder.startswith("workflow.scripts.claims.") else None
    assert set(inside) <= {helpers}
    beside = {other.stem for other in path.parent.glob("*.py")} - sys.stdlib_module_names
    assert not beside & set(found)


@pytest.mark.parametrize(("path", "text", "refused"), [
    ("qnet/chiral/peak.py", "import pandas as pd", ["pandas"]),
    ("qnet/chiral/peak.py", "def f():\n    import pandas", ["pandas"]),
    ("qnet/chiral/peak.py", "import qutip", ["qutip"]),
    ("qnet/chiral/peak.py", "def f():\n    import qutip", ["qutip"]),
    (ORACLE, "import qutip", ["qutip"]),
    (ORACLE, "def f():\n    import qutip", []),
    ("qnet/chiral/peak.py", "from qnet import chain, checks", ["qnet.chain"]),
    ("qnet/chiral/peak.py", "from ..chain.links import Links", ["qnet.chain.links"]),
    ("qnet/chiral/peak.py", "from . import network\nfrom .network import Network", []),
    ("qnet/chiral/peak.py", "from qnet.pipeline import table", ["qnet.pipeline.table"]),
    ("qnet/chain/protocols/cutoff.py", "from qnet.chain.links import Links\nfrom numba import njit", []),
    ("qnet/checks.py", "from qnet import chiral", ["qnet.chiral"]),
    ("qnet/chain/links.py", "from qnet.route import Route", ["qnet.route"]),
    ("qnet/route/maps.py", "def f():\n    import networkx", ["networkx"]),
    ("qnet/route/read.py", "import networkx", ["networkx"]),
    ("qnet/route/report.py", "import matplotlib", ["matplotlib"]),
    (PICTURE, "import matplotlib\nfrom qnet.present import save", ["qnet.present.save"]),
    ("qnet/pipeline/run.py", "from qnet.chain import swap_asap", ["qnet.chain"]),
    ("qnet/pipeline/job.py", "from qnet.present import save", ["qnet.present.save"]),
    ("qnet/pipeline/job.py", "import pandas, matplotlib", ["pandas", "matplotlib"]),
    ("qnet/pipeline/job.py", "if TYPE_CHECKING:\n    import pandas", []),
    ("qnet/present/page.py", "from qnet import __version__, midpoint", ["qnet.midpoint"]),
    ("qnet/present/page.py", "import workflow.scripts.audit", ["workflow.scripts.audit"]),
])  # fmt: skip
def test_what_breaks_a_rule_is_seen(path, text, refused):
    assert broken(path, text) == refused
