"use strict";
/*
 * A network of dense layers: z = x W + b, a = f(z), and the way back.
 *
 * Backwards, with delta = ∂cost_i/∂z of each sample i (D. E. Rumelhart, G. E. Hinton and R. J.
 * Williams, Nature 323, 1986):
 *
 *   delta_k = (delta_{k+1} W_{k+1}ᵀ) f'(z_k)
 *   ∂loss/∂W_k = a_{k-1}ᵀ delta_k / n,   ∂loss/∂b_k = mean of delta_k
 *
 * Arrays are Float32Array, row-major: W is (in, out), x is (n, in), z, a and delta are (n, units).
 */
Kit.engine = (() => {
  const OUTPUT_ACTIVATIONS = ["sigmoid", "softmax", "linear", "tanh"];

  /*
   * A network of hidden layers h1, h2, ... and an output o, with the very weights of
   * kit.models.build_block(activation, initializer, n_layers=depth, units=width, seed=seed).
   *
   * `spec`: inputDim, depth, width, activation, initializer {kind, std}, bias (what every bias starts
   * at; 0), outputs (1), outputActivation, loss, seed.
   */
  function build(spec) {
    const full = completed(spec);
    const sizes = [full.inputDim, ...Array(full.depth).fill(full.width), full.outputs];
    const seeds = Kit.random.layerSeeds(full.seed, full.depth + 1);
    const layers = seeds.map((seed, k) => {
      const isOutput = k === full.depth;
      const [inSize, outSize] = [sizes[k], sizes[k + 1]];
      return {
        name: isOutput ? "o" : `h${k + 1}`,
        inSize,
        outSize,
        activation: isOutput ? full.outputActivation : full.activation,
        W: Kit.initializers.draw(full.initializer, inSize, outSize, seed),
        b: new Float32Array(outSize).fill(full.bias),
      };
    });
    return { spec: full, layers };
  }

  /* A spec with what was left out, checked. */
  function completed(spec) {
    const many = (spec.outputs ?? 1) > 1;
    const full = {
      bias: 0,
      outputs: 1,
      outputActivation: many ? "softmax" : "sigmoid",
      loss: many ? "categorical_crossentropy" : "binary_crossentropy",
      ...spec,
    };
    for (const name of ["inputDim", "depth", "width", "outputs"]) {
      if (!(Number.isInteger(full[name]) && full[name] > 0)) {
        throw new RangeError(`\`${name}\` must be a positive whole number; got ${full[name]}`);
      }
    }
    if (!Number.isFinite(full.bias)) {
      throw new RangeError(`\`bias\` must be a number; got ${full.bias}`);
    }
    checkName("activation", full.activation, Kit.activations.names);
    checkName("outputActivation", full.outputActivation, OUTPUT_ACTIVATIONS);
    Kit.losses.check(full.loss, full.outputActivation);
    return full;
  }

  function checkName(argument, name, known) {
    if (!known.includes(name)) {
      throw new RangeError(`\`${argument}\` must be one of ${known.join(", ")}; got ${name}`);
    }
  }

  /* A network with the same weights, apart from this one. */
  function copy(network) {
    const layers = network.layers.map((layer) => ({
      ...layer,
      W: layer.W.slice(),
      b: layer.b.slice(),
    }));
    return { spec: network.spec, layers };
  }

  /* z and a of every layer, for x (n, inputDim). */
  function forward(network, x, n) {
    const pass = { z: [], a: [] };
    let input = x;
    for (const { inSize, outSize, activation, W, b } of network.layers) {
      const z = new Float32Array(n * outSize);
      Kit.products.multiply(input, W, z, [n, inSize, outSize], { bias: b });
      const a = activated(activation, z, n, outSize);
      pass.z.push(z);
      pass.a.push(a);
      input = a;
    }
    return pass;
  }

  function activated(name, z, n, units) {
    if (name === "softmax") return Kit.losses.softmax(z, n, units);
    if (name === "linear") return z;
    const a = new Float32Array(z.length);
    Kit.activations[name].fill(z, a);
    return a;
  }

  /*
   * The way back of a pass: loss (mean), perSample (n), and of every layer delta, gW and gb; y is
   * (n, outputs). `gW` and `gb` are gradients of the mean loss, `delta` that of each sample's cost.
   */
  function backward(network, x, y, n, pass = forward(network, x, n)) {
    const { layers, spec } = network;
    const last = layers.length - 1;
    const { z, a } = pass;
    const perSample = Kit.losses.perSample(spec.loss, z[last], a[last], y, n, spec.outputs);
    const result = { loss: mean(perSample), perSample, delta: [], gW: [], gb: [] };
    let delta = Kit.losses.delta(
      spec.loss, spec.outputActivation, z[last], a[last], y, n, spec.outputs,
    );
    for (let k = last; k >= 0; k--) {
      const { inSize, outSize, W } = layers[k];
      result.delta[k] = delta;
      result.gW[k] = weightGradient(k ? a[k - 1] : x, delta, n, inSize, outSize);
      result.gb[k] = meanRow(delta, n, outSize);
      if (k) delta = backThrough(layers[k - 1].activation, delta, W, z[k - 1], a[k - 1], n);
    }
    return result;
  }

  /* ∂loss/∂W (inSize, outSize) of a layer, of its input (n, inSize) and its delta (n, outSize). */
  function weightGradient(input, delta, n, inSize, outSize) {
    const gW = new Float32Array(inSize * outSize);
    const toWeights = { across: { left: true }, scale: 1 / n };
    return Kit.products.multiply(input, delta, gW, [inSize, n, outSize], toWeights);
  }

  /* delta of the layer before: (delta Wᵀ) f'(z). */
  function backThrough(activation, delta, W, z, a, n) {
    const [inSize, outSize] = [z.length / n, delta.length / n];
    const before = new Float32Array(z.length);
    Kit.products.multiply(delta, W, before, [n, outSize, inSize], { across: { right: true } });
    Kit.activations[activation].passBack(before, z, a);
    return before;
  }

  function mean(values) {
    let sum = 0;
    for (const value of values) sum += value;
    return sum / values.length;
  }

  function meanRow(values, n, units) {
    const sums = new Float64Array(units);
    for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < units; j++) sums[j] += values[at++];
    return Float32Array.from(sums, (sum) => sum / n);
  }

  /* What the network answers, (n, outputs). */
  function predict(network, x, n) {
    return forward(network, x, n).a.at(-1);
  }

  /* Mean loss and share of right answers, without a way back. */
  function evaluate(network, x, y, n, pass = forward(network, x, n)) {
    const { loss, outputs } = network.spec;
    const [z, a] = [pass.z.at(-1), pass.a.at(-1)];
    return {
      loss: mean(Kit.losses.perSample(loss, z, a, y, n, outputs)),
      accuracy: Kit.losses.accuracy(a, y, n, outputs),
    };
  }

  /* Share of right answers. */
  function accuracy(network, x, y, n, pass = forward(network, x, n)) {
    return Kit.losses.accuracy(pass.a.at(-1), y, n, network.spec.outputs);
  }

  /* How many weights and biases there are. */
  function parameterCount(network) {
    return network.layers.reduce((sum, { W, b }) => sum + W.length + b.length, 0);
  }

  return {
    accuracy, backThrough, backward, build, completed, copy, evaluate, forward, parameterCount,
    predict, weightGradient,
  };
})();
