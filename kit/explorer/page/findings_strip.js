"use strict";
/* What is wrong with the network, worst first, and a button that tries what helps. */
Kit.findingsStrip = (() => {
  const { html } = Kit.draw;
  const SIGNS = { fault: "✕", warning: "!", hint: "i" };

  /* Of a remedy's change what is not set yet: {name: value}, or null. An initializer comes as {kind, std}. */
  function changeOf({ remedy }) {
    const { initializer, ...others } = remedy.change || {};
    const named = initializer ? { initializer: initializer.kind, std: initializer.std } : {};
    const known = Object.entries({ ...named, ...others })
      .map(([name, value]) => [name, value === undefined ? undefined : Kit.state.checked(name, value)])
      .filter(([name, value]) => value !== undefined && value !== Kit.state.get(name));
    return known.length ? Object.fromEntries(known) : null;
  }

  /* "learning rate 0.1, activation ReLU". */
  function named(change) {
    return Object.entries(change).map(([name, value]) => {
      const { label, choices } = Kit.state.table.get(name);
      return `${label.toLowerCase()} ${choices ? choices[value] : Kit.numbers.format(value)}`;
    }).join(", ");
  }

  function numbersOf({ measured, predicted, threshold }) {
    const { format } = Kit.numbers;
    const there = (value) => value !== null && value !== undefined && !Number.isNaN(value);
    return [
      there(measured) ? `measured ${format(measured)}` : "",
      there(predicted) ? `theory ${format(predicted)}` : "",
      there(threshold) ? `a finding from ${format(threshold)} on` : "",
    ].filter(Boolean).join(" · ");
  }

  function itemOf(finding, apply) {
    const { severity, words, layer, title } = finding;
    const change = changeOf(finding);
    const where = layer && !words.includes(layer) ? ` (${layer})` : "";
    return html("li", { class: `finding ${severity}` },
      html("p", { class: "finding-words" },
        html("span", { class: "badge" }, html("span", { "aria-hidden": "true" }, `${SIGNS[severity] || "i"} `), severity),
        title ? html("b", {}, `${title}${where}: `) : "", words, title ? "" : where),
      html("p", { class: "quiet" }, numbersOf(finding)),
      html("p", { class: "remedy" }, `Try: ${finding.remedy.words}`,
        change ? html("button", { type: "button", class: "little", title: `Sets ${named(change)}`, "aria-label": `Try it: ${named(change)}`, onclick: () => apply(change) }, "Try it") : ""));
  }

  /* `apply(change)` sets settings. */
  function make(host, apply) {
    const list = html("ul", { class: "findings-list" });
    const heading = html("h2", {}, "Findings");
    const none = html("p", { class: "quiet" });
    host.append(heading, none, list);
    let shown = "";

    function show({ findings, training, judged }) {
      const key = JSON.stringify([findings, Kit.state.get("titles")]);
      none.hidden = findings.length > 0;
      none.textContent = !judged ? (training ? "Looked at when it pauses." : "Looking …") : "Nothing is found wrong with this network.";
      host.classList.toggle("old", training);
      if (key === shown) return;
      shown = key;
      heading.textContent = findings.length > 1 ? `Findings: ${findings.length}` : "Findings";
      list.replaceChildren(...findings.map((one) => itemOf(one, apply)));
    }

    return { show };
  }

  return { make, changeOf, named };
})();
