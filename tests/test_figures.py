"""The catalogue: facts against NumPy, claims over seeds, and pictures that can be read."""

import json
import re
import string
from contextlib import ExitStack
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from trial import added, forget, write_figure

from kit.catalogue import rendering
from kit.catalogue.block_experiments import EPOCHS, HIDDEN
from kit.catalogue.lab import Lab
from kit.catalogue.many_seeds import try_seeds
from kit.catalogue.rendering import Drawn, Options, regenerate
from kit.catalogue.seeds import seeds_as_text
from kit.catalogue.spoken import SPOKEN
from kit.catalogue.words import sentences
from kit.figures import LectureFigure, catalogue, find
from kit.plots import styling

SEEDS = (*range(1, 11), *range(101, 121))
"""With these the claims of the catalogue are tried; they are written on the first ten."""

PANELS = [
    *(f"init-sigmoid-normal-{sigma}" for sigma in ("0.01", "0.1", "1")),
    *(f"init-tanh-normal-{sigma}" for sigma in ("0.01", "0.1", "1")),
    *("init-tanh-glorot-normal", "init-tanh-glorot-uniform", "init-relu-glorot-normal"),
    *("init-relu-he-normal", "init-relu-he-uniform"),
]


def test_the_catalogue_has_the_figures_of_the_lecture():
    assert set(PANELS) <= set(catalogue)
    others = {"init-grid-z", "init-grid-activations", "init-grid-gradients", "training-curves"}
    others |= {"training-gradients", "training-activations", "init-zeros", "ball-data"}
    others |= {"activation-functions", "forwards-and-backwards"}
    others |= {"init-sigmoid-spikes", "init-small-depth", "block-architecture"}
    assert others == {f.id for f in find(["initialization"])} - set(PANELS)


def test_the_catalogue_has_backpropagation_by_hand():
    forwards = {"network-forward", "network-bias-unit"}
    back = {f"backprop-{one}" for one in ("equations", "blame", "accumulate", "exercise")}
    assert forwards | back <= {figure.id for figure in find(["backpropagation"])}


def test_the_catalogue_has_the_convolution_examples_of_the_lectures():
    kernels = {"conv-sliding-kernel", "conv-second-example", "conv-channels", "conv-filter-depth"}
    sizes = {"conv-padding-stride", "conv-width-13", "conv-full-padding", "conv-output-size"}
    seen = {"filters-photo", "filters-digit", "filter-vertical-edges", "filter-l-shape"}
    seen |= {"filter-curve-detector", "conv-receptive-field"}
    pooled = {"pool-max-average", "pool-same-padding", "pool-translation", "pool-gradient"}
    counted = {"conv-tensor-shapes", "conv-six-stops", "sharing-cost"}
    pooled |= {"pool-average-edges"}
    expected = kernels | sizes | seen | pooled | counted | {"conv-derivatives"}
    assert {figure.id for figure in find(["convolution"])} == expected


def test_the_catalogue_has_the_networks_of_the_lectures():
    parts = ("architecture", "training-curves", "filters", "feature-maps", "panel-before")
    parts += ("panel-after", "confusion", "mistakes", "comparison-curves", "comparison-gradients")
    others = {"lenet-architecture", "lenet-training", "toy-convnet-seven", "popular-cnns"}
    others |= {"alexnet-parameters", "alexnet-architecture", "vgg16-architecture"}
    others |= {"pool-parameters", "local-shuffled-pixels", "cnn-rotation", "cnn-deep-patterns"}
    assert {figure.id for figure in find(["cnn"])} == {f"cnn-{part}" for part in parts} | others


def test_the_catalogue_has_fits_and_penalties():
    fits = {"polynomial-fit", "polynomial-degree", "parameters-and-data"}
    penalties = {
        "l1-l2-shapes",
        "l2-strength",
        "l1-l2-weights",
        "regularizers-in-keras",
        "weight-decay-equivalence",
    }
    assert fits | penalties <= {figure.id for figure in find(["overfitting"])}


def test_the_catalogue_has_bayesian_statistics():
    means, curves = {"likelihood", "posterior"}, {"posterior-curves", "map-is-ridge"}
    others = {"classification-regression"}
    assert means | curves | others <= {figure.id for figure in find(["bayes"])}


