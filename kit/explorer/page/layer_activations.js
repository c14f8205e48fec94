"use strict";
/* The activations that a Keras layer can have, with the numbers of that layer: a = f(z), its slope,
   and how both are written. Those of kit/explorer's own networks are Kit.activations. */
Kit.layerActivations = (() => {
  const sigmoid = (z) => 1 / (1 + Math.exp(-z));
  const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 };
  const known = (name) => Kit.activations[name];
  const shown = (number) => Kit.numbers.format(number, 4);

  function rectifier({ slope, most, threshold }) {
    const top = most === null ? Infinity : most;
    const leaky = slope !== 0;
    const low = leaky ? `${shown(slope)} z` : "0";
    const above = threshold === 0 ? "z > 0" : `z > ${shown(threshold)}`;
    const plain =
      leaky || threshold !== 0
        ? `z for ${above}, else ${threshold === 0 ? low : `${shown(slope)} (z − ${shown(threshold)})`}`
        : "max(0, z)";
    return {
      label: leaky ? "leaky ReLU" : "ReLU",
      f: (z) => (z > threshold ? Math.min(z, top) : slope * (z - threshold)),
      slope: (z) => (z > threshold ? (z < top ? 1 : 0) : slope),
      formula: Number.isFinite(top) ? `${plain}, at most ${shown(top)}` : plain,
    };
  }

  function elu({ alpha = 1 }) {
    return {
      label: "ELU",
      f: (z) => (z > 0 ? z : alpha * Math.expm1(z)),
      slope: (z) => (z > 0 ? 1 : alpha * Math.exp(z)),
      formula: `z for z > 0, else ${alpha === 1 ? "" : `${shown(alpha)} · `}(e^z − 1)`,
    };
  }

  const MORE = {
    relu: rectifier,
    elu,
    selu: () => ({
      label: "SELU",
      f: (z) => SELU.scale * (z > 0 ? z : SELU.alpha * Math.expm1(z)),
      slope: (z) => SELU.scale * (z > 0 ? 1 : SELU.alpha * Math.exp(z)),
      formula: "1.0507 z for z > 0, else 1.7581 (e^z − 1)",
    }),
    silu: () => ({
      label: "SiLU",
      f: (z) => z * sigmoid(z),
      slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
      formula: "z / (1 + e^(−z))",
    }),
    softplus: () => ({
      label: "softplus",
      f: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
      slope: sigmoid,
      formula: "ln(1 + e^z)",
    }),
    softsign: () => ({
      label: "softsign",
      f: (z) => z / (1 + Math.abs(z)),
      slope: (z) => 1 / (1 + Math.abs(z)) ** 2,
      formula: "z / (1 + |z|)",
    }),
    exponential: () => ({ label: "exponential", f: Math.exp, slope: Math.exp, formula: "e^z" }),
    hard_sigmoid: () => ({
      label: "hard sigmoid",
      f: (z) => Math.min(1, Math.max(0, (z + 3) / 6)),
      slope: (z) => (z > -3 && z < 3 ? 1 / 6 : 0),
      formula: "(z + 3) / 6, within 0 and 1",
    }),
    softmax: () => ({ label: "softmax", together: true, formula: "e^z over the sum of e^z of all classes" }),
  };

  /* Of a layer's activation, {name, ...}: {label, formula, f, slope}, or {together} for softmax. */
  function of(spec) {
    if (!spec || spec.name === "linear") return { ...known("linear"), plain: true };
    return Object.hasOwn(MORE, spec.name) ? MORE[spec.name](spec) : known(spec.name);
  }

  /* Softmax of each run of `units` numbers, in float32. */
  function softmax(z, units) {
    const a = new Float32Array(z.length);
    for (let start = 0; start < z.length; start += units) {
      let most = -Infinity;
      for (let k = start; k < start + units; k++) most = Math.max(most, z[k]);
      let sum = 0;
      for (let k = start; k < start + units; k++) sum += Math.exp(z[k] - most);
      for (let k = start; k < start + units; k++) a[k] = Math.exp(z[k] - most) / sum;
    }
    return a;
  }

  /* What arrives at a, brought to z: through softmax, ∂/∂z_j = a_j (g_j − Σ g_k a_k). */
  function softmaxBack(a, received, units) {
    const delta = new Float32Array(a.length);
    for (let start = 0; start < a.length; start += units) {
      let sum = 0;
      for (let k = start; k < start + units; k++) sum += received[k] * a[k];
      for (let k = start; k < start + units; k++) delta[k] = a[k] * (received[k] - sum);
    }
    return delta;
  }

  return { of, softmax, softmaxBack, sigmoid };
})();
