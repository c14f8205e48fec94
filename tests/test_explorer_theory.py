"""The explorer's theory in node, against `kit.predict` in the same run."""

import keras
import numpy as np
import pytest
from javascript import run_engine

import kit
from kit.callbacks import probe
from kit.datasets import ball, mnist_sample, parabola
from kit.models import build_block
from kit.models.initializers import layer_initializer, layer_seeds
from kit.stats.theory import mean_field

SCRIPTS = (
    *("kit.js", "random.js", "activations.js", "initializers.js", "products.js", "losses.js"),
    *("engine.js", "quadrature.js", "series.js", "kernels.js", "fluctuations.js"),
    *("propagation.js", "meanfield.js", "theory.js"),
)
COLUMNS = {
    "std": "std", "rms": "rms", "stdSamples": "std_samples", "stdUnits": "std_units",
    "spread": "spread", "chi": "chi",
}  # fmt: skip
ROWS = """
const numbers = (rows) =>
  Float64Array.from(rows.flatMap((row) => given.columns.map((column) => row[column])));
const described = (rows) => ({ names: rows.map((r) => [r.layer, r.quantity]), all: numbers(rows) });
"""


def run(snippet, given):
    return run_engine(ROWS + snippet, {"columns": list(COLUMNS), **given}, SCRIPTS)


def spec_of(activation, initializer, depth=5, width=100, bias=0.0, **more):
    kind = {"kind": "normal", "std": initializer}
    named = {"kind": str(initializer).replace("random_", "")}
    return {
        "inputDim": 10, "depth": depth, "width": width, "activation": activation, "bias": bias,
        "initializer": kind if isinstance(initializer, float) else named, "outputs": 1,
        "outputActivation": "sigmoid", "loss": "binary_crossentropy", "seed": 3, **more,
    }  # fmt: skip


def keras_model(spec):
    """The network of a page, by Keras."""
    initializer = spec["initializer"].get("std", spec["initializer"]["kind"])
    initializer = {"uniform": "random_uniform"}.get(initializer, initializer)
    seeds = layer_seeds(spec["seed"], spec["depth"] + 1)
    sizes = [spec["width"]] * spec["depth"] + [spec["outputs"]]
    model = keras.Sequential([keras.Input((spec["inputDim"],))])
    for k, (seed, size) in enumerate(zip(seeds, sizes, strict=True)):
        last = k == spec["depth"]
        model.add(
            keras.layers.Dense(
                size,
                activation=spec["outputActivation" if last else "activation"],
                kernel_initializer=layer_initializer(initializer, seed),
                bias_initializer=keras.initializers.Constant(spec["bias"]),
                name="o" if last else f"h{k + 1}",
            )
        )
    model.compile(loss=spec["loss"])
    return model


def samples(n=250):
    x, y = ball.load_data(n_points=n)
    return x.astype(np.float32), y.astype(np.float32)


def expected(model, x, y):
    """Of `kit.predict`: its rows' names and numbers; and the delta that it went back from."""
    frame = kit.predict(model, x, y).to_frame()
    delta = None if y is None else np.ascontiguousarray(probe(model, x, y, layers="o")["o"].delta)
    names = frame[["layer", "quantity"]].values.tolist()
    return names, frame[list(COLUMNS.values())].to_numpy(np.float64), delta


def far(found, frame):
    """By column the largest relative difference.

    A std under 1e-6 of the rms is a difference of sums that round at 1e-16, in both: of it, and of
    its spread, nothing can be told but that it is as small.
    """
    assert np.array_equal(np.isnan(found), np.isnan(frame))
    rms = frame[:, [1]]
    is_std = np.isin(np.arange(frame.shape[1]), [0, 2, 3])
    rounded = (frame[:, [0]] < 1e-6 * rms) & (is_std | (np.arange(frame.shape[1]) == 4))
    assert np.all(found[:, 0] < np.where(rounded[:, 0], 2e-6 * rms[:, 0], np.inf))
    apart = np.abs(found - frame) / np.maximum(
        np.abs(frame), np.where(is_std, 1e-4 * rms, 0) + 1e-300
    )
    return np.nanmax(np.where(rounded | (found == frame), 0, apart), axis=0)