def test_the_catalogue_has_codes_and_what_comes_before_them():
    before = {"preprocessing", "preprocessing-training"}
    codes = {f"autoencoder-{one}" for one in ("filters", "sparsity", "digits")}
    assert before | codes <= {figure.id for figure in find(["representations"])}


def test_the_catalogue_has_what_a_small_network_sees():
    small = {"decision-boundary", "feature-space", "probability-histogram", "loss-histogram"}
    assert small <= {figure.id for figure in find(["representations"])}


def test_the_catalogue_has_order_and_chaos():
    expected = ["theory-correlation", "theory-phase", "theory-depth"]
    assert [figure.id for figure in find(["theory"])] == expected


def test_the_catalogue_has_networks_that_are_broken_and_mended():
    expected = ["diagnosis-sigmoid", "diagnosis-zeros", "diagnosis-dying", "diagnosis-rate"]
    assert [figure.id for figure in find(["diagnosis"])] == expected


@pytest.mark.parametrize("name", [f.id for f in catalogue.values() if f.digits])
def test_a_figure_of_digits_says_which_digits_they_are(name, measured):
    figure, (_, facts) = catalogue[name], measured(name)
    assert facts["source"] in ("MNIST", "MNIST sample")
    assert facts["source"] in figure.caption_of(facts)


@pytest.mark.parametrize("name", catalogue)
def test_every_claim_holds_with_every_seed(name, measured):
    """With that of the figure, measured here; with the others, as the evidence says."""
    figure, facts = catalogue[name], measured(name)[1]
    assert figure.claims
    failing = [claim for claim in figure.claims if not claim.holds(facts)]
    assert not [claim.name for claim in failing if not claim.tells_share]

    found, again = figure.evidence, f"run make claims SEEDS={seeds_as_text(SEEDS)}"
    assert found, f"no evidence for {name} as its code and its claims are today: {again}"
    assert not found.random or set(SEEDS) <= set(found.seeds), f"too few seeds: {again}"
    assert found.data == ("embedded" if figure.digits else "")
    for claim in figure.claims:
        seeds = set(found.fails[claim.condition])
        often = not seeds & set(range(1, 11)) and len(seeds & set(range(101, 121))) <= 1
        assert often or "{share}" in claim.words, found.words(claim, figure.controls)


@pytest.mark.parametrize("name", [f.id for f in catalogue.values() if f.controls])
def test_every_control_refutes_its_claims(name, lab):
    """With the seed of the figure, measured here; with the others, as the evidence says."""
    figure = catalogue[name]
    found = figure.evidence
    for control in figure.controls:
        facts = lab.measured(figure, figure.seed, **control.changed)[1]
        refuted = control.refuted(figure.claims)
        assert refuted
        assert not [claim.name for claim in refuted if claim.holds(facts)], control
        assert found, "run make claims"
        for claim in refuted:
            seeds = set(found.stands[control.key][claim.condition])
            assert not seeds & set(range(1, 11)) and len(seeds & set(range(101, 121))) <= 1


@pytest.mark.parametrize("name", catalogue)
def test_captions_are_filled_from_the_facts(name, measured):
    figure, (_, facts) = catalogue[name], measured(name)
    for template, text in (
        (figure.caption, figure.caption_of(facts)),
        (figure.alt, figure.alt_of(facts)),
    ):
        fields = [field for _, field, _, _ in string.Formatter().parse(template) if field]
        assert fields, "a caption without a fact"
        assert "{" not in text and "nan" not in text
    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize("name", catalogue)
def test_what_is_spoken_is_filled_from_the_facts_and_can_be_spoken(name, measured):
    figure, (_, facts) = catalogue[name], measured(name)
    assert figure.notes, "nothing is said of it"
    assert re.search(r"\?|\b[Aa]sk\b", figure.notes.look), "no question comes first"
    fields = [field for _, field, _, _ in string.Formatter().parse(figure.notes.point) if field]
    assert fields, "a point without its number"
    for part, text in figure.notes.said(facts).items():
        assert 30 <= len(text) <= 400, (part, len(text))
        assert 1 <= len(sentences(text)) <= 4, part
        assert text[0].isupper() or text[0].isdigit() or text.startswith("tanh"), part
        assert text.endswith((".", "?")), part
        assert not re.search(r"[_{}\[\]`]|\bnan\b|\binf\b|  ", text), part
        assert "BLOCK" not in text or "BLOCK, our network of five hidden layers" in text, part


