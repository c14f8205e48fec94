"use strict";
/*
 * What turns a gradient into a step, as Keras 3 computes it and with its default constants.
 *
 *   sgd       w -= rate g
 *   momentum  m = 0.9 m - rate g;  w += m                       (B. T. Polyak, 1964)
 *   rmsprop   v = 0.9 v + 0.1 g²;  w -= rate g / √(v + ε)       (G. Hinton, Coursera lecture 6, 2012)
 *   adam      m += 0.1 (g - m);  v += 0.001 (g² - v);
 *             w -= rate √(1 - 0.999ᵗ) / (1 - 0.9ᵗ) m / (√v + ε) (D. P. Kingma and J. Ba, ICLR 2015)
 *
 * ε is 1e-7. State is float32, and so are the constants, whose rounding Adam's first steps show.
 */
Kit.optimizers = (() => {
  const f32 = Math.fround;
  const EPSILON = f32(1e-7);

  const RATES = { sgd: 0.01, momentum: 0.01, rmsprop: 0.001, adam: 0.001 };
  const CONSTANTS = {
    sgd: {},
    momentum: { momentum: 0.9 },
    rmsprop: { rho: 0.9 },
    adam: { beta1: 0.9, beta2: 0.999 },
  };
  const SLOTS = { sgd: 0, momentum: 1, rmsprop: 1, adam: 2 }; // arrays of state for each variable

  const UPDATES = {
    sgd(w, g, [], { rate }) {
      for (let k = 0; k < w.length; k++) w[k] -= rate * g[k];
    },
    momentum(w, g, [m], { rate, momentum }) {
      for (let k = 0; k < w.length; k++) {
        m[k] = m[k] * momentum - rate * g[k];
        w[k] += m[k];
      }
    },
    rmsprop(w, g, [v], { rate, rho }) {
      const rest = f32(1 - rho);
      const kept = f32(rho);
      for (let k = 0; k < w.length; k++) {
        v[k] = kept * v[k] + rest * g[k] * g[k];
        w[k] -= (rate * g[k]) / Math.sqrt(v[k] + EPSILON);
      }
    },
    adam(w, g, [m, v], { rate, beta1, beta2 }, steps) {
      const left1 = f32(1 - f32(f32(beta1) ** steps));
      const left2 = f32(1 - f32(f32(beta2) ** steps));
      const alpha = f32(f32(rate * f32(Math.sqrt(left2))) / left1);
      const [rest1, rest2] = [f32(1 - beta1), f32(1 - beta2)];
      for (let k = 0; k < w.length; k++) {
        m[k] += (g[k] - m[k]) * rest1;
        v[k] += (g[k] * g[k] - v[k]) * rest2;
        w[k] -= (m[k] * alpha) / (Math.sqrt(v[k]) + EPSILON);
      }
    },
  };

  /*
   * An optimizer: `step(network, {gW, gb})` changes the network's weights in place, `copy()` is one
   * with the same state. Without a rate, Keras's.
   */
  function make(name, { rate, ...constants } = {}) {
    if (!(name in RATES)) {
      const known = Object.keys(RATES).join(", ");
      throw new RangeError(`\`name\` must be one of ${known}; got ${name}`);
    }
    const known = rate ?? RATES[name];
    if (!(Number.isFinite(known) && known >= 0)) {
      throw new RangeError(`\`rate\` must be a number of at least 0; got ${rate}`);
    }
    return optimizer(name, { ...CONSTANTS[name], ...constants, rate: f32(known) }, 0, null);
  }

  function optimizer(name, constants, steps, state) {
    const update = UPDATES[name];
    const slots = (array) =>
      Array.from({ length: SLOTS[name] }, () => new Float32Array(array.length));
    return {
      name,
      get rate() { return constants.rate; },
      get steps() { return steps; },
      step(network, { gW, gb }) {
        state ??= network.layers.map(({ W, b }) => ({ W: slots(W), b: slots(b) }));
        steps += 1;
        network.layers.forEach((layer, k) => {
          update(layer.W, gW[k], state[k].W, constants, steps);
          update(layer.b, gb[k], state[k].b, constants, steps);
        });
      },
      copy(other = {}) { // with another rate, for one
        const arrays = (some) => some.map((one) => one.slice());
        const copied = state && state.map(({ W, b }) => ({ W: arrays(W), b: arrays(b) }));
        const rate = f32(other.rate ?? constants.rate);
        return optimizer(name, { ...constants, ...other, rate }, steps, copied);
      },
    };
  }

  return {
    make, names: Object.keys(RATES), rates: Object.freeze(RATES),
  };
})();