CASES = [
    *(spec_of(f, i) for f in ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "linear")
      for i in (0.1, 1.0, "glorot_normal")),
    *(spec_of(f, i, 3, 30) for f in ("tanh", "gelu", "relu") for i in (0.003, 3.0)),
    *(spec_of("elu", i, 2, 20) for i in
      ("he_uniform", "lecun_normal", "he_normal", "lecun_uniform", "random_uniform",
       "glorot_uniform")),
    spec_of("sigmoid", "glorot_normal", 20, 50),
    spec_of("tanh", "lecun_normal", 20, 100),
    spec_of("relu", "he_normal", 20, 200, 0.1),
    spec_of("tanh", 1.0, 1, 4, -0.5),
    spec_of("tanh", "zeros", 4, 20),
    spec_of("relu", "zeros", 4, 20, 0.3),
    spec_of("gelu", "he_normal", 4, 60, 0.7, outputActivation="linear", loss="mean_squared_error"),
]  # fmt: skip


@pytest.fixture(scope="module")
def compared():
    """Names and numbers of theory in node and of kit.predict, for every case."""
    x, y = samples(150)
    theirs = [expected(keras_model(spec), x, y) for spec in CASES]
    given = {"x": x, "cases": [[spec, one[2]] for spec, one in zip(CASES, theirs, strict=True)]}
    mine = run(
        """return given.cases.map(([spec, delta]) =>
          described(Kit.theory.predict(spec, given.x, 150, { delta })));""",
        given,
    )
    return list(zip(CASES, mine, theirs, strict=True))


def test_rows_are_those_of_predict_in_its_order(compared):
    for spec, mine, (names, _, _) in compared:
        assert mine["names"] == names, spec


def test_numbers_are_those_of_predict(compared):
    for spec, mine, (_, frame, _) in compared:
        worst = far(mine["all"].reshape(frame.shape), frame)
        assert worst.max() < 1e-7, (spec, worst)


def test_from_the_description_alone_it_goes_back_from_the_delta_of_its_own_weights():
    x, y = samples(200)
    cases = [spec_of("tanh", "glorot_normal", 3, 40), spec_of("relu", 0.1, 2, 30, 0.2)]
    mine = run(
        """return given.cases.map((spec) =>
          described(Kit.theory.predict(spec, given.x, 200, { y: given.y })));""",
        {"x": x, "y": y, "cases": cases},
    )
    for spec, found in zip(cases, mine, strict=True):
        names, frame, _ = expected(keras_model(spec), x, y)
        assert found["names"] == names
        assert far(found["all"].reshape(frame.shape), frame).max() < 1e-4  # float32 in both passes


def test_without_targets_it_goes_forwards_alone():
    x, _ = samples(60)
    spec = spec_of("tanh", 0.2, 2, 12)
    names, frame, _ = expected(keras_model(spec), x, None)
    found = run(
        "return described(Kit.theory.predict(given.spec, given.x, 60));", {"x": x, "spec": spec}
    )
    assert found["names"] == names
    assert far(found["all"].reshape(frame.shape), frame).max() < 1e-7


def test_classes_and_softmax_of_which_nothing_is_said():
    (x, y), _ = mnist_sample.load_data(seed=1)
    x, y = x[:120].reshape(120, -1).astype(np.float32), y[:120]
    spec = spec_of(
        "relu", "he_normal", 2, 40, inputDim=784, outputs=10, outputActivation="softmax",
        loss="categorical_crossentropy",
    )  # fmt: skip
    targets = np.eye(10, dtype=np.float32)[y]
    names, frame, delta = expected(keras_model(spec), x, targets)
    found = run(
        "return described(Kit.theory.predict(given.spec, given.x, 120, { delta: given.delta }));",
        {"x": x, "spec": spec, "delta": delta},
    )
    assert found["names"] == names
    assert ["o", "activation"] not in names
    assert far(found["all"].reshape(frame.shape), frame).max() < 1e-6


def test_samples_in_two_dimensions_near_zero_and_one_at_it():
    x, y = parabola.load_data(n_points=100, seed=2)
    x, y = x[:100].astype(np.float32), y[:100].astype(np.float32)
    x[0], x[1] = 0, 1e-9
    spec = spec_of("tanh", 1.0, 3, 30, inputDim=2)
    names, frame, delta = expected(keras_model(spec), x, y)
    found = run(
        "return described(Kit.theory.predict(given.spec, given.x, 100, { delta: given.delta }));",
        {"x": x, "spec": spec, "delta": delta},
    )
    assert found["names"] == names
    assert far(found["all"].reshape(frame.shape), frame).max() < 1e-6


