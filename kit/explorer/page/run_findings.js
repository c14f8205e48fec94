"use strict";
/* What kit.diagnose found in a run: numbered as on the line of time, with numbers, remedy and source. */
Kit.runFindings = (() => {
  const { html } = Kit.draw;

  /* The findings of a run as marks: {number, at, severity, title}; `prefix` tells runs apart. */
  const marks = (run, prefix = "") => run.findings.map((one, k) => ({ ...one, number: `${prefix}${k + 1}` }));

  const badge = (one, number) =>
    html(
      "span",
      { class: `badge ${one.severity}` },
      html("span", { "aria-hidden": "true" }, `${Kit.draw.SIGNS[one.severity]} `),
      `${number}`,
    );

  function jump(run, one, go) {
    if (one.at === null) return html("span", { class: "quiet" }, "of the whole run");
    return html("button", { type: "button", class: "jump", onclick: () => go(one.at) }, `Go to epoch ${one.at}`);
  }

  function numbers(one) {
    const rows = [
      ["measured", one.measured],
      ["theory", one.predicted],
      ["limit", one.threshold],
    ].filter(([, value]) => value !== null);
    return html("dl", {}, ...rows.map(([name, value]) => html("div", {}, html("dt", {}, name), html("dd", {}, value))));
  }

  function card(run, one, go) {
    const passed = one.passed === null ? "" : ` It has passed by epoch ${one.passed}.`;
    return html(
      "li",
      { class: `finding ${one.severity}`, "data-finding": one.name },
      html(
        "p",
        { class: "head" },
        badge(one, one.number),
        html("strong", {}, `${one.severity}: ${one.title}`),
        one.layer ? html("span", { class: "quiet" }, ` ${one.layer}`) : null,
        jump(run, one, go),
      ),
      html("p", {}, `${one.words}.${passed}`),
      numbers(one),
      html("p", {}, html("strong", {}, "Try: "), `${one.remedy}.`),
      html(
        "details",
        {},
        html("summary", {}, "Where the threshold is from"),
        html("p", {}, `${one.asks}. ${one.source}.`),
      ),
    );
  }

  function short(run, one, go) {
    return html(
      "li",
      { class: `finding ${one.severity}`, "data-finding": one.name },
      html(
        "p",
        { class: "head" },
        badge(one, one.number),
        html("strong", {}, one.title),
        one.layer ? html("span", { class: "quiet" }, ` ${one.layer}`) : null,
        jump(run, one, go),
      ),
    );
  }

  /* A run's findings; in one line each where many runs are shown. */
  function list(run, { prefix, heading, brief, go }) {
    const left = Object.keys(run.notAsked);
    const found = marks(run, prefix);
    return html(
      "div",
      { class: "findings" },
      heading ? html("h2", {}, heading) : null,
      run.asked ? html("p", { class: "quiet" }, `This run was not diagnosed: ${run.asked}.`) : null,
      !run.asked && !found.length ? html("p", {}, "Nothing found.") : null,
      html("ol", {}, ...found.map((one) => (brief ? short : card)(run, one, go))),
      left.length && !brief
        ? html(
            "details",
            { class: "quiet" },
            html("summary", {}, `Not asked: ${left.join(", ")}`),
            html("ul", {}, ...left.map((name) => html("li", {}, `${name}: ${run.notAsked[name]}`))),
          )
        : null,
    );
  }

  return { marks, list };
})();
