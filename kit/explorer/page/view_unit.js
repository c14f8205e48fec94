"use strict";
/*
 * A unit in numbers: its formula forwards and backwards for one sample, as a part of its network, and what
 * it makes of all samples.
 */
Kit.views = Kit.views || {};
Kit.views.unit = (() => {
  const { html } = Kit.draw;
  const { unitName, write } = Kit.parts;
  const REST = 120; // milliseconds from something new to a sweep over all samples
  const SELDOM = 700; // milliseconds between two sweeps while it trains
  const SLICE = 10;

  function make(host) {
    const parts = layOut(() => now && draw());
    const clock = Kit.parts.slices(SLICE);
    let [now, all, of, timer, swept, weight] = [null, null, "", 0, 0, null];
    host.append(html("div", { class: "view-room" }, parts.element));

    function show(moment, settings) {
      if (!moment) return;
      const before = now;
      now = { moment, settings, ...Kit.parts.chosen(moment, settings) };
      const isOther =
        !before || before.layer !== now.layer || before.unit !== now.unit || before.moment.data !== moment.data;
      if (isOther) {
        clock.stop();
        clearTimeout(timer);
        [all, weight, timer] = [null, null, 0];
      }
      if (isOther || !isSame(before.moment, moment)) sweepLater();
      draw();
    }

    /* What was begun is finished: while it trains, something newer comes all the time. */
    function sweepLater() {
      if (clock.busy) return;
      const wait = all ? Math.max(REST, swept + SELDOM - performance.now()) : 0;
      timer ||= setTimeout(sweep, wait);
    }

    /* The unit over all samples; what is shown of them stays until it is done. */
    function sweep() {
      timer = 0;
      const { moment, layer, unit } = now;
      const found = Kit.unit.sweep(moment, layer, unit);
      clock.start(found.step, () => {
        all = found;
        swept = performance.now();
        draw();
        if (!isSame(now.moment, moment)) sweepLater();
      });
    }

    function draw() {
      const { moment, layer, unit, sample } = now;
      const { network } = moment;
      const passed = Kit.unit.passOf(moment, sample);
      const forwards = Kit.unit.forwards(network, passed, layer, unit);
      const backwards = Kit.unit.backwards(network, passed, layer, unit);
      const given = { ...now, network, passed, forwards, backwards, all };
      given.weight = weight ?? forwards.terms[0].index;
      drawControls(parts, given);
      parts.formula.show(given);
      drawPictures(parts, given);
    }

    parts.formula.choose((index) => {
      weight = index;
      draw();
    });
    const unwatch = Kit.parts.watch(host, () => now && draw());
    function destroy() {
      unwatch();
      clock.stop();
      clearTimeout(timer);
      host.replaceChildren();
    }
    return { show, destroy };
  }

  const isSame = (one, two) => one.network === two.network && one.epoch === two.epoch && one.part === two.part;

  function layOut() {
    const [layers, units, samples] = [
      Kit.parts.layerPicker(),
      Kit.parts.stepper("Unit", "unit"),
      Kit.parts.stepper("Sample", "sample"),
    ];
    const formula = Kit.unitFormula.make();
    const [verdict, answer] = [html("p", { class: "verdict" }), html("p", { class: "small" })];
    const [drawing, samplesDrawn] = [html("div", { class: "drawing" }), html("div", { class: "drawing of-all" })];
    const title = html("h3", {});
    const element = html(
      "div",
      { class: "unit" },
      html("div", { class: "row" }, layers.element, units.element, samples.element),
      answer,
      html(
        "div",
        { class: "unit-columns" },
        html(
          "div",
          {},
          title,
          drawing,
          html(
            "p",
            { class: "small" },
            "Edges are as thick as their term is large, dashed where it is negative, grey for many together.",
          ),
          formula.element,
        ),
        html(
          "div",
          {},
          html("h3", {}, "For all samples"),
          verdict,
          samplesDrawn,
          html(
            "p",
            { class: "small" },
            "Dashed: the chosen sample. Grey ground: where f′(z) is under 5 % of its largest.",
          ),
          formula.mean,
        ),
      ),
    );
    return { element, layers, units, samples, formula, verdict, answer, drawing, samplesDrawn, title, seen: [] };
  }

  function drawControls(parts, { moment: { network, data }, layer, unit, sample, passed }) {
    parts.layers.update(network, layer);
    parts.units.update(unit + 1, network.layers[layer].outSize);
    parts.samples.update(sample + 1, data.n);
    const { outputs } = network.spec;
    const a = passed.pass.a.at(-1);
    const [one, said] = [
      Kit.parts.classOf(data, sample, outputs),
      outputs === 1 ? Number(a[0] > 0.5) : Kit.losses.largest(a, 0, outputs),
    ];
    const number = Kit.numbers.format;
    write(
      parts.answer,
      `Sample ${(sample + 1).toLocaleString("en")} is of class ${one}; the network says class ${said} ` +
        `(${outputs === 1 ? "output" : "largest output"} ${number(a[outputs === 1 ? 0 : said])}), cost ${number(passed.back.loss)}.`,
    );
    write(parts.title, `${unitName(network, layer, unit)}, sample ${(sample + 1).toLocaleString("en")}`);
  }

  function drawPictures(parts, given) {
    const {
      network,
      layer,
      all,
      forwards: { z, a },
    } = given;
    const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16; // larger in a hall
    const width = (element) => Math.max(280, (element.clientWidth || 320) / letters);
    parts.drawing.replaceChildren(Kit.unitDrawings.unitInNetwork(given, width(parts.drawing)));
    const seen = [all, z, a, width(parts.samplesDrawn)];
    if (!all) parts.verdict.textContent = "All samples are being passed …";
    if (!all || seen.every((one, k) => one === parts.seen[k])) return;
    parts.seen = seen;
    const { activation } = network.layers[layer];
    const { words } = Kit.unit.evidence(activation, all.z, all.a);
    write(parts.verdict, words);
    const shown = { activation, all, z, a, words };
    parts.samplesDrawn.replaceChildren(Kit.unitDrawings.unitOverSamples(shown, seen[3]));
  }

  return {
    title: "A unit",
    available: (settings) => !Kit.words.hidden(settings), // its formula tells the activation
    missing: "Hidden, as the titles are",
    make,
  };
})();
