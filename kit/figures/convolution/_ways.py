"""Paddings and strides that are compared, and their names in facts."""

WAYS = (("valid", 1), ("same", 1), ("valid", 2), ("same", 2))
WAY_TITLES = tuple(f"{padding.upper()}, stride {stride}" for padding, stride in WAYS)


def way_name(padding: str, stride: int) -> str:
    return f"{padding}_{stride}"
