"""Code is read, not run: what scripts take, what models are, and digests that follow what code means."""

import importlib
import re
from contextlib import suppress

import pytest

from qnet.errors import Refused
from qnet.pipeline import run, source

FILES = {
    "qnet/checks.py": "LIMIT = 1\n",
    "qnet/other.py": "value = 1\n",
    "qnet/chiral/__init__.py": "from .model import f\n",
    "qnet/chiral/model.py": "from qnet import checks\nfrom ..mine import FACTOR\n\n\ndef f():\n    return checks.LIMIT * FACTOR\n",
    "qnet/mine.py": "FACTOR = 1\n",
    "qnet/pipeline/table.py": "value = 1\n",
    "workflow/scripts/simulate.py": "from qnet.pipeline import table\n",
}

SYNTAX = r'''
"""A sample of all kinds of syntax."""
from __future__ import annotations
import os.path as p, sys
global_: int | None = None
@decorator(x=1)
class A(B, metaclass=C):
    """Text."""
    y: list[int] = []
    def f(self, a, /, b=-1.5e-3, *c, d: "str" = 'ø', **e) -> None:
        """Text."""
    async def g(self):
        async with a as b, c: return [x async for x in y if await z]
def h():
    """Text."""
    nonlocal_ = (n := 10)
    yield from (i for i in range(n) if i % 2)
    text = f"a{n!r:>{width}.3f}b" "c" f'{ {"k": 1}["k"] }' f"{n=}" if n else u"u" f"{{}}"
    match n, text:
        case [1, *rest] if rest: pass
        case {"a": A(b=1) | None as q, **kw}: pass
        case _: ...
    try: del a[0, 1:2, ...], b.c
    except (E, F) as error: raise G from error
    else: assert not n, "message"
    finally: lambda *a, k=1, **kw: (a, *k)
    for a, *b in c: break
    else: a @= 1 < 2 <= 3 is not None not in 4
    while True: continue
    return rb"\x00", {1, 2}, {**a, 'b': 1j}, [*a], 10_000 ** -2 // 3 & ~4
'''


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small project in the place of this one."""
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(source, "ROOT", tmp_path)
        source.forget()
        yield tmp_path
    source.forget()


def digest():
    source.forget()
    return source.of_model("chiral.f")


@pytest.mark.parametrize("name", [name for name in FILES if name != "qnet/other.py"])
def test_digest_of_a_model_follows_all_code_that_it_can_reach(tree, name):
    """Its package, what runs and stores it, and what these import, by whole names or relative ones."""
    first = digest()
    (tree / name).write_text(FILES[name] + "\nmore = 2\n", encoding="utf-8")
    assert digest() != first
    (tree / name).write_text(FILES[name], encoding="utf-8")
    assert digest() == first


def test_digest_of_a_model_does_not_follow_prose_layout_and_other_code(tree):
    first = digest()
    model = tree / "qnet/chiral/model.py"
    model.write_text(
        '"""Prose."""  # and more\n' + model.read_text(encoding="utf-8").replace("\n\n", "\n"), encoding="utf-8"
    )
    (tree / "qnet/other.py").write_text("value = 2\n", encoding="utf-8")
    assert digest() == first
    model.write_text(model.read_text(encoding="utf-8").replace("return checks", "return -checks"), encoding="utf-8")
    assert digest() != first


def test_a_model_may_be_imported_by_a_relative_name(tree):
    (tree / "qnet/chiral/model.py").write_text(
        "class F:\n    pass\n\n\ndef f(*, x, y=1) -> F:\n    return F()\n", encoding="utf-8"
    )
    source.forget()
    assert source.parameters("chiral.f") == {"x": source.Parameter(None, True), "y": source.Parameter(None, False)}


def test_digests_are_the_same_on_every_python(tree):
    """Syntax trees differ between versions in what they leave out, and in how f-strings are read."""
    (tree / "qnet/other.py").write_text(SYNTAX, encoding="utf-8")
    source.forget()
    assert source.of_file(tree / "qnet/other.py") == "b4f288d30bae3e30"


def test_parameters_are_read_from_the_source():
    found = source.parameters("chiral.peak_concurrence")
    assert {name for name, parameter in found.items() if parameter.required} == {"g1", "g2"}
    assert {"window", "gamma_l1"} < found.keys()


@pytest.mark.parametrize(
    "model", ["peak_concurrence", "chiral.nothing", "chiral._highest", "os.system", "..os.system", ""]
)
def test_only_public_functions_of_qnet_are_models(model):
    with pytest.raises(Refused, match=re.escape(f"but is {model!r}")):
        source.parameters(model)


@pytest.mark.parametrize("notes", ["null", "5", "[1]", "{", '{"qnet/errors.py": 5, "a": ["b", 1]}'])
def test_damaged_notes_of_code_are_left_aside(tmp_path, monkeypatch, notes):
    monkeypatch.setattr(source, "_remembered", {})
    (tmp_path / "code.json").write_text(notes, encoding="utf-8")
    source.remember(tmp_path / "code.json")
    assert source._remembered == {}


@pytest.mark.parametrize("package", source.PHYSICS)
def test_the_source_says_of_each_parameter_what_the_model_says(package):
    """Which values count as equal, read without running code, and what is checked: for every function that is a model."""
    names = [f"{package}.{name}" for name in importlib.import_module(f"qnet.{package}").__all__]
    found = 0
    for name in names:
        with suppress(Refused):
            declared = source.parameters(name)
            said = run.model(name).parameters
            kinds = {each: {int: int, bool: bool}.get(quantity.what, float) for each, quantity in said.items()}
            assert {each: parameter.kind for each, parameter in declared.items() if each != "seed"} == kinds
            found += 1
    assert found >= 5
