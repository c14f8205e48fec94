"use strict";
/* From the page's settings to what is computed: the data, the network, the optimizer. */
Kit.recipe = (() => {
  /* What a network is made of: another value of one of these starts again at epoch 0. */
  const MAKES_NETWORK = [
    "depth", "width", "activation", "initializer", "std", "bias", "seed", "data", "input", "loss",
  ];
  /* What may change while it trains. */
  const TRAINS = ["optimizer", "rate", "batch"];

  /* What a title tells, and hidden titles leave to be guessed. */
  const TITLED = ["activation", "initializer", "std", "bias"];

  const QUICK = 250; // samples that are measured while a slider moves
  const RUNNING = 120; // and while it trains, which takes its time as well
  const BLOCK = 41701; // parameters of five layers of 100 units with ten inputs
  const FEWEST = 40;
  const HELD_OUT = 1 / 5; // of the digits

  const made = new Map(); // data by name and scaling; the last few

  /* The data of these settings: {train, heldOut (null where nothing is held out)}. The points of two
     classes are all trained on, as in the kit's figures; of the digits every fifth is held out. */
  function data(settings) {
    const key = `${settings.data} ${settings.input}`;
    if (!made.has(key)) {
      const whole = Kit.datasets.scale(Kit.datasets.make(settings.data), settings.input);
      made.set(key, whole.classes > 2 ? parted(whole) : { train: whole, heldOut: null });
      if (made.size > 6) made.delete(made.keys().next().value);
    }
    return made.get(key);
  }

  function parted(whole) {
    const kept = whole.n - Math.round(whole.n * HELD_OUT);
    return { train: rows(whole, 0, kept), heldOut: rows(whole, kept, whole.n) };
  }

  /* Rows of a data set, which share its memory. */
  function rows(data, from, to) {
    const of = (values) => values.subarray((from * values.length) / data.n, (to * values.length) / data.n);
    return { ...data, x: of(data.x), y: of(data.y), n: to - from, labels: data.labels?.slice(from, to) };
  }

  /* The first samples of a data set. */
  const some = (data, count) => (count >= data.n ? data : rows(data, 0, count));

  /* What Kit.engine.build takes. */
  function spec(settings, { inputDim, classes }) {
    const outputs = classes > 2 ? classes : 1;
    const entropy = outputs > 1 ? "categorical_crossentropy" : "binary_crossentropy";
    return Kit.engine.completed({
      inputDim,
      depth: settings.depth,
      width: settings.width,
      activation: settings.activation,
      initializer: { kind: settings.initializer, std: settings.std },
      bias: settings.bias,
      outputs,
      outputActivation: outputs > 1 ? "softmax" : "sigmoid",
      loss: settings.loss === "cross_entropy" ? entropy : "mean_squared_error",
      seed: settings.seed,
    });
  }

  /* How many samples are measured while something moves: fewer where the network is large. */
  function quick({ depth, width }, { inputDim }, most = QUICK) {
    const parameters = inputDim * width + (depth - 1) * width * width;
    const count = Math.round(most * Math.min(1, BLOCK / parameters));
    return Math.max(FEWEST, count);
  }

  const running = (settings, data) => quick(settings, data, RUNNING);

  const optimizer = ({ optimizer: name, rate }) => Kit.optimizers.make(name, { rate });

  /* In words, as a title has it: "sigmoid · Normal σ = 0.01". */
  function title(settings, table) {
    const label = (name) => table.get(name).choices[settings[name]];
    const { initializer, std, bias } = settings;
    const named = { normal: "Normal", uniform: "uniform" }[initializer];
    const weights = named ? `${named} σ = ${Kit.numbers.format(std)}` : label("initializer");
    const biases = bias ? ` · biases ${Kit.numbers.format(bias)}` : "";
    return `${label("activation")} · ${weights}${biases}`;
  }

  return { MAKES_NETWORK, TITLED, TRAINS, data, optimizer, quick, rows, running, some, spec, title };
})();