def test_no_two_figures_are_spoken_of_in_the_same_words():
    """No part of the notes is that of another figure, and no sentence comes twice in a topic."""
    parts = [vars(figure.notes)[part] for figure in catalogue.values() for part in SPOKEN]
    assert len(set(parts)) == len(parts) == 3 * len(catalogue)
    for topic in {figure.topic for figure in catalogue.values()}:
        spoken = [vars(figure.notes)[part] for figure in find([topic]) for part in SPOKEN]
        said = [sentence for text in spoken for sentence in sentences(text)]
        assert not [sentence for sentence in said if said.count(sentence) > 1]


@pytest.mark.parametrize("name", PANELS)
def test_facts_of_a_panel_are_those_of_its_arrays(name, measured):
    snapshot, facts = measured(name)
    for layer in HIDDEN:
        entry = snapshot[layer]
        for short, array in (
            ("z", entry.z),
            ("a", entry.activation),
            ("w", entry.weight),
            ("g", entry.gradient),
        ):
            std = array.astype(np.float64).std()
            assert facts[f"{short}_std"][layer] == pytest.approx(std, rel=1e-6)
        zeros = np.mean(entry.activation == 0)
        assert facts["zeros"][layer] == pytest.approx(zeros, abs=1e-12)
        beyond = np.mean(np.abs(entry.z) > 1)
        # to the width of the bins at the ends, 1/32: the density of z there is at most 0.4 / σ
        assert facts["beyond_1"][layer] == pytest.approx(beyond, abs=0.01)
        if "saturated" in facts:
            low, high = (0, 1) if "sigmoid" in name else (-1, 1)
            edge = 0.05 * (high - low)
            a = entry.activation
            share = np.mean((a < low + edge) | (a > high - edge))
            assert facts["saturated"][layer] == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize("name", ["training-curves"])
def test_facts_of_the_learning_curves_are_keras_own_history(name, lab, measured):
    runs, facts = measured(name)
    alone = Lab(lab.cache.parent, single=True).measured(catalogue[name], 2)[1]
    # with no other beside it; of tanh, as ReLU's kinks make 0.4 % of a rounding in 100 epochs
    history = lab.train_block("tanh", "glorot_normal", 2).history
    assert alone["loss"]["tanh_glorot"] == pytest.approx(history["loss"].iloc[-1], rel=1e-5)
    over = np.flatnonzero(history["loss"] >= facts["entropy"] / 2)
    assert alone["halved"]["tanh_glorot"] == over[-1] + 2 and alone["networks"] == 1
    losses = [runs[f"tanh Glorot normal {k}"].history["loss"].iloc[-1] for k in range(1, 11)]
    assert losses[1] == alone["loss"]["tanh_glorot"]
    assert facts["loss"]["tanh_glorot"] == np.median(losses) and facts["networks"] == 10
    y = lab.ball()[1]
    p = y.mean()
    assert facts["entropy"] == pytest.approx(-p * np.log(p) - (1 - p) * np.log(1 - p))


def test_slopes_of_the_activation_functions_are_the_closed_forms(measured):
    data, _ = measured("activation-functions")
    x = data["x"].astype(np.float64)
    sigmoid = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(data["curves"]["sigmoid"][1], sigmoid * (1 - sigmoid), atol=1e-6)
    np.testing.assert_allclose(data["curves"]["tanh"][1], 1 - np.tanh(x) ** 2, atol=1e-6)
    np.testing.assert_array_equal(data["curves"]["relu"][1], x > 0)


def tick_labels(axis):
    """The labels that are drawn: those of ticks in view."""
    low, high = sorted(axis.get_view_interval())
    return [
        tick.label1
        for tick in axis.get_major_ticks()
        if tick.label1.get_visible() and tick.label1.get_text() and low <= tick.get_loc() <= high
    ]


