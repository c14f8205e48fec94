"""Makes the documentation site: ``python -m docs``, or ``make docs``."""
