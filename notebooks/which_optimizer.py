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
# # Which optimizer?
#
# You need to know what a gradient is and what a learning rate does. Take about an hour; the cells alone
# run in well under a minute, without a GPU.
#
# Some questions ask for a guess before you run a cell: set yours, run it, and the next picture draws it
# beside the truth. The answers to the questions are folded away.

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
from kit.datasets.ball import load_data
from kit.models import Rprop, build_block
from kit.plots import plot_history, style

guesses, truth = {}, {}  # what you think, and what is

# %% [markdown]
# ## 1. Four ways down
#
# A valley of two weights: across it the loss bends thirty times as much as along it. Four optimizers of
# Keras's set out from the same place, each with a learning rate that suits it, and take forty steps.
# Which of the four ways would you take, and why do they differ at all, if all see the same gradients?


# %%
curvature = np.array([1.0, 30.0], "float32")


def walk(optimizer, start=(-9.0, 2.0), steps=40, curvature=curvature):
    """The way of two weights in the valley: (steps + 1, 2)."""
    weights, path = keras.Variable(np.array(start, "float32")), [start]
    for _ in range(steps):
        optimizer.apply([curvature * weights], [weights])
        path.append(keras.ops.convert_to_numpy(weights).copy())
    return np.array(path)


optimizers = keras.optimizers
walkers = {
    "SGD": optimizers.SGD(0.06),
    "momentum": optimizers.SGD(0.02, momentum=0.9),
    "Adam": optimizers.Adam(0.5),
    "Rprop": Rprop(0.5),
}
with style(size="paper"):
    figure, ax = plt.subplots()
    x, y = np.meshgrid(np.linspace(-11, 5, 100), np.linspace(-4, 4, 100))
    ax.contour(x, y, (x**2 + 30 * y**2) / 2, np.geomspace(1, 300, 8), colors="gray", linewidths=0.7)
    for (name, optimizer), look in zip(walkers.items(), ("o-", "s--", "^-.", "D:"), strict=True):
        ax.plot(*walk(optimizer).T, look, markersize=4, label=name)
    ax.set(xlabel="the flat weight", ylabel="the steep weight")
    ax.legend()

# %% [markdown]
# **Question 1.** SGD crosses the valley at every step, and along it it creeps. Why does nobody simply
# give it a larger learning rate?
#
# <details>
# <summary>Answer</summary>
#
# Across the valley each step already lands on the other side. With a rate a little larger it would land
# higher up than where it started, and climb out. The steep weight sets the rate for both.
#
# </details>
#
# ## 2. Too large
#
# **Your guess.** Up to which learning rate does plain descent stay in this valley? The largest curvature
# is 30.

# %%
guess = 0.2  # @param {type: "number"}
guesses["largest rate of plain descent"] = guess

# %%
rates = np.linspace(0.01, 0.15, 57)
start = np.array([-9.0, 2.0])


def left_after(rate, steps=200):
    """How far from the minimum plain descent is in the end, over the start's distance."""
    weights = start.copy()
    for _ in range(steps):
        weights = weights - rate * curvature * weights
    return np.linalg.norm(weights) / np.linalg.norm(start)


left = np.array([left_after(rate) for rate in rates])
truth["largest rate of plain descent"] = rates[left < 1].max()
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.semilogy(rates, left)
    ax.axhline(1, color="gray")
    ax.plot(guesses["largest rate of plain descent"], 1, "k*", markersize=16)
    ax.set(xlabel="learning rate", ylabel="distance, end over start", ylim=(1e-6, 1e6))
    ax.set_title("★ your guess")

# %% [markdown]
# **Question 2.** Derive it. What does one step do to a weight of curvature c?
#
# <details>
# <summary>Answer</summary>
#
# It multiplies it by 1 − rate · c. That stays between −1 and 1 up to the rate 2/c, so the limit is two
# over the largest curvature. The fastest one is in between, where the flat and the steep weight shrink
# alike.
#
# </details>
#
# **Question 3.** With momentum, may the rate be larger or must it be smaller?
#
# <details>
# <summary>Answer</summary>
#
# Larger: the last move points back when the weight has crossed the valley, and brakes. The limit is
# 2(1 + momentum)/c.
#
# ```python
# for share in (0.0, 0.5, 0.9):
#     ends = {rate: walk(optimizers.SGD(rate, momentum=share), steps=60) for rate in (0.06, 0.09)}
#     far = {rate: float(np.abs(path[-1, 1])) for rate, path in ends.items()}
#     print(f"momentum {share}:", {rate: f"{one:.1e}" for rate, one in far.items()})
# ```
#
# </details>

# %% [markdown]
# ## 3. A rate for each weight
#
# Adam divides the step of each weight by the size of the gradients that this weight has met.
#
# **Your guess.** The whole loss is multiplied by 1000, and so are all gradients. How many times as long
# is Adam's first step?

# %%
guess = 1000  # @param {type: "number"}
guesses["Adam's first step, gradients × 1000"] = guess