def texts_of(figure):
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    every = {tick.label1 for axis in axes for tick in axis.get_major_ticks()}
    every |= {tick.label2 for axis in axes for tick in axis.get_major_ticks()}
    others = [text for text in figure.findobj(plt.Text) if text not in every]
    shown = [axis for axis in axes if axis.axes.axison]
    for text in [*others, *(label for axis in shown for label in tick_labels(axis))]:
        if text.get_visible() and text.get_text().strip():
            yield text


@pytest.mark.parametrize("size", ["slide", "paper"])
@pytest.mark.parametrize("name", catalogue)
def test_no_text_is_cut_or_overlaps_its_neighbour(name, size, drawn):
    drawing = drawn(name, size)
    whole = drawing.bbox.padded(2)
    for text in texts_of(drawing):
        box = text.get_window_extent()
        inside = whole.x0 <= box.x0 and box.x1 <= whole.x1
        assert inside and whole.y0 <= box.y0 and box.y1 <= whole.y1, text.get_text()
    for ax in drawing.axes:
        for axis in (ax.xaxis, ax.yaxis):
            boxes = [label.get_window_extent() for label in tick_labels(axis)]
            for k, box in enumerate(boxes):
                for other in boxes[k + 1 :]:
                    assert not box.overlaps(other), (ax.get_title(), axis)


@pytest.mark.parametrize("name", catalogue)
def test_text_can_be_read_from_the_last_row(name, drawn):
    for text in texts_of(drawn(name)):
        assert text.get_fontsize() >= 11.5, text.get_text()


@pytest.mark.parametrize("name", PANELS)
def test_every_panel_has_a_label_on_its_axes(name, drawn):
    for ax in drawn(name).axes:
        assert ax.get_ylabel() and ax.get_title()


def test_patterns_find_ids_and_topics():
    assert [figure.id for figure in find(["init-relu-*"])] == [p for p in PANELS if "relu" in p]
    topics = sorted({figure.topic for figure in catalogue.values()})
    assert len(find(topics)) == len(find()) == len(catalogue)
    assert [figure.topic for figure in find(topic="cnn")] == ["cnn"] * 21
    assert [figure.id for figure in find(["ball-data", "ball-*"])] == ["ball-data"]


def test_an_unknown_id_is_a_key_error_that_lists_near_ones():
    with pytest.raises(KeyError) as caught:
        catalogue["init-relu-he"]
    assert str(caught.value).startswith(
        f"`ID` must be one of {len(catalogue)} in the catalogue; got 'init-relu-he'; "
        "near: init-relu-he-normal, init-relu-he-uniform"
    )
    with pytest.raises(KeyError, match="got 3: not a text"):
        catalogue[3]


def test_a_wrong_pattern_lists_near_matches():
    with pytest.raises(ValueError, match=r"got 'init-tahn-normal-1'; near: .*init-tanh-normal-1"):
        find(["init-tahn-normal-1"])
    known = ", ".join(sorted({figure.topic for figure in catalogue.values()}))
    with pytest.raises(ValueError, match=f"must be one of {known}; got 'x'"):
        find(topic="x")


# regenerating, with figures that cost nothing


@pytest.fixture
def trial(tmp_path):
    """Writes figures into a topic of their own; gives the entries of the catalogue."""
    folder = tmp_path / "own"
    written = {}

    def write(*names, **parts):
        for name in names:
            written[name] = write_figure(folder, name, **parts)
        if len(written) == len(names):
            context.enter_context(added(folder, "trial"))
        return [catalogue[name] for name in names]

    with ExitStack() as context:
        yield write


def test_a_second_run_draws_nothing(trial, tmp_path):
    figures = trial("trial-a")
    first = regenerate(figures, tmp_path)
    before = (tmp_path / "figures.json").read_bytes()
    assert [one.state for one in first] == ["drawn"]
    assert [one.state for one in regenerate(figures, tmp_path)] == ["unchanged"]
    assert (tmp_path / "figures.json").read_bytes() == before


