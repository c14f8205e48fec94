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
# # What the hidden units see
#
# You need to know what a dense layer is, and what a loss is. Take about an hour; the cells alone run in
# less than a minute, without a GPU.
#
# Everywhere you guess **before** you look. Set your guess in the cell, run it, and the next picture
# draws it beside the truth. The answers to the questions are folded away.

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

from kit.callbacks import RepresentationRecorder, feature_maps, represent
from kit.datasets import handwritten_digits, parabola
from kit.models import build_mlp
from kit.plots import (
    plot_decision_boundary,
    plot_feature_space,
    plot_images,
    plot_losses,
    plot_probabilities,
    style,
)

guesses, truth = {}, {}  # what you think, and what is


# %% [markdown]
# ## 1. Two classes that no line parts
#
# Points on two parabolas, one below the other. Where would you draw a straight line, so that as few
# points as possible are on the wrong side of it?

# %%
X, y = parabola.load_data(n_points=150)
with style(size="paper"):
    figure, ax = plt.subplots()
    for label, mark in ((0, "o"), (1, "s")):
        mine = X[y[:, 0] == label]
        ax.plot(mine[:, 0], mine[:, 1], mark, label=f"class {label}")
    ax.set(xlabel="input 1", ylabel="input 2")
    ax.legend(loc="upper center")

# %% [markdown]
# **Question 1.** A network without a hidden layer is one sigmoid unit on the two inputs. Why is its boundary a
# straight line?
#
# <details>
# <summary>Answer</summary>
#
# The unit says `0.5` where its z is 0, and z = w₁x₁ + w₂x₂ + b = 0 is the equation of a straight line.
# The sigmoid bends how the probability rises across the line, and not the line.
#
# </details>
#
# **Your guess.** Of 100 points, how many does such a network get right when it is trained?

# %%
guess = 50  # @param {type: "number"}
guesses["percent right without a hidden layer"] = guess


