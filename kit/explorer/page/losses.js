"use strict";
/*
 * What a network's answer costs, and ∂cost/∂z of each output.
 *
 * As a Keras model computes them that ends in the activation that belongs to the loss: the two
 * cross-entropies from z, not from the rounded activation, so that nothing is lost where it is 0 or 1.
 *
 *   binary_crossentropy       cost = log(1 + e^z) - y z,         ∂cost/∂z = a - y      (sigmoid)
 *   categorical_crossentropy  cost = log Σ e^z - Σ y z,          ∂cost/∂z = a - y      (softmax)
 *   mean_squared_error        cost = mean over outputs (a - y)², ∂cost/∂z by the chain rule
 */
Kit.losses = (() => {
  const KNOWN = ["binary_crossentropy", "categorical_crossentropy", "mean_squared_error"];

  const OUTPUTS = { binary_crossentropy: "sigmoid", categorical_crossentropy: "softmax" };

  /* The loss by its name, for an output activation that it can be had with. */
  function check(loss, outputActivation) {
    if (!KNOWN.includes(loss)) {
      throw new RangeError(`\`loss\` must be one of ${KNOWN.join(", ")}; got ${loss}`);
    }
    if (loss in OUTPUTS && outputActivation !== OUTPUTS[loss]) {
      throw new RangeError(
        `\`outputActivation\` must be ${OUTPUTS[loss]} with ${loss}; got ${outputActivation}`,
      );
    }
  }

  /* Softmax of z (n, units), row by row. */
  function softmax(z, n, units, into = new Float32Array(n * units)) {
    for (let i = 0, row = 0; i < n; i++, row += units) {
      let most = -Infinity;
      for (let j = 0; j < units; j++) most = Math.max(most, z[row + j]);
      let sum = 0;
      for (let j = 0; j < units; j++) sum += Math.exp(z[row + j] - most);
      for (let j = 0; j < units; j++) into[row + j] = Math.exp(z[row + j] - most) / sum;
    }
    return into;
  }

  const COSTS = {
    binary_crossentropy(z, a, y, row, units) {
      let sum = 0;
      for (let j = row; j < row + units; j++) {
        sum += Math.max(z[j], 0) - z[j] * y[j] + Math.log1p(Math.exp(-Math.abs(z[j])));
      }
      return sum / units;
    },
    categorical_crossentropy(z, a, y, row, units) {
      let most = -Infinity;
      for (let j = row; j < row + units; j++) most = Math.max(most, z[j]);
      let sum = 0;
      for (let j = row; j < row + units; j++) sum += Math.exp(z[j] - most);
      const total = most + Math.log(sum);
      let cost = 0;
      for (let j = row; j < row + units; j++) cost += y[j] * (total - z[j]);
      return cost;
    },
    mean_squared_error(z, a, y, row, units) {
      let sum = 0;
      for (let j = row; j < row + units; j++) sum += (a[j] - y[j]) ** 2;
      return sum / units;
    },
  };

  /* Cost of each sample, Float32Array(n); z, a and y are (n, units). */
  function perSample(loss, z, a, y, n, units) {
    const cost = COSTS[loss];
    return Float32Array.from({ length: n }, (_, i) => cost(z, a, y, i * units, units));
  }

  /* ∂cost_i/∂z of the output layer, (n, units). */
  function delta(loss, activation, z, a, y, n, units) {
    const result = new Float32Array(n * units);
    if (loss !== "mean_squared_error") {
      const shared = loss === "binary_crossentropy" ? units : 1; // its mean over outputs
      for (let k = 0; k < result.length; k++) result[k] = (a[k] - y[k]) / shared;
      return result;
    }
    for (let k = 0; k < result.length; k++) result[k] = (2 * (a[k] - y[k])) / units;
    return activation === "softmax"
      ? throughSoftmax(result, a, n, units)
      : throughActivation(result, Kit.activations[activation], z, a);
  }

  function throughActivation(result, { back }, z, a) {
    for (let k = 0; k < result.length; k++) result[k] *= back(z[k], a[k]);
    return result;
  }

  function throughSoftmax(result, a, n, units) {
    for (let i = 0, row = 0; i < n; i++, row += units) {
      let mean = 0;
      for (let j = row; j < row + units; j++) mean += result[j] * a[j];
      for (let j = row; j < row + units; j++) result[j] = a[j] * (result[j] - mean);
    }
    return result;
  }

  /* Share of the samples that are classified as y (n, units) says. */
  function accuracy(a, y, n, units) {
    let right = 0;
    for (let i = 0, row = 0; i < n; i++, row += units) {
      right += units === 1
        ? (a[row] > 0.5) === (y[row] > 0.5)
        : largest(a, row, units) === largest(y, row, units);
    }
    return right / n;
  }

  function largest(values, row, units) {
    let best = 0;
    for (let j = 1; j < units; j++) if (values[row + j] > values[row + best]) best = j;
    return best;
  }

  return { accuracy, check, delta, largest, perSample, softmax };
})();
