"use strict";
/* What is wrong with the network, worst first, and a button that tries what helps. */
Kit.findingsStrip = (() => {
  const { html } = Kit.draw;

  /* Of a remedy's change what is not set yet: {name: value}, or null. An initializer comes as {kind, std}. */
  function changeOf({ remedy }) {
    const { initializer, ...others } = remedy.change || {};
    const named = initializer ? { initializer: initializer.kind, std: initializer.std } : {};
    const known = Object.entries({ ...named, ...others })
      .map(([name, value]) => [name, value === undefined ? undefined : Kit.state.checked(name, value)])
      .filter(([name, value]) => value !== undefined && value !== Kit.state.get(name));
    return known.length ? Object.fromEntries(known) : null;
  }

  function numbersOf({ measured, predicted, threshold }) {
    const { format } = Kit.numbers;
    const there = (value) => value !== null && value !== undefined && !Number.isNaN(value);
    return [
      there(measured) ? `measured ${format(measured)}` : "",
      there(predicted) ? `theory ${format(predicted)}` : "",
      there(threshold) ? `limit ${format(threshold)}` : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  const tryIt = (change, apply) =>
    html(
      "button",
      {
        type: "button",
        class: "little",
        title: `Sets ${Kit.words.change(change)}`,
        "aria-label": `Try it: ${Kit.words.change(change)}`,
        onclick: () => apply(change),
      },
      "Try it",
    );

  function itemOf(finding, apply) {
    const { severity, words, layer, title } = finding;
    const change = changeOf(finding);
    const where = layer && !words.includes(layer) ? ` (${layer})` : "";
    return html(
      "li",
      { class: `finding ${severity}` },
      html(
        "p",
        { class: "finding-words" },
        html(
          "span",
          { class: "badge" },
          html("span", { "aria-hidden": "true" }, `${Kit.draw.SIGNS[severity]} `),
          severity,
        ),
        title ? html("b", {}, `${title}${where}: `) : "",
        Kit.words.named(words),
        title ? "" : where,
      ),
      html("p", { class: "quiet" }, numbersOf(finding)),
      html(
        "p",
        { class: "remedy" },
        `Try: ${Kit.words.named(finding.remedy.words)}`,
        change ? tryIt(change, apply) : "",
      ),
    );
  }

  function nothing(training, judged) {
    if (judged) return "Nothing is found wrong with this network.";
    return training ? "Looked at when it pauses." : "Looking …";
  }

  /* `apply(change)` sets settings. */
  function make(host, apply) {
    const list = html("ul", { class: "findings-list" });
    const heading = html("h2", {}, "Findings");
    const none = html("p", { class: "quiet" });
    host.append(heading, none, list);
    let shown = "";

    function show({ findings: found, training, judged }) {
      const hidden = Kit.words.hidden(Kit.state.all());
      const findings = hidden ? [] : found;
      const key = JSON.stringify(findings);
      none.hidden = findings.length > 0;
      none.textContent = hidden ? "Hidden, as the titles are." : nothing(training, judged);
      host.classList.toggle("old", training);
      if (key === shown) return;
      shown = key;
      heading.textContent = findings.length > 1 ? `Findings: ${findings.length}` : "Findings";
      list.replaceChildren(...findings.map((one) => itemOf(one, apply)));
    }

    return { show };
  }

  return { make };
})();
