"""Recipes: what is wrong with each is known because one thing was changed, and nothing else."""

from dataclasses import fields

import numpy as np
import pytest

from kit.diagnosis.recipe import Recipe, data_of, network_of
from kit.diagnosis.recipe_list import RECIPES, ROOTS

HEALTHY = [one for one in RECIPES.values() if one.root is None]
BROKEN = [one for one in RECIPES.values() if one.root is not None]


def test_there_are_enough_of_both():
    assert len(HEALTHY) >= 20 and len(BROKEN) >= 20
    assert {one.root for one in BROKEN} == set(ROOTS)


@pytest.mark.parametrize("recipe", BROKEN, ids=lambda one: one.name)
def test_a_broken_one_is_a_healthy_one_with_the_change_that_it_names(recipe):
    healthy = RECIPES[recipe.of]
    assert healthy.root is None
    other = {
        field.name
        for field in fields(Recipe)
        if getattr(recipe, field.name) != getattr(healthy, field.name)
    }
    assert other - {"name", "root", "of", "change"} <= set(recipe.change)
    # more epochs go with fewer samples, and a loss with the output that it is given to
    assert set(recipe.change) - {"epochs", "loss"} and len(recipe.change) <= 2


@pytest.mark.parametrize("name", ["relu-5", "cnn-tanh", "relu-shortcuts", "waves", "relu-dropout"])
def test_a_seed_draws_weights_and_data(name):
    recipe = RECIPES[name]
    one, again, other = (network_of(recipe, seed).get_weights() for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    kernels = [np.ravel(w)[:20] for w in one if w.ndim > 1]
    for k, kernel in enumerate(kernels):  # no two layers share their draws
        assert not any(np.allclose(kernel / kernel[0], w / w[0]) for w in kernels[k + 1 :])
    data, same = data_of(recipe, 1), data_of(recipe, 1)
    assert np.array_equal(data.x, same.x) and len(data.x) == recipe.samples
    assert not np.array_equal(data.x, data_of(recipe, 2).x)


def test_what_is_changed_reaches_the_network():
    kernel, bias = network_of(RECIPES["relu-narrow-ones"], 1).get_layer("h2").get_weights()
    assert (kernel == 1).all() and not bias.any()
    assert (
        (network_of(RECIPES["relu-5-negative-biases"], 1).get_layer("h3").bias == -5).numpy().all()
    )
    assert np.isclose(network_of(RECIPES["gelu-4-slow"], 1).optimizer.learning_rate, 1e-8)
    assert network_of(RECIPES["relu-penalty-strong"], 1).get_layer("o").kernel_regularizer.l2 == 1
    assert data_of(RECIPES["tanh-8-bytes"], 1).x.max() > 200
    assert set(np.unique(data_of(RECIPES["parabola-signs"], 1).y)) == {-1, 1}
    layers = [type(one).__name__ for one in network_of(RECIPES["relu-10-amplified"], 1).layers]
    assert layers.count("Rescaling") == 10
