"""The explorer's findings in node, against `kit.diagnose` of the same weights and trainings."""

import re
from functools import cache

import keras
import numpy as np
import pytest
from javascript import run_engine

import kit
from kit.diagnosis import RECIPES, RULEBOOK, data_of, network_of
from kit.diagnosis.expected import FITTING
from kit.explorer.rule_texts import rule_texts
from kit.stats.constant_losses import CONSTANT_LOSSES
from kit.training import train_together

PROBED = 120
SNAPSHOTS = (
    *(
        "relu-5",
        "relu-narrow",
        "leaky-relu-6",
        "elu-6",
        "gelu-4",
        "tanh-5",
        "sigmoid-2",
        "parabola",
    ),
    *("waves", "tanh-5-small", "tanh-8-large", "relu-5-small", "relu-10-large", "relu-20-glorot"),
    *("sigmoid-2-large", "tanh-5-zeros", "relu-narrow-ones", "sigmoid-5", "sigmoid-10"),
    *("tanh-8-bytes", "parabola-shifted", "tanh-5-units", "relu-5-faint", "waves-far-targets"),
    *("parabola-signs", "relu-5-negative-biases", "tanh-8-large-biases", "gelu-4-fast"),
    "relu-10-slow",
)
"""Recipes of dense chains that the page can show, before training."""
TRAININGS = (
    *("parabola", "waves-few", "parabola-random", "waves", "tanh-5-small", "relu-5-fast"),
    *("gelu-4-slow", "tanh-8-large-biases", "relu-5-negative-biases"),
)
"""Recipes that are trained, for so many epochs at most, so that the test stays short."""
MOST_EPOCHS = 300

RUN = """
Kit.findings.provide(given.texts);
const told = ({ spec, layers, x, y, n, training }) => {
  const network = { spec, layers: layers.map((one) => ({ ...one })) };
  const pass = Kit.engine.forward(network, x, n);
  const grads = Kit.engine.backward(network, x, y, n, pass);
  return Kit.findings.of({ spec, data: { x, y, n }, network, pass, grads, training });
};
"""


def run(snippet, given):
    return run_engine(RUN + snippet, {"texts": rule_texts(), **given})


def flat_network(recipe, seed=1):
    """The network of a recipe on flat samples, as the page has it: dense layers alone."""
    built = network_of(recipe, seed)
    dense = [one for one in built.layers if isinstance(one, keras.layers.Dense)]
    model = keras.Sequential([keras.Input((dense[0].kernel.shape[0],))])
    for layer in dense:
        model.add(type(layer).from_config(layer.get_config()))
    for layer, old in zip(model.layers, dense, strict=True):
        layer.set_weights(old.get_weights())
    model.compile(optimizer=built.optimizer, loss=built.loss)
    return model


def spec_of(recipe, model):
    first, last = model.layers[0], model.layers[-1]
    loss = model.loss.removeprefix("sparse_")
    return {
        "inputDim": first.kernel.shape[0], "depth": len(model.layers) - 1,
        "width": first.units, "activation": recipe.activation, "outputs": last.units,
        "outputActivation": last.activation.__name__, "loss": loss, "bias": recipe.bias,
        "initializer": {"kind": str(recipe.initializer)}, "seed": 1,
    }  # fmt: skip


def case_of(recipe, model, x, y):
    """What the page has of a network at one moment."""
    outputs = model.layers[-1].units
    targets = np.eye(outputs)[y.ravel()] if outputs > 1 else y.reshape(len(y), 1)
    layers = [
        {
            "name": one.name, "inSize": one.kernel.shape[0], "outSize": one.kernel.shape[1],
            "activation": one.activation.__name__, "W": one.kernel.numpy(), "b": one.bias.numpy(),
        }
        for one in model.layers
    ]  # fmt: skip
    return {
        "spec": spec_of(recipe, model), "layers": layers, "n": len(x),
        "x": x.astype(np.float32), "y": targets.astype(np.float32),
        "training": {"optimizer": recipe.optimizer, "rate": recipe.rate},
    }  # fmt: skip


@cache
def arrays(name):
    data = data_of(RECIPES[name], 1)
    return data.x.reshape(len(data.x), -1).astype(np.float32), data.y


CHANGES = {
    "initializer": lambda found: {"initializer": {"kind": found}},
    "activation": lambda found: {"activation": found},
    "scaling": lambda found: {"input": "scaled"},
    "bias": lambda found: {"bias": 0},
}
"""The kit's changes in the page's settings, but for the rate; the others are none of the page."""


