"use strict";
/*
 * What theory says of a network at one moment, from its layers' weights as they are:
 * kit.diagnosis's `gradient_norms`.
 *
 * The recursion of mean-field theory with the second moments that were measured where it begins: q
 * ← fan_in Var(w) ∫Dz f(√q z)², and for the norm of a sample's delta over a whole layer ‖δ_l‖² =
 * fan_in(l + 1) Var(w(l + 1)) ∫Dz f′(√q z)² ‖δ_(l+1)‖². `fitting` is by activation the initializer
 * that fits, and comes from Python.
 */
Kit.expected = (() => {
  const OTHERS = "glorot_normal";
  let fits = {};

  function provide(fitting) {
    fits = fitting;
  }

  const fittingName = (activation) => fits[activation] || OTHERS;

  /* The std that the initializer that fits a layer's activation draws with. */
  function fittingStd({ activation, fanIn, fanOut }) {
    return Math.sqrt(Kit.initializers.variance(fittingName(activation), fanIn, fanOut));
  }

  function moment(f, q, what) {
    if (f.below === null) return Kit.quadrature.mean((u) => f[what](u) ** 2, q);
    return ((1 + f.below ** 2) / 2) * (what === "f" ? q : 1);
  }

  /*
   * The norm of a sample's delta in each hidden layer, by that of the last one: with the weights as
   * they are, or as the initializer draws them that fits. Empty where theory does not follow.
   */
  function gradientNorms(facts, { layers }, fitting = false) {
    const hidden = layers.filter((one) => !one.output);
    const known = facts.layers.slice(0, hidden.length);
    if (hidden.length < 2) return {};
    const std = hidden.map((state, k) => (fitting ? fittingStd(known[k]) : state.weight));
    const start = hidden[0].weight ? std[0] / hidden[0].weight : NaN;
    let q = (hidden[0].z * start) ** 2;
    if (!Number.isFinite(q)) return {};
    const factors = [];
    for (let k = 0; k + 1 < hidden.length; k++) {
      const gain = known[k + 1].fanIn * std[k + 1] ** 2;
      const f = Kit.theory.nonlinearity(known[k].activation);
      factors.push(Math.sqrt(gain * moment(f, q, "slope")));
      q = gain * moment(f, q, "f");
    }
    const found = { [hidden[hidden.length - 1].name]: 1 };
    for (let k = hidden.length - 2, size = 1; k >= 0; k--) {
      size *= factors[k];
      found[hidden[k].name] = size;
    }
    return found;
  }

  return { provide, fittingName, fittingStd, gradientNorms };
})();
