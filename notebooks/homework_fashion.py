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
# # Homework: clothes, looked at from inside
#
# The homework of the lecture on neural networks is Keras's tutorial: a network of one hidden layer tells
# ten kinds of clothes apart. You get an accuracy, and never see what happens in between. Here you do. Take
# about an hour; the cells alone run in a minute, without a GPU.
#
# Everywhere you guess **before** you look. Some guesses are numbers: set yours in the cell, run it, and the
# next picture shows it beside the truth. The answers to the questions are folded away.

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

# %%
import matplotlib.pyplot as plt
import numpy as np

import kit
from kit.callbacks import Recorder
from kit.datasets import DataError, fashion_mnist, handwritten_digits
from kit.models import build_mlp, describe
from kit.plots import layer_panel, plot_confusion, plot_images, style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. Ten classes
#
# Look at the pictures for a minute. Which two classes would you mix up yourself?

# %%
try:
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    names, source = list(fashion_mnist.CLASS_NAMES), "Fashion-MNIST"
except DataError:  # not at hand, and cannot be downloaded
    (x_train, y_train), (x_test, y_test), source = handwritten_digits()
    names = [str(digit) for digit in range(10)]
x_train, y_train = x_train[:2000], y_train[:2000]
x_test, y_test = x_test[:1000], y_test[:1000]
print(f"{source}: {len(x_train):,} to train with, {len(x_test):,} to test with")
print(f"images of shape {x_train.shape[1:]}, from {x_train.min():.0f} to {x_train.max():.0f}")

with style(size="paper"):
    figure, axes = plt.subplots(3, 6, figsize=(6.9, 4.2))
    plot_images(x_train[:18], labels=y_train[:18], names=names, axes=axes)

# %% [markdown]
# The data are Fashion-MNIST, 28 × 28 pixels as MNIST has them, if they are at hand or can be downloaded,
# and else handwritten digits. The lesson takes some of them only, to be quick; everything in it holds for
# either.
#
# **Question 1.** The tutorial divides all pixels by 255 before it trains. The kit's loaders have done so. What
# would become of the sums in the first layer without it?
#
# <details>
# <summary>Answer</summary>
#
# They would be 255 times as large. Section 5 shows what that does to a sigmoid.
#
# </details>

# %% [markdown]
# ## 2. The network
#
# 784 pixels in a row, 128 units with ReLU, 10 outputs with softmax.
#
# **Question 2.** Between the pixels and the hidden layer each pair has a weight, and each unit has a bias. In
# which of the two layers are nearly all of the parameters, and why?
#
# <details>
# <summary>Answer</summary>
#
# In the hidden layer: it reads 784 numbers, and the output only 128. And it has more units as well.
#
# </details>
#
# **Your guess.** How many parameters has the network in all? By heart or by hand.

# %%
guess = 50000  # @param {type: "integer"}
guesses["parameters"] = guess

# %%
model = build_mlp(128, optimizer="adam", seed=1)
counted = {layer.name: layer.parameters for layer in describe(model) if layer.parameters}
truth["parameters"] = sum(counted.values())
with style(size="paper"):
    figure, ax = plt.subplots(figsize=(6.9, 2.6))
    ax.barh([*counted, "in all"], [*counted.values(), truth["parameters"]], color="C0")
    ax.plot(guesses["parameters"], "in all", "k*", markersize=16, mec="white")
    ax.set(xlabel="parameters", title="★ your guess")
    ax.invert_yaxis()

# %% [markdown]
# ## 3. Before it has learned anything
#
# **Question 3.** A network that knows nothing gives each class a tenth. What is its cross-entropy, and how
# many percent will it get right?
#
# <details>
# <summary>Answer</summary>
#
# The natural logarithm of 10, as -log(1/10) is the loss of every image; and one in ten. If yours begins
# far above that, it is sure of wrong answers, and its first weights are too large.
#
# </details>

# %%
before = kit.probe(model, x_test[:500], y_test[:500])
print(f"loss before training {before.loss:.2f}, ln 10 = {np.log(10):.2f}")

# %% [markdown]
# **Your guess.** After ten epochs, how many percent of the images that it has not seen will it get right?

# %%
guess = 70  # @param {type: "slider", min: 0, max: 100, step: 1}
guesses["right after ten epochs, in %"] = guess

