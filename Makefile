# make figures   set up the environment if needed, then regenerate every figure and table
# make test      set up the environment if needed, then run every check and test
PYTHON ?= python3
CORES ?= 2
BIN := .venv/bin

.PHONY: figures test lock
.DELETE_ON_ERROR:

figures: .venv/ready
	$(BIN)/snakemake --cores $(CORES)

test: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/snakefmt --check Snakefile
	$(BIN)/pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder

# Everything comes from the lock, checked by hash; qnet itself is installed editable on top.
.venv/ready: envs/lock.txt pyproject.toml
	$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"qnet needs Python 3.11 or newer, but $(PYTHON) is {v.major}.{v.minor}")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r envs/lock.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock:
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --upgrade --output-file envs/lock.txt
