"use strict";
/*
 * The plane of two inputs: samples, the network's output as shades, its boundary as a line, and what each
 * unit of a layer sees. The grid of a picture is as fine as there is time for; once nothing new comes, fine.
 */
Kit.views = Kit.views || {};
Kit.views.plane = (() => {
  const { html } = Kit.draw;
  const { write } = Kit.parts;
  const FINE = 60;
  const SIDES = [FINE, 48, 36, 26, 20, 14]; // points along a side
  const SLICE = 24; // milliseconds until a browser may draw and hear
  const PICTURE = 45; // milliseconds that a picture may take, for fifteen a second
  const REST = 250; // milliseconds without anything new, then the grid is made fine
  const GUESS = 2e-6; // milliseconds a point and parameter, before a network was timed
  const TABLES = 500; // milliseconds: tables are for reading

  function make(host) {
    const parts = layOut();
    const clock = Kit.parts.slices(SLICE);
    const field = fields(clock, drawAll);
    let [now, tables] = [null, 0];
    host.append(html("div", { class: "view-room" }, parts.flat, parts.whole));

    function show(moment, settings) {
      if (!moment) return;
      const isPlane = moment.data.inputDim === 2;
      parts.flat.hidden = isPlane;
      parts.whole.hidden = !isPlane;
      if (!isPlane) {
        field.stop();
        now = null;
        return void write(parts.why, whyNot(moment.data.inputDim));
      }
      now = { moment, settings, ...Kit.parts.chosen(moment, settings) };
      drawControls(parts, now);
      field.want(moment, now.layer);
    }

    function drawAll(found) {
      if (!now) return;
      const { moment, settings } = now;
      const unit = Math.min(now.unit, found.units - 1);
      const { network } = found;
      parts.picture.show({
        network,
        data: moment.data,
        frame: found.frame,
        sample: now.sample,
        unit,
        input: settings.input,
        field: found,
      });
      parts.maps.show({ network, layer: found.layer, unit, field: found, side: found.side });
      tables ||= setTimeout(drawTables, TABLES);
    }

    function drawTables() {
      tables = 0;
      if (!now || !field.last) return;
      parts.table.replaceChildren(parts.picture.table());
      parts.maps.tabulate();
    }

    const unwatch = Kit.parts.watch(host, () => now && field.last && drawAll(field.last));
    function destroy() {
      unwatch();
      field.stop();
      clearTimeout(tables);
      host.replaceChildren();
    }
    return { show, destroy };
  }

  /*
   * The plane seen by one network after the other: want(moment, layer), and `done(field)` hears of each
   * that is finished. What was begun is finished before the newest is begun: a film must not starve.
   */
  function fields(clock, done) {
    let [wanted, begun, last, spare] = [null, null, null, null];
    let [cost, rest, isRefining] = [GUESS, 0, false];
    let [grids, frame] = [{}, null];

    function want(moment, layer) {
      const isSameData = moment.data === wanted?.data;
      const isSame = isSameData && moment.network === wanted.network && moment.epoch === wanted.epoch;
      if (!isSameData) [grids, frame] = [{}, Kit.plane.frame(moment.data.x, moment.data.n)];
      const isKnown = isSame && layer === wanted.layer;
      wanted = { network: moment.network, data: moment.data, epoch: moment.epoch, layer };
      if (isKnown && last?.of === wanted.network && last.layer === layer) return void done(last);
      if (isKnown && clock.busy) return;
      if (!isSameData || isRefining) clock.stop();
      if (!clock.busy) begin(sideFor(cost, wanted.network));
    }

    function begin(side) {
      clearTimeout(rest);
      begun = wanted;
      isRefining = last?.of === begun.network && last.layer === begun.layer && side > last.side;
      grids[side] ??= Kit.plane.grid(frame, side);
      const found = Kit.plane.pass(begun.network, begun.layer, grids[side], spare);
      Object.assign(found, { side, frame, network: begun.network, of: begun.network });
      let spent = 0;
      const step = () => {
        const start = performance.now();
        const isDone = found.step();
        spent += performance.now() - start;
        return isDone;
      };
      clock.start(step, () => {
        cost = spent / found.n / Kit.engine.parameterCount(found.network);
        isRefining = false;
        [spare, last] = [last, found];
        done(found);
        follow(side);
      });
    }

    /* After a picture: a newer moment, or a finer grid once none comes. */
    function follow(side) {
      if (begun !== wanted && isOther(begun, wanted)) {
        requestAnimationFrame(() => clock.busy || begin(sideFor(cost, wanted.network)));
      } else if (side !== FINE) rest = setTimeout(() => clock.busy || begin(FINE), REST);
    }

    function stop() {
      clock.stop();
      clearTimeout(rest);
      [wanted, last] = [null, null];
    }
    return {
      want,
      stop,
      get last() {
        return last;
      },
    };
  }

  const isOther = (one, two) =>
    one.network !== two.network || one.layer !== two.layer || one.data !== two.data || one.epoch !== two.epoch;

  /* The finest grid that there is time for; `cost` is milliseconds a point and parameter. */
  function sideFor(cost, network) {
    const each = cost * Kit.engine.parameterCount(network);
    return SIDES.find((side) => side * side * each <= PICTURE) ?? SIDES.at(-1);
  }

  function layOut() {
    const why = html("p", {});
    const flat = html(
      "div",
      { class: "plane-flat", hidden: true },
      why,
      html(
        "button",
        { type: "button", class: "primary", onclick: () => Kit.state.set({ data: "parabola" }) },
        "Show the parabola",
      ),
    );
    const picture = Kit.planePicture.make((sample) => Kit.state.set({ sample: sample + 1 }));
    const maps = Kit.unitMaps.make();
    const [layers, units] = [Kit.parts.layerPicker(), Kit.parts.stepper("Unit", "unit")];
    const samples = Kit.parts.stepper("Sample", "sample");
    const [answer, table] = [html("span", { class: "small" }), html("div", { class: "visually-hidden" })];
    const numbers = html("button", { type: "button", onclick: () => Kit.state.set({ view: "unit" }) }, "Its numbers");
    const whole = html(
      "div",
      { class: "plane", hidden: true },
      html(
        "div",
        { class: "plane-left" },
        html("h3", {}, "What the network answers"),
        picture.element,
        picture.legend,
        picture.said,
        html("div", { class: "row" }, samples.element, answer),
        table,
      ),
      html(
        "div",
        { class: "plane-right" },
        html("h3", {}, "What each unit sees"),
        html("div", { class: "row" }, layers.element, units.element, numbers),
        maps.element,
      ),
    );
    return { flat, why, whole, picture, maps, layers, units, samples, answer, table };
  }

  function drawControls(parts, { moment: { network, data }, layer, unit, sample }) {
    parts.layers.update(network, layer);
    parts.units.update(unit + 1, network.layers[layer].outSize);
    parts.samples.update(sample + 1, data.n);
    const answer = Kit.engine.predict(network, data.x.slice(2 * sample, 2 * sample + 2), 1)[0];
    const one = Kit.parts.classOf(data, sample, network.spec.outputs);
    write(
      parts.answer,
      `Its class is ${one}; the network answers ${Kit.numbers.format(answer)}: class ${Number(answer > 0.5)}`,
    );
  }

  const whyNot = (inputs) =>
    `These samples have ${inputs} inputs, so there is no plane to draw. With two inputs, every point of a plane is ` +
    "a sample, and the network’s answer to it a shade.";

  return { title: "Plane", available: () => true, make };
})();
