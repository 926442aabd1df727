"""The one exception that says: what you gave cannot be used. Everything else is a mistake in the code."""


class Refused(ValueError):
    """A value, a file or a configuration is refused, in one sentence that names it, the rule and what was found."""
