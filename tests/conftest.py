"""How hard hypothesis tries, and in which order tests run.

Hypothesis takes the same few examples in every run, or with `--hypothesis-profile=long` many new ones.
"""

from hypothesis import settings

LONGEST = ["test_whole.py", "test_workflow.py", "test_reference.py", "test_faults.py"]

settings.register_profile("short", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=3000, derandomize=False)
settings.load_profile("short")


def pytest_collection_modifyitems(items):
    """The longest files come first, so that other processes do the rest meanwhile."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))
