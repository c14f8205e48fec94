"""The quiz: no text of a picture, caption or alt text says what is to be guessed."""

import re
from dataclasses import dataclass
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np
import pytest

from kit.catalogue import Answer, Hidden, Quiz
from kit.figures import catalogue
from kit.slides.masking import mask, mask_figure, masked_words

QUESTIONS = {name: figure.quiz for name, figure in catalogue.items() if figure.quiz}

NOTHING_TO_GUESS = {
    # numbers all over, or a picture that gives the answer away without a word
    *("conv-second-example", "conv-full-padding", "conv-channels", "conv-derivatives"),
    *("filter-vertical-edges", "filter-l-shape", "filter-curve-detector", "pool-same-padding"),
    "cnn-confusion",
    "network-bias-unit",
    "loss-surface",
}

ACTIVATION = r"(?i:sigmoid|tanh|relu)"
INITIALIZER = r"(?i:glorot|uniform|normal)|\bHe\b|σ = \d"
BOTH = f"{ACTIVATION}|{INITIALIZER}"

# written from what the figures ask, without a look at the patterns that hide it
GIVEAWAYS = {
    "forwards-and-backwards": r"(?i:\bz\b|activation|delta|gradient)",
    "block-architecture": r"(?<!\d,)(?<!\d)(1,100|10,100|101)\b(?!,\d)|\d+·\d+ \+",
    "ball-data": r"‖x‖|Σx|(?i:distance|\bsum)",
    "activation-functions": ACTIVATION,
    "init-zeros": r"(?i:zero|glorot)",
    "network-forward": r"\b0\.45\b",
    "backprop-equations": r"σ′\(z⁽²⁾\)",
    "backprop-blame": r"0\.14",
    "backprop-accumulate": r"λ/n",
    "backprop-exercise": r"∂a₂/∂z₂|z₂ > 0",
    **{name: BOTH for name in QUESTIONS if re.match(r"init-(?!zeros|one|small)|training-", name)},
    "init-small-depth": ACTIVATION,
    "vanishing-chain": r"0\.(22|26)\b",
    "vanishing-depth": ACTIVATION,
    "exploding-weights": ACTIVATION,
    "top-layer-saturates": ACTIVATION,
    "relu-family": r"(?i:leaky|parametric|\brelu\b)",
    "relu-sparsity": r"(?i:\bbefore\b|\bafter\b)",
    "relu-dying": r"(?i:leaky|\brelu\b)",
    "relu-bias-start": r"bias (0|0\.1|−1|−2)(?![.\d])",
    "init-one-over-d": r"N\(0, |[12]/D",
    "momentum-exercise": r"δ = 0",
    "momentum-escapes": r"λ = 0",
    "own-rates": r"(?i:one rate|own rates)",
    "adagrad-decay": r"(?i:adagrad|rmsprop)",
    "adam-bias": r"(?i:\bboth\b|neither|first\s+alone)",
    "optimizer-formulas": r"(?i:listing|formula)",
    "optimizer-paths": r"(?i:rprop\b(?<!rmsprop)|adagrad)",
    "nesterov-bad-batch": r"(?i:momentum|nesterov)",
    "sparse-features": r"(?i:descent|adagrad|rmsprop)",
    "learning-rates": r"\bSGD\b|RMSProp",
    "learning-rate-decay": r"(?i:decay|\bhigh\b|\blow\b)",
    "optimizers-compared": r"(?i:nesterov|adagrad)",
    "without-gradients": r"(?i:gradient descent|nelder)",
    "rprop-full-batch": r"\b(50|200) points|\ball 1,000",
    "dropout-masks": r"a mask for|one mask",
    "dropout-scaling": r"Scaled in|Inverted",
    "dropout-training": r"nothing dropped|½ of",
    "dropout-averaging": r"dropout, (all|one|50)",
    "dropout-sparsity": r"[Dd]ropout\b|L1 of",
    "bagging": r"(?i:majority)|bagged, mean|other starts",
    "conv-sliding-kernel": r"\b17\b",
    "conv-padding-stride": r"(?i:valid|same\b|stride \d)",
    "conv-width-13": r"(?i:valid|same\b|dropped|zero before|outputs,)",
    "conv-output-size": r"P = \d|/ \d \+ 1",
    "conv-receptive-field": r"(5|6|7|9|14|16)×(5|6|7|9|14|16)\b",
    "conv-tensor-shapes": r"75,264|2,352|\b600\b",
    "conv-six-stops": r"e.?w \+ f.?x",
    "conv-filter-depth": r"\b(75|76|500|501|3,072|120,000)\b",
    "sharing-cost": r"(?i:shared\s+filter|each\s+place|dense\s+layer)",
    "filters-photo": r"(?i:sobel|sharpen|edge|transpose)",
    "filters-digit": r"flat (stays|gives 0)",
    "pool-max-average": r"(?i:\bmax|average|stride \d)",
    "pool-average-edges": r"(?i:\bmax\b|\baverage\b)",
    "pool-translation": r"(?i:not pooled|\bmax|[24]×[24]|feature map\b)",
    "pool-gradient": r"(?i:\bmax|average)",
    "cnn-training-curves": r"(?i:\btraining\b|\btest)",
    "cnn-filters": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-feature-maps": r"(?i:conv\d|pool)",
    "cnn-panel-before": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-panel-after": r"(?i:\bbefore\b|\bafter\b)",
    "cnn-mistakes": r"✗|read as \d|, is \d",
    "cnn-comparison-curves": BOTH,
    "cnn-comparison-gradients": BOTH,
    "cnn-architecture": r"\b832\b|51,264|31,370",
    "pool-parameters": r"31,370|501,770",
    "lenet-architecture": r"\b156\b|2,416|48,120|10,164|\b850\b",
    "lenet-training": r"(?i:lenet|convnet|the cnn)|CNN for|61,706|83,466|2,948",
    "toy-convnet-seven": r"(?i:conv\d|pool)",
    "local-shuffled-pixels": r"\bCNN\b|(?i:dense)",
    "cnn-rotation": r"\bCNN\b|(?i:dense)",
    "cnn-deep-patterns": r"\bconv\d\b",
    "learned-or-chosen": r"(?i:\b(weights|biases|activations)\b)",
    "popular-cnns": r"(?i:VGG|Inception|ResN|Xception|not in Keras)",
    "alexnet-architecture": r"37,752,832|16,781,312|4,097,000",
    "vgg16-architecture": r"102,764,544|16,781,312|4,097,000",
    "gradient-check-step": r"centred, float64|one-sided,\s+float64",
    "gradient-check-bug": r"\bsign\b|left out|penalty|sum instead",
    "minibatch-gradient": r"1/√m|√\(",
    "updates-when-right": r"samples right|share of\s+the update",
    "minibatch-epochs": r"m = (1|32|n)\b",
    "gradient-descent-penalty": r"pixels used|always dark",
    "loss-not-gate": r"(?i:squared\s+loss|cross-entropy)",
    "loss-neuron": r"(?i:squared\s+loss|cross-entropy)",
    "loss-training": r"(?i:squared\s+loss|cross-entropy)",
    "loss-cancels": r"(?i:slope\s+of|product)",
    "loss-cross-entropy": r"(?i:binary|categorical|squared error)",
    "alexnet-parameters": r"(?i:conv\d|dense\d|in dense)",
    "variance-forward": r"(?i:sigmoid|mean 0)",
    "variance-backward": r"Δy drawn|Δy = y",
    "variance-limits": r"(?i:lecun|glorot|\bhe\b|fan in)",
    "variance-fans": r"1/fan|Glorot",
    "variance-relu": r"Glorot|\bHe\b",
    "theory-panels": BOTH,
    "theory-phase": r"N\(|Glorot",
    "theory-depth": r"(?i:ordered|chaotic)",
    "theory-correlation": r"(?i:ordered|critical|chaotic|\bHe\b)",
    "gradient-factors": ACTIVATION,
    "diagnosis-sigmoid": ACTIVATION,
    "diagnosis-zeros": r"(?i:\bzeros?\b|random)",
    "diagnosis-dying": r"(?i:lower rate|leaky)",
    "diagnosis-rate": r"\b0\.(000001|0002|002)\b",
    "early-stopping": r"(?i:training|validation)",
    "u-shapes": r"(?i:\bsteps\b|λ|hidden\s+units|dropout)",
    "augmentation": r"(?i:\bshifted\b|\bbrighter\b)",
    "adversarial-digit": r"(?i:\bcoin|gradient)",
    "adversarial-accuracy": r"(?i:by a\s+coin|taught\s+with|\bplain\b)",
    "early-stopping-ridge": r"^(steps|penalty)$",
    "l1-l2-shapes": r"\|w\||w²|slope (±1|2w)",
    "regularizers-in-keras": r"weights, l[12]\(0\.01\)",
    "weight-decay-equivalence": r"(?i:\bsgd\b|momentum|\badam\b)",
    "l1-l2-weights": r"No penalty|\bL2\b|L1, (added slope|stops at 0)",
    "l2-strength": r"(?i:(test|training)\s+digits)",
    "decision-boundary": r"\bepoch \d",
    "feature-space": r"^inputs$|\bhidden, epoch",
    "probability-histogram": r"\bepoch \d",
    "loss-histogram": r"(?i:wrong)",
    "likelihood": r"(?i:\blikelihood\b|squares)",
    "posterior": r"(?i:\b(prior|likelihood|posterior)\b)",
    "posterior-curves": r"\b(No|11|15) points",
    "map-is-ridge": r"σ²/τ²",
    "classification-regression": r"(?i:accuracy|r²)",
    "autoencoder-digits": r"\bPCA\b|, network",
    "autoencoder-filters": r"No penalty|Penalty on",
    "autoencoder-sparsity": r"no\s+penalty",
    "preprocessing": r"As it is|subtracted|divided by",
    "preprocessing-training": r"(?i:as they are|\bcentred\b|÷ std)",
    "parameters-and-data": r"(?i:(right|drawn) labels|labels drawn)",
    "polynomial-fit": r"(?i:degree (1|5|14)\b)",
    "polynomial-degree": r"(?i:new\s+points|training\s+(points|error))",
}


