"use strict";
/*
 * One unit and one sample in numbers, forwards and backwards, and the unit over all samples:
 *
 *   z_j = Σ w_ij a_i + b_j,   a_j = f(z_j),   δ_j = (Σ w_jk δ_k) f'(z_j),   ∂L/∂w_ij = mean of a_i δ_j
 *
 * and at the output ∂cost/∂z by its loss: a - y with a cross-entropy.
 */
Kit.unit = (() => {
  const FLAT = 0.05; // of the largest slope: under it a unit has all but stopped learning
  const ALWAYS = 0.95; // of the samples, from which on a unit is called saturated
  const SAME = 1e-6; // of a value: what differs less differs by rounding
  const SMALLEST_CHUNK = 10;
  const CHUNK = 2e6; // multiplications, about

  /* The sample's pass, both ways: {input, pass, back, y}. */
  function passOf({ network, data }, sample) {
    const { inputDim } = data;
    const { outputs } = network.spec;
    const input = data.x.slice(sample * inputDim, (sample + 1) * inputDim);
    const y = Kit.parts.target(data, sample, outputs);
    const pass = Kit.engine.forward(network, input, 1);
    return { input, y, pass, back: Kit.engine.backward(network, input, y, 1, pass) };
  }

  const bySize = (terms) => terms.sort((one, two) => Math.abs(two.product) - Math.abs(one.product));
  const total = (terms) => terms.reduce((sum, { product }) => sum + product, 0);

  /* z and a of one unit, its terms w_i a_i with the largest first. */
  function forwards(network, { input, pass }, layer, unit) {
    const { W, b, inSize, outSize, activation } = network.layers[layer];
    const before = layer ? pass.a[layer - 1] : input;
    const terms = bySize(Array.from({ length: inSize }, (_, index) => {
      const weight = W[index * outSize + unit];
      return { index, weight, value: before[index], product: weight * before[index] };
    }));
    const [z, a] = [pass.z[layer][unit], pass.a[layer][unit]];
    return { terms, sum: total(terms), bias: b[unit], z, a, activation, slope: slopeOf(activation, z, a) };
  }

  /* f'(z) as a training program computes it; of softmax ∂a/∂z. */
  const slopeOf = (name, z, a) => (name === "softmax" ? a * (1 - a) : Kit.activations[name].back(z, a));

  /*
   * δ of one unit: of a hidden one {terms, sum, slope, delta}, the largest w_k δ_k first; of an output
   * {rule, a, y, slope, delta}, where the rule is "difference" (a - y), "squared" (2 (a - y) f'(z), by the
   * number of outputs) or "softmax" (the same through softmax).
   */
  function backwards(network, { y, pass, back }, layer, unit) {
    const { activation } = network.layers[layer];
    const [z, a, delta] = [pass.z[layer][unit], pass.a[layer][unit], back.delta[layer][unit]];
    const slope = slopeOf(activation, z, a);
    if (layer === network.layers.length - 1) {
      const isSquared = network.spec.loss === "mean_squared_error";
      const rule = !isSquared ? "difference" : activation === "softmax" ? "softmax" : "squared";
      return { rule, a, y: y[unit], slope, delta, cost: back.loss, outputs: network.spec.outputs };
    }
    const { W, outSize } = network.layers[layer + 1];
    const terms = bySize(Array.from({ length: outSize }, (_, index) => {
      const weight = W[unit * outSize + index];
      const value = back.delta[layer + 1][index];
      return { index, weight, value, product: weight * value };
    }));
    return { rule: "chain", terms, sum: total(terms), slope, delta };
  }

  /*
   * The unit over all samples, some of them at each step: {step() -> whether it is finished, z, a, delta
   * (n), gradient (its weights), bias}.
   */
  function sweep({ network, data }, layer, unit) {
    const { n, inputDim, x } = data;
    const { outputs } = network.spec;
    const { inSize, outSize } = network.layers[layer];
    const chunk = Math.max(SMALLEST_CHUNK, Math.round(CHUNK / Kit.engine.parameterCount(network)));
    const found = {
      z: new Float32Array(n), a: new Float32Array(n), delta: new Float32Array(n), gradient: new Float64Array(inSize),
    };
    let at = 0;
    found.step = () => {
      const count = Math.min(chunk, n - at);
      const rows = x.subarray(at * inputDim, (at + count) * inputDim);
      const y = Float32Array.from({ length: count * outputs }, (_, k) => targetAt(data, at, k, outputs));
      const pass = Kit.engine.forward(network, rows, count);
      const back = Kit.engine.backward(network, rows, y, count, pass);
      for (let i = 0; i < count; i++) {
        found.z[at + i] = pass.z[layer][i * outSize + unit];
        found.a[at + i] = pass.a[layer][i * outSize + unit];
        found.delta[at + i] = back.delta[layer][i * outSize + unit];
      }
      for (let i = 0; i < inSize; i++) found.gradient[i] += (back.gW[layer][i * outSize + unit] * count) / n;
      at += count;
      return at >= n;
    };
    return found;
  }

  const targetAt = ({ y, n }, at, k, outputs) =>
    y.length === n * outputs ? y[at * outputs + k] : Number(y[at + Math.floor(k / outputs)] === k % outputs);

  /* What a unit's z and a over all samples say of it: shares of the samples, and the verdict in words. */
  function evidence(name, z, a) {
    const n = z.length;
    const share = (test) => z.reduce((count, one, k) => count + Number(test(one, a[k])), 0) / n;
    const kind = Kit.activations[name];
    const positive = share((one) => one > 0);
    const flat = kind?.saturates ? share((one, out) => Math.abs(kind.back(one, out)) < FLAT * kind.maxSlope) : 0;
    const isDead = name === "relu" && a.every((one) => one === 0);
    const [low, high] = Kit.plane.range(a);
    const isConstant = high - low <= SAME * Math.max(Math.abs(low), Math.abs(high));
    const isSaturated = !isDead && flat > ALWAYS;
    return { n, positive, flat, isDead, isConstant, isSaturated, words: verdict() };

    function verdict() {
      const samples = `all ${Kit.numbers.count(n, "sample")}`;
      const part = `${Kit.numbers.percent(flat)} of the samples`;
      if (isDead) return `Dead: 0 for ${samples}, and f′(z) = 0, so nothing comes back through it.`;
      if (isConstant) return `Constant: ${Kit.numbers.format(a[0])} for ${samples}; it tells nothing of them.`;
      if (isSaturated) return `Saturated: f′(z) is under 5 % of its largest for ${part}.`;
      if (name === "relu") return `Active: z is above 0 for ${Kit.numbers.percent(positive)} of the samples.`;
      if (kind?.saturates && flat === 0) return `Nowhere flat: f′(z) is above 5 % of its largest for ${samples}.`;
      if (kind?.saturates) return `f′(z) is under 5 % of its largest for ${part}.`;
      return `z is above 0 for ${Kit.numbers.percent(positive)} of the samples.`;
    }
  }

  /* Counts of values in bins of one width from low to high. */
  function histogram(values, low, high, bins) {
    const counts = new Array(bins).fill(0);
    for (const value of values) {
      const bin = Math.floor(((value - low) / (high - low)) * bins);
      counts[Math.min(bins - 1, Math.max(0, bin))] += 1;
    }
    return counts;
  }

  return { backwards, evidence, flat: FLAT, forwards, histogram, passOf, sweep };
})();