# %%
steps = {}
for name, make in {
    "SGD": lambda: optimizers.SGD(0.01),
    "RMSProp": lambda: optimizers.RMSprop(0.01),
    "Adam": lambda: optimizers.Adam(0.01),
    "Rprop": lambda: Rprop(0.01),
}.items():
    sizes = [
        np.linalg.norm(np.diff(walk(make(), steps=1, curvature=times * curvature), axis=0))
        for times in (1, 1000)
    ]
    steps[name] = sizes[1] / sizes[0]
truth["Adam's first step, gradients × 1000"] = steps["Adam"]
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.bar(list(steps), list(steps.values()))
    ax.plot("Adam", guesses["Adam's first step, gradients × 1000"], "k*", markersize=16)
    ax.set(yscale="log", ylabel="how many times as long", title="★ your guess")

# %% [markdown]
# **Question 4.** So Adam's rate is a length: about as far as each weight moves in a step. What follows
# for its rate when weights have arrived, and the gradients are small?
#
# <details>
# <summary>Answer</summary>
#
# The steps do not get small with the gradients. They get small only as the gradients change their signs
# and the mean of the moves cancels, or if you lower the rate. RMSProp has no such mean, and keeps
# bouncing.
#
# </details>

# %% [markdown]
# ## 4. A network
#
# Now two layers of 20 units on the ball data. `kit.sweep` builds a network for each optimizer, each
# learning rate and each seed, and trains those of one optimizer as one program.
#
# **Your guess.** How many times larger is SGD's best rate than Adam's?

# %%
guess = 1  # @param {type: "number"}
guesses["SGD's best rate over Adam's"] = guess

# %%
points, classes = load_data()
grid = {
    "optimizer": ["sgd", "rmsprop", "adam"],
    "learning_rate": [float(one) for one in np.geomspace(0.001, 10, 9).round(4)],
    "n_layers": 2,
    "units": 20,
}
how = {"epochs": 8, "batch_size": 50, "verbose": False}
tried = kit.sweep(build_block, grid, points, classes, seeds=[101, 102], **how)
last = tried.history.query("epoch == 8")
ends = last.groupby(["learning_rate", "optimizer"])["loss"].mean().unstack()
best = ends.idxmin()
truth["SGD's best rate over Adam's"] = best["sgd"] / best["adam"]
print(best)
with style(size="paper"):
    figure, ax = plt.subplots()
    for name, look in zip(ends, ("o-", "s--", "^-."), strict=True):
        ax.loglog(ends.index, ends[name], look, label=name)
    ax.axhline(np.log(2), color="gray")
    guessed = guesses["SGD's best rate over Adam's"] * best["adam"]
    ax.plot(guessed, ends["sgd"].min(), "k*", markersize=16)
    ax.set(xlabel="learning rate", ylabel="loss after 8 epochs", ylim=(0.03, 5))
    ax.set_title("★ SGD's best rate, by your guess; the line is guessing")
    ax.legend()

# %% [markdown]
# **Question 5.** To the left and to the right the curves end at the line. Do both ends mean the same?
#
# <details>
# <summary>Answer</summary>
#
# No. On the left nothing has been learned yet: more epochs would help. On the right the weights were
# thrown so far that most units give 0 for every input, and no gradient leads back. Or the loss is above
# the line, and jumps.
#
# </details>

# %% [markdown]
# ## 5. A fair race
#
# Someone takes Keras's default rates, one for each optimizer, and compares. Someone else takes one rate
# for all. **Question 6.** What is wrong with either, and with the seeds of section 4 if the race is run
# with them?
#
# <details>
# <summary>Answer</summary>
#
# Both compare rates more than optimizers. And a rate that was found with some seeds is the best with
# them partly by luck: the race has to be run with others. Each optimizer must also have had as many
# trials, or the one with more is favoured.
#
# </details>

# %%
racers = [{"optimizer": name, "seed": seed} for name in ends for seed in (1, 2, 3)]
models = []
for one in racers:
    model = build_block(n_layers=2, units=20, optimizer=one["optimizer"], seed=one["seed"])
    model.optimizer.learning_rate = best[one["optimizer"]]
    models.append(model)
race = kit.train_together(models, points, classes, seed=1, parameters=racers, **how)
with style(size="paper"):
    ax = plot_history(race, color="optimizer", guessing=np.log(2))

# %% [markdown]
# The order is that of this task, these networks and 8 epochs. It need not be that of another.
#
# ## 6. Signs alone
#
# Rprop looks at the sign of each gradient: as long as it stays the same, the weight's step grows, and
# when it changes, the step is halved. `kit.models` has it, since Keras has not.
#
# **Your guess.** With all 1,000 points in each step it takes 60 steps. Then it is to take as many steps
# with 50 points each. How many times larger is the loss at the end?

# %%
guess = 2  # @param {type: "number"}
guesses["Rprop's loss, 50 points over all"] = guess

