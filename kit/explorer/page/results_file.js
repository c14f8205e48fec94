"use strict";
/*
 * Results as a file: CSV by RFC 4180, a header and a row for each task. kit/explorer/results.py reads it.
 *
 * A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line's end) gets
 * an apostrophe before it, as OWASP advises ("CSV Injection").
 */
Kit.resultsFile = (() => {
  const COLUMNS = [
    "set", "student", "name", "number", "task", "parameters", "answer", "truth", "score", "tries",
    "seconds", "date", "version",
  ];

  function cell(value) {
    const text = String(value ?? "").replaceAll("\u0000", "");
    const harmless = /^[=+\-@\t\r\n']/.test(text) ? `'${text}` : text;
    return /[",\r\n;]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  }

  /* The text of a file: rows are objects with the columns' names. */
  function csv(rows) {
    const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((name) => row[name]))];
    return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
  }

  /* A name for the file, of letters that any system takes. */
  function fileName(student, name) {
    const words = String(name).normalize("NFKD").replace(/[^A-Za-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
    return `guesses-${student}${words ? `-${words}` : ""}.csv`;
  }

  return { COLUMNS, csv, fileName };
})();
