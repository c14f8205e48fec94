"use strict";
/* A network of one's own, on one image: all its layers forwards, its cost, and all of it backwards.

   A pass is {x: [what each step takes], results: [what each makes], output, probabilities}; back is
   {cost, steps: [{received ∂cost/∂a, delta ∂cost/∂z, kernel, bias, into}]}. */
Kit.layerEngine = (() => {
  const size = (shape) => shape.reduce((m, n) => m * n, 1);

  /* The network that the page's data hold: its steps with their weights as arrays. */
  function build(data) {
    const block = Kit.packed.floats(data.weights);
    const at = (place) => (place ? block.subarray(place.at, place.at + place.size) : null);
    const steps = data.steps.map((step) => ({
      ...step,
      kernel: at(step.kernel),
      bias: at(step.bias),
      scale: at(step.scale),
      shift: at(step.shift),
      parts:
        step.parts &&
        Object.fromEntries(Object.entries(step.parts).map(([name, place]) => [name, at(place)])),
    }));
    return { steps, loss: data.loss, input: data.images.shape, outputs: steps[steps.length - 1].shape[0] };
  }

  /* The images of the page's data, one array each. */
  function imagesOf({ shape, count, divisor, values }) {
    const all = divisor ? Float32Array.from(Kit.packed.bytes(values), (one) => one / divisor) : Kit.packed.floats(values);
    const each = size(shape);
    return Array.from({ length: count }, (_, k) => all.subarray(k * each, (k + 1) * each));
  }

  function forward(network, image) {
    const taken = [];
    const results = [];
    let x = image;
    for (const step of network.steps) {
      taken.push(x);
      results.push(Kit.layerSteps.forward(step, x));
      x = results[results.length - 1].a;
    }
    return { x: taken, results, output: x, probabilities: probabilities(network, x) };
  }

  /* What is shown as the classes' share: one sigmoid is that of the second of two. */
  function probabilities({ loss, outputs }, output) {
    if (loss.kind === "squared" && outputs > 1) return null;
    const { softmax, sigmoid } = Kit.layerActivations;
    if (outputs === 1) {
      if (loss.kind === "squared" && loss.logits) return null;
      const second = loss.logits ? sigmoid(output[0]) : output[0];
      return Float64Array.of(1 - second, second);
    }
    if (!loss.logits) return Float64Array.from(output);
    return Float64Array.from(loss.kind === "binary" ? output.map(sigmoid) : softmax(output, outputs));
  }

  /* What the outputs should be where class `label` is right. */
  function targets({ loss, outputs }, label) {
    if (outputs === 1) return [loss.smoothing ? label * (1 - loss.smoothing) + loss.smoothing / 2 : label];
    const rest = loss.smoothing / (loss.kind === "binary" ? 2 : outputs);
    return Array.from({ length: outputs }, (_, k) => (k === label ? 1 - loss.smoothing : 0) + rest);
  }

  const TINY = 1e-7; // at which Keras cuts probabilities off

  /* Z-values of the classes, where cross-entropy undoes what the last activation did; else null. */
  function logitsOf({ loss, steps }, { output, results }) {
    if (loss.kind === "squared") return null;
    if (loss.logits) return output;
    const last = steps[steps.length - 1];
    return last.activation && last.activation.name === UNDONE[loss.kind]
      ? results[results.length - 1].z
      : null;
  }

  const UNDONE = { categorical: "softmax", binary: "sigmoid" };

  /* The cost of a pass where class `label` is right. Of Z-values, as Keras takes it where it can:
     ln Σ e^z − z of the right class, which does not overflow and is not cut off. */
  function costOf(network, pass, label) {
    const wanted = targets(network, label);
    const z = logitsOf(network, pass);
    const terms = Array.from(pass.output, (value, k) => termOf(network, value, z && z[k], wanted[k]));
    const sum = terms.reduce((one, other) => one + other, 0);
    if (network.loss.kind !== "categorical") return sum / network.outputs;
    return z ? sum + logSum(z) * wanted.reduce((one, other) => one + other, 0) : sum;
  }

  function termOf({ loss }, value, z, wanted) {
    if (loss.kind === "squared") return (value - wanted) ** 2;
    const p = Math.min(1 - TINY, Math.max(TINY, value));
    if (loss.kind === "categorical") return wanted === 0 ? 0 : -wanted * (z === null ? Math.log(p) : z);
    if (z !== null) return Math.max(z, 0) - z * wanted + Math.log1p(Math.exp(-Math.abs(z)));
    return -(wanted * Math.log(p) + (1 - wanted) * Math.log(1 - p));
  }

  function logSum(z) {
    const most = Math.max(...z);
    return most + Math.log(z.reduce((sum, one) => sum + Math.exp(one - most), 0));
  }

  /* How the cost leaves: ∂cost/∂output, and with cross-entropy ∂cost/∂z of the last layer as well,
     where e^z and ln cancel: a − y. */
  function leaving({ loss, outputs, steps }, output, wanted) {
    const shortened = Float32Array.from(output, (value, k) => {
      if (loss.kind === "squared") return (2 * (value - wanted[k])) / outputs;
      return (value - wanted[k]) / (loss.kind === "binary" ? outputs : 1);
    });
    if (loss.kind === "squared") return { received: shortened };
    if (loss.logits) {
      const shares =
        loss.kind === "binary"
          ? output.map(Kit.layerActivations.sigmoid)
          : Kit.layerActivations.softmax(output, outputs);
      return { received: shares.map((p, k) => (p - wanted[k]) / (loss.kind === "binary" ? outputs : 1)) };
    }
    const name = (steps[steps.length - 1].activation || {}).name;
    const received = Float32Array.from(output, (p, k) =>
      slopeOfCross(loss.kind, Math.max(TINY, p), wanted[k], outputs),
    );
    return { received, delta: name === UNDONE[loss.kind] ? shortened : null };
  }

  function slopeOfCross(kind, p, wanted, outputs) {
    if (kind === "categorical") return -wanted / p;
    return ((1 - wanted) / Math.max(TINY, 1 - p) - wanted / p) / outputs;
  }

  function backward(network, pass, label) {
    const wanted = targets(network, label);
    const { steps } = network;
    const found = new Array(steps.length);
    let { received, delta } = leaving(network, pass.output, wanted);
    for (let k = steps.length - 1; k >= 0; k--) {
      found[k] = Kit.layerSteps.backward(steps[k], pass.x[k], pass.results[k], received, delta);
      received = found[k].into;
      delta = null;
    }
    return { cost: costOf(network, pass, label), steps: found, label };
  }

  return { build, imagesOf, forward, backward, costOf };
})();