def texts_of(drawing):
    """What a reader of the picture reads, tick labels included."""
    texts = [t.get_text() for t in drawing.findobj(plt.Text) if t.get_visible()]
    for ax in drawing.findobj(plt.Axes):
        for axis in (ax.xaxis, ax.yaxis):
            texts += [label.get_text() for label in axis.get_majorticklabels()]
            texts += axis.get_major_formatter().format_ticks(axis.get_majorticklocs())
    return [text for text in texts if text.strip()]


def entry_of(figure, facts):
    return {"caption": figure.caption_of(facts), "alt": figure.alt_of(facts), "facts": facts}


def test_every_figure_asks_something_or_has_nothing_to_guess():
    assert set(QUESTIONS) | NOTHING_TO_GUESS == set(catalogue)
    assert not set(QUESTIONS) & NOTHING_TO_GUESS
    assert set(GIVEAWAYS) == set(QUESTIONS)


def test_the_questions_on_convolution_begin_with_the_easiest():
    levels = {
        name: quiz.level
        for name, quiz in QUESTIONS.items()
        if catalogue[name].topic == "convolution"
    }
    assert sorted(levels.values()) == list(range(1, len(levels) + 1))  # each has its place
    ranked = sorted(levels, key=levels.get)
    assert ranked[:2] == ["conv-sliding-kernel", "filters-photo"]
    assert ranked[-1] == "conv-receptive-field"
    # who has counted windows can be asked for sizes, and who knows sizes for what an output sees
    assert ranked.index("conv-width-13") < ranked.index("conv-output-size")
    assert ranked.index("pool-max-average") < ranked.index("pool-gradient")


