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
# # Inside a convolutional network
#
# You need to know what a dense layer and a training loop are. Take about an hour; the cells alone run
# in a minute or two, without a GPU.
#
# Everywhere you guess **before** you look. Some guesses are numbers: set yours in the cell, run it,
# and the next picture shows it beside the truth. The answers to the questions are folded away.

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
import keras
import matplotlib.pyplot as plt
import numpy as np

import kit
from kit.board import plot_architecture, plot_matrix
from kit.callbacks import Recorder
from kit.datasets import handwritten_digits
from kit.models import build_mnist_cnn, describe
from kit.plots import (
    layer_panel,
    plot_confusion,
    plot_feature_maps,
    plot_filters,
    plot_history,
    plot_images,
    style,
)
from kit.stats import convolve, output_size, pool

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. What makes a 7 a 7?
#
# Somebody wrote these digits by hand, and you read all of them at once. But no two 7s have the same
# pixels. What would you tell a machine to look for?

# %%
(x_train, y_train), (x_test, y_test), source = handwritten_digits()
x_train, y_train = x_train[:1500], y_train[:1500]
x_test, y_test = x_test[:350], y_test[:350]
print(f"{source}: {len(x_train):,} to train with, {len(x_test)} to test with")
print(f"images of shape {x_train.shape[1:]}, from {x_train.min():.0f} to {x_train.max():.0f}")

with style(size="paper"):
    figure, axes = plt.subplots(3, 8, figsize=(6.9, 3))
    plot_images(x_train[:24], labels=y_train[:24], axes=axes)

# %% [markdown]
# Strokes, probably: a bar on top, a slanted line below it, an angle where they meet, and none of it
# at a place that could be given in pixels. A **convolution** looks for one such thing at all places,
# and a network of them learns by itself what to look for. The digits are MNIST, if it is at hand or
# can be downloaded, and else real ones that come with an installed package. The lesson takes only
# some of them, to be quick.

# %% [markdown]
# ## 2. A convolution by hand
#
# A small **kernel** slides over the image. At each place, every number of the kernel is multiplied by
# the number of the image below it; the sum of these products is one number of the output.
#
# **Question 1.** The orange frame shows the kernel at its first place. Which number does it give
# there? And how many rows and columns will the output have?

# %%
image = np.array(
    [
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 0, 0, 0],
    ]
)
kernel = np.array([[-1, 1], [-1, 1]])

with style(size="paper"):
    figure, axes = plt.subplots(1, 2, width_ratios=(5, 2), figsize=(6.9, 3.6))
    plot_matrix(image, window=(0, 0, 2, 2), weights=kernel, title="image", ax=axes[0])
    plot_matrix(kernel, title="kernel", ax=axes[1])

# %% [markdown]
# **Your guess.** Move the kernel one place to the right. Which number does it give there?

# %%
guess = 1  # @param {type: "integer"}
guesses["the kernel one place to the right"] = guess

# %%
found = convolve(image, kernel)
truth["the kernel one place to the right"] = found[0, 1]
said = guesses["the kernel one place to the right"]
with style(size="paper"):
    figure, axes = plt.subplots(1, 2, width_ratios=(5, 4), figsize=(6.9, 3.6))
    plot_matrix(image, window=(0, 1, 2, 2), weights=kernel, title="image", ax=axes[0])
    title = f"output; you said {said:g} in the frame"
    plot_matrix(found, marked=[(0, 1)], shades=True, title=title, ax=axes[1])

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# All four numbers below the kernel are 0, and so is their sum. The kernel has one place less than
# the image has columns, and one less than it has rows: it is 2 wide and 2 high. The frame
# above stands one step to the right of the first place; its result is framed in the output.
#
# </details>
#
# **Question 2.** Where is the output positive, where negative? What does this kernel find?
#
# <details>
# <summary>Answer</summary>
#
# It subtracts the left column from the right one. Positive: the image becomes brighter from left to
# right. Negative: it becomes darker. In even parts it gives 0. The kernel finds **vertical edges**.
#
# </details>
#
# **Question 3.** Write a kernel that finds horizontal edges, and try it with `convolve`.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# print(convolve(image, [[-1, -1], [1, 1]]))  # the kernel above, turned by 90 degrees
# ```
#
# </details>

# %%
# your code

# %% [markdown]
# The same on a digit, with kernels of 3 × 3. Grey is 0, white positive, black negative.

# %%
digit = x_test[y_test == 0][0, :, :, 0]  # the first 0, (28, 28)
down = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
edges = [convolve(digit, down.T, padding="same"), convolve(digit, down, padding="same")]
strongest = np.abs(edges).max()

