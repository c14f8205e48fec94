"""What is loaded before kernels are forked (`docs.forking`): modules alone."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as in `_jupyter`

import ipykernel.kernelapp
import matplotlib.pyplot

from kit.files import quiet_start

with quiet_start():
    import keras
    import tensorflow

__all__ = ["SERVER", "ipykernel", "keras", "matplotlib", "tensorflow"]

SERVER = os.getpid()
"""The process that loaded it: the parent of each kernel."""