def test_no_two_questions_on_convolution_have_the_same_answers():
    asked_for = [
        tuple(answer.says for answer in quiz.answers)
        for name, quiz in QUESTIONS.items()
        if catalogue[name].topic == "convolution"
    ]
    assert len(set(asked_for)) == len(asked_for)


def labels_of(drawing):
    """The labels below the panels, by the panels' titles."""
    return {ax.get_title(): [x.get_text() for x in ax.get_xticklabels()] for ax in drawing.axes}


def curves_of(drawing):
    return [line.get_xydata() for ax in drawing.axes for line in ax.lines]


LOOKS = (texts_of, labels_of, curves_of)


@dataclass
class Asked:
    """A figure as a quiz shows it, and what was to be seen before."""

    facts: dict
    drawing: plt.Figure
    answers: list
    before: dict


@pytest.fixture(scope="session")
def asked(drawings, measured):
    """From a figure's id to its picture, masked once; no other test sees it from then on."""

    @lru_cache(maxsize=2)
    def ask(name):
        facts = measured(name)[1]
        drawing = drawings.taken(name)
        drawing.suptitle("")  # its place is taken by the question
        before = {look: look(drawing) for look in LOOKS}
        return Asked(facts, drawing, mask_figure(drawing, QUESTIONS[name], facts), before)

    return ask


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_answer_is_left_in_a_quiz(name, asked):
    figure, quiz, giveaway = catalogue[name], QUESTIONS[name], re.compile(GIVEAWAYS[name])
    one = asked(name)
    entry = entry_of(figure, one.facts)
    before = [*one.before[texts_of], figure.title, entry["caption"], entry["alt"]]
    assert any(giveaway.search(text) for text in before), "a test that cannot fail"
    words = masked_words(quiz, entry)
    shown = [*texts_of(one.drawing), quiz.question, *words]
    assert not [text for text in shown if giveaway.search(text)]
    assert one.answers and not any("{" in answer for answer in one.answers)
    assert quiz.question.endswith("?") and quiz.question != figure.title


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_number_of_a_quiz_is_asked_for_and_can_be_seen(name, asked):
    one, question = asked(name), QUESTIONS[name].question
    numbers = [f"({k})" for k in range(1, len(one.answers) + 1)]
    assert [answer.split(" ")[0] for answer in one.answers] == numbers
    ends = re.findall(r"\((\d+)\) to \((\d+)\)", question)
    assert all((first, last) == ("1", str(len(numbers))) for first, last in ends)
    seen = [
        *texts_of(one.drawing),
        *masked_words(QUESTIONS[name], entry_of(catalogue[name], one.facts)),
    ]
    for number in numbers:
        assert any(number in text for text in seen), number
    if not ends and any(number in question for number in numbers):
        assert all(number in question for number in numbers)


@pytest.mark.parametrize("name", [name for name in QUESTIONS if re.match("init-[rst].*-.*-", name)])
def test_a_panel_does_not_tell_the_spread_of_its_weights(name, asked):
    one = asked(name)
    before, after = one.before[labels_of], labels_of(one.drawing)
    assert all("σ" in label for label in before["Weights"])
    assert after.pop("Weights") == ["h1", "h2", "h3", "h4", "h5"]
    assert all("σ" in label for labels in after.values() for label in labels)
    alt = masked_words(QUESTIONS[name], entry_of(catalogue[name], one.facts))[1]
    assert "weights 0" not in alt and "Z-values" in alt


@pytest.mark.parametrize("name", ["activation-functions"])
def test_a_quiz_changes_no_curve(name, asked):
    before, after = asked(name).before[curves_of], curves_of(asked(name).drawing)
    pairs = zip(before, after, strict=True)  # a curve that jumps has a gap, which is NaN
    assert before and all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)


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
