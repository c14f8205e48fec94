"""A short table of ratios beside those of the last release: ``python -m benchmarks.check``.

Each is two sides measured in turn in one run, so that it can be compared from machine to machine.
A difference counts where the 95 % intervals of both medians do not meet. ``--save`` writes what was
measured as that of the version at hand, which is done when it is released. Nothing fails.
"""

import argparse
import importlib.metadata
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

import kit
from benchmarks import __main__ as whole
from benchmarks import convnets

KEPT = Path(__file__).with_name("release.json")

TABLE = {
    "capture-relu": ("BLOCK, ReLU: warm capture ÷ bare pass", lambda: whole.warm_capture("relu")),
    "capture-tanh": ("BLOCK, tanh: warm capture ÷ bare pass", lambda: whole.warm_capture("tanh")),
    "cnn-capture": ("CNN: warm capture ÷ bare pass", lambda: convnets.warm_capture("cnn")),
    "fit-20": ("BLOCK: fit with ÷ without Recorder", lambda: whole.fit(20, rounds=9)),
    "panel": ("2x2 panel of BLOCK ÷ four empty axes", whole.panel_over_empty),
}


def verdict(now, before):
    """What a difference of two intervals, each (low, high), says."""
    if before is None:
        return "new"
    if now[0] > before[1]:
        return "slower, beyond noise"
    if now[1] < before[0]:
        return "faster, beyond noise"
    return "within noise"


def measured(names):
    """From each name to median and interval, as it is measured."""
    for name in names:
        ratio = TABLE[name][1]()
        yield name, {"median": ratio.median, "interval": ratio.interval()}


def main(arguments=None):
    """Print the table; with ``--save`` keep it as the release's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--save", action="store_true", help="keep the numbers as this release's")
    options = parser.parse_args(arguments)
    kept = json.loads(KEPT.read_text("utf-8")) if KEPT.is_file() else {"version": None}
    before = kept.get("ratios", {})
    print(f"kit {kit.__version__} beside {kept['version'] or 'no release'}\n")
    print(f"{'what':<40} {'now':>5} {'95 %':>13} {'release':>8} {'95 %':>13}  difference")
    found = {}
    for name, now in measured(TABLE):
        found[name] = now
        old = before.get(name)
        then = f"{old['median']:8.2f} {_span(old)}" if old else " " * 22
        words = verdict(now["interval"], old and old["interval"])
        print(f"{TABLE[name][0]:<40} {now['median']:5.2f} {_span(now)} {then}  {words}", flush=True)
    if options.save:
        versions = {
            one: importlib.metadata.version(one) for one in ("tensorflow", "keras", "numpy")
        }
        release = {"version": kit.__version__, "versions": versions, "ratios": found}
        KEPT.write_text(json.dumps(release, indent=2) + "\n", "utf-8")
    return 0


def _span(one):
    low, high = one["interval"]
    return f"{f'{low:.2f} to {high:.2f}':>13}"


if __name__ == "__main__":
    sys.exit(main())
