"""Build the wheel, install it in an environment of its own, and use it far from the checkout.

It must hold every file of the package that is no module: texts of topics, templates of slides, the
source of the compiled loop. The source is installed with a compiler and without one.

Run by ``make install-test``; no pytest test, since it installs TensorFlow anew.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


COUNTS = """
import numpy as np
import kit.stats.counting
from kit.stats import Sketch
assert Sketch.of(np.arange(7.0)).mean == 3
print(kit.stats.counting.IMPLEMENTATION)
"""
NO_COMPILER = {"CC": "/no/compiler", "CXX": "/no/compiler"}


def run(*command, cwd, **more):
    print("+", *[f"{name}={value}" for name, value in more.items()], end=" ")
    print(*[str(part) for part in command[:6] if "\n" not in str(part)], flush=True)
    unwanted = {"PYTHONPATH", "KIT_PURE"}
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    done = subprocess.run(
        command, cwd=cwd, env=environment | more, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nfailed: {' '.join(map(str, command))}")
    return done.stdout


def data_files():
    """The files of the package that are no modules, as the wheel names them."""
    tracked = run("git", "ls-files", "kit", cwd=CHECKOUT).split()
    return {name for name in tracked if not name.endswith(".py")}


def counts(python, folder, expected, **more):
    """The kit counts in the way that is expected."""
    way = run(python, "-c", COUNTS, cwd=folder, **more).strip()
    if way != expected:
        sys.exit(f"the kit must count {expected}; it counts {way}")


def has_compiler():
    return shutil.which(os.environ.get("CC", "cc").split()[0]) is not None


def check_sources(folder):
    """The source, installed as it is and to be edited, in an environment of NumPy alone."""
    built = "compiled" if has_compiler() else "numpy"
    run(sys.executable, "-m", "build", "--sdist", "--outdir", folder, CHECKOUT, cwd=folder)
    (source,) = folder.glob("*.tar.gz")
    venv.create(folder / "bare", with_pip=True)
    python = folder / "bare" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "numpy", cwd=folder)
    install = (python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-cache-dir")
    install += ("--force-reinstall",)
    for place in (source, folder / "edited"):
        if place != source:  # an editable install, of a copy: the checkout keeps what it has built
            shutil.unpack_archive(source, folder)
            (folder / source.name.removesuffix(".tar.gz")).rename(place)
            install = (*install, "--editable")
        run(*install, place, cwd=folder, **NO_COMPILER)
        counts(python, folder, "numpy")
        run(*install, place, cwd=folder)
        counts(python, folder, built)
        counts(python, folder, "numpy", KIT_PURE="1")


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, CHECKOUT, cwd=folder)
        (wheel,) = folder.glob("*.whl")
        venv.create(folder / "env", with_pip=True)
        python = folder / "env" / "bin" / "python"
        run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        where = run(python, "-c", "import kit; print(kit.__file__)", cwd=folder)
        if str(CHECKOUT) in where:
            sys.exit(f"the wheel was not used: kit is {where}")
        with zipfile.ZipFile(wheel) as whole:  # what is no Python is left out in silence
            missing = data_files() - set(whole.namelist())
        if missing:
            sys.exit(f"the wheel lacks {', '.join(sorted(missing))}")
        figures = run(folder / "env" / "bin" / "kit", "list", cwd=folder)
        if "init-tanh-glorot-normal" not in figures:
            sys.exit(f"kit list does not list the figures:\n{figures}")
        run(folder / "env" / "bin" / "kit", "figures", "init-tanh-glorot-normal", cwd=folder)
        png = folder / "out" / "initialization" / "init-tanh-glorot-normal.png"
        if png.read_bytes()[:4] != b"\x89PNG":
            sys.exit(f"{png} is no picture")
        run(python, "-m", "kit", "--version", cwd=folder)
        counts(python, folder, "compiled" if has_compiler() else "numpy")
        check_sources(folder)
    print("install test: 1 passed, 0 failed")


if __name__ == "__main__":
    main()
