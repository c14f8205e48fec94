"use strict";
/* What is said of a moment, in a title, a note, to a screen reader. */
Kit.words = (() => {
  /* "sigmoid · Normal σ = 0.01 · epoch 3"; with hidden titles the epoch alone. */
  function title(moment, settings) {
    const when = at(moment);
    return settings.titles === "hidden" ? when : `${Kit.recipe.title(settings, Kit.state.table)} · ${when}`;
  }

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
    const held = entry && entry.valLoss !== undefined
      ? `; held out: loss ${Kit.numbers.format(entry.valLoss)}, accuracy ${Kit.numbers.percent(entry.valAccuracy)}` : "";
    return own + held;
  }

  return { title, at, measured, result };
})();
