"use strict";
/* The line of time: a slider over the captures, play and steps, and what was found where it began. */
Kit.runTime = (() => {
  const { html, svg } = Kit.draw;
  const { runs, words, times, captureAt } = Kit.runData;
  const SLOWEST = 600; // ms a capture, where there are few
  const WHOLE = 14000; // ms for all of them, where there are many
  let all = [0];
  let shown = [];
  let timer = 0;
  const parts = {};

  const index = () => {
    const at = Kit.state.get("epoch");
    let found = 0;
    all.forEach((one, k) => {
      if (one <= at + 1e-6) found = k;
    });
    return found;
  };

  const go = (at, cause = "time") => Kit.state.set({ epoch: at }, cause);
  const step = (by) => go(all[Math.min(all.length - 1, Math.max(0, index() + by))]);
  const ends = (last) => go(last ? all[all.length - 1] : all[0]);

  function stop() {
    clearInterval(timer);
    timer = 0;
    parts.play.textContent = "▶ Play";
    parts.play.setAttribute("aria-label", "Play the epochs");
  }

  function play() {
    if (timer) return stop();
    if (index() === all.length - 1) ends(false);
    parts.play.textContent = "❚❚ Pause";
    parts.play.setAttribute("aria-label", "Pause");
    timer = setInterval(
      () => {
        if (index() === all.length - 1) return stop();
        return step(1);
      },
      Math.min(SLOWEST, Math.max(80, WHOLE / all.length)),
    );
    return undefined;
  }

  function make(host) {
    const button = (text, label, act, name) =>
      html("button", { type: "button", "aria-label": label, title: label, "data-step": name, onclick: act }, text);
    parts.play = html(
      "button",
      { type: "button", class: "primary play", "aria-label": "Play the epochs", onclick: play },
      "▶ Play",
    );
    parts.label = html("output", { class: "moment", for: "moment" });
    parts.slider = html("input", {
      type: "range",
      id: "moment",
      min: 0,
      step: 1,
      "aria-label": "Epoch",
      oninput: () => go(all[Number(parts.slider.value)]),
    });
    parts.marks = html("div", { class: "marks", role: "group", "aria-label": "What was found, where it began" });
    parts.curve = html("div", { class: "spark", "aria-hidden": "true" });
    parts.told = html("div", { class: "told", role: "status", hidden: true });
    host.append(
      parts.told,
      html(
        "div",
        { class: "buttons" },
        parts.play,
        button("|◀", "First capture", () => ends(false), "first"),
        button("◀", "One capture back", () => step(-1), "back"),
        button("▶", "One capture on", () => step(1), "on"),
        button("▶|", "Last capture", () => ends(true), "last"),
        parts.label,
      ),
      html("div", { class: "line" }, html("div", { class: "above" }, parts.curve, parts.marks), parts.slider),
    );
  }

  /* The place of a time on the slider, as a share of its length. */
  function share(at) {
    if (all.length < 2) return 0;
    let k = 0;
    while (k < all.length - 2 && all[k + 1] <= at + 1e-6) k += 1;
    const within = (at - all[k]) / (all[k + 1] - all[k]);
    return Math.min(1, Math.max(0, (k + within) / (all.length - 1)));
  }

  function mark(run, one, stacked) {
    const label = `${one.severity} ${one.number}: ${one.title}, from epoch ${one.at}${runs.length > 1 ? `, ${run.name}` : ""}`;
    const style = `left: calc(0.5rem + (100% - 1rem) * ${share(one.at).toFixed(4)}); bottom: ${stacked * 1.6}rem`;
    return html(
      "button",
      {
        type: "button",
        class: `mark ${one.severity}`,
        "aria-label": label,
        title: label,
        style,
        onclick: () => {
          stop();
          go(one.at, "mark");
          tell(run, one);
        },
      },
      `${Kit.draw.SIGNS[one.severity]}${one.number}`,
    );
  }

  /* What a mark stands for, above the line, until something else is done. */
  function tell(run, one) {
    const close = html(
      "button",
      {
        type: "button",
        "aria-label": "Close",
        onclick: () => {
          parts.told.hidden = true;
        },
      },
      "×",
    );
    parts.told.replaceChildren(
      html(
        "p",
        {},
        html("strong", {}, `${one.severity} ${one.number}: ${one.title}`),
        runs.length > 1 ? ` (${run.name})` : "",
        `: ${one.words}. `,
        html("strong", {}, "Try: "),
        `${one.remedy}.`,
      ),
      close,
    );
    parts.told.hidden = false;
  }

  function curve(run) {
    const points = Array.from(run.losses.at, (at, k) => [share(at), run.losses.values[k]]).filter(([, y]) =>
      Number.isFinite(y),
    );
    if (points.length < 2) return null;
    const [low, high] = [Math.min(...points.map(([, y]) => y)), Math.max(...points.map(([, y]) => y))];
    const list = points.map(
      ([x, y]) => `${(1000 * x).toFixed(1)},${(30 - 27 * ((y - low) / (high - low || 1))).toFixed(1)}`,
    );
    return svg("polyline", {
      points: list.join(" "),
      fill: "none",
      "vector-effect": "non-scaling-stroke",
      "stroke-width": 1.5,
    });
  }

  /* Show these runs' time: {run, prefix} each; marks of one or two of them. */
  function show(some) {
    shown = some.map(({ run }) => run);
    all = times(shown);
    parts.slider.max = String(all.length - 1);
    parts.slider.disabled = all.length < 2;
    for (const one of parts.play.parentElement.querySelectorAll("button")) one.disabled = all.length < 2;
    const stacks = new Map();
    const marks =
      some.length > 2
        ? []
        : some.flatMap(({ run, prefix }) =>
            Kit.runFindings
              .marks(run, prefix)
              .filter((one) => one.at !== null)
              .map((one) => {
                const near = Math.round(share(one.at) * 24);
                const stacked = stacks.get(near) || 0;
                stacks.set(near, stacked + 1);
                return mark(run, one, Math.min(stacked, 2));
              }),
          );
    parts.marks.replaceChildren(...marks);
    parts.marks.style.height = `${Math.max(1, Math.min(3, Math.max(0, ...stacks.values()))) * 1.6}rem`;
    parts.told.hidden = true;
    const lines = shown.slice(0, 2).map(curve).filter(Boolean);
    parts.curve.replaceChildren(
      ...(lines.length ? [svg("svg", { viewBox: "0 0 1000 32", preserveAspectRatio: "none" }, ...lines)] : []),
    );
    now();
  }

  /* Only the moment has changed. */
  function now() {
    const k = index();
    parts.slider.value = String(k);
    const [run] = shown;
    const text = run ? words(run.captures[captureAt(run, all[k])]) : "";
    const last = run ? run.captures[run.captures.length - 1].epoch : 0;
    parts.label.textContent = `${text} of ${last}`;
    parts.slider.setAttribute("aria-valuetext", `${text} of ${last}`);
  }

  const playing = () => timer !== 0;

  return { make, show, now, go, step, ends, play, stop, playing, moment: () => all[index()] };
})();
