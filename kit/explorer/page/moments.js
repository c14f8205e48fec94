"use strict";
/*
 * What rules are asked about: a network at one moment, layer by layer, in plain numbers, and what
 * is known of network, data and loss before anything is measured. The numbers of kit.diagnosis's
 * `Moment` and of kit.callbacks's `network_facts`, for the dense networks of the page.
 *
 * Sizes are those of whole layers and of one sample (the norm of the delta of all of a layer's
 * units), so that layers of different widths can stand beside each other.
 */
Kit.moments = (() => {
  const ALIKE = 1e-3; // of a unit's std: units whose answers are nearer than that are copies
  const isFinite = Number.isFinite;

  /* Count, mean square, std and values that are no numbers, of what is finite. */
  function sizesOf(values) {
    let [count, sum, squares] = [0, 0, 0];
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      if (value - value !== 0) continue;
      count++;
      sum += value;
      squares += value * value;
    }
    const mean = sum / count;
    let apart = 0;
    for (let k = 0; k < values.length; k++) {
      const off = values[k] - mean;
      if (off - off === 0) apart += off * off;
    }
    const nonfinite = values.length - count;
    return { rms: Math.sqrt(squares / count), std: Math.sqrt(apart / count), nonfinite };
  }

  /*
   * Of each unit of values (n, units): mean and std over samples; counts of finite ones, and of
   * those that are not 0.
   */
  function unitsOf(values, n, units) {
    const [count, active, mean, m2] = [0, 1, 2, 3].map(() => new Float64Array(units));
    for (let at = 0; at < n * units; at++) {
      const u = at % units;
      if (!isFinite(values[at])) continue;
      count[u]++;
      mean[u] += values[at];
      if (values[at] !== 0) active[u]++;
    }
    for (let u = 0; u < units; u++) mean[u] /= count[u];
    for (let at = 0; at < n * units; at++) {
      const off = values[at] - mean[at % units];
      if (isFinite(off)) m2[at % units] += off * off;
    }
    const std = m2.map((one, u) => Math.sqrt(one / count[u]));
    const all = count.reduce((a, b) => a + b, 0);
    const signal = Math.sqrt(m2.reduce((a, b) => a + b, 0) / all);
    return { count, active, mean, std, signal };
  }

  /*
   * Share of the values beyond which an activation is flat; NaN of one that is not on both sides.
   */
  function saturatedShare(values, activation) {
    const bound = Kit.spreads.saturationBound(activation);
    if (bound === null) return NaN;
    let [count, beyond] = [0, 0];
    for (let k = 0; k < values.length; k++) {
      if (!isFinite(values[k])) continue;
      count++;
      if (Math.abs(values[k]) > bound) beyond++;
    }
    return count ? beyond / count : NaN;
  }

  /* Share of the units that another one answers like, to all samples. */
  function copiesOf(units, weight) {
    const many = units.mean.length;
    if (weight.rms === 0 || weight.std < 1e-6 * weight.rms) return 1; // a kernel of one number
    const order = Array.from({ length: many }, (_, u) => u);
    order.sort((a, b) => units.mean[a] - units.mean[b] || units.std[a] - units.std[b]);
    const alike = new Set();
    for (let k = 1; k < many; k++) {
      const [a, b] = [order[k - 1], order[k]];
      const near = ALIKE * units.std[b];
      const close = Math.abs(units.mean[b] - units.mean[a]) <= near;
      // units that are constants differ by their biases alone
      if (near > 0 && close && Math.abs(units.std[b] - units.std[a]) <= near) alike.add(a).add(b);
    }
    return alike.size / many;
  }

  function layerOf(network, pass, grads, n, k) {
    const { name, outSize: units, activation, W, b } = network.layers[k];
    const output = k === network.layers.length - 1;
    const [z, a, delta] = [pass.z[k], pass.a[k], grads.delta[k]];
    const [weight, gradient, ofZ] = [W, grads.gW[k], z].map(sizesOf);
    const [ofDelta, ofA] = [delta, a].map(sizesOf);
    const inZ = unitsOf(z, n, units);
    const found = { name, output, weight: weight.rms, kernelStd: weight.std };
    Object.assign(found, { gradient: gradient.rms, z: ofZ.rms, signal: inZ.signal });
    found.bias = sizesOf(b).rms;
    found.delta = ofDelta.rms * Math.sqrt(units);
    found.saturated = saturatedShare(z, activation);
    found.dead = NaN;
    if (activation === "relu" && units > 1) {
      const { count, active } = unitsOf(a, n, units);
      found.dead = count.filter((many, u) => many > 0 && active[u] === 0).length / units;
    }
    found.copies = units > 1 ? copiesOf(inZ, weight) : NaN;
    const all = [weight, gradient, ofZ, ofDelta, ofA];
    found.nonfinite = all.reduce((sum, one) => sum + one.nonfinite, 0);
    return found;
  }

  /*
   * A network at one moment: {epoch, loss, layers: [{name, output, weight, kernelStd, gradient, z,
   * signal, bias, delta, dead, saturated, copies, nonfinite}]}; small enough to keep one an epoch.
   *
   * pass, grads  of Kit.engine.forward and backward for the same n samples
   * weight, gradient, z, bias   rms; kernelStd is the std of the kernel, signal the part of z's std
   *                             across samples
   * delta                       norm of a sample's delta, the root of the mean square over samples
   * dead, saturated, copies     shares, of the units, of the values, of the units; NaN where none
   * nonfinite                   values that are NaN or infinite, of all quantities
   */
  function of(network, pass, grads, n, epoch = 0) {
    const layers = network.layers.map((_, k) => layerOf(network, pass, grads, n, k));
    return { epoch, loss: grads.loss, layers };
  }

  function rmsOf(values) {
    let sum = 0;
    for (let k = 0; k < values.length; k++) sum += values[k] * values[k];
    return Math.sqrt(sum / values.length);
  }

  const middle = (values) => {
    const sorted = Float64Array.from(values).sort();
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };

  /*
   * Of x (n, features): rms, mean and std over the features, and the largest's rms by the middle
   * one's.
   */
  function inputsOf(x, n) {
    const features = x.length / n;
    const [mean, square, apart] = [0, 1, 2].map(() => new Float64Array(features));
    for (let k = 0; k < x.length; k++) {
      mean[k % features] += x[k] / n;
      square[k % features] += (x[k] * x[k]) / n;
    }
    for (let k = 0; k < x.length; k++) apart[k % features] += (x[k] - mean[k % features]) ** 2 / n;
    const rms = square.map(Math.sqrt);
    const std = apart.map(Math.sqrt);
    const most = rms.reduce((a, b) => Math.max(a, b), 0);
    const varied = rms.filter((_, k) => std[k] > 1e-6 * most);
    const largest = varied.length && middle(varied) ? most / middle(varied) : NaN;
    return { features, rms: rmsOf(rms), mean: rmsOf(mean), std: rmsOf(std), largest };
  }

  function targetsOf(y) {
    const share = (test) => y.filter(test).length / y.length;
    const beyond = {
      relu: share((one) => one < 0),
      sigmoid: share((one) => one < 0 || one > 1),
      tanh: share((one) => Math.abs(one) > 1),
    };
    const low = y.reduce((a, b) => Math.min(a, b), Infinity);
    const high = y.reduce((a, b) => Math.max(a, b), -Infinity);
    return { rms: rmsOf(y), low, high, beyond };
  }

  const entropy = (p) => (p > 0 ? -p * Math.log(p) : 0);

  /* The least mean loss that one answer to all samples can have: kit.stats.constant_losses. */
  function constantLoss(loss, y, n) {
    const columns = y.length / n;
    const shares = new Float64Array(columns);
    for (let k = 0; k < y.length; k++) shares[k % columns] += y[k] / n;
    if (loss === "categorical_crossentropy") return shares.reduce((sum, p) => sum + entropy(p), 0);
    if (loss === "binary_crossentropy") {
      const either = shares.map((p) => Math.min(Math.max(p, 0), 1));
      return either.reduce((sum, p) => sum + entropy(p) + entropy(1 - p), 0) / columns;
    }
    let squares = 0;
    for (let k = 0; k < y.length; k++) squares += (y[k] - shares[k % columns]) ** 2 / y.length;
    return squares;
  }

  /* What is known of a network, its data and its training; `bias` is the rms of each layer's. */
  function factsOf(spec, { x, y, n }, optimizer, moment) {
    const sizes = [spec.inputDim, ...Array(spec.depth).fill(spec.width), spec.outputs];
    const layers = sizes.slice(1).map((units, k) => ({
      name: k === spec.depth ? "o" : `h${k + 1}`,
      units,
      fanIn: sizes[k],
      fanOut: units,
      activation: k === spec.depth ? spec.outputActivation : spec.activation,
      bias: moment.layers[k].bias ?? Math.abs(spec.bias || 0),
    }));
    const output = { layer: "o", activation: spec.outputActivation, units: spec.outputs };
    const constant = constantLoss(spec.loss, y, n);
    const ofData = { inputs: inputsOf(x, n), targets: targetsOf(y), constant };
    return { loss: spec.loss, layers, output, ...ofData, optimizer };
  }

  return { of, factsOf, constantLoss, inputsOf, targetsOf };
})();