def test_a_sample_at_the_kink_of_relu():
    x, y = parabola.load_data(n_points=100, seed=2)
    x, y = x[:100].astype(np.float32), y[:100].astype(np.float32)
    x[3] = 0
    for activation in ("relu", "leaky_relu"):
        spec = spec_of(activation, "he_normal", 3, 30, inputDim=2)
        _, frame, delta = expected(keras_model(spec), x, y)
        found = run(
            "const { spec, x, delta } = given;"
            "return described(Kit.theory.predict(spec, x, 100, { delta }));",
            {"x": x, "spec": spec, "delta": delta},
        )
        assert far(found["all"].reshape(frame.shape), frame).max() < 1e-6


def test_of_many_samples_those_are_followed_that_predict_follows():
    x, y = samples(1100)
    spec = spec_of("tanh", "glorot_normal", 1, 20)
    names, frame, delta = expected(keras_model(spec), x, y)
    found = run(
        """const told = (more) =>
          described(Kit.theory.predict(given.spec, given.x, 1100, { ...given, ...more }));
        return { all: told({}), few: told({ most: 250 }) };""",
        {"x": x, "spec": spec, "delta": delta},
    )
    assert found["all"]["names"] == names
    assert far(found["all"]["all"].reshape(frame.shape), frame).max() < 1e-6
    few = found["few"]["all"].reshape(frame.shape)
    assert far(few, frame)[:2].max() < 0.1  # with 250 of the 1,100


FIELDS = [("tanh", 1.3, 0.3), ("tanh", 2.5, 0.05), ("sigmoid", 5.0, 0.1), ("elu", 1.2, 0.0),
          ("gelu", 2.0, 0.1), ("relu", 1.2, 0.1), ("tanh", 1.0, 0.0),
          ("leaky_relu", 1.4, 0.0)]  # fmt: skip


def test_fixed_points_and_depths_are_those_of_the_mean_field():
    found = run(
        """const names = ["q", "chi", "xiQ", "c", "xiC"];
        return Float64Array.from(given.fields.flatMap(([f, w, b]) => {
          const one = Kit.theory.meanField(f, w, b);
          return names.map((name) => one[name]);
        }));""",
        {"fields": FIELDS},
    ).reshape(-1, 5)
    for mine, (f, w, b) in zip(found, FIELDS, strict=True):
        one = mean_field(f, sigma_w=w, sigma_b=b)
        theirs = [one.q, one.chi, one.xi_q, one.c, one.xi_c]
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-12, err_msg=f"{f} {w} {b}")


def test_the_block_of_the_lectures_needs_no_more_than_its_description():
    x, _ = samples(100)
    names, frame, _ = expected(build_block("tanh", 1.0, seed=3), x, None)
    found = run(
        "return described(Kit.theory.predict(given.spec, given.x, 100));",
        {"x": x, "spec": spec_of("tanh", 1.0)},
    )
    assert found["names"] == names
    assert far(found["all"].reshape(frame.shape), frame).max() < 1e-7


def test_what_the_page_shows_first_is_near_to_what_it_shows_last():
    """Theory follows few samples first, of which it draws what a part can tell."""
    from kit.explorer.exploring import PLAYGROUND
    from kit.explorer.page_data import data_for_pages
    from kit.explorer.rule_texts import rule_texts
    from kit.explorer.settings import PAGE_SETTINGS

    settings = {name: setting.default for name, setting in PAGE_SETTINGS.items()}
    settings |= {"activation": "tanh", "initializer": "glorot_normal"}
    first, last = run_engine(
        """
        for (const [name, raw] of Object.entries(given.sets)) Kit.datasets.provide(name, raw);
        await Kit.datasets.ready;
        const told = [];
        const thinker = Kit.thinker.make((message) => told.push(message), (go) => go());
        const asked = { run: 1, asked: 1, weights: null, epoch: 0, history: [], theory: true };
        Kit.findings.provide(given.rules);
        thinker.receive({ ...asked, settings: given.settings });
        const failed = told.filter((one) => one.is === "failed");
        if (failed.length) throw new Error(failed[0].words);
        return told.filter((one) => one.prediction).map((one) => one.prediction);
        """,
        {"sets": data_for_pages(), "settings": settings, "rules": rule_texts()},
        PLAYGROUND.engine,
    )
    exact = {(row["layer"], row["quantity"]): row["std"] for row in last}
    assert {"z", "activation", "delta", "weight", "gradient"} == {row["quantity"] for row in last}
    assert len(first) > 10
    for row in first:
        assert row["std"] == pytest.approx(exact[row["layer"], row["quantity"]], rel=0.2)
