# make figures        set up the environment if needed, then regenerate every figure and table
# make test           set up the environment if needed, then run every check and test
# make coverage       the tests, and which lines of qnet they reach
# make docs           set up the environment if needed, then make the documentation in docs/_build/html
# make setup-matrix   try the set-up with every supported Python, and with old and new pip and libraries
# make lock           resolve the dependencies anew (needs uv)
PYTHON ?=
CORES ?= 2
BIN := .venv/bin
# The user's settings for Python are for other programs: folders with modules, warnings as errors, encodings.
unexport $(filter-out PYTHONDONTWRITEBYTECODE PYTHONPYCACHEPREFIX,$(filter PYTHON%,$(.VARIABLES)))
# One process more than cores, since some wait for a cluster, a browser or a kill.
PYTEST := $(BIN)/python -m pytest --numprocesses $$(($(CORES) + 1)) --dist loadfile --no-loadscope-reorder

.PHONY: figures test coverage docs setup setup-matrix lock

figures: setup
	$(BIN)/python -m snakemake --cores $(CORES)

test: setup
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/python -m snakefmt --check Snakefile
	$(PYTEST)

coverage: setup
	$(PYTEST) --cov=qnet --cov-report=term-missing:skip-covered

docs: setup
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs docs/_build/html

setup:
	@$(or $(PYTHON),python3) envs/set_up.py $(if $(PYTHON),chosen)

setup-matrix:
	$(or $(PYTHON),python3) envs/setup_matrix.py

lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --upgrade --output-file envs/lock.txt
