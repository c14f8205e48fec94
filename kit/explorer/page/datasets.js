"use strict";
/*
 * The data: the ball and the digits come with the page, the two-dimensional sets are computed.
 *
 *   ball      kit.datasets.ball.load_data(): 1,000 points in 10 dimensions, |Σx| beyond half a radius
 *   parabola  kit.datasets.parabola.load_data(): x2 = x1² (0) and x2 = x1² - 0.5 (1)
 *   circles   a disc (0) of radius 0.5, and the ring (1) from 0.7 to 1 around it, evenly by area
 *   spiral    two arms of 1.25 turns, r = t, angle 2.5π t + kπ for arm k, t from 0.1 to 1, and noise of
 *             a standard deviation of 0.03 (K. J. Lang and M. J. Witbrock, "Learning to tell two
 *             spirals apart", 1988, made sparser)
 *   digits    500 of MNIST, 50 of each class, pixels from 0 to 1 as kit.datasets gives them
 *
 * Circles and spiral are as if measured: x1 = 2 + 2u and x2 = 1 + v/2 of the (u, v) above, so that
 * there is something to centre and to scale. The ball is centred as the kit makes it, the parabola
 * nearly so.
 */
Kit.datasets = (() => {
  const SEED = 13; // the kit's
  const DISC = 0.5;
  const RING = [0.7, 1];
  const TURNS = 1.25;
  const NOISE = 0.03;

  const provided = {};
  const waiting = [];

  const MADE = {
    parabola: { most: 2000, draw: parabola },
    circles: { most: 1000, draw: circles },
    spiral: { most: 1000, draw: spiral },
  };
  const LABELS = {
    ball: "ball",
    parabola: "parabola",
    circles: "circles",
    spiral: "spiral",
    digits: "digits",
  };

  /*
   * Data for `make`: {n, inputDim, classes, encoding: "float32" | "deflate-uint8", x, y}; x in base64
   * (uint8 is divided by 255), y the classes as a string of digits. Packed data is there when
   * `Kit.datasets.ready` has come true.
   */
  function provide(name, raw) {
    const y = Uint8Array.from(raw.y, Number);
    const keep = (x) => { provided[name] = { ...raw, x, y }; };
    if (raw.encoding === "float32") {
      keep(Kit.packed.floats(raw.x));
      return;
    }
    const unpacked = new Blob([Kit.packed.bytes(raw.x)]).stream().pipeThrough(new DecompressionStream("deflate"));
    waiting.push(
      new Response(unpacked).arrayBuffer().then((buffer) => {
        keep(Float32Array.from(new Uint8Array(buffer), (pixel) => pixel / 255));
      }),
    );
  }

  /*
   * Data: {name, x (n, inputDim), y (n, outputs), n, inputDim, classes, labels (n)}; y is 0 or 1, and
   * of ten classes one-hot. `samples` is how many, all by default; `seed` draws other points, or in
   * another order those that the page came with.
   */
  function make(name, { seed, samples } = {}) {
    if (!(name in LABELS)) {
      throw new RangeError(`\`name\` must be one of ${Object.keys(LABELS).join(", ")}; got ${name}`);
    }
    const all = name in MADE ? MADE[name].draw(seed ?? SEED, MADE[name].most) : embedded(name, seed);
    const n = samples ?? all.labels.length;
    if (!(Number.isInteger(n) && n > 0 && n <= all.labels.length)) {
      throw new RangeError(
        `\`samples\` must be a whole number from 1 to ${all.labels.length}; got ${samples}`,
      );
    }
    const { inputDim, classes } = all;
    const labels = all.labels.slice(0, n);
    const x = all.x.slice(0, n * inputDim);
    return { name, x, y: targets(labels, classes), n, inputDim, classes, labels };
  }

  function targets(labels, classes) {
    if (classes === 2) return Float32Array.from(labels);
    const y = new Float32Array(labels.length * classes);
    labels.forEach((label, i) => { y[i * classes + label] = 1; });
    return y;
  }

  function embedded(name, seed) {
    if (!(name in provided)) {
      throw new Error(`the data of ${name} must be provided first; got none`);
    }
    const { x, y, inputDim, classes } = provided[name];
    if (seed === undefined) return { x, labels: y, inputDim, classes };
    return inOrder({ x, labels: y, inputDim, classes }, Kit.random.permutation(y.length, seed));
  }

  function inOrder({ x, labels, inputDim, classes }, order) {
    const sorted = new Float32Array(x.length);
    order.forEach((row, k) => {
      sorted.set(x.subarray(row * inputDim, (row + 1) * inputDim), k * inputDim);
    });
    return { x: sorted, labels: Uint8Array.from(order, (row) => labels[row]), inputDim, classes };
  }

  function parabola(seed, n) {
    const half = n / 2;
    const x = new Float32Array(2 * n);
    const labels = new Uint8Array(n).fill(1, half);
    for (let k = 0; k < n; k++) {
      const place = k % half;
      const x1 = place === half - 1 ? 1 : -1 + place * (2 / (half - 1));
      x[2 * k] = x1;
      x[2 * k + 1] = x1 * x1 - 0.5 * labels[k];
    }
    return inOrder({ x, labels, inputDim: 2, classes: 2 }, Kit.random.permutation(n, seed));
  }

  /* Points (u, v) that alternate between the classes, as measured. */
  function measured(n, point) {
    const x = new Float32Array(2 * n);
    const labels = Uint8Array.from({ length: n }, (_, k) => k % 2);
    for (let k = 0; k < n; k++) {
      const [u, v] = point(labels[k]);
      x[2 * k] = 2 + 2 * u;
      x[2 * k + 1] = 1 + v / 2;
    }
    return { x, labels, inputDim: 2, classes: 2 };
  }

  /* A radius evenly by area is the root of an even number between the squares. */
  function circles(seed, n) {
    const { uniform } = Kit.random.generator(seed);
    return measured(n, (label) => {
      const [from, to] = label ? RING : [0, DISC];
      const radius = Math.sqrt(uniform(from * from, to * to));
      const angle = uniform(0, 2 * Math.PI);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
  }

  function spiral(seed, n) {
    const { uniform } = Kit.random.generator(seed);
    return measured(n, (label) => {
      const t = uniform(0.1, 1);
      const angle = 2 * Math.PI * TURNS * t + Math.PI * label;
      const size = NOISE * Math.sqrt(-2 * Math.log(1 - uniform())); // Box and Muller
      const turn = uniform(0, 2 * Math.PI);
      return [t * Math.cos(angle) + size * Math.cos(turn), t * Math.sin(angle) + size * Math.sin(turn)];
    });
  }

  const SCALINGS = { as_is: "as it is", centred: "centred", scaled: "centred and scaled" };

  /*
   * The data with another input, as kit.datasets.preprocess makes it: "as_is"; "centred", each feature
   * less its mean; "scaled", then divided by its standard deviation. The pixels of digits share one
   * mean and one deviation (axis=None): many of them are ink in a digit or two only.
   */
  function scale(data, how) {
    if (!(how in SCALINGS)) {
      throw new RangeError(`\`how\` must be one of ${Object.keys(SCALINGS).join(", ")}; got ${how}`);
    }
    if (how === "as_is") return data;
    const width = data.classes > 2 ? 1 : data.inputDim;
    const centred = applied(data.x, width, meansOf(data.x, width), (value, mean) => value - mean);
    if (how === "centred") return { ...data, x: centred };
    const stds = stdsOf(centred, width);
    return { ...data, x: applied(centred, width, stds, (value, std) => value / std) };
  }

  function applied(x, width, numbers, change) {
    return x.map((value, k) => change(value, numbers[k % width]));
  }

  function meansOf(x, width) {
    const sums = new Float64Array(width);
    x.forEach((value, k) => { sums[k % width] += value; });
    return sums.map((sum) => (sum * width) / x.length);
  }

  /* Of each column; 1 where it is the same everywhere, which leaves it as it is. */
  function stdsOf(x, width) {
    const means = meansOf(x, width);
    const squares = new Float64Array(width);
    const differs = new Uint8Array(width);
    x.forEach((value, k) => {
      squares[k % width] += (value - means[k % width]) ** 2;
      if (value !== x[k % width]) differs[k % width] = 1;
    });
    return squares.map((sum, j) => (differs[j] ? Math.sqrt((sum * width) / x.length) : 1));
  }

  return {
    labels: Object.freeze(LABELS),
    make,
    provide,
    /* A promise that comes true when all that was provided can be had. */
    get ready() { return Promise.all(waiting).then(() => undefined); },
    scale,
    scalings: Object.freeze(SCALINGS),
  };
})();