def plain(words):
    """A sentence without its numbers, which the page typesets otherwise."""
    return re.sub(
        r"[-−]?(\d[\d,.]*)(×10)?[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]*(e[-+]\d+)?( ?%)?|inf|∞|nan|NaN", "#", words
    )


def check_same(found, expected, name):
    """Findings of the page beside those of the kit."""
    assert [one["name"] for one in found] == [one.name for one in expected], name
    for mine, theirs in zip(found, expected, strict=True):
        where = (name, mine["words"], theirs.words)
        assert mine["severity"] == theirs.severity, where
        assert mine["layer"] == theirs.layer, where
        assert plain(mine["words"]) == plain(theirs.words), where
        assert mine["threshold"] == pytest.approx(theirs.threshold), where
        if theirs.began is not None:
            assert mine["began"] == theirs.began, where
        assert mine["passed"] == theirs.passed, where
        for number, other in ((mine["measured"], theirs.measured),
                              (mine["predicted"], theirs.predicted)):  # fmt: skip
            if other is not None and np.isfinite(other):
                assert number == pytest.approx(other, rel=1e-2, abs=1e-9), where
        for key, value in (theirs.change or {}).items():
            if key in CHANGES:
                assert mine["remedy"]["change"] == CHANGES[key](value), where
            elif key == "learning_rate":  # of which there is one digit, which may round otherwise
                assert mine["remedy"]["change"]["rate"] == pytest.approx(value, rel=0.5), where


def test_before_training_the_findings_are_those_of_diagnose():
    cases, expected = [], []
    for name in SNAPSHOTS:
        model = flat_network(RECIPES[name])
        x, y = (one[:PROBED] for one in arrays(name))
        cases.append(case_of(RECIPES[name], model, x, y))
        expected.append(kit.diagnose(model, x, y))
    found = run("return given.cases.map(told);", {"cases": cases})
    for name, mine, theirs in zip(SNAPSHOTS, found, expected, strict=True):
        check_same(mine, theirs.findings, name)
    roots = [one.findings[0].name for one in expected if one.findings]
    assert {"initialization", "inputs", "copies", "vanishing", "dead", "saturated"} <= set(roots)


def moments_as_given(view):
    """What was recorded of each capture, in the page's names."""
    names = {"kernel_std": "kernelStd"}
    fields = ("name", "output", "weight", "kernel_std", "gradient", "z", "signal", "delta", "dead",
              "saturated", "copies", "nonfinite")  # fmt: skip
    found = []
    for moment in view.moments:
        layers = [
            {names.get(one, one): getattr(layer, one) for one in fields}
            | {"bias": view.layers[layer.name]["bias"]}
            for layer in moment.layers
        ]
        found.append({"epoch": moment.epoch, "loss": moment.loss, "layers": layers})
    return found