# %%
losses = {}
for size in (1000, 50):
    model = build_block(n_layers=2, units=20, optimizer=Rprop(0.01), seed=1)
    model.fit(points, classes, epochs=60 * size // 1000, batch_size=size, verbose=0)
    losses[f"{size} points"] = model.evaluate(points, classes, batch_size=1000, verbose=0)[0]
truth["Rprop's loss, 50 points over all"] = losses["50 points"] / losses["1000 points"]
with style(size="paper"):
    figure, ax = plt.subplots()
    ax.bar(list(losses), list(losses.values()))
    guessed = guesses["Rprop's loss, 50 points over all"] * losses["1000 points"]
    ax.plot("50 points", guessed, "k*", markersize=16)
    ax.axhline(np.log(2), color="gray")
    ax.set(yscale="log", ylabel="loss on all points", title="★ your guess; the line is guessing")

# %% [markdown]
# **Question 7.** Why does SGD get on with minibatches, and Rprop does not?
#
# <details>
# <summary>Answer</summary>
#
# The gradient of a minibatch is right on average. SGD adds such gradients up, and the chance in them
# cancels. A sign keeps nothing of a size: a weight whose gradient is small and changes its sign by
# chance has its step halved again and again, and one whose gradient is large counts no more than it.
#
# </details>

# %% [markdown]
# ## 7. Your guesses

# %%
print(f"{'':<38}{'yours':>10}{'measured':>14}")
for name, found in truth.items():
    print(f"{name:<38}{guesses[name]:>10g}{found:>14.3g}")

# %% [markdown]
# ## 8. Exercises
#
# **Exercise 1.** Put `kit.models.RMSpropNesterov`, RMSProp with Nesterov's momentum, into the race: find
# its rate with the seeds of section 4, then run it with those of section 5.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# from kit.models import RMSpropNesterov
#
#
# def build(rate, seed):
#     return build_block(n_layers=2, units=20, optimizer=RMSpropNesterov(rate), seed=seed)
#
#
# def ended(rate, seeds):
#     some = kit.train_together(
#         [build(rate, seed) for seed in seeds], points, classes, seed=1, **how
#     )
#     return some.history.query("epoch == 8")["loss"].mean()
#
#
# chosen = min(np.geomspace(0.0003, 0.03, 3), key=lambda rate: ended(rate, [101, 102]))
# print(f"rate {chosen:.1e}: loss {ended(chosen, [1, 2, 3]):.3f}")
# print(race.history.query("epoch == 8").groupby("optimizer")["loss"].mean())
# ```
#
# </details>
#
# **Exercise 2.** A lecture lets Adam's rate decay, as `0.0001 + 0.003 * exp(-step / 2000)`. Write it as a
# schedule of Keras's, and print it for some steps.
#
# <details>
# <summary>A solution</summary>
#
# ```python
# @keras.saving.register_keras_serializable()
# class Decaying(keras.optimizers.schedules.LearningRateSchedule):
#     def __call__(self, step):
#         step = keras.ops.cast(step, "float32")
#         return 0.0001 + 0.003 * keras.ops.exp(-step / 2000)
#
#     def get_config(self):
#         return {}
#
#
# model = build_block(n_layers=2, units=20, optimizer=optimizers.Adam(Decaying()), seed=1)
# model.fit(points, classes, epochs=2, batch_size=50, verbose=0)
# print([round(float(Decaying()(step)), 5) for step in (0, 1000, 2000, 6000)])
# print(f"after {int(model.optimizer.iterations)} steps: {float(model.optimizer.learning_rate):.5f}")
# ```
#
# </details>
#
# **Exercise 3.** Turn the valley of section 1 by 45 degrees, so that the two weights must move together.
# Which of the four optimizers does not notice at all?
#
# <details>
# <summary>A solution</summary>
#
# ```python
# turn = np.array([[1, -1], [1, 1]], "float32") / np.sqrt(2).astype("float32")
# bent = turn.T @ np.diag(curvature) @ turn
#
#
# def turned_walk(optimizer, steps=40):
#     weights = keras.Variable(np.array([-9, 2], "float32") @ turn)
#     for _ in range(steps):
#         optimizer.apply([bent @ keras.ops.convert_to_numpy(weights)], [weights])
#     return float(np.linalg.norm(weights))
#
#
# for name, make in {
#     "SGD": lambda: optimizers.SGD(0.06),
#     "momentum": lambda: optimizers.SGD(0.02, momentum=0.9),
#     "Adam": lambda: optimizers.Adam(0.5),
#     "Rprop": lambda: Rprop(0.5),
# }.items():
#     straight = np.linalg.norm(walk(make())[-1])
#     print(f"{name:<9} straight {straight:.3f}, turned {turned_walk(make()):.3f}")
# ```
#
# Plain descent and momentum do the same in any direction. What gives each weight a rate of its own
# depends on what the weights are.
#
# </details>

# %%
# your code