# %%
def network(activation, seed=1):
    """Two inputs, a hidden layer of two units (None: no layer), a sigmoid unit."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,))])
    if activation is not None:
        model.add(keras.layers.Dense(2, activation, name="hidden"))
    model.add(keras.layers.Dense(1, "sigmoid"))
    optimizer = keras.optimizers.SGD(0.3, momentum=0.9)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def percent_right(model):
    """Of the samples, by what the model says now."""
    return 100 * np.mean((represent(model, X, y).probabilities > 0.5) == y[:, 0])


line = network(None)
line.fit(X, y, epochs=20, batch_size=20, verbose=0)
truth["percent right without a hidden layer"] = percent_right(line)
with style(size="paper"):
    ax = plot_decision_boundary(represent(line, X, y), legend=False)
    guessed = guesses["percent right without a hidden layer"]
    found = truth["percent right without a hidden layer"]
    ax.set_title(f"right: {found:.0f} %; your guess: {guessed:g} %")

# %% [markdown]
# **Question 2.** The best line gets more points right than this one. Why did the training not find it?
#
# <details>
# <summary>Answer</summary>
#
# It makes the loss small, not the number of mistakes. Points far on the wrong side cost much more than
# those that are just across the line, so the line is a compromise between all of them.
#
# </details>

# %% [markdown]
# ## 2. Two hidden units
#
# Now a hidden layer of two tanh units, and a callback beside the training that keeps what the network
# makes of the points and of the plane around them, before training and after every epoch.
#
# **Your guess.** After how many epochs of 20 are 99 of 100 points right?

# %%
guess = 15  # @param {type: "slider", min: 1, max: 20, step: 1}
guesses["epochs until 99 percent are right"] = guess

# %%
recorder = RepresentationRecorder(X, y, layer="hidden")
bent = network("tanh")
bent.fit(X, y, epochs=20, batch_size=20, verbose=0, callbacks=[recorder])
views = recorder.views  # by epoch
right = {epoch: np.mean(view.right) for epoch, view in views.items()}
truth["epochs until 99 percent are right"] = min(
    (epoch for epoch, share in right.items() if share >= 0.99), default=20
)
guessed = int(guesses["epochs until 99 percent are right"])
reached = truth["epochs until 99 percent are right"]
with style():
    figure, axes = plt.subplots(1, 3, sharey=True)
    said = ("epoch 0", f"your guess: {guessed}", f"99 % at {reached}")
    for ax, epoch, words in zip(axes, (0, guessed, reached), said, strict=True):
        plot_decision_boundary(views[epoch], legend=False, ax=ax)
        ax.set_title(words)
        ax.label_outer()

# %% [markdown]
# **Question 3.** Before training the boundary is nearly straight, though the units are curved already. Why?
#
# <details>
# <summary>Answer</summary>
#
# The weights are small, so every z is near 0, and there tanh is nearly its tangent: a straight line. Only
# where weights have grown do the units bend anything.
#
# </details>
#
# **Question 4.** Each hidden unit has a line of its own in the plane, where its z is 0. What does the bow of the
# boundary have to do with these two lines?
#
# <details>
# <summary>Answer</summary>
#
# Far out one of the units is saturated and does not change any more; there the boundary follows the
# other one's line. In the middle both change, and the boundary turns from one to the other: two units,
# two arms.
#
# </details>

# %% [markdown]
# ## 3. In the plane of the two units
#
# The last unit never sees the inputs. It sees two activations. So let us go there: each point at the
# activations of the two units, and with them the squared paper of the inputs' plane.

# %%
with style():
    figure, axes = plt.subplots(1, 2)
    for ax, epoch in zip(axes, (0, 20), strict=True):
        plot_feature_space(views[epoch], legend=False, ax=ax)
        ax.set_title(f"epoch {epoch}")

# %% [markdown]
# **Question 5.** On the right the black line is straight, and the points are on their sides. Who has bent the
# classes apart, the hidden layer or the output unit?
#
# <details>
# <summary>Answer</summary>
#
# The hidden layer. The output unit can only draw a straight line, here as in section 1. What the hidden
# layer makes of the inputs is called a representation, and learning has found one in which a straight
# line is enough.
#
# </details>
#
# **Your guess.** Take two *linear* units in place of the tanh units: more weights than in section 1, but
# nothing bends. Of 100 points, how many are right?

# %%
guess = 90  # @param {type: "number"}
guesses["percent right with two linear units"] = guess

# %%
linear = network("linear")
linear.fit(X, y, epochs=20, batch_size=20, verbose=0)
truth["percent right with two linear units"] = percent_right(linear)
with style(size="paper"):
    ax = plot_feature_space(represent(linear, X, y, layer="hidden"), legend=False)
    guessed = guesses["percent right with two linear units"]
    found = truth["percent right with two linear units"]
    ax.set_title(f"right: {found:.0f} %; your guess: {guessed:g} %")

# %% [markdown]
# **Question 6.** The squared paper is still made of straight lines. What follows for a network of a hundred linear
# layers?
#
# <details>
# <summary>Answer</summary>
#
# A linear map of a linear map is linear: the hundred layers are one, and the boundary is a straight line
# in the inputs' plane. Without something that bends between them, more layers are no deeper network.
#
# </details>

# %% [markdown]
# ## 4. One number for all samples
#
# Accuracy and loss are one number each, for all samples. Here are the samples. Class 1 stands upwards,
# class 0 downwards; left what the network says, right what it costs. Ten of the 300 labels are wrong this
# time: we have turned them.
#
# **Your guess.** Of the whole loss after training, how many percent come from these ten samples?

# %%
guess = 10  # @param {type: "number"}
guesses["percent of the loss from ten wrong labels"] = guess

# %%
turned = np.random.default_rng(2).choice(300, 10, replace=False)
labels = y.copy()
labels[turned] = 1 - labels[turned]
wrong = network("tanh")
wrong.fit(X, labels, epochs=20, batch_size=20, verbose=0)
found = represent(wrong, X, labels)
share = 100 * found.losses[turned].sum() / found.losses.sum()
truth["percent of the loss from ten wrong labels"] = share
with style():
    figure, axes = plt.subplots(1, 2)
    plot_probabilities(found, ax=axes[0])
    plot_losses(found, ax=axes[1])
    guessed = guesses["percent of the loss from ten wrong labels"]
    axes[1].set_title(f"{share:.0f} %; your guess: {guessed:g} %")

# %% [markdown]
# **Question 7.** You do not know which labels are wrong in your own data. How does the picture on the right help?
#
# <details>
# <summary>Answer</summary>
#
# Look at the samples with the largest losses first. Among them are the wrong labels, as long as the
# network is too small, or has not been trained long enough, to learn them by heart. Not all of them are
# wrong: a rare sample costs much, too.
#
# </details>

# %% [markdown]
# ## 5. What a unit likes best
#
# More than two units cannot be drawn in a plane. But we can ask a unit which inputs it answers to most.
# Here are handwritten digits, and for four hidden units the seven digits with their largest
# activations, a row for each unit.

# %%
(x_train, t_train), (x_test, t_test), source = handwritten_digits("sample")
digits = build_mlp(20, optimizer="adam", seed=1)
digits.fit(x_train, t_train, epochs=5, verbose=0)
activations = next(a for a in feature_maps(digits, x_test).values() if a.shape[1:] == (20,))
best = np.argsort(-activations, axis=0)[:7]  # (place, unit)
chosen = best[:, :4].T.ravel()
with style():
    plot_images(x_test[chosen], labels=t_test[chosen], columns=7)

# %% [markdown]
# **Question 8.** Is each unit one for a digit of its own?
#
# <details>
# <summary>Answer</summary>
#
# Mostly not. A unit answers to a stroke or a bow at some place, which several digits have, and the
# output layer adds up many of them. No unit was told what to look for.
#
# </details>

# %% [markdown]
# ## 6. Your guesses

# %%
print(f"{'':<44}{'yours':>10}{'measured':>12}")
for name, found in truth.items():
    print(f"{name:<44}{guesses[name]:>10g}{found:>12.3g}")

# %% [markdown]
# ## 7. Exercises
#
# **Exercise 1.** Start the network of section 2 from five other seeds. Do all of them find a bow?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# import kit
#
# seeds = [2, 3, 4, 5, 6]
# models = [network("tanh", seed) for seed in seeds]
# kit.train_together(models, X, y, epochs=20, batch_size=20, seed=seeds, verbose=False)
# for seed, model in zip(seeds, models):
#     print(f"seed {seed}: {percent_right(model):.0f} % right")
# ```
#
# What one seed does is no rule. A network of two units may be held up for some epochs, or for good, where
# both units do the same; with more units that becomes rare.
#
# </details>
#
# **Exercise 2.** Take ReLU units in place of tanh. What does the boundary look like now, and why?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# rectified = network("relu", seed=1)
# rectified.fit(X, y, epochs=20, batch_size=20, verbose=0)
# with style():
#     figure, axes = plt.subplots(1, 2)
#     found = represent(rectified, X, y, layer="hidden")
#     plot_decision_boundary(found, legend=False, ax=axes[0])
#     plot_feature_space(found, legend=False, ax=axes[1])
# ```
#
# It is made of straight pieces, with a corner at the line of each unit, and the plane is folded like paper.
# Try other seeds: with two ReLU units some do not get further than a straight line, as one may be dead.
#
# </details>
#
# **Exercise 3.** Look at the samples with the largest losses of section 4. Are they the turned ones?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# found = represent(wrong, X, labels)
# worst = np.argsort(-found.losses)[:10]
# print(f"{len(set(worst) & set(turned))} of the 10 largest losses are of turned labels")
# ```
#
# Count before you trust a label.
#
# </details>

# %%
# your code