def test_other_digits_are_drawn_again(trial, tmp_path, monkeypatch):
    def write(folder, seed):
        rng = np.random.default_rng(seed)
        folder.mkdir(exist_ok=True)
        arrays = {
            "x_train": rng.integers(0, 256, (3, 28, 28), np.uint8),
            "y_train": np.arange(3, dtype=np.uint8),
            "x_test": rng.integers(0, 256, (2, 28, 28), np.uint8),
            "y_test": np.arange(2, dtype=np.uint8),
        }
        np.savez(folder / "mnist.npz", **arrays)

    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "no-keras"))
    monkeypatch.delenv("KIT_DATA", raising=False)
    trial("trial-a", measure='return None, {"value": len(lab.digits().x_train)}')
    trial("trial-b")
    figures = [catalogue["trial-a"], catalogue["trial-b"]]
    assert [figure.digits for figure in figures] == [True, False]
    out = tmp_path / "out"
    states = lambda: [one.state for one in regenerate(figures, out)]  # noqa: E731
    assert states() == ["drawn", "drawn"]
    assert states() == ["unchanged", "unchanged"]
    write(tmp_path / "data", seed=1)
    monkeypatch.setenv("KIT_DATA", str(tmp_path / "data"))
    assert states() == ["drawn", "unchanged"]
    assert states() == ["unchanged", "unchanged"]
    write(tmp_path / "data", seed=2)
    assert states() == ["drawn", "unchanged"]


def test_what_changed_is_drawn_again(trial, tmp_path):
    figures = trial("trial-a")
    regenerate(figures, tmp_path)
    picture = tmp_path / "trial" / "trial-a.png"
    whole = picture.read_bytes()
    picture.write_bytes(whole[:-1])
    assert regenerate(figures, tmp_path)[0].state == "drawn"
    assert picture.read_bytes() == whole
    picture.unlink()
    assert regenerate(figures, tmp_path)[0].state == "drawn"
    assert regenerate(figures, tmp_path, Options(theme="dark"))[0].state == "drawn"
    (tmp_path / "figures.json").write_text("{ damaged")
    assert regenerate(figures, tmp_path, Options(theme="dark"))[0].state == "drawn"


@pytest.mark.parametrize("name", ["png", "svg", "pdf"])
def test_the_same_bytes_with_force(trial, tmp_path, name):
    figures = trial("trial-a")
    files = []
    for _ in range(2):
        regenerate(figures, tmp_path, Options(formats=(name,)), force=True)
        folder = (tmp_path / "trial" / f"trial-a.{name}", tmp_path / "figures.json")
        files.append([file.read_bytes() for file in folder])
    assert files[0] == files[1]


def test_a_failing_figure_does_not_stop_the_others(trial, tmp_path):
    trial("trial-a", measure='raise RuntimeError("no such luck")')
    trial("trial-b")
    figures = [catalogue["trial-a"], catalogue["trial-b"]]
    told = []
    failed, drawn = regenerate(figures, tmp_path, progress=told.append)
    assert failed.state == "failed" and "no such luck" in failed.error
    assert drawn.state == "drawn" and len(told) == 2
    entries = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert [entry["id"] for entry in entries] == ["trial-b"]


def test_a_claim_that_does_not_hold_is_reported_with_its_seeds(trial, tmp_path):
    claim = 'Claim("value", "<", 3, "the value is under {limit}"),'
    figures = trial("trial-a", claims=claim)
    (drawn,) = regenerate(figures, tmp_path)
    assert drawn.broken == [] and drawn.entry["seeds"] == [1]
    try_seeds(figures, (1, 2))
    (drawn,) = regenerate(figures, tmp_path)
    assert drawn.state == "reworded" and drawn.broken == ["the value is under 3"]
    assert drawn.entry["claims"][0]["fails_with_seeds"] == [2]
    (again,) = regenerate([catalogue["trial-a"]], tmp_path)
    assert again.state == "unchanged" and again.broken == ["the value is under 3"]


