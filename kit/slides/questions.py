"""What each lecture figure asks in the quiz; a figure that is not here has nothing to guess."""

from __future__ import annotations

from kit.slides.quiz import Answer, Hidden, Quiz

__all__ = ["QUESTIONS"]

SIGMOID = Answer("sigmoid", r"(?i:\bsigmoid\b)")
TANH = Answer("tanh", r"(?i:\btanh\b)")
RELU = Answer("ReLU", r"(?i:\brelu\b)")
NORMAL = Answer("Normal σ = 0.01", r"(\bNormal )?σ = 0\.01\b|\bNormal\b")
GLOROT = Answer("Glorot normal", r"\bGlorot( normal)?\b")
HE = Answer("He normal", r"\bHe( normal)?\b")
NINE = (SIGMOID, TANH, RELU, NORMAL, GLOROT, HE)
BY_PANEL = "Which activations are (1), (2), (3), which initializations (4), (5), (6)?"
BY_CURVE = "Which activations are the panels (1), (2), (3), which initializations (4), (5), (6)?"
SIGMA_OF_WEIGHTS = (
    Hidden(r"\nσ \S+", within="Weights"),
    Hidden(r"weights [\d., e-]+; ", ""),  # in the alt text
)


def _panel(activation: Answer, initializer: str) -> Quiz:
    return Quiz(
        "Which activation is (1), which initialization (2)?",
        (activation, Answer(initializer, rf"\b{initializer}\b")),
        SIGMA_OF_WEIGHTS,
    )


def _networks() -> Quiz:
    """Four networks, each named by both words."""
    joined, normal = r"(\n| with | and )", r"(Normal )?σ = 0\.01\b"
    return Quiz(
        "Four networks: which activations and initializations are (1), (2), (3), (4)?",
        (
            Answer("sigmoid, Normal σ = 0.01", rf"\bsigmoid{joined}{normal}"),
            Answer("tanh, Glorot normal", rf"\btanh{joined}Glorot( normal)?\b"),
            Answer("ReLU, Normal σ = 0.01", rf"\bReLU{joined}{normal}"),
            Answer("ReLU, He normal", rf"\bReLU{joined}He( normal)?\b"),
        ),
    )


def _words(*words: str, before: str = r"\b", after: str = r"\b") -> tuple[Answer, ...]:
    """Answers that are given away by their own words alone."""
    return tuple(Answer(word, rf"{before}{word}{after}") for word in words)


INITIALIZATION = {
    "ball-data": Quiz(
        "Same points: which quantity is (1), which (2)?",
        (
            Answer("the distance from the centre ‖x‖", r"Distances? from the centre( ‖x‖)?|‖x‖"),
            Answer("the sum |Σx|", r"Sums? of (the )?coordinates( \|Σx\|)?|\|Σx\|"),
        ),
    ),
    "activation-functions": Quiz(
        "Which activation functions are (1), (2), (3)?",
        (SIGMOID, TANH, RELU),
        (Hidden(r", where tanh is roughly linear"),),
        caption="Three activation functions and their derivatives.",
    ),
    "init-zeros": Quiz(
        "Which initialization is (1), which (2)?",
        (Answer("all zero", r"\b[Aa]ll[- ]zero\b"), GLOROT),
    ),
    **{
        f"init-{activation.says.lower()}-{name}": _panel(activation, words)
        for activation, name, words in (
            *(
                (activation, f"normal-{sigma}", f"Normal σ = {sigma}")
                for activation in (SIGMOID, TANH)
                for sigma in ("0.01", "0.1", "1")
            ),
            (TANH, "glorot-normal", "Glorot normal"),
            (TANH, "glorot-uniform", "Glorot uniform"),
            (RELU, "glorot-normal", "Glorot normal"),
            (RELU, "he-normal", "He normal"),
            (RELU, "he-uniform", "He uniform"),
        )
    },
    "init-grid-z": Quiz(BY_PANEL, NINE),
    "init-grid-activations": Quiz(BY_PANEL, NINE),
    "init-grid-gradients": Quiz(BY_PANEL, NINE),
    "training-curves": Quiz(BY_CURVE, NINE),
    "training-gradients": _networks(),
    "training-activations": _networks(),
}