# %%
recorder = Recorder(x_test[:500], y_test[:500])
how = {"epochs": 10, "verbose": 0, "validation_data": (x_test, y_test)}
model.fit(x_train, y_train, callbacks=[recorder], **how)
recording = recorder.recording
right = 100 * recording.history["val_accuracy"]
truth["right after ten epochs, in %"] = float(right.iloc[-1])
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(100 * recording.history["accuracy"], "o-", label="images of the training")
    ax.plot(right, "s--", label="others")
    ax.plot(10, guesses["right after ten epochs, in %"], "k*", markersize=16)
    ax.set(xlabel="epoch", ylabel="right, in %", title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 4.** The two curves part. Which of them is the answer to "how good is it", and what does the
# other one tell you?
#
# <details>
# <summary>Answer</summary>
#
# That of the images it has not seen. The other one says how far the network has learned its own images by
# heart. With more images they part later.
#
# </details>

# %% [markdown]
# ## 4. Inside
#
# Z-values, activations, weights and gradients of both layers, as the recorder measured them on 500 images.

# %%
with style():
    figure = layer_panel(recording, epoch=10, title="After ten epochs")

# %% [markdown]
# **Question 5.** Of the activations of `h1` a part is exactly 0; the share stands above the violin. Which
# units are these, and what do they learn from an image for which they are 0?
#
# <details>
# <summary>Answer</summary>
#
# Those whose Z-value is negative. For that image the slope of ReLU is 0, so it gives them no gradient; other
# images do. Only a unit that is 0 for all of them is dead:
#
# ```python
# active = kit.probe(model, x_test[:500], y_test[:500])["h1"].activation > 0  # (images, units)
# print(f"{(~active.any(axis=0)).sum()} of {active.shape[1]} units are 0 for all 500 images")
# ```
#
# </details>

# %% [markdown]
# ## 5. Pixels from 0 to 255
#
# The same network with sigmoid in place of ReLU. A sigmoid below 1/100 or above 99/100 hardly moves any
# more: it is saturated.
#
# **Your guess.** If you forget to divide by 255, which share of the hidden activations is saturated before
# training, in percent?

# %%
guess = 20  # @param {type: "slider", min: 0, max: 100, step: 1}
guesses["saturated with pixels to 255, in %"] = guess

# %%
sigmoid = build_mlp(128, "sigmoid", optimizer="adam", seed=1)
saturated, gradients = {}, {}
for most in (1, 255):
    seen = kit.probe(sigmoid, most * x_test[:500], y_test[:500])
    a = seen["h1"].activation
    saturated[f"pixels to {most}"] = 100 * np.mean((a < 0.01) | (a > 0.99))
    gradients[most] = np.abs(seen["h1"].delta).mean()  # ∂cost/∂z, free of the pixels' size
truth["saturated with pixels to 255, in %"] = saturated["pixels to 255"]
with style(size="paper"):
    figure, ax = plt.subplots(figsize=(6.9, 2.6))
    ax.barh(list(saturated), list(saturated.values()), color="C0")
    ax.plot(
        guesses["saturated with pixels to 255, in %"], "pixels to 255", "k*", ms=16, mec="white"
    )
    ax.set(xlabel="saturated, in %", xlim=(0, 102), title="★ your guess")

# %%
print(f"mean size of delta in h1: {gradients[1]:.1e} and, not divided, {gradients[255]:.1e}")

# %% [markdown]
# **Question 6.** Why does a saturated unit learn slowly?
#
# <details>
# <summary>Answer</summary>
#
# What comes back to its Z-value is multiplied by the slope of the sigmoid there, and that is nearly 0. Dividing
# by 255 costs nothing, and puts the sums where the slope is large.
#
# </details>

# %% [markdown]
# ## 6. Three starts
#
# Zeros, a normal of σ = 0.01, and Keras's own, Glorot's. Two networks of each, all in one program.
#
# **Your guess.** How many percent does the network get right after five epochs if it begins with zeros?

# %%
guess = 50  # @param {type: "slider", min: 0, max: 100, step: 1}
guesses["right after zeros, in %"] = guess

# %%
starts = {"zeros": 0.0, "σ = 0.01": 0.01, "Glorot": "glorot_uniform"}
entries = [{"start": start, "seed": seed} for start in starts for seed in (1, 2)]
models = [
    build_mlp(128, initializer=starts[one["start"]], optimizer="adam", seed=one["seed"])
    for one in entries
]
runs = kit.train_together(
    models,
    x_train,
    y_train,
    epochs=5,
    seed=[one["seed"] for one in entries],
    parameters=entries,
    validation_data=(x_test, y_test),
    verbose=False,
)
share = runs.history.groupby(["start", "epoch"])["val_accuracy"].median().mul(100)
truth["right after zeros, in %"] = share["zeros"].iloc[-1]
with style(size="paper"):
    figure, ax = plt.subplots()
    for start, look in zip(starts, ("o-", "s--", "^:"), strict=True):
        ax.plot(share[start], look, label=start)
    ax.plot(5, guesses["right after zeros, in %"], "k*", markersize=16)
    ax.set(xlabel="epoch", ylabel="right, in %", ylim=(0, 100), title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 7.** With zeros, which gradients are exactly 0 before training, and which one is not?
#
# <details>
# <summary>Answer</summary>
#
# All activations of the hidden layer are 0, so the weights of the output get no gradient; and those
# weights are 0, so nothing comes back to the hidden layer. The output's bias alone learns, and it can only
# learn how frequent the classes are:
#
# ```python
# seen = kit.probe(build_mlp(128, initializer=0.0, seed=1), x_test[:500], y_test[:500])
# for name in ("h1", "o"):
#     print(name, "largest gradient", np.abs(seen[name].gradient).max())
# ```
#
# </details>
#
# **Question 8.** σ = 0.01 is not far behind Glorot here. In the lecture it was a disaster. What is different?
#
# <details>
# <summary>Answer</summary>
#
# The depth. Each layer of small weights makes what passes smaller by a factor, and here there is one hidden
# layer, there were five. Adam helps as well: its steps do not get smaller with the gradient.
#
# </details>

# %% [markdown]
# ## 7. What it mixes up
#
# **Question 9.** Write down the two classes that you named in section 1. Are they the ones?

# %%
outputs = model.predict(x_test, verbose=0)  # (images, 10)
with style(size="paper"):
    ax = plot_confusion(y_test, outputs, names=names)

# %%
taken = outputs.argmax(axis=1)
table = np.zeros((10, 10), int)
np.add.at(table, (y_test, taken), 1)
np.fill_diagonal(table, 0)
true, wrong = np.unravel_index(table.argmax(), table.shape)
print(f"most often: {names[true]} taken for {names[wrong]}, {table[true, wrong]} times")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# With clothes it is what is worn above the waist: shirts, coats, pullovers and T-shirts share an outline, and
# what tells them apart is a collar of a few pixels. With digits it is those that share strokes, as 4 and 9.
# Those that it was surest of, and wrong:
#
# ```python
# off = np.flatnonzero(taken != y_test)
# for k in off[np.argsort(-outputs[off].max(axis=1))][:5]:
#     print(f"{names[y_test[k]]} taken for {names[taken[k]]}, with {outputs[k].max():.0%}")
# ```
#
# </details>

# %% [markdown]
# ## 8. Your guesses

# %%
print(f"{'':<40}{'yours':>10}{'measured':>12}")
for name, found in truth.items():
    print(f"{name:<40}{guesses[name]:>10g}{found:>12.6g}")

# %% [markdown]
# ## 9. Exercises
#
# **Exercise 1.** Leave out the hidden layer. How much does the network lose?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# import keras
#
# keras.utils.set_random_seed(1)
# softmax = keras.Sequential(
#     [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")]
# )
# softmax.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
# softmax.fit(x_train, y_train, epochs=10, verbose=0)
# print(f"right: {softmax.evaluate(x_test, y_test, verbose=0)[1]:.1%}")
# ```
#
# Less than one would think. Each output is then one picture of weights, a template of its class.
#
# </details>
#
# **Exercise 2.** Show the weights of some hidden units as pictures. Do you see clothes?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# kernel = model.get_layer("h1").get_weights()[0]  # (784, 128)
# pictures = kernel.T.reshape(-1, 28, 28)[:8]
# print("neighbouring pixels:", np.corrcoef(pictures[:, 1:].ravel(), pictures[:, :-1].ravel())[0, 1])
# ```
#
# For a picture, give `pictures` to `plot_images` with `limits=(-1, 1)`. What you see are patches of light and
# dark, seldom a thing.
#
# </details>
#
# **Exercise 3.** Does the network with sigmoid and pixels up to 255 learn all the same? Train it for three epochs,
# and compare.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# for most in (1, 255):
#     one = build_mlp(128, "sigmoid", optimizer="adam", seed=1)
#     one.fit(most * x_train, y_train, epochs=3, verbose=0)
#     score = one.evaluate(most * x_test, y_test, verbose=0)[1]
#     print(f"pixels to {most}: {score:.1%} right")
# ```
#
# It does learn: some units are not saturated for some images, Adam's steps do not depend on how small a
# gradient is, and the output layer learns from whatever the hidden layer gives it. It learns worse.
#
# </details>

# %%
# your code
