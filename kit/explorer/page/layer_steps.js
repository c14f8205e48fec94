"use strict";
/* What each kind of step computes, forwards and backwards, for one image.

   Arrays are (height, width, channels), row by row, as Keras keeps them; a vector is (units). A sum of
   products is z = Σ x W + b over a window and the channels of its group; sums run in float64. */
Kit.layerSteps = (() => {
  const last = (shape) => shape[shape.length - 1];

  /* Calls visit(row, column, kernel row, kernel column) for each place of a window that lies inside. */
  function inside(step, y, x, visit) {
    const [height, width] = step.input;
    const [rows, columns] = step.window || step.kernelShape;
    for (let i = 0; i < rows; i++) {
      const row = y * step.strides[0] - step.pad[0] + i * step.dilation[0];
      if (row < 0 || row >= height) continue;
      for (let j = 0; j < columns; j++) {
        const column = x * step.strides[1] - step.pad[1] + j * step.dilation[1];
        if (column >= 0 && column < width) visit(row, column, i, j);
      }
    }
  }

  /* Height and width of what a step makes; 1 by 1 for a pooling that leaves a vector. */
  const places = (step) => (step.shape.length === 3 ? step.shape : [1, 1]);

  /* Calls visit(where of the output, places in the kernel, pixels of the input, how many) for each window. */
  function eachWindow(step, visit) {
    const [height, width] = places(step);
    const [rows, columns] = step.window || step.kernelShape;
    const [taps, pixels] = [new Int32Array(rows * columns), new Int32Array(rows * columns)];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let count = 0;
        inside(step, y, x, (row, column, i, j) => {
          taps[count] = i * columns + j;
          pixels[count++] = row * step.input[1] + column;
        });
        visit(y * width + x, taps, pixels, count);
      }
    }
  }

  /* sums[to + k] += Σ values[m] kernel[from[m] + k], four products at a time: it saves three quarters
     of the traffic, and half of the time. */
  function addProducts(sums, to, own, kernel, values, from, count) {
    let m = 0;
    for (; m + 3 < count; m += 4) {
      const [a, b, c, d] = [values[m], values[m + 1], values[m + 2], values[m + 3]];
      const [p, q, r, s] = [from[m], from[m + 1], from[m + 2], from[m + 3]];
      for (let k = 0; k < own; k++) {
        sums[to + k] += a * kernel[p + k] + b * kernel[q + k] + c * kernel[r + k] + d * kernel[s + k];
      }
    }
    for (; m < count; m++) {
      for (let k = 0; k < own; k++) sums[to + k] += values[m] * kernel[from[m] + k];
    }
  }

  function convolution(step, x) {
    const [rows, columns, deep, maps] = step.kernelShape;
    const inputs = last(step.input);
    const own = maps / step.groups; // maps of a group
    const sums = new Float64Array(step.shape[0] * step.shape[1] * maps);
    const values = new Float64Array(rows * columns * deep);
    const from = new Int32Array(values.length);
    for (let group = 0; group < step.groups; group++) {
      eachWindow(step, (output, taps, pixels, count) => {
        let found = 0;
        for (let t = 0; t < count; t++) {
          for (let c = 0; c < deep; c++) {
            const value = x[pixels[t] * inputs + group * deep + c];
            if (value === 0) continue;
            values[found] = value;
            from[found++] = (taps[t] * deep + c) * maps + group * own;
          }
        }
        addProducts(sums, output * maps + group * own, own, step.kernel, values, from, found);
      });
    }
    return withBias(sums, step, maps);
  }

  function dense(step, x) {
    const [inputs, units] = step.kernelShape;
    const sums = new Float64Array(units);
    for (let i = 0; i < inputs; i++) {
      const value = x[i];
      if (value === 0) continue;
      for (let k = 0; k < units; k++) sums[k] += value * step.kernel[i * units + k];
    }
    return withBias(sums, step, units);
  }

  function withBias(sums, step, maps) {
    const z = new Float32Array(sums.length);
    for (let k = 0; k < z.length; k++) z[k] = sums[k] + (step.bias ? step.bias[k % maps] : 0);
    return z;
  }

  function convolutionBack(step, x, delta) {
    const [, , deep, maps] = step.kernelShape;
    const inputs = last(step.input);
    const own = maps / step.groups;
    const into = new Float64Array(x.length);
    const gradient = new Float64Array(step.kernel.length);
    const sent = { at: new Int32Array(own), values: new Float64Array(own), count: 0 };
    for (let group = 0; group < step.groups; group++) {
      eachWindow(step, (output, taps, pixels, count) => {
        gather(sent, delta, output * maps + group * own, own);
        for (let t = 0; sent.count && t < count; t++) {
          for (let c = 0; c < deep; c++) {
            const place = pixels[t] * inputs + group * deep + c;
            const from = (taps[t] * deep + c) * maps + group * own;
            into[place] += backProducts(step.kernel, gradient, from, sent, x[place]);
          }
        }
      });
    }
    return {
      into: Float32Array.from(into),
      kernel: Float32Array.from(gradient),
      bias: biasGradient(delta, maps),
    };
  }

  /* The δ of one window that are not 0: behind max pooling and ReLU most are. */
  function gather(sent, delta, from, own) {
    sent.count = 0;
    for (let k = 0; k < own; k++) {
      if (delta[from + k] === 0) continue;
      sent.at[sent.count] = k;
      sent.values[sent.count++] = delta[from + k];
    }
  }

  /* Σ δ w over the maps, and δ x added to the kernel's gradient. */
  function backProducts(kernel, gradient, from, { at, values, count }, value) {
    let sum = 0;
    for (let m = 0; m < count; m++) {
      const k = from + at[m];
      sum += values[m] * kernel[k];
      gradient[k] += value * values[m];
    }
    return sum;
  }

  function denseBack(step, x, delta) {
    const [inputs, units] = step.kernelShape;
    const into = new Float32Array(inputs);
    const kernel = new Float32Array(inputs * units);
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let k = 0; k < units; k++) {
        sum += delta[k] * step.kernel[i * units + k];
        kernel[i * units + k] = x[i] * delta[k];
      }
      into[i] = sum;
    }
    return { into, kernel, bias: biasGradient(delta, units) };
  }

  function biasGradient(delta, maps) {
    const sums = new Float64Array(maps);
    for (let k = 0; k < delta.length; k++) sums[k % maps] += delta[k];
    return Float32Array.from(sums);
  }

  /* The largest of a window, of equal ones the first; `winner` is its place in the input. */
  function largest(step, x) {
    const channels = last(step.input);
    const a = new Float32Array(step.shape.reduce((m, n) => m * n, 1)).fill(-Infinity);
    const winner = new Int32Array(a.length).fill(-1);
    eachWindow(step, (output, _, pixels, count) => {
      for (let t = 0; t < count; t++) {
        for (let c = 0; c < channels; c++) {
          const to = output * channels + c;
          const from = pixels[t] * channels + c;
          if (winner[to] >= 0 && x[from] <= a[to]) continue;
          a[to] = x[from];
          winner[to] = from;
        }
      }
    });
    return { a, winner };
  }

  /* The mean of what lies inside of a window; zeros around the image do not count. */
  function mean(step, x) {
    const channels = last(step.input);
    const sums = new Float64Array(step.shape.reduce((m, n) => m * n, 1));
    eachWindow(step, (output, _, pixels, count) => {
      for (let t = 0; t < count; t++) {
        for (let c = 0; c < channels; c++) sums[output * channels + c] += x[pixels[t] * channels + c] / count;
      }
    });
    return { a: Float32Array.from(sums) };
  }

  function poolingBack(step, x, result, received) {
    const channels = last(step.input);
    const into = new Float32Array(x.length);
    if (result.winner) {
      for (let k = 0; k < received.length; k++) into[result.winner[k]] += received[k];
      return { into };
    }
    eachWindow(step, (output, _, pixels, count) => {
      for (let t = 0; t < count; t++) {
        for (let c = 0; c < channels; c++)
          into[pixels[t] * channels + c] += received[output * channels + c] / count;
      }
    });
    return { into };
  }

  /* Where a value of a padded image lies in the image itself; −1 for a zero of its edge. */
  function unpadded(step, k) {
    const [height, width, channels] = step.input;
    const column = (Math.floor(k / channels) % step.shape[1]) - step.pad[1];
    const row = Math.floor(k / channels / step.shape[1]) - step.pad[0];
    if (row < 0 || row >= height || column < 0 || column >= width) return -1;
    return (row * width + column) * channels + (k % channels);
  }

  function padding(step, x) {
    const a = new Float32Array(step.shape.reduce((m, n) => m * n, 1));
    for (let k = 0; k < a.length; k++) a[k] = x[unpadded(step, k)] || 0;
    return a;
  }

  function paddingBack(step, x, received) {
    const into = new Float32Array(x.length);
    for (let k = 0; k < received.length; k++) {
      const place = unpadded(step, k);
      if (place >= 0) into[place] = received[k];
    }
    return into;
  }

  function activated(step, z) {
    const activation = Kit.layerActivations.of(step.activation);
    if (activation.together) return Kit.layerActivations.softmax(z, last(step.shape));
    return activation.plain ? z : Float32Array.from(z, activation.f);
  }

  /* What a step makes of x: {a, z?, winner?}. */
  function forward(step, x) {
    switch (step.op) {
      case "convolution":
      case "dense": {
        const z = step.op === "dense" ? dense(step, x) : convolution(step, x);
        return { z, a: activated(step, z) };
      }
      case "activation":
        return { z: x, a: activated(step, x) };
      case "scale": {
        const channels = last(step.shape);
        return { a: x.map((value, k) => value * step.scale[k % channels] + step.shift[k % channels]) };
      }
      case "largest":
        return largest(step, x);
      case "mean":
        return mean(step, x);
      case "padding":
        return { a: padding(step, x) };
      default:
        return { a: x }; // flatten, and what does nothing in inference
    }
  }

  /* ∂cost/∂z from ∂cost/∂a, where a step has a z. */
  function deltaOf(step, { z, a }, received) {
    const activation = Kit.layerActivations.of(step.activation);
    if (activation.together) return Kit.layerActivations.softmaxBack(a, received, last(step.shape));
    return activation.plain ? received : received.map((value, k) => value * slopeAt(activation, z[k], a[k]));
  }

  /* f′(z); of a sigmoid and a tanh as they have been rounded, since so the training program has it. */
  const slopeAt = (activation, z, a) => (activation.back || activation.slope)(z, a);

  /* Backwards through a step: what the layer before receives, and the gradients of its weights.
     Where `delta` is given it is ∂cost/∂z, and `received` is not asked. */
  function backward(step, x, result, received, delta) {
    switch (step.op) {
      case "convolution":
      case "dense": {
        const own = delta || deltaOf(step, result, received);
        const back = step.op === "dense" ? denseBack(step, x, own) : convolutionBack(step, x, own);
        return { ...back, received, delta: own };
      }
      case "activation": {
        const own = delta || deltaOf(step, result, received);
        return { into: own, received, delta: own };
      }
      case "scale": {
        const channels = last(step.shape);
        return { into: received.map((value, k) => value * step.scale[k % channels]), received };
      }
      case "largest":
      case "mean":
        return { ...poolingBack(step, x, result, received), received };
      case "padding":
        return { into: paddingBack(step, x, received), received };
      default:
        return { into: received, received };
    }
  }

  return { forward, backward, inside, unpadded, slopeAt };
})();