def test_the_manifest_says_what_was_drawn_from_what(trial, tmp_path):
    figures = trial("trial-a")
    try_seeds(figures, (1, 2))
    regenerate(figures, tmp_path, Options(formats=("png", "svg")))
    (entry,) = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert entry["caption"] == "value 2.5" and entry["facts"] == {"value": 2.5}
    assert entry["seeds"] == [1, 2] and set(entry["files"]) == {"png", "svg"}
    assert {"tensorflow", "keras", "numpy", "matplotlib", "python"} <= set(entry["versions"])
    assert not re.search(r"/(root|home|tmp|work)/", json.dumps(entry))


def test_other_figures_stay_in_the_manifest(trial, tmp_path):
    figures = trial("trial-a", "trial-b")
    regenerate(figures[:1], tmp_path)
    regenerate(figures[1:], tmp_path)
    entries = json.loads((tmp_path / "figures.json").read_text())["figures"]
    assert [entry["id"] for entry in entries] == ["trial-a", "trial-b"]


def test_a_picture_has_the_size_of_a_slide_and_its_alt_text(trial, tmp_path):
    from PIL import Image

    regenerate(trial("trial-a"), tmp_path)
    with Image.open(tmp_path / "trial" / "trial-a.png") as image:
        assert image.size == (1920, 1080)
        assert image.text["Description"] == "2.5"


def test_two_processes_draw_what_one_draws(trial, tmp_path):
    own = trial("trial-a")  # in a folder of one's own
    figures = [catalogue["ball-data"], *own]
    for folder, jobs in (("one", 1), ("two", 2)):
        done = regenerate(figures, tmp_path / folder, jobs=jobs)
        assert [(one.state, one.error) for one in done] == [("drawn", "")] * 2
    for figure in figures:
        path = f"{figure.topic}/{figure.id}.png"
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes()
    manifests = [(tmp_path / name / "figures.json").read_text() for name in ("one", "two")]
    assert manifests[0] == manifests[1]


def test_bad_options_are_refused(tmp_path):
    with pytest.raises(ValueError, match="`format` must be one of png, svg, pdf; got 'gif'"):
        Options(formats=("gif",))
    with pytest.raises(ValueError, match="`dpi` must be an integer from 1 to 1200; got 0"):
        Options(dpi=0)
    with pytest.raises(ValueError, match="`dpi` must be an integer from 1 to 1200; got 1201"):
        Options(dpi=1201)
    with pytest.raises(TypeError, match=r"must be an integer from 1 to 1200; got 72\.5"):
        Options(dpi=72.5)
    with pytest.raises(ValueError, match="`size` must be one of slide, paper; got 'poster'"):
        Options(size="poster")
    with pytest.raises(ValueError, match="`theme` must be one of light, dark; got 'blue'"):
        Options(theme="blue")
    for jobs, kind in ((0, ValueError), (True, TypeError), (1.0, TypeError)):
        with pytest.raises(kind, match=f"`jobs` must be a positive integer; got {jobs}"):
            regenerate([], tmp_path, jobs=jobs)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="`out` must be a folder or free to become one"):
        regenerate([], tmp_path / "file")


def test_one_format_may_be_a_text_and_names_are_those_of_the_style():
    assert Options(formats="svg") == Options(formats=("svg",))
    assert tuple(styling.SIZES) == rendering.SIZE_NAMES
    assert tuple(styling.THEMES) == rendering.THEME_NAMES


def test_drawn_without_an_entry_has_no_broken_claims():
    assert Drawn("x", "failed").broken == []


def test_a_figure_can_be_made_by_hand(lab):
    drawing, facts = catalogue["ball-data"].make(lab)
    assert drawing.get_suptitle() == catalogue["ball-data"].title
    assert facts["points"] == 1000


