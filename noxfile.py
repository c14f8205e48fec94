"""The tests on every Python, and with the oldest and the newest packages, that the kit is for.

``nox`` runs all sessions that this machine has an interpreter for and names the others;
``nox -s lowest`` runs one, ``nox -l`` lists them. What stands after ``--`` goes to pytest.
"""

import configparser
import re
from pathlib import Path

import nox

nox.options.error_on_missing_interpreters = False  # skipped, by name
nox.options.reuse_existing_virtualenvs = True

HERE = Path(__file__).resolve().parent
OLDEST, USUAL = "3.10", "3.11"


def bounds():
    """The lowest version of each package that setup.cfg asks for, as pip's constraints."""
    settings = configparser.ConfigParser(interpolation=None)
    settings.read(HERE / "setup.cfg")
    asked = [settings["options"]["install_requires"], *settings["options.extras_require"].values()]
    return re.sub(
        r" *>= *", "==", "\n".join(re.findall(r"^\w[\w-]* *>= *[\w.]+", "\n".join(asked), re.M))
    )


def run_tests(session, *options):
    """Install the kit with what its tests need, say with which versions, and run them."""
    session.install("--quiet", "--editable", ".[test,docs]", *options)
    session.run("python", "-m", "pip", "list", silent=False)
    session.run("python", "-m", "pytest", "-n", "2", *session.posargs)


@nox.session(python=OLDEST)
def lowest(session):
    """The lowest version of everything that setup.cfg allows."""
    constraints = Path(session.create_tmp()) / "lowest.txt"
    constraints.write_text(bounds() + "\n", "utf-8")
    # old packages beside newer ones that they ask for: what these deprecate is not ours to mend
    session.posargs[:0] = ["-W", "ignore::DeprecationWarning"]
    run_tests(session, "--constraint", str(constraints))


@nox.session(python=USUAL)
def newest(session):
    """The newest version of everything, releases alone."""
    run_tests(session, "--upgrade", "--upgrade-strategy", "eager")


@nox.session(python=["3.10", "3.12", "3.13"])
def tests(session):
    """What pip installs on each Python."""
    run_tests(session)
