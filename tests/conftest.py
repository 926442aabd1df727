"""How hard hypothesis tries: the same few examples in every run, or with `--hypothesis-profile=long` many new ones."""

from hypothesis import settings

settings.register_profile("short", deadline=None, max_examples=40, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=3000, derandomize=False)
settings.load_profile("short")
