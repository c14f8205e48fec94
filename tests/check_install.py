"""Build the wheel, install it in an environment of its own, and use it far from the checkout.

It must hold every file of the package that is no module: texts of topics, templates of slides.

Run by ``make install-test``; no pytest test, since it installs TensorFlow anew.
"""

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def run(*command, cwd):
    print("+", *[str(part) for part in command[:6]], flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, cwd=cwd, env=environment, check=True, capture_output=True, text=True
    ).stdout


def data_files():
    """The files of the package that are no modules, as the wheel names them."""
    tracked = run("git", "ls-files", "kit", cwd=CHECKOUT).split()
    return {name for name in tracked if not name.endswith(".py")}


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
    print("install test: 1 passed, 0 failed")


if __name__ == "__main__":
    main()
