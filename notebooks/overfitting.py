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
# # Too good on the training data: how to see overfitting, and what helps
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
from sklearn.datasets import load_digits

import kit
from kit.models import build_mlp
from kit.plots import plot_history, style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. Through every point
#
# Twelve points, measured with some noise. A straight line misses most of them. A polynomial of degree
# 11 has twelve coefficients, and goes through every one. Which of the three curves would you trust
# between the points?

# %%
rng = np.random.default_rng(3)


def curve(x):
    """What is measured: a polynomial of degree 5."""
    return np.polyval([-51.2418, 25.6159, 43.3645, -16.5311, -3.2648, 0.5423], x)


def measured(places):
    """The curve with noise, at places in [-0.8, 1]."""
    return curve(places) + rng.normal(0, 0.5, len(places))


x = np.linspace(-0.8, 1, 12)
x_new = rng.uniform(-0.8, 1, 500)
y, y_new = measured(x), measured(x_new)
fine = np.linspace(-0.8, 1, 300)
with style(size="paper"):
    figure, ax = plt.subplots()
    for degree, look in ((1, "-"), (5, "--"), (11, ":")):
        ax.plot(fine, np.polyval(np.polyfit(x, y, degree), fine), look, label=f"degree {degree}")
    ax.plot(x, y, "ko", label="measured")
    ax.set(xlabel="x", ylabel="y", ylim=(-7, 5))
    ax.legend()

# %% [markdown]
# **Question 1.** The curve through all points has no error on them at all. Why do you not trust it, and
# how would you show that to somebody who does?
#
# <details>
# <summary>Answer</summary>
#
# It follows the noise, and between the points it swings far out to do so. To show it, measure new
# points, which were not used for the fit, and see how far the curve is from those.
#
# </details>
#
# **Your guess.** Of all degrees from 0 to 11, which has the least error on 500 new points?

# %%
guess = 3  # @param {type: "number"}
guesses["degree with the least error on new points"] = guess


# %%
def error(degree, x_test, y_test):
    """Root of the mean squared error of the fit to the twelve points."""
    return np.sqrt(np.mean((np.polyval(np.polyfit(x, y, degree), x_test) - y_test) ** 2))


degrees = np.arange(12)
on_old = [error(degree, x, y) for degree in degrees]
on_new = [error(degree, x_new, y_new) for degree in degrees]
truth["degree with the least error on new points"] = int(np.argmin(on_new))
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.semilogy(degrees, np.maximum(on_old, 1e-4), "o-", label="the twelve points")
    ax.semilogy(degrees, on_new, "s--", label="new points")
    chosen = int(guesses["degree with the least error on new points"])
    ax.plot(chosen, on_new[chosen], "k*", markersize=16)
    ax.set(xlabel="degree", ylabel="error (log scale)", title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 2.** One curve only falls, the other turns round. Why can the first never rise?
#
# <details>
# <summary>Answer</summary>
#
# A polynomial of degree 4 is one of degree 5 whose first coefficient is 0. So the best of degree 5 is at
# least as good on the points that it is fitted to. On other points nothing of the kind holds.
#
# </details>

# %% [markdown]
# ## 2. Digits with labels that mean nothing
#
# Now a network, and 200 small digits. For one of two networks the labels are shuffled: an image of a
# seven may be called a two. There is nothing to be understood in them.
#
# **Your guess.** Of its 200 shuffled labels, how many percent does the network have right after 40 epochs?

# %%
guess = 30  # @param {type: "number"}
guesses["shuffled labels right, in %"] = guess

# %%
images, labels = load_digits(return_X_y=True)
X = images - images.mean(axis=0)
X = (X / X.std()).astype("float32")  # (1797, 64), mean 0, std 1
order = np.random.default_rng(1).permutation(len(X))
few, rest = order[:200], order[200:1200]
X_few, t_few, X_test, t_test = X[few], labels[few], X[rest], labels[rest]
shuffled = np.random.default_rng(2).permutation(t_few)


def network(seed, decay=0.0, rate=1 / 50, **how):
    """One hidden layer of 100 ReLU units."""
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, weight_decay=decay)
    return build_mlp(
        100, "relu", "he_normal", input_shape=64, optimizer=optimizer, seed=seed, **how
    )


right = {}
for name, given in (("true", t_few), ("shuffled", shuffled)):
    model = network(seed=1, rate=1 / 20)
    model.fit(X_few, given, epochs=40, batch_size=20, verbose=0)
    read = [np.argmax(model(some), axis=1) for some in (X_few, X_test)]
    right[name] = [100 * np.mean(read[0] == given), 100 * np.mean(read[1] == t_test)]