with style(size="paper"):
    figure, axes = plt.subplots(1, 3, figsize=(6.9, 2.6))
    plot_images(digit[None], labels=["the digit"], axes=axes[:1])
    names = ["vertical edges", "horizontal edges"]
    plot_images(edges, labels=names, limits=(-strongest, strongest), axes=axes[1:])

# %% [markdown]
# ## 3. How large is the output?
#
# For an image W wide, a kernel F wide, P zeros of padding on both sides and a stride of S the output
# has
#
# $$ \frac{W - F + 2P}{S} + 1 $$
#
# places.
#
# **Question 4.** A digit is 28 wide. How wide is the output of a kernel of 5, without padding? With
# 2 zeros on both sides? And how many zeros does a kernel of 3 need to keep the size?
#
# <details>
# <summary>Answer</summary>
#
# The next cell says it. To keep the size at stride 1, W - F + 2P + 1 = W must hold, so P = (F - 1)/2.
# In Keras this is `padding="same"`.
#
# </details>

# %%
print("5 wide, no padding:        ", output_size(28, 5))
print("5 wide, 2 zeros each side: ", output_size(28, 5, padding=2))
print("3 wide, 1 zero each side:  ", output_size(28, 3, padding=1))
print("2 wide, stride 2 (pooling):", output_size(28, 2, stride=2))

# %% [markdown]
# ## 4. Pooling
#
# Max-pooling keeps the largest number of every 2 × 2 window, and so halves height and width.
#
# **Question 5.** Pool this matrix by hand. What does pooling do to the exact place of a large value?

# %%
numbers = np.array([[1, 3, 2, 0], [4, 2, 0, 1], [0, 1, 5, 6], [2, 0, 7, 3]])
with style(size="paper"):
    figure, ax = plt.subplots(figsize=(3, 2.6))
    plot_matrix(numbers, window=(0, 0, 2, 2), ax=ax)

# %%
print(pool(numbers))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Pooling forgets where in its window the value was. If the image moves by one pixel and the value
# stays within the window, the output does not change at all.
#
# </details>
#
# How much of that is left on digits? Move some by one pixel, and see by how much their vertical edges
# change, with and without pooling.
#
# **Your guess.** The edges of a digit change by a share of their size when it moves by one pixel. How
# large is that share, if they are pooled 2 × 2?

# %%
guess = 0.1  # @param {type: "slider", min: 0, max: 1, step: 0.05}
guesses["change by one pixel, pooled 2 × 2"] = guess

# %%
windows = (1, 2, 4, 7)
mean_changes = []


def edges_of(image, size):
    """Vertical edges, as ReLU passes them on, pooled; size 1 pools nothing."""
    return pool(np.maximum(convolve(image, down.T, padding="same"), 0), size)


for size in windows:
    changes = []
    for image in x_test[:50, :, :, 0]:
        before, after = edges_of(image, size), edges_of(np.roll(image, 1, axis=1), size)
        changes.append(np.linalg.norm(after - before) / np.linalg.norm(before))
    mean_changes.append(np.mean(changes))
    print(f"pooled {size} × {size}: one pixel changes the edges by {np.mean(changes):.0%}")
truth["change by one pixel, pooled 2 × 2"] = mean_changes[1]

# %%
with style(size="paper"):
    figure, ax = plt.subplots(figsize=(6.9, 3.2))
    ax.bar(range(4), mean_changes, color="C0")
    ax.plot(1, guesses["change by one pixel, pooled 2 × 2"], "k*", markersize=16, mec="white")
    ax.set_xticks(range(4), ["not pooled", "2 × 2", "4 × 4", "7 × 7"])
    ax.set(ylabel="change of the edges", title="A shift by one pixel; ★ your guess")

# %% [markdown]
# The larger the window, the less a pixel matters, but also the less is left of the image. A window of
# 2 × 2 forgives only some of the shift: a value at its edge moves on to the next window. Networks
# therefore pool a little, several times.

# %% [markdown]
# ## 5. The network
#
# Two convolutions, each with ReLU and pooling; then all numbers in one row, and an output for each
# digit.

# %%
keras.utils.set_random_seed(1)
cnn = build_mnist_cnn("relu", "glorot_uniform", seed=1)
with style():
    ax = plot_architecture(cnn)

# %% [markdown]
# **Question 6.** How many parameters has `conv1`, with 32 kernels of 5 × 5 on one channel? How many
# has `conv2`, with 64 kernels of 5 × 5 on 32 channels? Each kernel has a bias too.
#
# <details>
# <summary>Answer</summary>
#
# A kernel spans all channels of its input: height × width × channels weights and one bias, for each
# filter. The cell after the next computes it and compares. The size of the image does not matter: the
# same kernel is used at all places.
#
# </details>
#
# **Your guess** for `conv2`, by heart or by hand:

# %%
guess = 1600  # @param {type: "integer"}
guesses["parameters of conv2"] = guess