FILTERS = Quiz(
    "Which filters are (1), (2), (3), (4)?",
    (
        Answer("edge detection", r"[Ee]dge detection|\bEdge\b"),
        Answer("sharpen", r"\b[Ss]harpen\b"),
        Answer("Sobel, for vertical edges", r"\bSobel(:\nvertical edges)?"),
        Answer(
            "its transpose, for horizontal edges",
            r"transposed:\nhorizontal edges|\b[Ii]ts transpose\b",
        ),
    ),
)

CONVOLUTION = {
    "conv-sliding-kernel": Quiz(
        "Multiply, add up: which number is (1)?",
        (Answer("{middle}", r"(?<!\d)17(?!\d)"),),
        caption="A {kernel_width}×{kernel_width} kernel on a {width}×{width} input has {stops} "
        "stops.",
    ),
    "conv-padding-stride": Quiz(
        "Which padding and which stride: (1), (2), (3), (4)?",
        tuple(
            Answer(words, rf"{words}(: \d×\d)?")
            for words in (
                *("VALID, stride 1", "SAME, stride 1"),
                *("VALID, stride 2", "SAME, stride 2"),
            )
        ),
    ),
    "conv-width-13": Quiz("Which padding is (1), which (2)?", _words("VALID", "SAME")),
    "conv-output-size": Quiz(
        "Filters of width 3: which padding P is (1), which (2), which (3)?",
        _words("P = 0", "P = 1", "P = 2"),
        (Hidden(r", P = 0\n.*"),),  # the formula of the ringed points
    ),
    "conv-receptive-field": Quiz(
        "How many pixels does one output see: (1) to (8)?",
        tuple(
            Answer(f"{{widths[{layer}]}}×{{widths[{layer}]}}", rf"(?<={words}: )\d+×\d+")
            for layer, words in (
                ("layer1", "1 layer"),
                ("layer2", "2 layers"),
                ("layer3", "3 layers"),
                ("layer4", "4 layers"),
                ("conv1", "conv1"),
                ("pool1", r"\+ pool1"),
                ("conv2", r"\+ conv2"),
                ("pool2", r"\+ pool2"),
            )
        ),
        (Hidden(r" Without pool1, conv2 would see \S+"),),
        caption="Pixels that the middle output depends on, found by its gradient. Digit: {source}.",
        alt="Eight copies of a handwritten digit of {pixels}×{pixels} pixels ({source}), pale but "
        "for the framed square that one output sees.",
    ),
    "conv-filter-depth": Quiz(
        "How many weights, how many parameters: which numbers are (1) to (6)?",
        tuple(
            Answer(words, rf"(?<![\d,]){number}(?![\d,]\d)")
            for number, words in (
                ("75", "75 = 5·5·3"),
                ("76", "76, with the bias"),
                ("500", "500 = 5·5·20"),
                ("501", "501, with the bias"),
                ("3,072", "3,072 = 32·32·3"),
                ("120,000", "120,000 = 200·200·3"),
            )
        ),
    ),
    "filters-photo": FILTERS,
    "filters-digit": FILTERS,
    "pool-max-average": Quiz(
        "Which pooling, with which stride, gives (1), (2), (3), (4)?",
        _words("Max, stride 2", "Average, stride 2", "Max, stride 1", "Average, stride 1"),
        (Hidden(r"\nmax .*"),),
        caption="Windows of 2×2 over {numbers} numbers.",
        alt="Above, a 4×4 matrix four times, with the window of each of four steps. Below, four "
        "outputs: (1) and (2) of 2×2 numbers, (3) and (4) of 3×3.",
    ),
    "pool-translation": Quiz(
        "How far are the maps (1), (2), (3) pooled?",
        (
            Answer("not pooled", r"\bnot pooled\b|\bfeature map(?=\n)"),
            Answer("max pooled 2×2", r"\bmax (pooled )?2×2"),
            Answer("max pooled 4×4", r"\bmax (pooled )?4×4"),
        ),
        alt="Left, a digit and three maps of it, before and after a shift by 1 pixel, and the "
        "difference; the maps (2) and (3) in larger squares than (1). Right, relative change "
        "against the shift in pixels, three rising lines: (1) above (2), and (2) above (3).",
    ),
    "pool-gradient": Quiz(
        "Where does the gradient go: which pooling is (1), which (2)?",
        (Answer("max pooling", r"\bMax(?=:)"), Answer("average pooling", r"\bAverage(?=:)")),
        alt="Two rows, stride 2 and 1: the 4×4 input, with some cells framed; the gradients at the "
        "outputs; at the inputs under (1), zero but in the framed cells; and under (2), spread "
        "evenly over each window.",
    ),
}

