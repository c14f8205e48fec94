"""Kernels that find TensorFlow loaded: each is a fork of a process that has computed nothing yet.

Each page of the site runs in a kernel of its own, and each loaded TensorFlow, Keras and matplotlib
anew, which took longer than most pages compute. Python's own ``forkserver`` loads them once, in a
process that starts no thread and draws no random number; each kernel is a fork of that process,
with the folder, the environment and the command of a kernel that is started anew.
"""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import os
import signal
import sys
from typing import Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

__all__ = ["ForkedKernels", "fork_kernels"]

LOADED = "docs.preloaded"
"""The module that the process loads from which kernels are forked."""

PLAIN = "local-provisioner"
"""What starts kernels of a specification that names nothing else."""


def fork_kernels(forked: bool = True) -> bool:
    """Let this process start its kernels as forks, where the system can; or as ever.

    Parameters
    ----------
    forked
        False takes it back.

    Returns
    -------
    bool
        Whether kernels are forks from now on.

    Examples
    --------
    >>> from docs.forking import fork_kernels
    >>> fork_kernels(False)
    False
    """
    forked = forked and "forkserver" in multiprocessing.get_all_start_methods()
    if forked:
        multiprocessing.get_context("forkserver").set_forkserver_preload([LOADED])
    starts = ForkedKernels if forked else LocalProvisioner
    group, where = KernelProvisionerFactory.GROUP_NAME, f"{starts.__module__}:{starts.__name__}"
    known = KernelProvisionerFactory.instance().provisioners
    known[PLAIN] = importlib.metadata.EntryPoint(PLAIN, where, group)
    return forked


class ForkedKernels(LocalProvisioner):
    """Starts a kernel as a fork, for a specification that runs ``ipykernel_launcher``."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start it; jupyter_client calls this with the command, ``cwd`` and ``env``."""
        if cmd[1:3] != ["-m", "ipykernel_launcher"]:
            return await super().launch_kernel(cmd, **kwargs)
        how = cmd[3:], str(kwargs.get("cwd") or os.getcwd()), dict(kwargs.get("env") or os.environ)
        process = multiprocessing.get_context("forkserver").Process(target=_run, args=how)
        process.start()
        self.process, self.pid, self.pgid = _AsPopen(process), process.pid, None
        self.cwd = kwargs.get("cwd", os.getcwd())
        return self.connection_info


class _AsPopen:
    """A process as jupyter_client looks at one."""

    stdin = stdout = stderr = None

    def __init__(self, process: Any) -> None:
        self._process, self.pid = process, process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, signum: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def _run(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be a kernel, in the fork."""
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    multiprocessing.set_start_method(None, force=True)  # as in a process that is nobody's fork
    from ipykernel.kernelapp import launch_new_instance

    # it ends with its parent, which ends with the process that asked for kernels
    sys.argv = ["ipykernel_launcher", *arguments, f"--IPKernelApp.parent_handle={os.getppid()}"]
    launch_new_instance()
