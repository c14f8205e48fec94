"""Names of tests that are the same in every process, as running them in two needs."""

import re


def named(value):
    """`str`, without the addresses of objects."""
    return re.sub(r" at 0x[0-9a-f]+", "", str(value))
