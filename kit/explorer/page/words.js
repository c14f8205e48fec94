"use strict";
/* What is said of a moment, in a title, a note, to a screen reader. */
Kit.words = (() => {
  /* "sigmoid · Normal σ = 0.01 · epoch 3"; with hidden titles the epoch alone. */
  function title(moment, settings) {
    const when = at(moment);
    return hidden(settings) ? when : `${Kit.recipe.title(settings, Kit.state.table)} · ${when}`;
  }

  /* Whether what the network is made of is to be guessed. */
  const hidden = ({ titles }) => titles === "hidden";

  /* A sentence of the kit with the page's own words: "He normal", where Keras has he_normal. */
  function named(text) {
    const { choices } = Kit.state.table.get("initializer");
    return text.replace(/\b[a-z]+_(?:normal|uniform)\b/g, (name) => choices[name] ?? name);
  }

  /* Of some settings, as they are called on the page: "learning rate 0.1, activation ReLU". */
  const change = (settings) =>
    Object.entries(settings)
      .map(([name, value]) => {
        const { label, choices } = Kit.state.table.get(name);
        return `${label.toLowerCase()} ${choices ? choices[value] : Kit.numbers.format(value)}`;
      })
      .join(", ");

  function at({ epoch, batch }) {
    return batch ? `epoch ${epoch}, then ${Kit.numbers.count(batch, "batch", "batches")}` : `epoch ${epoch}`;
  }

  /* On how much of the data. */
  function measured({ samples, data }) {
    const all = Kit.numbers.count(data.n, "sample");
    return samples < data.n ? `${samples} of ${all}.` : `All ${all}.`;
  }

  /* Loss and accuracy in a line; those of what is held out too. */
  function result({ loss, accuracy }, entry) {
    const own = `loss ${Kit.numbers.format(loss)}, accuracy ${Kit.numbers.percent(accuracy)}`;
    const held =
      entry && entry.valLoss !== undefined
        ? `; held out: loss ${Kit.numbers.format(entry.valLoss)}, accuracy ${Kit.numbers.percent(entry.valAccuracy)}`
        : "";
    return own + held;
  }

  return { title, at, change, hidden, measured, named, result };
})();