def test_force_deletes_nothing_that_is_not_its_own(trial, tmp_path):
    for folder in (".cache", ".kit-cache"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine").write_text("precious")
    regenerate(trial("trial-a"), tmp_path, force=True)
    for folder in (".cache", ".kit-cache"):
        assert (tmp_path / folder / "mine").read_text() == "precious"


def test_drawing_leaves_tensorflow_as_it_was(trial, tmp_path):
    import tensorflow as tf

    regenerate(trial("trial-a"), tmp_path)
    tf.random.uniform(())  # raises, unseeded, where determinism was left on


def test_the_radius_of_the_ball_is_that_of_a_ball_of_unit_standard_deviation(measured):
    # uniform in a ball of radius r in d dimensions: E x_i² = r² / (d + 2)
    facts = measured("ball-data")[1]
    assert facts["radius"] == pytest.approx(np.sqrt(facts["dims"] + 2), rel=0.01)
    assert facts["within_half"] == facts["negative_norm"]


@pytest.mark.parametrize("name", ["training-gradients", "training-activations"])
def test_titles_and_captions_say_the_epochs_that_are_run(name, measured):
    assert f"after {EPOCHS} epochs" in catalogue["init-zeros"].caption
    facts = measured(name)[1]
    assert f"over {EPOCHS} epochs" in catalogue[name].caption_of(facts)
    assert "over 7 epochs" in catalogue[name].caption_of({**facts, "epochs": 7})


def test_one_format_more_draws_that_format(trial, tmp_path):
    figures, out = trial("trial-a"), tmp_path / "out"
    regenerate(figures, out)
    before = (out / "trial" / "trial-a.png").stat().st_mtime_ns
    (drawn,) = regenerate(figures, out, Options(formats=("png", "svg")))
    assert drawn.state == "drawn" and set(drawn.entry["files"]) == {"png", "svg"}
    assert (out / "trial" / "trial-a.png").stat().st_mtime_ns == before
    for formats in (("png",), ("svg",), ("png", "svg")):
        (again,) = regenerate(figures, out, Options(formats=formats))
        assert again.state == "unchanged" and set(again.entry["files"]) == {"png", "svg"}


def test_words_that_change_are_told_and_nothing_is_drawn(trial, tmp_path):
    out, parts = tmp_path / "out", {"caption": "a {value:.1f}"}
    regenerate(trial("trial-a", **parts), out)
    picture = out / "trial" / "trial-a.png"
    before = picture.stat().st_mtime_ns
    claims = 'Claim("value", "<", 3, "under {limit}"),'
    figures = trial("trial-a", caption="b {value:.1f}", claims=claims)
    try_seeds(figures, (1, 2))
    (told,) = regenerate(figures, out)
    assert told.state == "reworded" and picture.stat().st_mtime_ns == before
    assert told.entry["caption"] == "b 2.5" and told.broken == ["under 3"]
    # a comment or a docstring below the title is no word of the figure
    (same,) = regenerate(
        trial("trial-a", caption="b {value:.1f}", claims=claims, more="# a comment"), out
    )
    assert same.state == "unchanged"
    for part in ({"title": "Another"}, {"alt": "of {value}"}, {"draw": "ax.plot([1, 2])"}):
        (drawn,) = regenerate(trial("trial-a", **part), out)
        assert drawn.state == "drawn"


def test_a_figure_of_ones_own_is_always_drawn(trial, tmp_path):
    (figure,) = trial("trial-a")
    own = replace(figure, id="own", title="My own", measure=lambda lab, seed: (None, {"value": 7}))
    for _ in range(2):
        (drawn,) = regenerate([own], tmp_path / "out")
        assert drawn.state == "drawn" and drawn.entry["facts"] == {"value": 7}
    with pytest.raises(ValueError, match="`jobs` must be 1 for a figure that is not of the cat"):
        regenerate([own, replace(own, id="b")], tmp_path / "out", jobs=2)


def test_the_order_of_topics_and_figures_is_that_of_the_lectures():
    order = ["initialization", "backpropagation", "convolution", "cnn"]
    firsts = ["forwards-and-backwards", "network-forward"]
    firsts += ["conv-six-stops", "cnn-training-curves"]
    lasts = ["training-activations", "gradient-descent-penalty", "conv-derivatives", "popular-cnns"]
    names, topics = list(catalogue), [figure.topic for figure in catalogue.values()]
    assert [one for one in dict.fromkeys(topics) if one in order] == order
    for topic, first, last in zip(order, firsts, lasts, strict=False):
        count = topics.count(topic)
        start = topics.index(topic)
        assert topics[start : start + count] == [topic] * count
        assert (names[start], names[start + count - 1]) == (first, last)
    assert names[5:16] == PANELS
    assert LectureFigure and forget
