"""Findings: each rule on its true side, against theory, and over epochs."""

import keras
import numpy as np
import pandas as pd
import pytest

from kit.callbacks import Recorder, probe
from kit.cli import main
from kit.datasets import mnist_sample
from kit.datasets.ball import load_data
from kit.diagnosis import RECIPES, RULEBOOK, data_of, diagnose, layer_evidence, network_of, trials
from kit.diagnosis.expected import fitting_std, gradient_norms
from kit.diagnosis.judging import JUDGES
from kit.diagnosis.moments import LayerState, Moment, moments_of
from kit.diagnosis.recipe_list import ROOTS
from kit.diagnosis.trial import kept_trials, trial_of
from kit.diagnosis.view import View
from kit.models import build_block, build_mlp
from kit.training import predict

X, Y = load_data(n_points=500)
(DIGITS, LABELS), _ = mnist_sample.load_data()
DIGITS, LABELS = DIGITS[:250], LABELS[:250]


def names(diagnosis, *severities):
    return [one.name for one in diagnosis if one.severity in (severities or ("fault", "warning"))]


def block(activation, initializer, rate=0.05, **settings):
    optimizer = keras.optimizers.SGD(rate)
    return build_block(activation, initializer, seed=1, optimizer=optimizer, **settings)


def recorded(model, epochs=3, **settings):
    recorder = Recorder(X, Y, **settings)
    model.fit(X, Y, epochs=epochs, verbose=0, callbacks=[recorder])
    return recorder.recording


def test_rules_judges_and_roots_are_the_same_in_the_same_order():
    assert tuple(RULEBOOK) == tuple(JUDGES) == ROOTS
    assert all(rule.source and rule.remedy and rule.asks for rule in RULEBOOK.values())


# where the rules of others fail


@pytest.mark.parametrize("depth", [5, 10])
def test_relu_with_he_has_many_zeros_and_nothing_wrong(depth):
    model = build_mlp([100] * depth, "relu", "he_normal", seed=1)
    snapshot = probe(model, DIGITS, LABELS)
    zeros = snapshot.to_frame().query("quantity == 'activation'").set_index("layer")
    assert zeros["zero_fraction"].drop(["o", "flatten"], errors="ignore").max() > 0.5
    assert not diagnose(model, DIGITS, LABELS)


@pytest.mark.parametrize(("depth", "vanishes"), [(2, False), (5, True), (7, True), (10, True)])
def test_sigmoid_with_glorot_vanishes_from_five_layers_on(depth, vanishes):
    model = build_mlp([100] * depth, "sigmoid", "glorot_normal", seed=1)
    found = diagnose(model, DIGITS, LABELS)
    assert names(found) == ["vanishing"] * vanishes
    if vanishes:
        assert found.findings[0].predicted == pytest.approx(found.findings[0].measured, rel=0.5)


def test_sigmoid_with_a_std_of_1_is_saturated():
    model = build_mlp([100] * 4, "sigmoid", 1.0, seed=1)
    found = diagnose(model, DIGITS, LABELS).findings
    assert found[0].name == "saturated" and 0.6 < found[0].measured < 0.75
    assert found[0].change == {"batch_normalization": True}  # there are no biases to blame


# against theory and what else the kit measures


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_expected_gradients_are_those_of_predict(activation):
    model = build_block(activation, "glorot_normal", seed=2, n_layers=5)
    facts = {"layers": _facts(model)["layers"]}
    moment = moments_of(probe(model, X, Y), {})[0]
    mine = gradient_norms(facts, moment)
    frame = predict(model, X, Y, weights="now").to_frame().query("quantity == 'delta'")
    theirs = frame.set_index("layer")["rms"]
    for layer in ("h1", "h2", "h3", "h4"):
        assert mine[layer] == pytest.approx(theirs[layer] / theirs["h5"], rel=0.1)


def test_expected_gradients_of_sigmoid_fall_as_the_table_says():
    chi = 0.055721  # square layers, Glorot, no bias
    model = build_mlp([100] * 8, "sigmoid", "glorot_normal", input_shape=100, seed=1)
    facts = _facts(model, np.zeros((4, 100), "float32"), np.zeros(4))
    std = 0.1
    states = [LayerState(f"h{k}", weight=std, kernel_std=std, z=0.5) for k in range(1, 9)]
    norms = gradient_norms(facts, Moment(0, 1.0, [*states, LayerState("o", output=True)]))
    assert (norms["h1"] / norms["h7"]) ** (1 / 6) == pytest.approx(np.sqrt(chi), rel=0.01)


