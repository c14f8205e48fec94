"""The quiz: no text of a picture, caption or alt text says what is to be guessed."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest

from kit.catalogue import Answer, Hidden, Lab, Quiz, block_experiments, digit_experiments
from kit.figures import catalogue
from kit.figures.cnn._popular import POPULAR_CNNS, count_popular
from kit.figures.initialization import _training, init_zeros, training_curves
from kit.plots import style
from kit.slides.masking import mask, mask_figure, masked_words

QUESTIONS = {name: figure.quiz for name, figure in catalogue.items() if figure.quiz}

NOTHING_TO_GUESS = {
    # numbers all over, or a picture that gives the answer away without a word
    *("conv-second-example", "conv-full-padding", "conv-channels", "conv-derivatives"),
    *("filter-vertical-edges", "filter-l-shape", "filter-curve-detector", "pool-same-padding"),
    "cnn-confusion",
}

ACTIVATION = r"(?i:sigmoid|tanh|relu)"
INITIALIZER = r"(?i:glorot|uniform|normal)|\bHe\b|σ = \d"
BOTH = f"{ACTIVATION}|{INITIALIZER}"

# written from what the figures ask, without a look at the patterns that hide it
GIVEAWAYS = {
    "ball-data": r"‖x‖|Σx|(?i:distance|\bsum)",
    "activation-functions": ACTIVATION,
    "init-zeros": r"(?i:zero|glorot)",
    **{name: BOTH for name in QUESTIONS if re.match(r"init-(?!zeros)|training-", name)},
    "conv-sliding-kernel": r"\b17\b",
    "conv-padding-stride": r"(?i:valid|same\b|stride \d)",
    "conv-width-13": r"(?i:valid|same\b)",
    "conv-output-size": r"P = \d|/ \d \+ 1",
    "conv-receptive-field": r"(5|6|7|9|14|16)×(5|6|7|9|14|16)\b",
    "conv-filter-depth": r"\b(75|76|500|501|3,072|120,000)\b",
    "filters-photo": r"(?i:sobel|sharpen|edge|transpose)",
    "filters-digit": r"(?i:sobel|sharpen|edge|transpose)",
    "pool-max-average": r"(?i:\bmax|average|stride \d)",
    "pool-translation": r"(?i:not pooled|\bmax|[24]×[24]|feature map\b)",
    "pool-gradient": r"(?i:\bmax|average)",
    "cnn-training-curves": r"(?i:\btraining\b|\btest)",
    "cnn-filters": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-feature-maps": r"(?i:conv\d|pool)",
    "cnn-panel-before": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-panel-after": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-mistakes": r"✗|, is \d",
    "cnn-comparison-curves": BOTH,
    "cnn-comparison-gradients": BOTH,
    "cnn-architecture": r"\b832\b|51,264|31,370",
    "lenet-architecture": r"\b156\b|2,416|48,120|10,164|\b850\b",
    "lenet-training": r"(?i:lenet|convnet|the cnn)|CNN for|61,706|83,466|2,948",
    "toy-convnet-seven": r"(?i:conv\d|pool)",
    "popular-cnns": r"(?i:VGG|Inception|ResN|Xception|not in Keras)",
    "alexnet-parameters": r"(?i:conv\d|dense\d|in dense)",
}


class QuickLab(Lab):
    """Every experiment once and small: the words of a figure are the same whatever it learns."""

    def __init__(self):
        super().__init__()
        self.done = {}

    def once(self, key, experiment):
        if key not in self.done:
            self.done[key] = experiment()
        return self.done[key]

    def probe_block(self, activation, initializer, seed):
        run = super().probe_block
        return self.once(("probe", str(initializer)), lambda: run("relu", initializer, seed))

    def train_block(self, activation, initializer, seed, *, every=1, raw=False):
        run = super().train_block
        return self.once("block", lambda: run("relu", "he_normal", seed, raw=True))

    def train_on_digits(self, network, seed):
        run = super().train_on_digits
        return self.once(network, lambda: run(network, seed))

    def compare_on_digits(self, activation, initializer, seed):
        run = super().compare_on_digits
        return self.once("compared", lambda: run("relu", "he_normal", seed))

    def run(self, experiment, **arguments):
        if experiment is count_popular:
            rows = {name: row for name, row in POPULAR_CNNS.items() if name != "ResNeXt50"}
            return {n: {"parameters": r[0], "depth": r[3] or 1} for n, r in rows.items()}
        return super().run(experiment, **arguments)


@pytest.fixture(scope="module")
def measured():
    kept, lab = {}, QuickLab()
    with pytest.MonkeyPatch.context() as patch:
        for module in (block_experiments, _training, training_curves, init_zeros):
            patch.setattr(module, "EPOCHS", 1)
        for name, value in (("MOST_TRAIN", 120), ("MOST_TEST", 40), ("PROBE", 20)):
            patch.setattr(digit_experiments, name, value)
        for name, value in (("SHORT_TRAIN", 32), ("SHORT_PROBE", 10), ("SHORT", 1)):
            patch.setattr(digit_experiments, name, value)
        patch.setattr(digit_experiments, "_epochs", lambda digits: 1)

        def measure(name):
            figure = catalogue[name]
            key = (figure.measure, figure.seed)  # the three grids share theirs
            if key not in kept:
                kept[key] = figure.measure(lab, figure.seed)
            return kept[key]

        yield measure


def texts_of(drawing):
    """What a reader of the picture reads, tick labels included."""
    texts = [t.get_text() for t in drawing.findobj(plt.Text) if t.get_visible()]
    for ax in drawing.findobj(plt.Axes):
        for axis in (ax.xaxis, ax.yaxis):
            texts += [label.get_text() for label in axis.get_majorticklabels()]
            texts += axis.get_major_formatter().format_ticks(axis.get_majorticklocs())
    return [text for text in texts if text.strip()]


def drawn(name, measured):
    data, facts = measured(name)
    with style():
        drawing = catalogue[name].draw(data, facts)
    drawing.suptitle("")  # its place is taken by the question
    return drawing, facts


def entry_of(figure, facts):
    return {"caption": figure.caption_of(facts), "alt": figure.alt_of(facts), "facts": facts}


def test_every_figure_asks_something_or_has_nothing_to_guess():
    assert set(QUESTIONS) | NOTHING_TO_GUESS == set(catalogue)
    assert not set(QUESTIONS) & NOTHING_TO_GUESS
    assert set(GIVEAWAYS) == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_answer_is_left_in_a_quiz(name, measured):
    figure, quiz, giveaway = catalogue[name], QUESTIONS[name], re.compile(GIVEAWAYS[name])
    drawing, facts = drawn(name, measured)
    entry = entry_of(figure, facts)
    before = [*texts_of(drawing), figure.title, entry["caption"], entry["alt"]]
    assert any(giveaway.search(text) for text in before), "a test that cannot fail"
    answers = mask_figure(drawing, quiz, facts)
    shown = [*texts_of(drawing), quiz.question, *masked_words(quiz, entry)]
    assert not [text for text in shown if giveaway.search(text)]
    assert answers and not any("{" in answer for answer in answers)
    for number, answer in enumerate(answers, 1):  # each is asked for
        assert answer.startswith(f"({number}) ")
        assert any(f"({number})" in text for text in shown) or "(1) to" in quiz.question
    assert quiz.question.endswith("?") and quiz.question != figure.title


@pytest.mark.parametrize("name", [name for name in QUESTIONS if re.match("init-.*-.*-", name)])
def test_a_panel_does_not_tell_the_spread_of_its_weights(name, measured):
    drawing, facts = drawn(name, measured)
    (weights,) = [ax for ax in drawing.axes if ax.get_title() == "Weights"]
    labels = lambda: [label.get_text() for label in weights.get_xticklabels()]  # noqa: E731
    assert all("σ" in label for label in labels())
    mask_figure(drawing, QUESTIONS[name], facts)
    assert labels() == ["h1", "h2", "h3", "h4", "h5"]
    others = [ax for ax in drawing.axes if ax is not weights]
    assert all("σ" in label.get_text() for ax in others for label in ax.get_xticklabels())
    alt = masked_words(QUESTIONS[name], entry_of(catalogue[name], facts))[1]
    assert "weights 0" not in alt and "Z-values" in alt


def test_an_answer_has_the_same_number_in_every_text():
    figure, axes = plt.subplots(1, 2, sharey=True)
    for ax in axes:
        ax.plot([0, 1], [0, 1], label="tanh")
        ax.plot([0, 1], [1, 0], label="ReLU")
        ax.set_yticks([0, 1], ["ReLU", "tanh"])
    axes[0].legend(title="tanh or ReLU")
    axes[1].set_title("tanh first")
    axes[1].annotate("ReLU's", (0, 0))
    quiz = Quiz("Which are (1), (2)?", (Answer("ReLU", "ReLU"), Answer("tanh", "tanh")))
    assert mask_figure(figure, quiz, {}) == ["(1) ReLU", "(2) tanh"]
    figure.canvas.draw()  # an axis writes its labels anew
    words = [text.get_text() for text in axes[0].get_legend().get_texts()]
    assert words == ["(2)", "(1)"] and axes[0].get_legend().get_title().get_text() == "(2) or (1)"
    assert axes[1].get_title() == "(2) first" and axes[1].texts[0].get_text() == "(1)'s"
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["(1)", "(2)"]


def test_numbers_on_an_axis_are_hidden_too():
    figure, ax = plt.subplots()
    ax.plot([0, 50], [0, 50])
    ax.set_xticks([10, 17, 30])
    mask_figure(figure, Quiz("(1)?", (Answer("17", r"(?<!\d)17(?!\d)"),)), {})
    figure.canvas.draw()
    assert "(1)" in ax.get_xticklabels()[1].get_text()
    assert "10" in ax.get_xticklabels()[0].get_text()


def test_texts_that_ask_each_for_itself_are_counted():
    figure, axes = plt.subplots(1, 3)
    for ax, title in zip(axes, ("✗ 7, is 8", "4", "✗ 1, is 2"), strict=True):
        ax.set_title(title)
    quiz = Quiz("What?", (Answer("{1}, taken for {0}", r"✗ (\d), is (\d)", each=True),))
    assert mask_figure(figure, quiz, {}) == ["(1) 8, taken for 7", "(2) 2, taken for 1"]
    assert [ax.get_title() for ax in axes] == ["(1)", "4", "(2)"]


def test_what_helps_too_much_is_hidden_where_it_is_said_to():
    quiz = Quiz("(1)?", (Answer("a", "alpha"),), (Hidden(" or beta"), Hidden("σ", within="W")))
    assert mask("alpha or beta, σ", quiz) == "(1), σ"
    assert mask("alpha, σ", quiz, within="W") == "(1), "


def test_facts_fill_answers_and_captions():
    figure, ax = plt.subplots()
    ax.set_title("5×5")
    quiz = Quiz("(1)?", (Answer("{w}×{w}", r"\d×\d"),), caption="On {source}.", alt="{w} alpha")
    facts = {"w": 5, "source": "MNIST"}
    assert mask_figure(figure, quiz, facts) == ["(1) 5×5"]
    entry = {"caption": "Full 5×5. More.", "alt": "5×5", "facts": facts}
    assert masked_words(quiz, entry) == ("On MNIST.", "5 alpha")


def test_a_quiz_changes_no_curve(measured):
    drawing, facts = drawn("activation-functions", measured)
    before = [line.get_xydata() for ax in drawing.axes for line in ax.lines]
    mask_figure(drawing, QUESTIONS["activation-functions"], facts)
    after = [line.get_xydata() for ax in drawing.axes for line in ax.lines]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