# %%
by_hand = {"conv1": 32 * (5 * 5 * 1 + 1), "conv2": 64 * (5 * 5 * 32 + 1)}
for layer in describe(cnn):
    right = "" if layer.name not in by_hand else f"   by hand: {by_hand[layer.name]:,}"
    print(f"{layer.name:<8} {layer.shape!s:<14} {layer.parameters:>7,}{right}")

# %%
counted = {layer.name: layer.parameters for layer in describe(cnn) if layer.parameters}
truth["parameters of conv2"] = counted["conv2"]
with style(size="paper"):
    figure, ax = plt.subplots(figsize=(6.9, 2.6))
    ax.barh(list(counted), list(counted.values()), color="C0")
    ax.plot(guesses["parameters of conv2"], "conv2", "k*", markersize=16, mec="white")
    ax.set(xlabel="parameters", title="★ your guess for conv2")
    ax.invert_yaxis()

# %% [markdown]
# ## 6. Training, with a recorder
#
# The recorder measures 100 test digits before training and after each epoch.

# %%
probe_data = x_test[:100], y_test[:100]
at_start = kit.probe(cnn, *probe_data)
recorder = Recorder(*probe_data)
cnn.fit(x_train, y_train, epochs=3, verbose=0, callbacks=[recorder])
recording = recorder.recording
recording

# %%
with style(size="paper"):
    curves = plot_history(recording)

# %%
with style():
    figure = layer_panel(recording, epoch=3, title="After 3 epochs")

# %% [markdown]
# **Question 7.** Many activations of `conv1` and `conv2` are exactly 0; the share stands above the
# violins. Where do they come from? Is that bad?
#
# <details>
# <summary>Answer</summary>
#
# ReLU gives 0 for every negative Z-value: wherever a filter does not find what it looks for. That is
# wanted, as long as every filter finds something somewhere. A filter that gives 0 for all digits
# gets no gradient, and is dead.
#
# </details>

# %%
activation = kit.probe(cnn, *probe_data)["conv2"].activation  # (digits, height, width, filters)
strongest = activation.max(axis=(0, 1, 2))  # (filters,)
print(f"{(strongest == 0).sum()} of {len(strongest)} filters of conv2 are dead on these digits")

# %% [markdown]
# ## 7. What the filters have learned
#
# **Question 8.** Do you expect to see digits in the filters of `conv1`?

# %%
at_end = kit.probe(cnn, *probe_data)
with style(size="paper"):
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.6))
    limit = float(np.abs(at_end["conv1"].weight).max())
    plot_filters(at_start, "conv1", limit=limit, ax=axes[0])
    plot_filters(at_end, "conv1", limit=limit, ax=axes[1])
    axes[0].set_title("conv1 before training")
    axes[1].set_title("conv1 after training")

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# No: a kernel of 5 × 5 sees a few pixels at a time, too few for a digit. Digits are put together
# further up, from what these kernels answer. Compare the two pictures kernel by kernel: after a
# training as short as this one much of the random start is still there, and a good network does not
# need filters that look like strokes to the eye.
#
# </details>
#
# ## 8. What the network makes of a digit
#
# **Question 9.** Follow a digit through the layers. What becomes sharper, what gets lost?

# %%
with style():
    axes = plot_feature_maps(cnn, digit, layers=["conv1", "pool1", "conv2", "pool2", "o"], most=16)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# The maps of `conv1` still look like the digit, each with other edges brightened. After the second
# pooling the maps are so small that you hardly know the digit: where a stroke is gets lost,
# **that** there is one, and of which kind, remains. The output then needs one number for each digit.
#
# </details>
#
# To click on: each value of each map with the patch, the kernel and the sum behind it, and a digit that you draw
# yourself.

# %%
kit.explore(cnn, x_test[:12], labels=y_test[:12])

# %% [markdown]
# ## 9. What it gets wrong
#
# **Question 10.** Which digits do you expect to be taken for which?

# %%
outputs = cnn.predict(x_test, verbose=0)  # (digits, 10)
predicted = outputs.argmax(axis=1)
print(f"{(predicted == y_test).mean():.1%} of {len(y_test)} test digits are right")
with style(size="paper"):
    ax = plot_confusion(y_test, outputs)

# %% [markdown]
# The twelve digits to which the network gave the smallest probability of being what they are:

