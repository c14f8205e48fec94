"""Old names: they work, and say where they went; nothing of the kit uses them."""

import importlib
import subprocess
import sys

import pytest

from kit import moved


@pytest.mark.parametrize("old", moved.MODULES)
def test_a_module_is_found_under_its_old_name(old):
    code = (
        "import importlib, warnings\n"
        "with warnings.catch_warnings(record=True) as told:\n"
        "    warnings.simplefilter('always')\n"
        f"    module = importlib.import_module({old!r})\n"
        f"words = [str(one.message) for one in told if one.category is DeprecationWarning]\n"
        f"assert '`{old}` is now `{moved.MODULES[old]}`' in words, words\n"
        f"new = importlib.import_module({moved.MODULES[old]!r})\n"
        "assert all(getattr(module, name) is getattr(new, name) for name in new.__all__)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize(
    ("room", "name"), [(room, name) for room, names in moved.NAMES.items() for name in names]
)
def test_a_name_is_found_in_its_old_room(room, name):
    with pytest.warns(DeprecationWarning, match=f"`{room}.{name}` is now `") as told:
        found = getattr(importlib.import_module(room), name)
    assert told[0].filename == __file__, "it is not told where the old name stands"
    assert found is getattr(importlib.import_module(moved.NAMES[room][name]), name)


def test_what_never_was_is_not_found():
    with pytest.raises(AttributeError, match=r"module 'kit.plots' has no attribute 'nothing'"):
        _ = importlib.import_module("kit.plots").nothing
