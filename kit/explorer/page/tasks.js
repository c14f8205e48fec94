"use strict";
/*
 * Tasks in which a student guesses before seeing: what a set of them asks of which student.
 *
 * The table (kinds, variants, rules) is kit/explorer/guesses.py's, and so is the drawing: words of
 * NumPy's SeedSequence from the student's number, the task's place and the set's letters.
 */
Kit.tasks = (() => {
  let table = null;

  const provide = (given) => {
    table = given;
  };
  const rules = (kind) => table.rules[kind];

  /* The kinds that a text names, and what in it is none: {kinds, refused}. */
  function parse(text) {
    const names = String(text)
      .slice(0, table.longest)
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean);
    const known = names.filter((one) => Object.hasOwn(table.titles, one));
    const refused = names.filter((one) => !Object.hasOwn(table.titles, one)).map((one) => one.slice(0, 40));
    if (known.length > table.most) refused.push(`more than ${table.most} tasks`);
    return { kinds: known.slice(0, table.most), refused };
  }

  /* The tasks of a set (its kinds with commas between) for a student: [{number, kind, title, parameters}]. */
  function make(set, student) {
    return parse(set).kinds.map((kind, k) => {
      const entropy = [student, k + 1, ...Array.from(set, (one) => one.charCodeAt(0))];
      const words = Kit.random
        .seedSequence(entropy)(2)
        .map((word) => word >>> 1);
      const variants = table.variants[kind];
      const parameters = { ...variants[words[1] % variants.length], seed: words[0] % 1000000 };
      return { number: k + 1, kind, title: table.titles[kind], parameters };
    });
  }

  const asText = (parameters) =>
    Object.entries(parameters)
      .map(([name, value]) => `${name}=${value}`)
      .join(";");

  /* Among what a student chooses: {key: words}. */
  function options(task) {
    if (task.kind !== "which-layer") return table.options[task.kind] || {};
    const layers = layerNames(task).map((name) => [name, name]);
    return Object.fromEntries([...layers, ["none", "none of them"]]);
  }

  const layerNames = ({ parameters }) => Array.from({ length: parameters.depth }, (_, k) => `h${k + 1}`);

  const label = (activation) => Kit.activations[activation].label;

  /* Weights in words, as "Normal, σ = 0.05". */
  function weightsInWords(weights) {
    const [kind, std] = weights.split(":");
    return std ? `Normal, σ = ${std}` : table.menu.weights[kind] || kind;
  }

  const network = ({ activation, weights, depth, width }) =>
    `${depth} hidden layers of ${width} units, ${label(activation)}, weights ${weightsInWords(weights)}`;

  const QUANTITIES = {
    activation: "activations a",
    z: "Z-values z",
    delta: "delta, ∂cost/∂z",
    gradient: "gradients ∂loss/∂W",
  };

  const LAYER_QUESTIONS = {
    smallest: () =>
      "In which hidden layer is delta, the gradient on its way back, smallest (by its standard deviation)?",
    dies: () => "Which is the first layer in which more than half of the units are dead: 0 for every sample?",
    saturates: () =>
      `Which is the first layer in which more than a third of the activations are beyond ±${table.saturated.beyond}?`,
  };

  const QUESTIONS = {
    bars: ({ parameters: p }) =>
      `${network(p)}. Before any training: how large is the standard deviation of the ${QUANTITIES[p.quantity]} in each layer? Draw the five bars.`,
    "which-initializer": ({ parameters: p }) =>
      `${p.depth} hidden layers of ${p.width} ${label(p.activation)} units, before any training. How were the weights drawn?`,
    "which-activation": ({ parameters: p }) =>
      `${p.depth} hidden layers of ${p.width} units, weights ${weightsInWords(p.weights)}, before any training. Which activation function is it?`,
    "which-layer": ({ parameters: p }) =>
      `${network(p)}${p.bias ? `, biases ${Kit.numbers.format(p.bias)}` : ""}. ${LAYER_QUESTIONS[p.asks]()}`,
    tune: ({ parameters: p }) =>
      `${p.depth} hidden layers of ${p.width} ${label(p.activation)} units, Normal weights. Find a σ for which delta, the gradient on its way back, stays within a factor of ${rules("tune").whole} over all hidden layers.`,
    mend: ({ parameters: p }) => {
      const { ratio, loss } = rules("mend");
      return `This network of ${p.depth} hidden layers of ${p.width} units is broken. Mend it with as few changes as you can: before training, the deltas of all layers within a factor of ${ratio}; after ${table.training.epochs} epochs, a loss of at most ${loss}.`;
    },
  };

  const question = (task) => QUESTIONS[task.kind](task);

  return {
    asText,
    layerNames,
    make,
    network,
    options,
    parse,
    provide,
    quantities: QUANTITIES,
    question,
    rules,
    get table() {
      return table;
    },
    weightsInWords,
  };
})();