def _facts(model, x=X, y=Y):
    from kit.callbacks.data import ProbeData
    from kit.callbacks.network_facts import network_facts

    return network_facts(model, ProbeData.of(x, y))


@pytest.mark.parametrize(
    ("activation", "initializer"),
    [("relu", "he_normal"), ("tanh", "glorot_normal"), ("selu", "lecun_normal")],
)
def test_the_std_that_fits_is_that_of_keras(activation, initializer):
    layer = {"activation": activation, "fan_in": 600, "fan_out": 400}
    drawn = keras.initializers.get(initializer)((600, 400))
    assert fitting_std(layer) == pytest.approx(float(np.std(drawn)), rel=0.01)


def test_a_moment_has_what_the_arrays_have():
    model = build_block("relu", "he_normal", seed=3)
    snapshot = probe(model, X, Y)
    moment = moments_of(snapshot, {"h2": "relu"})[0]
    assert [one.name for one in moment.hidden] == ["h1", "h2", "h3", "h4", "h5"]
    state = moment.layers[1]
    delta = snapshot["h2"].delta.astype(float)
    assert state.delta == pytest.approx(np.sqrt(np.square(delta).sum(axis=1).mean()))
    z = snapshot["h2"].z.astype(float)
    assert state.signal == pytest.approx(np.sqrt(z.var(axis=0).mean()), rel=1e-3)
    dead = layer_evidence(snapshot).set_index("layer")["dead"]
    assert state.dead == dead["h2"]


# each rule, on what it is there for


def test_a_healthy_network_has_no_finding():
    assert not diagnose(block("tanh", "glorot_normal"), X, Y)
    assert "nothing found" in str(diagnose(block("tanh", "glorot_normal"), X, Y))


@pytest.mark.parametrize(
    ("name", "root"),
    [
        ("tanh-5-small", "initialization"),
        ("tanh-8-large", "initialization"),
        ("tanh-5-zeros", "copies"),
        ("relu-narrow-ones", "copies"),
        ("relu-5-negative-biases", "dead"),
        ("tanh-8-large-biases", "saturated"),
        ("tanh-8-damped", "vanishing"),
        ("relu-10-amplified", "exploding"),
        ("parabola-shifted", "inputs"),
        ("tanh-5-units", "inputs"),
        ("relu-5-faint", "inputs"),
        ("waves-relu-output", "output"),
        ("parabola-signs", "output"),
        ("parabola-softmax-of-one", "output"),
        ("relu-5-no-softmax", "output"),
        ("gelu-4-logarithm", "non-finite"),
    ],
)
@pytest.mark.filterwarnings("ignore:.*softmax over axis")  # which is what is tried
def test_before_training_the_root_is_named_first(name, root):
    recipe = RECIPES[name]
    data = data_of(recipe, 7)
    found = diagnose(network_of(recipe, 7), data.x[:250], data.y[:250])
    assert found.findings[0].name == root and found.findings[0].severity == "fault", str(found)


def test_a_step_that_is_too_long_or_too_short_is_told():
    high = diagnose(recorded(block("relu", "he_normal", 50.0)))
    assert high.findings[0].name == "learning-rate-high"
    assert high.findings[0].change["learning_rate"] < 1
    low = diagnose(recorded(block("relu", "he_normal", 1e-7)))
    assert low.findings[0].name == "learning-rate-low"
    assert low.findings[0].change["learning_rate"] > 1e-5


def test_a_step_is_what_the_optimizer_makes():
    model = block("tanh", "glorot_normal", 0.05)
    facts, before = _facts(model), [w.copy() for w in model.get_weights()]
    moment = moments_of(probe(model, X, Y), {})[0]
    view = View(facts, [moment], pd.DataFrame(), False, True)
    model.fit(X, Y, batch_size=len(X), epochs=1, verbose=0)  # one step, on the same gradient
    for k, state in enumerate(moment.layers):
        old, new = before[2 * k], model.get_weights()[2 * k]
        changed = np.linalg.norm(new - old) / np.linalg.norm(old)
        assert view.step_of(state) == pytest.approx(changed, rel=1e-3)


def test_a_hole_in_the_data_is_named_before_anything_is_measured():
    x = X.copy()
    x[3, 2] = np.nan
    found = diagnose(block("tanh", "glorot_normal"), x, Y)
    assert names(found) == ["non-finite"] and "1 values of `x`" in found.findings[0].words


