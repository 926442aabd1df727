"""Makes the environment `.venv` from the lock: everything at its pinned version, checked by hash, nothing resolved.

    python3 -I envs/set_up.py          makes .venv unless it is there, made in this folder from this lock
    python3 -I envs/set_up.py chosen   the same, and makes it anew where it was made with another Python than this one

It takes Python and pip, as they come, and the package index or mirror that pip is set up to use. Any Python can read
this file, so that one that is not supported is refused in a sentence.
"""

import ast
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join(ROOT, "envs", "lock.txt")
MADE_OF = "made_of.json"
MINDED_BY_A_SHELL = re.compile(r"[^\w@%+=:,./-]")
WITHOUT_WHEEL = ("connection-pool",)  # built here, with the locked setuptools
# Of the user's settings for pip those count that say where packages come from, none that says what is installed where.
SOURCES = (
    "cache-dir cert client-cert default-timeout extra-index-url find-links index-url keyring-provider no-cache-dir "
    "no-index proxy retries timeout trusted-host"
).split()


def supported():
    """(first, end) of the Pythons that pyproject.toml asks for, such as ((3, 11), (3, 14))."""
    with io.open(os.path.join(ROOT, "pyproject.toml"), encoding="utf-8") as project:
        found = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', project.read())
    return tuple((3, int(minor)) for minor in found.groups())


def refusal(version, folder):
    """Why no environment can be made with this version of Python in this folder, in one sentence; None if it can."""
    first, end = supported()
    if not first <= version[:2] < end:
        wanted = "from %d.%d to %d.%d" % (first + (end[0], end[1] - 1))
        return "qnet needs a Python %s, but %s is %d.%d" % ((wanted, sys.executable) + tuple(version[:2]))
    odd = MINDED_BY_A_SHELL.search(folder)
    if odd:
        return "the project's folder must have a path that a shell takes as it is, but %r holds %r" % (
            folder,
            odd.group(),
        )
    return None


def made_of(python):
    """All that an environment depends on: its folder and the lock; and the version of Python, where it was chosen."""
    with open(LOCK, "rb") as lock:
        return {"folder": ROOT, "lock": hashlib.sha256(lock.read()).hexdigest(), "python": python}


def is_up_to_date(venv, chosen):
    """Whether an environment is there, whole, and made of what it would be made of now."""
    try:
        with open(os.path.join(venv, MADE_OF), encoding="utf-8") as file:
            found = json.load(file)
    except (IOError, ValueError):
        return False
    return found == made_of(sys.version if chosen else found.get("python"))


def environment(pip):
    """What pip is run in: of the user's settings, in files and variables, none for Python and only SOURCES for pip."""
    every = {"PIP_" + name: "0" for name in ("USER", "SITE", "GLOBAL", "QUIET")}  # else pip lists some of them, or none
    said = subprocess.check_output(pip + ["config", "list"], env=dict(os.environ, **every)).decode("utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    env["PIP_CONFIG_FILE"] = os.devnull
    for section in ("global", "install", ":env:"):  # as pip has it, the later ones win
        for name, value in re.findall(r"^%s\.(\S+?)=(.*)$" % section, said, re.MULTILINE):
            if name in SOURCES:
                env["PIP_" + name.upper().replace("-", "_")] = ast.literal_eval(value)
    return env


def install(python):
    """Installs the lock with the pip of an interpreter, and has pip check that nothing is missing or at odds."""
    pip = [python, "-I", "-m", "pip", "--disable-pip-version-check"]
    env = environment(pip)
    with open(LOCK, encoding="utf-8") as lock:
        pins = re.findall(r"^\S.*(?:\n .*)*\n", lock.read(), re.MULTILINE)
    built = [pin for pin in pins if pin.split("==")[0] in WITHOUT_WHEEL]
    for part, how in ((set(pins) - set(built), ["--only-binary", ":all:"]), (built, ["--no-build-isolation"])):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as requirements:
            requirements.writelines(sorted(part))
            requirements.flush()
            options = ["--quiet", "--no-deps", "--require-hashes", "--requirement", requirements.name]
            subprocess.check_call(pip + ["install"] + how + options, env=env)
    subprocess.check_call(pip + ["check"], env=env)


def make(venv):
    """Makes the environment anew; what says that it is whole is written last."""
    subprocess.check_call([sys.executable, "-I", "-m", "venv", "--clear", venv])
    python = os.path.join(venv, "bin", "python")
    install(python)
    site = subprocess.check_output([python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
    # The environment finds the project beside it, wherever the two are copied to.
    site = site.decode().strip()
    with open(os.path.join(site, "qnet.pth"), "w", encoding="utf-8") as path:
        path.write(os.path.relpath(ROOT, os.path.realpath(site)) + "\n")
    with open(os.path.join(venv, MADE_OF), "w", encoding="utf-8") as file:
        json.dump(made_of(sys.version), file)


if __name__ == "__main__":
    found = refusal(sys.version_info, ROOT)
    if found:
        sys.exit("Error: " + found)
    if not is_up_to_date(os.path.join(ROOT, ".venv"), chosen="chosen" in sys.argv):
        try:
            make(os.path.join(ROOT, ".venv"))
        except subprocess.CalledProcessError as error:
            sys.exit("Error: the set-up must end well, but this failed: %s" % " ".join(error.cmd))
