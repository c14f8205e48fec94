"use strict";
/*
 * What mean-field theory says of a network of the page, layer by layer: the numbers of kit.predict.
 *
 * From the network's description come widths, variances of weights and biases as they are drawn,
 * and activation functions; from the data second moments and how alike samples are; from one pass
 * the loss's delta at the output.
 */
Kit.theory = (() => {
  const MOST = 1000; // samples whose pairs are followed; more are stood for by so many

  /*
   * An activation as theory needs it: f, slope, and `below`, the multiple of z below 0 of one that
   * is z above; else null.
   */
  function nonlinearity(name) {
    const { f, slope, below } = Kit.activations[name];
    return { name, f, slope, below };
  }

  /* The chain of a network's layers. A layer of units u takes fan_in values. */
  function stepsOf(spec) {
    const steps = [];
    let fanIn = spec.inputDim;
    const { kind, std } = spec.initializer;
    for (let k = 1; k <= spec.depth + 1; k++) {
      const isOutput = k > spec.depth;
      const units = isOutput ? spec.outputs : spec.width;
      const variance = Kit.initializers.variance(kind, fanIn, units, std);
      const name = isOutput ? spec.outputActivation : spec.activation;
      steps.push({
        name: isOutput ? "o" : `h${k}`,
        gain: fanIn * variance,
        back: units * variance,
        shift: (spec.bias || 0) ** 2,
        units,
        fanIn,
        std: Math.sqrt(variance),
        f: name === "softmax" ? null : nonlinearity(name),
      });
      fanIn = units;
    }
    return steps;
  }

  /*
   * So many samples that their pairs can be followed, evenly along an order: indices, or null for
   * all.
   */
  function some(x, n, delta, units, most) {
    if (n <= most) return null;
    const features = x.length / n;
    const spread = new Float64Array(n);
    const first = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      spread[i] = stdOf(x.subarray(i * features, (i + 1) * features));
      if (delta) first[i] = targetOf(delta.subarray(i * units, (i + 1) * units));
    }
    const order = Array.from({ length: n }, (_, i) => i);
    order.sort((a, b) => first[a] - first[b] || spread[a] - spread[b] || a - b);
    return Array.from({ length: most }, (_, k) => order[Math.floor(((k + 0.5) * n) / most)]);
  }

  /* A number that goes with a sample's target: the delta, or the unit that has most of it. */
  function targetOf(delta) {
    if (delta.length === 1) return delta[0];
    let most = 0;
    for (let k = 1; k < delta.length; k++) if (Math.abs(delta[k]) > Math.abs(delta[most])) most = k;
    return most;
  }

  function stdOf(values) {
    let [sum, squares] = [0, 0];
    for (const one of values) sum += one / values.length;
    for (const one of values) squares += (one - sum) ** 2 / values.length;
    return Math.sqrt(squares);
  }

  const kernels = new WeakMap(); // of data that are shown again with other networks

  function kernelOf(x, n, chosen) {
    if (!chosen && kernels.has(x)) return kernels.get(x);
    const found = Kit.kernels.ofInputs(x, n, chosen);
    if (!chosen) {
      kernels.set(x, found);
      return found;
    }
    let size = 0; // those that stand for all are as large
    for (let k = 0; k < x.length; k++) size += (x[k] * x[k]) / x.length;
    return Kit.kernels.scaled(found, size / Math.max(Kit.fluctuations.average(found.size), 1e-300));
  }

  /* The delta of the output's z for each sample, (n, outputs), from one pass of the network. */
  function deltaOf(spec, x, n, y, network) {
    const made = network || Kit.engine.build(spec);
    const pass = Kit.engine.forward(made, x, n);
    const { delta } = Kit.engine.backward(made, x, y, n, pass);
    return delta[delta.length - 1];
  }

  /*
   * Predict the profiles of a network from its random weights: kit.predict(model, x, y)'s frame.
   *
   * spec     of Kit.engine.build
   * x        (n, spec.inputDim) Float32Array; it is remembered, so change it not in place
   * options  delta: of the output's z, (n, outputs), where a pass was made already; else y: targets,
   *          as Kit.engine.backward takes them, and network, where it was built already; with none
   *          of them theory goes forwards alone. most: samples whose pairs are followed (1000)
   *
   * Rows [{layer, quantity, std, rms, stdSamples, stdUnits, spread, low, high, chi}], of h1 to o,
   * and of each z, activation, delta, weight, gradient. low and high: between what a std lies with
   * about 95 of 100 draws. chi: by what the layer multiplies a delta's second moment; NaN of the
   * output.
   */
  function predict(spec, x, n, options = {}) {
    const { y = null, network = null, most = MOST } = options;
    const delta = options.delta || (y ? deltaOf(spec, x, n, y, network) : null);
    const chosen = some(x, n, delta, spec.outputs, most);
    const inputs = kernelOf(x, n, chosen);
    const through = Kit.propagation.propagate(inputs, stepsOf(spec), n, delta, chosen);
    return through.flatMap((one) => {
      const behind = one.delta ? [one.delta, one.weight, one.gradient] : [one.weight];
      const chi = "chi" in one ? one.chi : NaN;
      return [...one.rows, ...behind].map((row) => ({ ...row, chi }));
    });
  }

  /*
   * The fixed points of layers like these: {q, chi, xiQ, c, xiC}, q* and c* with their depth
   * scales.
   */
  const meanField = (activation, sigmaW, sigmaB) => Kit.meanfield.of(activation, sigmaW, sigmaB);

  return { predict, meanField, nonlinearity, stepsOf };
})();
