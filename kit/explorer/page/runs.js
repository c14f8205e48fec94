"use strict";
/* The page of runs: what is chosen, drawn; what is drawn, in the link. */
Kit.runsPage = (() => {
  const { html } = Kit.draw;
  const { runs, source, row, words, captureAt } = Kit.runData;
  const { get, set } = Kit.state;
  const choices = Kit.runChoices;
  const GAP = 16;
  const FOOTNOTE =
    "Violins span the middle 99.8 % of the values; bar: quartiles, dot: median, on a logarithm of the magnitudes above 0. Exact zeros, over 1 % of the values, are told in words.";
  const at = (id) => document.getElementById(id);
  const cache = new Map(); // scales, by what they depend on
  let waiting = 0;

  /* What is computed once for all epochs of what is shown. */
  function once(key, make) {
    if (!cache.has(key)) {
      if (cache.size > 200) cache.clear();
      cache.set(key, make());
    }
    return cache.get(key);
  }

  /* Captures over which an axis reaches: all of them, or that of now. */
  const span = (run, capture) => (get("axis") === "now" ? [capture] : run.captures.map((_, k) => k));

  function keyOf(what, shown) {
    const moment = get("axis") === "now" ? get("epoch") : "";
    return [what, get("scale"), get("axis"), moment, get("layers"), shown.map(({ run }) => run.index).join()].join("|");
  }

  /* The scale of violins of a quantity, one for all runs that are shown. */
  function violinScale(quantity, shown, layers) {
    return once(keyOf(`violins ${quantity}`, shown), () => {
      const moments = get("axis") === "now" ? [Kit.runTime.moment()] : Kit.runData.times(shown.map(({ run }) => run));
      const groups = moments.map((moment) =>
        shown.flatMap(({ run }) =>
          layers.map((name) => row(run, name, quantity, captureAt(run, moment))).filter(Kit.runData.measured),
        ),
      );
      const kind = Kit.runScales.kind(groups, get("scale"));
      const lines = Math.max(0, ...groups.flat().map((one) => Kit.runViolins.told(one).length));
      return { kind, limits: Kit.runScales.limits(groups.flat(), kind), lines };
    });
  }

  function valueScale(quantity, statistic, shown, layers, all = false) {
    return once(keyOf(`values ${quantity} ${statistic} ${all}`, shown), () => {
      const values = shown.flatMap(({ run, capture }) =>
        (all ? run.captures.map((_, k) => k) : [0, ...span(run, capture)]).flatMap((k) =>
          Kit.runProfile.values(run, quantity, layers, statistic, k),
        ),
      );
      return Kit.runScales.ofValues(values, get("scale"), Kit.runProfile.about(statistic));
    });
  }

  const curveScale = (metric, shown) =>
    once(keyOf(`curves ${metric}`, shown), () =>
      Kit.runScales.ofValues(
        shown.flatMap(({ run }) => Kit.runCurves.valuesOf(run, metric)),
        get("scale"),
      ),
    );

  /* From the first to the last epoch of all that is shown. */
  function range(shown) {
    const all = shown.flatMap(({ run }) => [...run.losses.at, ...run.history.epochs]);
    return [Math.min(...all), Math.max(...all)];
  }

  /* Sizes of panes: how many stand side by side, how wide each is, and how high a picture in it. */
  function sizes(count, view) {
    const wide = Math.max(280, at("panes").clientWidth);
    const least = count > 2 ? 280 : 430;
    const columns = Math.max(1, Math.min(count, Math.floor((wide + GAP) / (least + GAP))));
    const width = (wide - GAP * (columns - 1)) / columns;
    const inner = view === "panel" && count < 3 && width >= 430 ? 2 : 1;
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * (width < 360 ? 0.75 : 0.82);
    const free =
      window.innerHeight - at("panes").getBoundingClientRect().top - window.scrollY - at("time").offsetHeight - 24;
    const fits = (free - (runs.length > 1 ? 3.6 * size : 0)) / inner - 2.6 * size;
    const alone = columns === count && (view !== "panel" || inner === 2); // then all of it can stand in sight
    const height = alone ? Math.max(200, Math.min(fits, 700)) : Math.max(190, Math.min(width * 0.6, 420));
    return { columns, width, inner, size, height, picture: (width - GAP * (inner - 1)) / inner };
  }

  /* The pictures of one run in the view that is chosen. */
  function pictures(one, shown, layers, box) {
    const { run, capture } = one;
    const base = {
      run,
      capture,
      layers,
      size: box.size,
      height: box.height,
      width: box.picture,
      when: words(run.captures[capture]),
      statistic: get("statistic"),
    };
    const marks = shown.length > 2 ? [] : Kit.runFindings.marks(run, one.prefix);
    const violins = (quantity) => Kit.runViolins.draw({ ...base, quantity, ...violinScale(quantity, shown, layers) });
    const quantity = get("quantity");
    switch (get("view")) {
      case "panel":
        return html(
          "div",
          { class: "grid", style: `grid-template-columns: repeat(${box.inner}, minmax(0, 1fr))` },
          ...choices.PANEL.map(violins),
        );
      case "one":
        return violins(quantity);
      case "profile":
        return Kit.runProfile.draw({ ...base, quantity, scale: valueScale(quantity, base.statistic, shown, layers) });
      case "course":
        return Kit.runCourse.draw({
          ...base,
          quantity,
          marks,
          range: range(shown),
          scale: valueScale(quantity, base.statistic, shown, layers, true),
        });
      case "curves":
        return html(
          "div",
          {},
          ...Kit.runCurves
            .metrics(shown.map((other) => other.run))
            .map((metric) =>
              Kit.runCurves.draw({
                ...base,
                metric,
                marks,
                range: range(shown),
                scale: curveScale(metric, shown),
                height: Math.max(200, box.height * 0.62),
              }),
            ),
        );
      default:
        return Kit.runTable.draw({ ...base, quantity });
    }
  }

  function pane(one, shown, layers, box) {
    const { run } = one;
    const letter = shown.length === 2 ? `${one.prefix}: ` : "";
    const head =
      runs.length < 2
        ? null
        : html(
            "header",
            { class: "run" },
            html("h2", {}, `${letter}${run.name}`),
            html("p", { class: "quiet" }, choices.parameterWords(run)),
          );
    return html(
      "article",
      { class: "pane", "data-run": run.name, "data-epoch": run.captures[one.capture].epoch },
      head,
      pictures(one, shown, layers, box),
    );
  }

  /* What is to be said below the pictures. */
  function notes(shown, layers) {
    const there = choices.ofShown();
    const lines = [];
    const without = there.filter((name) => !layers.includes(name));
    const only = without.every((name) => Kit.runData.outputs.has(name))
      ? `, without the output ${without.join(", ")}`
      : "";
    if (without.length)
      lines.push(`${there.length - without.length} of ${Kit.numbers.count(there.length, "layer")}${only}.`);
    for (const { run } of shown) {
      const of = runs.length > 1 ? `${run.name}: ` : "";
      if (run.captures.length < run.of)
        lines.push(
          `${of}${run.captures.length} of ${run.of} captures are on this page, evenly spread, so that it stays small; losses are of all.`,
        );
      if (!run.finished)
        lines.push(`${of}The run is not finished: training was interrupted, or went on when this page was made.`);
      const unheard = Object.entries(run.unheard);
      if (unheard.length)
        lines.push(
          `${of}Not heard, so without Z-values: ${unheard
            .slice(0, 3)
            .map(([name, why]) => `${name} (${why})`)
            .join("; ")}${unheard.length > 3 ? ` and ${unheard.length - 3} more` : ""}.`,
        );
    }
    const others = new Set(shown.map(({ run, capture }) => run.captures[capture].at));
    if (others.size > 1)
      lines.push("Not all of these runs have a capture at this moment: each shows its last one up to it.");
    if (["panel", "one"].includes(get("view"))) lines.push(FOOTNOTE);
    return lines;
  }

  function draw(changed) {
    const moved = changed && [...changed].every((name) => name === "epoch");
    if (!moved) arrange();
    else Kit.runTime.now();
    const moment = Kit.runTime.moment();
    const shown = choices.shown().map((one) => ({ ...one, capture: captureAt(one.run, moment) }));
    const layers = choices.chosenLayers();
    if (!shown.length || !layers.length) {
      at("panes").replaceChildren(
        html("p", { class: "nothing" }, shown.length ? "No layer is chosen." : "No run has these parameters."),
      );
      at("notes").replaceChildren();
      return;
    }
    const box = sizes(shown.length, get("view"));
    at("panes").style.gridTemplateColumns = `repeat(${box.columns}, minmax(0, 1fr))`;
    const scrolled = at("panes").querySelector(".wide")?.scrollLeft || 0;
    const focused = document.activeElement?.classList.contains("wide");
    at("panes").replaceChildren(...shown.map((one) => pane(one, shown, layers, box)));
    const wide = at("panes").querySelector(".wide");
    if (wide) wide.scrollLeft = scrolled;
    if (wide && focused) wide.focus();
    at("notes").replaceChildren(...notes(shown, layers).map((line) => html("p", { class: "quiet" }, line)));
    tell(shown);
  }

  /* What does not follow the moment: controls, findings, the line of time. */
  function arrange() {
    choices.show();
    const shown = choices.shown();
    Kit.runTime.show(shown);
    const brief = shown.length > 2;
    const go = (epoch) => {
      Kit.runTime.stop();
      Kit.runTime.go(epoch);
    };
    const headed = ({ run, prefix }) =>
      runs.length < 2 ? "" : shown.length === 2 ? `${prefix}: ${run.name}` : run.name;
    const told = brief ? shown.filter(({ run }) => run.findings.length) : shown;
    const nothing = brief ? summed(shown) : [];
    at("findings").replaceChildren(
      ...nothing,
      ...told.map((one) => Kit.runFindings.list(one.run, { prefix: one.prefix, heading: headed(one), brief, go })),
    );
    const count = shown.reduce((sum, { run }) => sum + run.findings.length, 0);
    at("found").firstElementChild.textContent = count ? `Findings (${count})` : "Findings";
    for (const button of at("views").children)
      button.setAttribute("aria-pressed", String(button.dataset.view === get("view")));
  }

  /* Of many runs, in a line each: that nothing was found, or why nothing could be. */
  function summed(shown) {
    const why = new Map();
    for (const { run } of shown) if (run.asked) why.set(run.asked, (why.get(run.asked) || 0) + 1);
    const lines = [...why].map(([reason, count]) => `${Kit.numbers.count(count, "run")} not diagnosed: ${reason}.`);
    if (shown.some(({ run }) => !run.asked) && !shown.some(({ run }) => run.findings.length))
      lines.push("Nothing found in any of these runs.");
    return lines.map((line) => html("p", { class: "quiet" }, line));
  }

  let spoken = 0;
  function tell(shown) {
    clearTimeout(spoken);
    if (Kit.runTime.playing()) return;
    spoken = setTimeout(() => {
      const [{ run, capture }] = shown;
      at("told").textContent = `${choices.VIEWS[get("view")]}, ${words(run.captures[capture])}`;
    }, 400);
  }

  let pending = null; // names that changed since it was drawn; empty for all
  function later(changed) {
    pending = pending && changed ? new Set([...pending, ...changed]) : changed ? new Set(changed) : pending;
    if (!waiting) {
      waiting = requestAnimationFrame(() => {
        const names = pending;
        [waiting, pending] = [0, null];
        draw(names);
      });
    }
  }

  const theme = Kit.theme.make({ get: () => get("theme"), set: (chosen) => set({ theme: chosen }) });

  function head() {
    const [first] = runs;
    const about =
      runs.length > 1
        ? ""
        : [
            first.model,
            first.optimizer,
            `${Kit.numbers.count(first.samples, "sample")} of probe data`,
            first.finished ? "" : "not finished",
          ]
            .filter(Boolean)
            .join(" · ");
    at("head").append(
      html("div", {}, html("h1", {}, source.title), html("p", { class: "quiet" }, about)),
      theme.button,
    );
    at("views").append(
      ...Object.entries(choices.VIEWS).map(([name, words_]) =>
        html("button", { type: "button", "data-view": name, onclick: () => set({ view: name }) }, words_),
      ),
    );
  }

  function keys(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const inside = event.target.closest("input, select, textarea");
    const acts = {
      ArrowLeft: () => Kit.runTime.step(-1),
      ArrowRight: () => Kit.runTime.step(1),
      Home: () => Kit.runTime.ends(false),
      End: () => Kit.runTime.ends(true),
    };
    if (inside) return;
    if (event.key === " " && !event.target.closest("button, summary, .wide")) Kit.runTime.play();
    else if (Object.hasOwn(acts, event.key) && !event.target.closest(".wide")) acts[event.key]();
    else return;
    event.preventDefault();
  }

  const refused = () => {}; // what of a link is no setting is left out

  function start() {
    Kit.state.provide(choices.settings());
    head();
    choices.make(at("choices"));
    Kit.runTime.make(at("time"));
    Kit.link.open({}, refused);
    theme.paint();
    if (matchMedia("(max-width: 899px)").matches) for (const id of ["choose", "found"]) at(id).open = false;
    Kit.state.listen((changed) => {
      if (changed.includes("theme")) theme.paint();
      later(changed);
    });
    Kit.link.follow(refused);
    draw(null);
    addEventListener("keydown", keys);
    let width = 0;
    new ResizeObserver(([entry]) => {
      if (Math.abs(entry.contentRect.width - width) < 1) return;
      width = entry.contentRect.width;
      later(new Set(["size"]));
    }).observe(at("panes"));
  }

  start();
  return { draw };
})();