def finite(value):
    """JSON has no number that is none."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [finite(one) for one in value]
    return {"$": str(value)} if isinstance(value, float) and not np.isfinite(value) else value


def trained(name):
    """A recipe's training, judged by the kit, and what the page would have of it."""
    recipe = RECIPES[name]
    data, model = data_of(recipe, 1), flat_network(recipe)
    (x, y), (x_val, y_val) = arrays(name), data.validation
    epochs = min(recipe.epochs, MOST_EPOCHS)
    runs = train_together(
        [model], x, y, epochs=epochs, batch_size=recipe.batch_size, seed=1, verbose=False,
        validation_data=(x_val.reshape(len(x_val), -1), y_val),
        probe=(x[:PROBED], y[:PROBED]), every=max(epochs // 5, 1),
    )  # fmt: skip
    diagnosis = kit.diagnose(runs[runs.names[0]])
    history = diagnosis.view.history
    losses = [
        {"epoch": int(epoch), "loss": float(row["loss"]), "valLoss": float(row["val_loss"])}
        for epoch, row in history.iterrows()
    ]
    fresh = case_of(recipe, flat_network(recipe), x[:PROBED], y[:PROBED])
    given = {key: fresh[key] for key in ("spec", "x", "y", "n", "training")}
    given["moments"], given["epochs"] = finite(moments_as_given(diagnosis.view)), finite(losses)
    return diagnosis, given


def test_in_the_course_of_training_the_findings_are_those_of_diagnose():
    diagnoses, cases = zip(*map(trained, TRAININGS), strict=True)
    found = run(
        """const number = (one) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[one];
        const whole = (one) => {
          if (Array.isArray(one)) return one.map(whole);
          if (one === null || typeof one !== "object") return one;
          if ("$" in one) return number(one.$);
          return Object.fromEntries(Object.entries(one).map(([key, value]) => [key, whole(value)]));
        };
        return given.cases.map(({ spec, x, y, n, training, moments, epochs }) =>
          Kit.findings.of({ spec, data: { x, y, n }, training, moments: whole(moments),
            epochs: whole(epochs) }));""",
        {"cases": list(cases)},
    )
    for name, mine, theirs in zip(TRAININGS, found, diagnoses, strict=True):
        check_same(mine, theirs.findings, name)
    named = {one.name for diagnosis in diagnoses for one in diagnosis}
    assert {"overfitting", "constant-answer", "learning-rate-high", "learning-rate-low"} <= named


def test_every_rule_of_the_kit_is_asked_in_its_order():
    found = run("return [Object.keys(Kit.rules), Kit.findings.severities];", {})
    assert found == [list(RULEBOOK), ["fault", "warning", "hint"]]


def test_texts_and_thresholds_are_those_of_the_rulebook():
    texts = rule_texts()
    assert texts["fitting"] == FITTING
    for name, rule in RULEBOOK.items():
        told = texts["rules"][name]
        assert (told["title"], told["asks"], told["source"]) == (rule.title, rule.asks, rule.source)
        assert (told["remedy"], told["othersFail"]) == (rule.remedy, rule.others_fail)
        assert told["threshold"] == rule.threshold


def narrow_case():
    """A small network on few samples: the model, and what the page has of it."""
    model = flat_network(RECIPES["relu-narrow"])
    x, y = (one[:40] for one in arrays("relu-narrow"))
    return model, case_of(RECIPES["relu-narrow"], model, x, y)


def test_holes_in_the_data_and_weights_that_are_no_numbers_come_first():
    model, case = narrow_case()
    holes = case["x"].copy()
    holes[0, 3] = np.nan
    weights = model.layers[1].kernel.numpy()
    weights[0, 5] = np.inf
    model.layers[1].kernel.assign(weights)
    layers = [dict(one) for one in case["layers"]]
    layers[1]["W"] = weights
    cases = [case | {"x": holes}, case | {"layers": layers}]
    of_data, of_weights = run("return given.cases.map(told);", {"cases": cases})
    assert [one["name"] for one in of_data] == ["non-finite"]
    assert of_data[0]["words"] == "1 values of x are NaN or infinite"
    theirs = kit.diagnose(model, case["x"], case["y"]).findings[0]
    assert (of_weights[0]["name"], of_weights[0]["layer"]) == (theirs.name, theirs.layer)


def test_weights_that_become_no_numbers_ask_for_a_smaller_rate():
    _, case = narrow_case()
    found = run(
        """const { spec, layers, x, y, n } = given.one;
        const network = { spec, layers };
        const grads = Kit.engine.backward(network, x, y, n);
        const first = Kit.moments.of(network, Kit.engine.forward(network, x, n), grads, n, 0);
        const last = { ...first, epoch: 4, loss: NaN };
        return Kit.findings.of({ spec, data: { x, y, n }, moments: [first, last],
          training: { optimizer: "sgd", rate: 0.5 }, epochs: [{ epoch: 4, loss: NaN }] });""",
        {"one": case},
    )
    one = next(one for one in found if one["name"] == "non-finite")
    assert one["words"] == "the loss is NaN, from epoch 4 on"
    assert one["remedy"]["change"] == {"rate": 0.05}


@pytest.mark.parametrize(
    ("loss", "shape"),
    [("binary_crossentropy", (30, 1)), ("categorical_crossentropy", (30, 4)),
     ("mean_squared_error", (30, 1))],
)  # fmt: skip
def test_the_loss_of_the_best_constant_answer_is_the_kits(loss, shape):
    rng = np.random.default_rng(1)
    y = np.eye(shape[1])[rng.integers(0, shape[1], 30)] if shape[1] > 1 else rng.random(shape) < 0.3
    y = np.asarray(y, np.float32)
    mine = run("return Kit.moments.constantLoss(given.loss, given.y, 30);", {"loss": loss, "y": y})
    assert mine == pytest.approx(CONSTANT_LOSSES[loss](y.astype(np.float64)), rel=1e-6)


def test_findings_say_that_the_rules_are_missing():
    with pytest.raises(AssertionError, match=r"`Kit\.findings\.provide` must be given the rules"):
        run_engine("return Kit.findings.of({});", {})
