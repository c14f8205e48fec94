# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Keras Teaching Kit: quickstart
#
# You build a network, train it with a recorder, and look at what happened inside each layer. Run
# the cells from top to bottom; together they take about a minute, without a GPU.

# %% [markdown]
# ## Install
#
# The cell below installs the kit where it is missing, as in Colab; that takes about a minute. Where
# the kit is installed it does nothing.

# %%
import importlib.util
import os
import subprocess
import sys

ADDRESS = ""  # of the repository, as https://github.com/NAME/keras-teaching-kit
if importlib.util.find_spec("kit") is None:
    if not ADDRESS:
        raise ModuleNotFoundError(
            "The kit is not installed, and this notebook does not know where to find it. Write the "
            "address of your copy of the repository between the quotes after ADDRESS, or run "
            "`pip install .` in a checkout; then run this cell again."
        )
    command = [sys.executable, "-m", "pip", "install", "--quiet", f"git+{ADDRESS}"]
    subprocess.run(command, check=True)
    importlib.invalidate_caches()
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"  # TensorFlow starts with fewer log lines

# %% [markdown]
# ## Build
#
# The data are points of a ball in 10 dimensions. A point is positive where the sum of its
# coordinates is far from 0. The network has five hidden layers, `h1` to `h5`, and one output, `o`.

# %%
import keras

from kit.datasets.ball import load_data
from kit.models import build_block, describe

keras.utils.set_random_seed(1)
X, y = load_data(n_dims=10)
model = build_block("relu", "he_normal", seed=1)

print(f"{X.shape[0]:,} points of {X.shape[1]} dimensions, {y.mean():.0%} positive")
for layer in describe(model):
    print(f"{layer.name:<6} {layer.kind:<6} {layer.detail:<8} {layer.parameters:>7,} parameters")

# %% [markdown]
# ## Train with a recorder
#
# A `Recorder` is a Keras callback. It measures every layer before training and after each epoch,
# always on the same points, and it changes nothing in the training.

# %%
from kit.callbacks import Recorder

recorder = Recorder(X, y)
model.fit(X, y, epochs=20, verbose=0, callbacks=[recorder])
recording = recorder.recording
recording

# %% [markdown]
# ## The panel
#
# | word | meaning |
# |---|---|
# | Z-value | z = x W + b, before the activation function |
# | activation | a = f(z), what a layer passes on |
# | weight | the entries of W |
# | gradient | ∂loss/∂W: how the loss moves with each weight |
#
# Each violin is the distribution of one of them in one layer: wide where many values lie. The
# dot is the median, the bar holds the middle half, σ is the standard deviation. First before
# training, then after the last epoch.

# %%
from kit.plots import layer_panel

before = layer_panel(recording, epoch=0, title="Before training")

# %%
last = recording.epochs[-1]
after = layer_panel(recording, epoch=last, title=f"After {last} epochs")

# %% [markdown]
# **Question.** Which of the four quantities changed most between the two panels? What does that say
# of the learning?
#
# <details>
# <summary>Answer</summary>
#
# The Z-values and activations of the later layers have spread, and as the loss fell, the gradients
# there became smaller. The weights look almost the same. Many small changes of the weights, each
# in a useful direction, add up: every Z-value is a sum over all units of the layer before.
#
# </details>

# %% [markdown]
# ## Epoch by epoch
#
# The line is the median, the dark band holds the middle half of the values, the light one the
# middle 90 %.

# %%
from kit.plots import plot_epochs, plot_history, style

bands = plot_epochs(recording, "activation")

# %%
with style(size="paper"):  # the look of the lectures' figures; see also theme="dark"
    curves = plot_history(recording)

# %% [markdown]
# All that was measured is also a tidy table for pandas: one row for each epoch, layer and quantity.

# %%
frame = recording.to_frame()
of_h1 = frame[(frame.layer == "h1") & (frame.quantity == "gradient")]
of_h1[["epoch", "layer", "quantity", "std", "min", "max"]].iloc[::5]  # every fifth epoch

# %% [markdown]
# ## Watch it while it trains
#
# A `LivePanel` is a recorder that also shows the panel while the model trains. Where epochs are
# quicker than drawing, it leaves panels out, so that training does not have to wait for pictures.

# %%
from kit.callbacks import LivePanel

live = LivePanel(X, y, title="tanh, Glorot, Adam")
model = build_block("tanh", "glorot_normal", optimizer="adam", seed=1)
model.fit(X, y, epochs=40, verbose=0, callbacks=[live])
print(f"recorded: epochs {live.recording.epochs[0]} to {live.recording.epochs[-1]}")

# %% [markdown]
# ## Three initializers
#
# `kit.probe` measures a model once, without training. Here is one network, started in three ways.
#
# **Question.** Before you run the cell: in which of the three do the first layers get the smallest
# gradients?

# %%
import kit
from kit.plots import compare

initializers = {"Normal σ = 0.01": 0.01, "Glorot": "glorot_normal", "He": "he_normal"}
snapshots = {
    name: kit.probe(build_block("relu", how, seed=1), X, y) for name, how in initializers.items()
}
grid = compare({"ReLU": snapshots}, "gradient", title="Gradients before training")

# %%
for name, snapshot in snapshots.items():
    spreads = ", ".join(f"{layer} {snapshot[layer].gradient.std():.1e}" for layer in ("h1", "h5"))
    print(f"{name:<16} σ of the gradient: {spreads}")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With σ = 0.01 all gradients are tiny. The weights are so small that every layer shrinks the signal
# on the way forward, and the gradient on the way back. He keeps both at about one size; Glorot,
# made for tanh, loses some of the signal with ReLU. The notebook *initialization* says why.
#
# </details>

# %% [markdown]
# ## Your own model
#
# Any compiled Keras model will do. First one look, without training; a `Snapshot` holds the
# arrays themselves.

# %%
mine = keras.Sequential(
    [
        keras.Input((10,)),
        keras.layers.Dense(30, "tanh", name="first"),
        keras.layers.Dropout(0.2, name="dropout"),
        keras.layers.Dense(20, "tanh", name="second"),
        keras.layers.Dense(1, "sigmoid", name="last"),
    ]
)
mine.compile("adam", "binary_crossentropy", metrics=["accuracy"])
snapshot = kit.probe(mine, X, y)
snapshot

# %%
weights = snapshot["first"].weight  # a NumPy array, as are z, activation, delta and gradient
print(f"weights of the first layer: {weights.min():.2f} to {weights.max():.2f}")

# %% [markdown]
# Then the same recorder. With a `path` the recording is also a file, which holds any number of
# runs and can be opened again later, even after a crash.

# %%
import tempfile
from pathlib import Path

path = Path(tempfile.mkdtemp()) / "runs.db"
mine.fit(X, y, epochs=10, verbose=0, callbacks=[Recorder(X, y, path=path, run="mine")])

again = kit.Recording.load(path, run="mine")
figure = layer_panel(again, epoch=10, title="My own model, read from its file")

# %% [markdown]
# ## Figures of the lectures
#
# Every lecture figure is an entry of a catalogue. It runs its experiment, draws it, and computes
# the facts of its caption from the data.

# %%
from kit.figures import catalogue

entry = catalogue["activation-functions"]
entry

# %%
with style():
    figure, facts = entry.make()
print(entry.caption_of(facts))

# %% [markdown]
# ## To go on
#
# - *initialization*: how the start decides whether a network learns.
# - *cnn*: what is inside a convolutional network.
# - `kit list` in a terminal: all figures of the lectures.