def test_a_penalty_is_taken_off_before_the_loss_is_compared():
    model = build_mlp([30], "tanh", "glorot_normal", input_shape=10, outputs=1, output="sigmoid",
                      kernel_regularizer=keras.regularizers.L2(0.5), seed=1)  # fmt: skip
    facts = _facts(model)
    snapshot = probe(model, X, Y)
    view = View(facts, moments_of(snapshot, {}), pd.DataFrame(), False, True)
    plain = keras.losses.BinaryCrossentropy()(Y, model.predict(X, verbose=0))
    assert snapshot.loss > float(plain) + 1
    assert view.data_loss(view.first) == pytest.approx(float(plain), rel=1e-3)


# over epochs


def moments(*deltas, loss=1.0):
    return [
        Moment(epoch, loss, [LayerState("h1", delta=first), LayerState("h2", delta=1.0),
                             LayerState("o", output=True)])
        for epoch, first in enumerate(deltas)
    ]  # fmt: skip


def test_what_passes_is_a_hint_and_says_when():
    view = View({}, moments(0.01, 0.01, 1.0, 1.0), pd.DataFrame(), True, True)
    (found,) = JUDGES["vanishing"](view)
    assert (found.severity, found.began, found.passed) == ("hint", 0, 2)
    view = View({}, moments(1.0, 1.0, 0.01), pd.DataFrame(), True, True)
    (found,) = JUDGES["vanishing"](view)
    assert (found.severity, found.began, found.passed) == ("fault", 2, None)
    assert not JUDGES["exploding"](view)


def test_a_network_that_learns_is_warned_and_not_called_broken():
    known = {"constant_loss": 1.0, "layers": []}
    (found,) = JUDGES["vanishing"](
        View(known, moments(0.01, 0.01, loss=0.2), pd.DataFrame(), True, True)
    )
    assert found.severity == "warning"


def test_what_begins_in_training_comes_after_the_rate():
    found = diagnose(recorded(block("relu", "he_normal", 50.0)))
    assert [one.name for one in found][:2] == ["learning-rate-high", "non-finite"]
    assert found.findings[1].began >= 1


def test_overfitting_needs_a_validation_loss_that_rises_while_the_other_falls():
    history = pd.DataFrame({"loss": [0.6, 0.3, 0.1], "val_loss": [0.6, 0.5, 0.9]}, index=[1, 2, 3])
    view = View({"constant_loss": 0.69}, moments(1.0, 1.0), history, True, True)
    (found,) = JUDGES["overfitting"](view)
    assert found.severity == "fault" and found.measured == pytest.approx(0.8) and found.began == 2
    history["val_loss"] = [0.6, 0.5, 0.52]
    assert not JUDGES["overfitting"](view)  # 4 %
    history["val_loss"] = [0.6, 0.5, 0.55]
    assert JUDGES["overfitting"](view)[0].severity == "hint"