truth["shuffled labels right, in %"] = right["shuffled"][0]
with style(size="paper"):
    figure, ax = plt.subplots()
    for name, look in (("true", "o-"), ("shuffled", "s--")):
        ax.plot(["its 200 digits", "1,000 others"], right[name], look, label=f"{name} labels")
    ax.plot(0, guesses["shuffled labels right, in %"], "k*", markersize=16)
    ax.set(ylabel="right, in %", ylim=(0, 105), title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 3.** What does a network that has all its training digits right tell you?
#
# <details>
# <summary>Answer</summary>
#
# By itself nothing. It has over 7,000 weights, and can learn 200 labels by heart, whether they mean
# something or not. Only digits that it has not seen tell the two apart.
#
# </details>

# %% [markdown]
# ## 3. Two curves
#
# So keep some data aside, and look at both losses while it learns. From here on the labels of 20 of the
# 200 digits are wrong, as it happens where people write labels. Below are five such networks, from other
# weights, over 60 epochs.
#
# **Your guess.** After how many epochs is the loss of the test digits at its lowest?

# %%
guess = 60  # @param {type: "number"}
guesses["epoch of the least test loss"] = guess

# %%
t_some = np.append(shuffled[:20], t_few[20:])  # the first twenty are not to be trusted
seeds = range(1, 6)
models = [network(seed) for seed in seeds]
how = {"epochs": 60, "batch_size": 20, "seed": list(seeds), "verbose": False}
plain = kit.train_together(models, X_few, t_some, validation_data=(X_test, t_test), **how)
by_epoch = plain.history.groupby("epoch")[["loss", "val_loss"]].median()
truth["epoch of the least test loss"] = int(by_epoch["val_loss"].idxmin())
with style(size="paper"):
    ax = plot_history(by_epoch)  # medians of the five
    epoch = int(guesses["epoch of the least test loss"])
    ax.plot(epoch, by_epoch["val_loss"].reindex([epoch]), "k*", markersize=16)
    ax.set_title("★ your guess")

# %% [markdown]
# The dashed line is that of the test digits, the other one that of the training digits.
#
# **Question 4.** When it is at its lowest, you stop. Then you read off the test loss, and report it. What
# is wrong with that number?
#
# <details>
# <summary>Answer</summary>
#
# The epoch was chosen because these digits did well there, so on others it will be a little worse. What
# is chosen needs data of its own, the validation data; the test data are for the one number at the end.
#
# </details>
#
# **Question 5.** In the same epochs the share of right digits hardly falls, if at all. How can the loss
# rise then?
#
# <details>
# <summary>Answer</summary>
#
# The loss asks how sure the network is. It gets surer and surer, of its wrong answers too, and -log of a
# tiny probability is large. So the first thing that overfitting spoils is not the answers, but what the
# network thinks of them:
#
# ```python
# shown = plain.history.query("epoch in (5, 20, 60)")
# print(shown.groupby("epoch")[["val_loss", "val_accuracy"]].median().round(3))
# ```
#
# </details>

# %% [markdown]
# ## 4. Weights that decay
#
# A penalty on the squares of the weights makes them smaller in each step. Keras's optimizers have that
# as `weight_decay`, and networks that differ only in it are trained as one program. Here are five
# strengths, three networks each.
#
# **Your guess.** Which strength, from 0.01 to 1, gives the least test loss after 60 epochs?

# %%
guess = 0.01  # @param {type: "number"}
guesses["best weight decay"] = guess

# %%
strengths = [0.01, 0.03, 0.1, 0.3, 1.0]
entries = [{"decay": decay, "seed": seed} for decay in strengths for seed in (1, 2, 3)]
how |= {"seed": [one["seed"] for one in entries], "parameters": entries}
models = [network(**one) for one in entries]
decayed = kit.train_together(models, X_few, t_some, validation_data=(X_test, t_test), **how)
last = decayed.history.query("epoch == 60").groupby("decay")[["loss", "val_loss"]].median()
truth["best weight decay"] = float(last["val_loss"].idxmin())
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.semilogx(last.index, last["loss"], "o-", label="its 200 digits")
    ax.semilogx(last.index, last["val_loss"], "s--", label="1,000 others")
    chosen = np.clip(guesses["best weight decay"], strengths[0], strengths[-1])
    ax.plot(chosen, np.interp(chosen, last.index, last["val_loss"]), "k*", markersize=16)
    ax.set(xlabel="weight decay (log scale)", ylabel="loss", title="★ your guess")
    ax.legend()

# %% [markdown]
# **Question 6.** At the left end the two curves are far apart, at the right end close together. Which end
# is better?
#
# <details>
# <summary>Answer</summary>
#
# Neither. The gap between the curves is not what you want to be small; the loss of the digits that were
# not seen is. At the right end the network is held so tightly that it fits no digits at all.
#
# </details>

# %% [markdown]
# ## 5. Units that are left out
#
# Dropout leaves out half of the units, others for each digit, while the network learns. In the test all
# are there.
#
# **Your guess.** If you forgot that, and left half of them out in the test too, how many percent of the
# test digits would be wrong?

# %%
guess = 50  # @param {type: "number"}
guesses["wrong with dropout left on, in %"] = guess

# %%
dropped = network(seed=1, dropout=0.5)
dropped.fit(X_few, t_some, epochs=60, batch_size=20, verbose=0)


def wrong(p):
    return 100 * np.mean(p.argmax(axis=1) != t_test)


masks = np.array([dropped(X_test, training=True) for _ in range(40)])  # (masks, digits, 10)
averaged = [wrong(masks[:k].mean(axis=0)) for k in range(1, 41)]
every = wrong(np.array(dropped(X_test)))
truth["wrong with dropout left on, in %"] = np.mean([wrong(one) for one in masks])
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.plot(range(1, 41), averaged, "o-", label="mean over so many masks")
    ax.axhline(every, color="gray", linestyle="--", label="all units")
    ax.plot(1, guesses["wrong with dropout left on, in %"], "k*", markersize=16)
    ax.set(xlabel="masks", ylabel="wrong test digits, in %", title="★ your guess", ylim=0)
    ax.legend()

# %% [markdown]
# **Question 7.** A single mask is a network of half the size, and not a good one. Why is the mean over many
# of them better than each?
#
# <details>
# <summary>Answer</summary>
#
# They are wrong on different digits, so what the others say outweighs it. All units at once do nearly
# what the mean does, in one pass. That is the reason to put them all back in the test.
#
# </details>
#
# **Question 8.** With half of the units dropped, which share of the weights between two hidden layers has
# both its ends, for one digit? And in a batch of 20, how many weights are left out by all of them?
#
# <details>
# <summary>Answer</summary>
#
# A half times a half: a quarter. A batch of 20 leaves out three quarters to the power of 20, less than one
# in a hundred. Each digit has a mask of its own, so hardly a weight sits out a step:
#
# ```python
# kept = np.random.default_rng(1).random((2, 20, 100)) < 1 / 2  # both layers, digits, units
# both = kept[0][:, :, None] & kept[1][:, None, :]
# print(f"of one digit {both[0].mean():.0%}, of the batch {both.any(axis=0).mean():.1%}")
# ```
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
# **Exercise 1.** Take 60 points in place of 12 in section 1. Which degrees are good on new points now?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# many = np.linspace(-0.8, 1, 60)
# values = measured(many)
# for degree in (1, 5, 8, 11):
#     fitted = np.polyval(np.polyfit(many, values, degree), x_new)
#     print(f"degree {degree:>2}: {np.sqrt(np.mean((fitted - y_new) ** 2)):.2f}")
# ```
#
# All from 5 on. More data is the cure that costs nothing but the data: a model is too free for the
# points that it has, not by itself.
#
# </details>
#
# **Exercise 2.** Train five networks, each on digits drawn with replacement from the 200, and let them vote.
# Are they better than one?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# draw = np.random.default_rng(5)
# answers = []
# for seed in (1, 2, 3, 4, 5):
#     taken = draw.integers(0, 200, size=200)
#     model = network(seed)
#     model.fit(X_few[taken], t_some[taken], epochs=15, batch_size=20, verbose=0)
#     answers.append(np.array(model(X_test)))
# print("each:", ", ".join(f"{wrong(one):.1f}" for one in answers), "%")
# print(f"the mean of their answers: {wrong(np.mean(answers, axis=0)):.1f} %")
# ```
#
# Than each of them, yes. Whether they beat one network that has all 200 digits is another question, as
# each of the five saw only two thirds of them.
#
# </details>
#
# **Exercise 3.** Stop in time: give `kit.train_together` a `keras.callbacks.EarlyStopping` with a patience of 5
# epochs. How many epochs does each network take?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# stopping = keras.callbacks.EarlyStopping("val_loss", patience=5)
# stopped = kit.train_together(
#     [network(seed) for seed in (1, 2, 3)],
#     X_few,
#     t_some,
#     epochs=60,
#     batch_size=20,
#     seed=[1, 2, 3],
#     validation_data=(X_test, t_test),
#     early_stopping=stopping,
#     verbose=False,
# )
# print(stopped.history.groupby("run")["epoch"].max())
# ```
#
# That is a patience after the lowest loss, and a small part of the 60.
#
# </details>

# %%
# your code