CNN = {
    "cnn-training-curves": Quiz(
        "On which digits were (1) and (2) measured?",
        (
            Answer("those of the training", r"\b[Tt]raining\b"),
            Answer("those for testing", r"\b[Tt]est\b"),
        ),
        (Hidden(r" Training with dropout, test without;"),),
        caption="The CNN for digits: {parameters:,} parameters, Adam, {source}, {epochs} epochs.",
        alt="Left, two curves of the cross-entropy ({source}) falling over {epochs} epochs; right, "
        "two curves of the share recognised, rising.",
    ),
    "cnn-filters": Quiz(
        "At which moment of the training do the filters look like (1), when like (2)?",
        (
            Answer("before training", r"\b[Bb]efore training\b"),
            Answer("after training", r"\b[Aa]fter training\b"),
        ),
        caption="The 32 kernels of conv1, 5x5, at two moments. Digits: {source}.",
    ),
    "cnn-feature-maps": Quiz(
        "Which layers gave the maps (1), (2), (3), (4)?",
        _words("conv1", "pool1", "conv2", "pool2"),
        caption="A {label} ({source}) in four layers of the trained CNN.",
    ),
    **{
        f"cnn-panel-{when}": Quiz(
            "At which moment of the training was this measured: (1)?",
            (Answer(f"{when} training", rf"\b{when} training\b"),),
            caption="{probe:,} test digits ({source}) through the CNN.",
        )
        for when in ("before", "after")
    },
    "cnn-mistakes": Quiz(
        "How did the CNN read these digits, and what are they?",
        (Answer("{1}, taken for {0}", r"✗ (\S+), is (\S+)", each=True),),
    ),
    "cnn-comparison-curves": Quiz(BY_CURVE, NINE),
    "cnn-comparison-gradients": Quiz(BY_PANEL, NINE),
    "cnn-architecture": Quiz(
        "How many parameters do the layers have: (1), (2), (3)?",
        (
            Answer("832 = (5·5·1 + 1)·32", r"\b832\b"),
            Answer("51,264 = (5·5·32 + 1)·64", r"\b51,264\b"),
            Answer("31,370 = (3,136 + 1)·10", r"\b31,370\b"),
        ),
    ),
    "lenet-architecture": Quiz(
        "How many parameters do the layers have: (1), (2), (3), (4), (5)?",
        (
            Answer("156 = (5·5·1 + 1)·6", r"\b156\b"),
            Answer("2,416 = (5·5·6 + 1)·16", r"\b2,416\b"),
            Answer("48,120 = (400 + 1)·120", r"\b48,120\b"),
            Answer("10,164 = (120 + 1)·84", r"\b10,164\b"),
            Answer("850 = (84 + 1)·10", r"\b850\b"),
        ),
    ),
    "lenet-training": Quiz(
        "Which networks are (1), (2), (3)?",
        (
            Answer("LeNet-5", r"\bLeNet-5( \([\d,]+\))?"),
            Answer("the CNN for digits", r"\bCNN for digits( \([\d,]+\))?|\bthe CNN\b"),
            Answer("the toy convnet", r"(\bthe )?\btoy convnet( \([\d,]+\))?"),
        ),
    ),
    "toy-convnet-seven": Quiz(
        "Which layers gave the maps (1), (2), (3)?",
        (*_words("conv1", "conv2"), Answer("pool", r"\bpool(ing)?\b")),
    ),
    "popular-cnns": Quiz(
        "Which networks are (1) to (6)?",
        (
            *_words("VGG16", "InceptionV3", "ResNet50", "Xception", "InceptionResNetV2"),
            Answer("ResNeXt50", r"\bResNeXt50(\n\(not in Keras\))?"),
        ),
        caption="Parameters and depth counted on Keras's models, or quoted; published accuracies.",
    ),
    "alexnet-parameters": Quiz(
        "Which layers of AlexNet are (1) to (8)?",
        _words(*(f"conv{k}" for k in range(1, 6)), *(f"dense{k}" for k in range(1, 4))),
        (Hidden(r", \d+% in dense layers"),),
    ),
}

QUESTIONS: dict[str, Quiz] = INITIALIZATION | CONVOLUTION | CNN
"""What each figure asks, by id."""