def test_a_recorder_tells_it_once_the_moment_it_shows_and_trains_the_same(capsys):
    models = [block("relu", "zeros"), block("relu", "zeros")]
    for model, diagnose_too in zip(models, (True, False), strict=True):
        keras.utils.set_random_seed(1)
        recorder = Recorder(X, Y, diagnose=diagnose_too)
        model.fit(X, Y, epochs=2, verbose=0, callbacks=[recorder])
        told = capsys.readouterr().out
        assert told.count("units are copies of each other") == diagnose_too
        assert told.startswith("epoch 0: fault: ") == diagnose_too
    for one, other in zip(models[0].get_weights(), models[1].get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_a_recording_of_an_older_kit_is_asked_what_can_be_asked():
    recording = recorded(block("tanh", 0.01), epochs=1)
    recording.info.pop("facts", None)
    facts = {}
    view = View(facts, moments_of(recording, {}), recording.history, True, True)
    assert JUDGES["vanishing"](view)
    snapshot = diagnose(probe(block("tanh", 0.01), X, Y))
    assert "vanishing" in names(snapshot) and "output" in snapshot.not_asked


def test_it_prints_in_a_dozen_lines_and_as_a_table_and_in_a_notebook():
    found = diagnose(block("tanh", 1.0), X, Y)
    lines = str(found).splitlines()
    assert len(lines) <= 12 and lines[0].startswith("block: ")
    table = found.to_frame()
    assert table["name"].tolist() == [one.name for one in found]
    assert table["source"].str.len().min() > 10
    assert found.findings[0].rule.title in found._repr_html_()


# in a terminal, and bad arguments


def test_the_command_names_the_fault(tmp_path, capsys):
    np.savez(tmp_path / "d.npz", x=X, y=Y)
    block("tanh", "zeros").save(tmp_path / "m.keras")
    arguments = ["diagnose", str(tmp_path / "m.keras"), "--data", str(tmp_path / "d.npz")]
    assert main(arguments) == 1
    assert "units are copies of each other" in capsys.readouterr().out
    block("tanh", "glorot_normal").save(tmp_path / "m.keras")
    assert main(arguments) == 0


def test_bad_arguments_are_named():
    with pytest.raises(TypeError, match="`subject` must be a Keras model, a snapshot or a Rec"):
        diagnose("model.keras")
    with pytest.raises(TypeError, match="`x` must be samples on which the model is measured"):
        diagnose(block("tanh", "zeros"))
    with pytest.raises(ValueError, match="`x` must be left out where no model is given"):
        diagnose(probe(block("tanh", "zeros"), X, Y), X)
    with pytest.raises(TypeError, match="`diagnose` must be"):
        Recorder(X, Y, diagnose="yes")


def test_a_remedy_is_tried_with_the_change_that_the_finding_names():
    model = block("tanh", 0.01, 0.1)
    finding = diagnose(model, X, Y).findings[0]
    assert finding.change == {"initializer": "glorot_normal"}
    twins = finding.try_remedy(model, X, Y, seeds=6, epochs=30, verbose=False)
    assert twins.verdict.word == "better" and twins.change == finding.change
    output = diagnose(network_of(RECIPES["parabola-signs"], 1), X[:, :2], 2 * Y - 1).findings[0]
    with pytest.raises(ValueError, match="the remedy of 'output' is made by hand"):
        output.try_remedy(model, X, Y)


def test_a_loss_that_stays_where_it_is_is_no_rate_too_high():
    facts = {
        "constant_loss": 0.69,
        "optimizer": {"name": "SGD", "learning_rate": 1.0},
        "layers": [],
    }
    states = [LayerState("h", weight=0.1, gradient=0.1), LayerState("o", True, 0.1, gradient=0.1)]

    def judged(losses, first=0.7, last=0.7):
        history = pd.DataFrame({"loss": losses}, index=range(1, len(losses) + 1))
        both = [Moment(0, first, states), Moment(len(losses), last, states)]
        return JUDGES["learning-rate-high"](View(facts, both, history, True, True))

    assert not judged([0.7, 0.71, 0.7])
    assert judged([90.0, 0.71, 0.7])[0].severity == "fault"
    assert judged([np.nan, np.nan], last=np.nan)[0].severity == "fault"
    assert not judged([90.0, 0.3, 0.1], last=0.1)  # it has come back, and learns


def test_it_is_drawn_beside_theory_and_shown_in_a_notebook():
    found = diagnose(block("tanh", 0.01), X, Y)
    table = found.layers()
    assert table["layer"].tolist() == ["h1", "h2", "h3", "h4", "h5"]
    norms = moments_of(probe(block("tanh", 0.01), X, Y), {})[0].hidden
    assert np.allclose(table["delta"], [one.delta for one in norms])
    assert np.allclose(table["expected"], table["delta"], rtol=0.5)
    measured, theory = found.plot().axes[0].lines
    assert np.allclose(measured.get_ydata(), table["delta"])
    assert np.allclose(theory.get_ydata(), table["expected"])
    assert '<img alt="gradients by layer of block' in found._repr_html_()
    run = diagnose(recorded(block("relu", "he_normal")))
    assert [ax.get_ylabel() for ax in run.plot().axes][1] == "loss"
    assert set(run.layers()["epoch"]) == {0, 3}
    alone = network_of(RECIPES["softmax"], 1)
    with pytest.raises(ValueError, match="there are no hidden layers to draw of 'softmax'"):
        diagnose(alone, DIGITS, LABELS).plot()


def test_it_becomes_a_slide(tmp_path):
    pptx = pytest.importorskip("pptx")
    from kit.slides import write_diagnosis

    found = diagnose(block("tanh", 0.01), X, Y)
    write_diagnosis(found, tmp_path / "found.pptx")
    (slide,) = pptx.Presentation(tmp_path / "found.pptx").slides
    assert slide.shapes.title.text_frame.text == "The initialization does not fit the activation"
    assert any(shape.shape_type == 13 for shape in slide.shapes)  # a picture
    assert slide.notes_slide.notes_text_frame.text == str(found)
    with pytest.raises(TypeError, match=r"`diagnosis` must be what kit\.diagnose gives; got 'x'"):
        write_diagnosis("x", tmp_path / "x.pptx")


# the trials


def test_the_kept_trials_are_those_of_the_recipes():
    kept = kept_trials()
    assert set(kept) == set(RECIPES)
    for name, one in kept.items():
        assert one["root"] == RECIPES[name].root and one["runs"] == 10
    table = trials()
    broken, healthy = table[table["root"] != ""], table[table["root"] == ""]
    assert broken["right"].sum() >= 0.95 * broken["runs"].sum()
    assert healthy["right"].sum() >= 0.98 * healthy["runs"].sum()


@pytest.mark.parametrize("name", ["parabola-random", "parabola"])
def test_a_trial_made_anew_finds_what_is_kept(name):
    found, kept = trial_of(RECIPES[name], [1, 2]), kept_trials()[name]
    root = RECIPES[name].root
    assert found["first"].get(root, 0) >= 2 * kept["first"].get(root, 0) / 10 - 1
    assert found["above_hint"] == 0 or kept["above_hint"]


@pytest.mark.parametrize(("factor", "told"), [(1, []), (1000, ["output"])])
def test_targets_that_are_far_from_what_a_network_begins_with_are_told(factor, told):
    recipe = RECIPES["waves"]
    data = data_of(recipe, 1)
    found = diagnose(network_of(recipe, 1), data.x, factor * data.y)
    assert names(found, "warning") == told


@pytest.mark.filterwarnings("ignore:.*received `from_logits=True`")  # which is what is tried
def test_outputs_and_losses_that_keras_has_for_each_other_are_let_be():
    for output, loss, targets in (
        ("softmax", "sparse_categorical_crossentropy", LABELS),
        ("softmax", "categorical_crossentropy", keras.utils.to_categorical(LABELS, 10)),
        ("linear", keras.losses.SparseCategoricalCrossentropy(from_logits=True), LABELS),
        ("sigmoid", "mse", keras.utils.to_categorical(LABELS, 10)),
        ("sigmoid", "binary_crossentropy", keras.utils.to_categorical(LABELS, 10)),
    ):
        model = build_mlp([30], "relu", "he_normal", output=output, loss=loss, seed=1)
        assert "output" not in names(diagnose(model, DIGITS, targets))
    wrong = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = build_mlp([30], "relu", "he_normal", output="softmax", loss=wrong, seed=1)
    assert "the loss takes logits" in diagnose(model, DIGITS, LABELS).findings[0].words
    model = build_mlp([30], "relu", "he_normal", outputs=9, seed=1)
    assert "9 units have classes 0 to 8" in _of_nine(model).findings[0].words


def _of_nine(model):
    from kit.diagnosis.diagnosing import _judged

    known = _facts(model, DIGITS, LABELS)  # such a model cannot be measured: Keras gives NaN
    return _judged(View(known, [Moment(0, 1.0, [])], pd.DataFrame(), False, True), "mlp")


def test_several_outputs_are_no_hidden_layers():
    made = keras.Input((10,))
    hidden = keras.layers.Dense(20, "tanh", name="h")(made)
    outputs = [keras.layers.Dense(1, "sigmoid", name=name)(hidden) for name in ("a", "b")]
    model = keras.Model(made, outputs)
    model.compile("sgd", ["binary_crossentropy", "binary_crossentropy"])
    moment = moments_of(probe(model, X, [Y, Y]), {})[0]
    assert [one.name for one in moment.hidden] == ["h"]
    assert not diagnose(model, X, [Y, Y])


@pytest.mark.parametrize("name", ["relu-5-negative-biases", "tanh-8-large-biases"])
def test_what_is_dead_or_saturated_from_the_start_is_so_for_its_biases(name):
    recipe = RECIPES[name]
    data = data_of(recipe, 1)
    found = diagnose(network_of(recipe, 1), data.x[:250], data.y[:250])
    assert found.findings[0].change == {"bias": "zeros"}
    healthy = network_of(RECIPES[recipe.of], 1)
    biased = network_of(recipe, 1)
    for one, other in zip(healthy.layers, biased.layers, strict=True):
        if other.get_weights():  # what the change gives
            other.set_weights([other.get_weights()[0], np.zeros_like(other.get_weights()[1])])
            assert all(map(np.array_equal, one.get_weights(), other.get_weights()))
    assert not diagnose(biased, data.x[:250], data.y[:250])