# %%
hardest = outputs[np.arange(len(y_test)), y_test].argsort()[:12]
with style(size="paper"):
    figure, axes = plt.subplots(2, 6, figsize=(6.9, 2.9))
    plot_images(x_test[hardest], labels=y_test[hardest], predicted=predicted[hardest], axes=axes)

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# Those that share strokes: a 3 and an 8, a 4 and a 9, a 7 and a 1 differ in one line that a hasty hand
# leaves open, closes or bends. Which pairs it hits depends on the digits and on the training; look
# for them off the diagonal. Some of the hardest digits you would not bet on either.
#
# </details>
#
# ## 10. Is a convolution better than a dense layer?
#
# A dense network with about as many parameters, for comparison. Both learn from digits in the
# middle of the image. Then the test digits move to the right (what leaves the image there comes
# back on the left).
#
# **Question 11.** Which network is better on the digits as they are? Which one suffers more when they
# move?
#
# **Your guess.** Which share of the digits does the CNN still read when they have moved by 4 pixels?

# %%
guess = 0.9  # @param {type: "slider", min: 0, max: 1, step: 0.05}
guesses["share read by the CNN, 4 pixels off"] = guess

# %%
keras.utils.set_random_seed(1)
dense = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        keras.layers.Flatten(),
        keras.layers.Dense(106, "relu", kernel_initializer="he_normal", name="d"),
        keras.layers.Dense(10, "softmax", name="o"),
    ],
    name="dense",
)
dense.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
dense.fit(x_train, y_train, epochs=10, verbose=0)
print(f"parameters: CNN {cnn.count_params():,}, dense {dense.count_params():,}")

# %%
shifts = range(5)  # pixels
accuracy = {"CNN": [], "dense": []}
for shift in shifts:
    to_the_right = np.roll(x_test, shift, axis=2)
    for name, model in (("CNN", cnn), ("dense", dense)):
        taken_for = model.predict(to_the_right, verbose=0).argmax(axis=1)
        accuracy[name].append((taken_for == y_test).mean())

truth["share read by the CNN, 4 pixels off"] = accuracy["CNN"][-1]
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(4, guesses["share read by the CNN, 4 pixels off"], "k*", ms=14, label="your guess")
    ax.plot(shifts, accuracy["CNN"], "o-", label="CNN")
    ax.plot(shifts, accuracy["dense"], "s--", label="dense")
    ax.set(xlabel="pixels to the right", ylabel="accuracy on the test digits", ylim=(0, 1.02))
    ax.set_xticks(shifts)
    ax.legend()

# %%
for name, found in accuracy.items():
    print(f"{name:<6}", "  ".join(f"{share:.0%}" for share in found))

# %% [markdown]
# <details>
# <summary>Answer</summary>
#
# On digits in the middle the two are close: they are easy for both. When the digits
# move, both get worse, the dense network sooner: each of its weights belongs to one pixel.
# The convolution finds its strokes wherever they are, and pooling forgives a pixel or two. But its
# last layer is dense as well, and has never seen strokes in other places. So a CNN is not blind to
# shifts; it only takes them better.
#
# </details>

# %% [markdown]
# ## 11. Your guesses

# %%
print(f"{'':<38}{'yours':>10}{'measured':>12}")
for name, found in truth.items():
    print(f"{name:<38}{guesses[name]:>10g}{found:>12.5g}")

# %% [markdown]
# ## 12. Exercises
#
# **Exercise 1.** Build the CNN with sigmoid and weights of σ = 0.01, and look at the gradients before
# training. Which layer would learn first?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# weak = kit.probe(build_mnist_cnn("sigmoid", 0.01, seed=1), *probe_data)
# for name in weak.layers:
#     print(f"{name:<6} σ of the gradient {weak[name].gradient.std():.1e}")
# ```
#
# The output. On the way back the gradient shrinks as in a dense network; see the notebook
# *initialization*.
#
# </details>
#
# **Exercise 2.** Which kernel blurs? Try it on `digit`, and draw the result with `plot_images`.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# blurred = convolve(digit, np.full((5, 5), 1 / 25), padding="same")  # the mean of 25 pixels
# axes = plot_images([digit, blurred], labels=["digit", "blurred"])
# ```
#
# Numbers that add up to 1 keep the brightness.
#
# </details>
#
# **Exercise 3.** Make the CNN see shifted digits in training: move each training digit by -3 to 3
# pixels, at random, and train again. How does the curve of section 10 change?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# rng = np.random.default_rng(1)
# moves = rng.integers(-3, 4, size=len(x_train))
# x_moved = np.stack([np.roll(x, k, axis=1) for x, k in zip(x_train, moves, strict=True)])
# robust = build_mnist_cnn("relu", "glorot_uniform", seed=1)
# robust.fit(x_moved, y_train, epochs=3, verbose=0)
# for shift in shifts:
#     taken_for = robust.predict(np.roll(x_test, shift, axis=2), verbose=0).argmax(axis=1)
#     print(f"{shift} pixels: {(taken_for == y_test).mean():.0%}")
# ```
#
# Within the shifts that it has seen, the accuracy hardly falls any more. This is **data
# augmentation**.
#
# </details>

# %%
# your code
