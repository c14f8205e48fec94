"use strict";
/* The state of the page: one object of settings, checked, heard of by whoever asks, and kept in the link.

   The table of settings (names, ranges, choices) is kit/explorer/settings.py's. What a link holds is a
   stranger's word: what is no setting, or no value of one, is left out and told. */
Kit.state = (() => {
  const table = new Map();
  const listeners = new Set();
  let values = {};

  /* Learn the table: a list of {name, default, choices, low, high, whole}. */
  function provide(settings) {
    table.clear();
    for (const one of settings) table.set(one.name, one);
    values = defaults();
  }

  const defaults = () => Object.fromEntries([...table.values()].map((one) => [one.name, one.default]));

  /* A value of a setting as it is kept; undefined where it is none. Numbers beyond the ends are the ends. */
  function checked(name, value) {
    const setting = table.get(name);
    if (!setting) return undefined;
    if (setting.choices) return Object.hasOwn(setting.choices, value) ? String(value) : undefined;
    if (typeof setting.default === "string") return String(value).slice(0, 4000);
    const text = typeof value === "string" ? value.trim() : value;
    const number = text === "" ? NaN : Number(text);
    if (!Number.isFinite(number)) return undefined;
    const within = Math.min(setting.high, Math.max(setting.low, number));
    return setting.whole ? Math.round(within) : within;
  }

  const get = (name) => values[name];
  const all = () => ({ ...values });

  /* Change settings: those that changed are told to all listeners, once. Returns their names. */
  function set(changes, cause = "") {
    const changed = [];
    for (const [name, value] of Object.entries(changes)) {
      const kept = checked(name, value);
      if (kept !== undefined && kept !== values[name]) {
        values[name] = kept;
        changed.push(name);
      }
    }
    if (changed.length) for (const listener of [...listeners]) listener(changed, cause);
    return changed;
  }

  /* listen(function (names that changed, cause)); returns what ends it. */
  function listen(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /* What stands behind the # of a link: all that differs from the defaults. */
  function fragment(given = values) {
    const parts = new URLSearchParams();
    for (const [name, setting] of table) {
      if (given[name] !== setting.default) parts.set(name, printed(given[name]));
    }
    return parts.toString();
  }

  const printed = (value) => (typeof value === "number" ? String(Number(value.toPrecision(12))) : value);

  /* The settings that a link names, and what of it was none: {values, refused: [text, ...]}. */
  function parse(text) {
    const found = defaults();
    const refused = [];
    const source = text.startsWith("#") ? text.slice(1) : text;
    for (const [name, value] of new URLSearchParams(source.slice(0, 20000))) {
      const kept = checked(name, value);
      if (kept === undefined) refused.push(`${name}=${value}`.slice(0, 80));
      else found[name] = kept;
    }
    return { values: found, refused };
  }

  return { provide, table, defaults, checked, get, all, set, listen, fragment, parse };
})();
