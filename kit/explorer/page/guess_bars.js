"use strict";
/*
 * Bars that are drawn by hand on a logarithmic axis: by mouse or finger (also across, bar by bar, in one
 * move), and by keys, as each bar is a slider. The truth is then drawn over them.
 */
Kit.guessBars = (() => {
  const { svg, html } = Kit.draw;
  const HEIGHT = 340;
  const FINE = 0.1; // decades for an arrow
  const three = (value) => Number(value.toPrecision(3));

  /* Bars in `host`: {values() -> numbers or null each, reveal(truth)}; `changed` is called at each move. */
  function make(host, { axis, yLabel, colour, count, changed }) {
    const names = Kit.guessPictures.names(count);
    const [low, high] = axis.map(Math.log10);
    const guesses = Array(count).fill(null);
    let truth = null;
    let picture = null;
    let layout = null;
    let sliders = [];

    function lay() {
      const width = Kit.guessPictures.widthOf(host);
      const box = Kit.guessPictures.boxOf(width, HEIGHT);
      const y = Kit.draw.log(axis, [box.bottom, box.top]);
      return { width, box, y, ...Kit.guessPictures.columns(count, box) };
    }

    function draw() {
      const held = sliders.indexOf(document.activeElement);
      layout = lay();
      const { width, box, y, at } = layout;
      const ticks = names.map((text, k) => ({ at: k, text }));
      const hit = svg("rect", {
        class: "guess-hit",
        x: box.left,
        y: box.top - 10,
        width: box.right - box.left,
        height: box.bottom - box.top + 10,
      });
      sliders = truth ? [] : names.map((_, k) => slider(k));
      const label = truth ? "Your guess and the truth, by layer" : "Bars to draw, one a layer";
      // a picture hides from screen readers what stands in it: with sliders it is a group
      const box0 = {
        viewBox: `0 0 ${width} ${HEIGHT}`,
        role: truth ? "img" : "group",
        "aria-label": label,
        class: truth ? "" : "guess-canvas",
      };
      const next = svg(
        "svg",
        box0,
        Kit.draw.axes({ box, x: at, y, xTicks: ticks, yLabel, size: 14 }),
        hit,
        ...(truth ? names.map((_, k) => compared(k)) : sliders),
      );
      if (!truth) listen(next);
      if (picture) picture.replaceWith(next);
      else host.append(next);
      picture = next;
      if (held >= 0) sliders[held]?.focus();
    }

    const letters = () => (layout.step < 60 ? 12 : 14); // 0.00032 beside 0.00032

    function outline(k) {
      const { box, y, at, step } = layout;
      const place = guesses[k] === null ? y(10 ** ((low + high) / 2)) : y(guesses[k]);
      const shape = { x: at(k) - step * 0.34, width: step * 0.68, y: place, height: box.bottom - place };
      return { place, bar: svg("rect", { ...shape, class: guesses[k] === null ? "guess-unset" : "guess-guess" }) };
    }

    function slider(k) {
      const { at } = layout;
      const { place, bar } = outline(k);
      const value = guesses[k];
      const attributes = {
        class: "guess-bar",
        role: "slider",
        tabindex: 0,
        "aria-label": names[k],
        "aria-orientation": "vertical",
        "aria-valuemin": low,
        "aria-valuemax": high,
        "aria-valuenow": (value === null ? (low + high) / 2 : Math.log10(value)).toFixed(2),
        "aria-valuetext": value === null ? "not drawn yet" : Kit.numbers.format(value),
        onkeydown: (event) => pressed(event, k),
      };
      const words = value === null ? "?" : Kit.numbers.format(value, 2);
      return svg(
        "g",
        attributes,
        bar,
        svg("text", { x: at(k), y: place - 7, "text-anchor": "middle", "font-size": letters() }, words),
      );
    }

    function compared(k) {
      const { box, y, at, step } = layout;
      const shown = Math.min(Math.max(truth[k], axis[0]), axis[1]);
      const [from, guess] = [y(shown), outline(k)];
      const above = Math.min(from, guess.place) - 7;
      return svg(
        "g",
        {},
        guess.bar,
        svg("rect", { x: at(k) - step * 0.2, width: step * 0.4, y: from, height: box.bottom - from, fill: colour }),
        svg(
          "text",
          { x: at(k), y: Math.max(above, 20), "text-anchor": "middle", "font-size": letters() },
          Kit.numbers.format(truth[k], 2),
        ),
      );
    }

    function put(k, value) {
      guesses[k] = three(Math.min(Math.max(value, axis[0]), axis[1]));
      draw();
      changed();
    }

    const STEPS = { ArrowUp: FINE, ArrowRight: FINE, ArrowDown: -FINE, ArrowLeft: -FINE, PageUp: 1, PageDown: -1 };

    function pressed(event, k) {
      const now = guesses[k] === null ? (low + high) / 2 : Math.log10(guesses[k]);
      const wanted = { Home: low, End: high, Enter: now, " ": now }[event.key];
      const to = event.key in STEPS ? now + STEPS[event.key] : wanted;
      if (to === undefined) return;
      event.preventDefault();
      put(k, 10 ** to);
    }

    /* The bar and the value under a pointer. */
    function under(event) {
      const { left, top, width } = picture.getBoundingClientRect();
      const by = layout.width / width;
      const k = Math.floor(((event.clientX - left) * by - layout.box.left) / layout.step);
      return [Math.min(Math.max(k, 0), count - 1), layout.y.invert((event.clientY - top) * by)];
    }

    function listen(element) {
      element.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        event.preventDefault();
        host.setPointerCapture(event.pointerId);
        const [k, value] = under(event);
        put(k, value);
        sliders[k].focus({ preventScroll: true });
      });
    }

    host.addEventListener("pointermove", (event) => {
      if (!truth && host.hasPointerCapture(event.pointerId)) put(...under(event));
    });

    function reveal(values) {
      truth = values;
      draw();
      const given = guesses.map((one) => (one === null ? "not drawn" : Kit.numbers.format(one)));
      const some = guesses.some((one) => one !== null);
      host.append(
        html(
          "p",
          { class: "guess-legend" },
          some ? [html("span", { class: "guess-key outlined" }), " your guess "] : "",
          html("span", { class: "guess-key", style: `background: ${colour}` }),
          " the truth",
        ),
        Kit.guessPictures.table(
          "Guess and truth",
          ["Layer", "your guess", "the truth"],
          names.map((name, k) => [name, given[k], Kit.numbers.format(values[k])]),
        ),
      );
    }

    draw();
    return { values: () => guesses.slice(), reveal };
  }

  return { make };
})();
