"""How many processes draw figures fastest: ``python -m benchmarks.jobs [ROUNDS]``.

A dozen figures with a few trainings among them, each time from an empty cache, by the command and
with every number of processes in turn; `kit.catalogue.processes.default_jobs` says what came out.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

FIGURES = (
    *("ball-data", "activation-functions", "init-zeros", "init-relu-he-normal"),
    *("init-tanh-normal-1", "init-grid-z", "conv-sliding-kernel", "conv-derivatives"),
    *("conv-receptive-field", "filters-photo", "pool-translation", "cnn-architecture"),
)
JOBS = (1, 2, 3)


def seconds_with(jobs: int) -> float:
    """Seconds that the command takes to draw the figures, nothing kept before."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "kit", "figures", *FIGURES, "--offline"]
        command += ["--jobs", str(jobs), "--out", f"{folder}/out", "--cache", f"{folder}/cache"]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - start


def rows(rounds: int = 3) -> list[tuple[int, float, float]]:
    """For each number of processes the median of its seconds, and of its ratios to one process."""
    seconds: dict[int, list[float]] = {jobs: [] for jobs in JOBS}
    for k in range(rounds):
        for jobs in JOBS if k % 2 == 0 else reversed(JOBS):
            seconds[jobs].append(seconds_with(jobs))
    return [
        (
            jobs,
            statistics.median(seconds[jobs]),
            statistics.median(
                mine / one for mine, one in zip(seconds[jobs], seconds[1], strict=True)
            ),
        )
        for jobs in JOBS
    ]


def main() -> None:
    """Print a line for each number of processes."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(f"{len(FIGURES)} figures from an empty cache, {os.cpu_count()} cores, {rounds} rounds")
    for jobs, median, ratio in rows(rounds):
        print(f"--jobs {jobs}: {median:6.1f} s, {ratio:.2f} times that of one process", flush=True)


if __name__ == "__main__":
    main()
