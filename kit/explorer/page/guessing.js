"use strict";
/*
 * Guess first: from a set of tasks to a file of results. A student hands in an answer, then sees the
 * truth over it, the points, and why. A teacher goes back and forth and shows answers by a button.
 */
Kit.guessing = (() => {
  const { html } = Kit.draw;
  const USUAL = "bars,which-initializer,which-activation,which-layer,tune,mend";
  const MOST = 2 ** 31 - 1;
  let running = null; // {dialog, key}

  /* Tasks in `host`: {tasks, student, role, close}. Returns {rows() so far, destroy()}. */
  function start(host, { tasks = USUAL, student = 0, role = "student", close = null } = {}) {
    const { kinds, refused } = Kit.tasks.parse(tasks);
    const set = (kinds.length ? kinds : Kit.tasks.parse(USUAL).kinds).join(",");
    const session = { set, student, teacher: role === "teacher", refused, name: "", list: [], rows: [], saved: true };
    const body = html("div", { class: "guess-body" });
    const place = html("p", { class: "guess-place" });
    host.classList.add("guess");
    host.replaceChildren(
      html(
        "div",
        { class: "guess-top" },
        html("h2", {}, "Guess first"),
        place,
        close ? html("button", { type: "button", class: "guess-close", onclick: close }, "Close") : "",
      ),
      body,
    );
    session.show = (where, heading, ...parts) => {
      place.textContent = where;
      heading.tabIndex = -1;
      body.replaceChildren(heading, ...parts);
      host.scrollTop = 0;
      heading.focus({ preventScroll: true });
    };
    const leave = (event) => {
      if (!session.saved) event.preventDefault();
    };
    addEventListener("beforeunload", leave);
    welcome(session);
    return { rows: () => session.rows.filter(Boolean), destroy: () => removeEventListener("beforeunload", leave) };
  }

  const WELCOME = {
    true: {
      heading: "For the teacher",
      words: "You can go back and forth, and show the answer of each task for the student whose number you give.",
      number: "Student's number",
    },
    false: {
      heading: "Guess, then see",
      words: "Answer before you see. Then the truth is drawn over your guess, with points and one sentence why.",
      number: "Your number (each number has other networks)",
    },
  };

  function welcome(session) {
    const { heading, words, number: numberWords } = WELCOME[session.teacher];
    const number = html("input", {
      type: "text",
      inputmode: "numeric",
      id: "guess-student",
      autocomplete: "off",
      value: session.student || "",
    });
    const name = html("input", {
      type: "text",
      id: "guess-name",
      maxlength: 100,
      autocomplete: "off",
      value: session.name,
    });
    const fault = html("p", { class: "guess-fault", role: "alert" });
    const begin = (event) => {
      event.preventDefault();
      enter(session, number, name.value.trim(), fault);
    };
    const list = session.set.split(",").map((kind) => html("li", {}, Kit.tasks.table.titles[kind]));
    const refused = session.refused.length && `Left out, as they are no tasks: ${session.refused.join(", ")}`;
    session.show(
      "",
      html("h3", {}, heading),
      html("p", {}, words),
      refused ? html("p", { class: "guess-fault" }, refused) : "",
      html("ol", { class: "guess-list" }, ...list),
      html(
        "form",
        { class: "guess-form", onsubmit: begin, novalidate: true },
        html("label", { for: "guess-student" }, numberWords),
        number,
        session.teacher
          ? ""
          : [
              html("label", { for: "guess-name" }, "Your name (if you like; it goes into your file and nowhere else)"),
              name,
            ],
        fault,
        html("button", { type: "submit", class: "primary" }, "Begin"),
      ),
      session.teacher ? linkForStudents(session) : "",
    );
  }

  /* Begin with the number that was given, if it is one. */
  function enter(session, number, name, fault) {
    const text = number.value.trim();
    const found = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    const right = found >= 1 && found <= MOST;
    number.setAttribute("aria-invalid", String(!right));
    fault.textContent = right ? "" : `The number must be a whole one from 1 to ${MOST.toLocaleString("en")}.`;
    if (!right) {
      number.focus();
      return;
    }
    if (found !== session.student || !session.list.length) {
      session.list = Kit.tasks.make(session.set, found);
      session.rows = [];
    }
    Object.assign(session, { student: found, name });
    task(session, 0);
  }

  function linkForStudents({ set }) {
    const link = `${location.href.split("#")[0]}#${new URLSearchParams({ task: set })}`;
    return html(
      "div",
      { class: "guess-form" },
      html("label", { for: "guess-link" }, "The link for your students (add &student=17 for one of them)"),
      html("input", {
        type: "text",
        id: "guess-link",
        readonly: true,
        value: link,
        onfocus: (event) => event.target.select(),
      }),
    );
  }

  /* Task k: asked, handed in, answered. */
  function task(session, k) {
    const one = session.list[k];
    const began = performance.now();
    const [asked, result] = [
      html("div", { class: "guess-asked" }),
      html("div", { class: "guess-result", role: "status" }),
    ];
    const hint = html("p", { class: "guess-hint" });
    const buttons = buttonsOf(session, k, handIn, showAnswer);
    const { hand, answers, back, next } = buttons;
    session.show(
      `Task ${k + 1} of ${session.list.length}, number ${session.student}`,
      html("h3", {}, one.title),
      html("p", { class: "guess-question" }, Kit.tasks.question(one)),
      html("div", { class: "guess-work" }, asked, result),
      hint,
      html("div", { class: "guess-actions" }, hand, session.teacher ? [answers, back] : "", next),
    );
    const kind = Kit.guessKinds[one.kind](asked, one, changed);
    changed();

    function changed() {
      if (!kind) return;
      hint.textContent = kind.hint();
      hand.disabled = kind.answer() === null;
    }

    function handIn() {
      const answer = kind.answer();
      const tries = kind.tries?.() ?? 1;
      const truth = Kit.tasks.truth(one, answer);
      const score = Kit.tasks.score(one, answer, truth, tries);
      const again = Boolean(session.rows[k]); // a second look does not make the points better
      if (!again)
        session.rows[k] = row(session, one, {
          answer,
          truth,
          score,
          tries,
          seconds: Math.round((performance.now() - began) / 1000),
        });
      session.saved = false;
      settle(
        answer,
        truth,
        html(
          "p",
          { class: "guess-score" },
          html("strong", {}, `${score}`),
          " of 100 points",
          again ? " (your first answer counts)" : "",
        ),
      );
    }

    function showAnswer() {
      const answer = Kit.tasks.solution(one);
      settle(answer, Kit.tasks.truth(one, answer));
    }

    /* The truth over the guess, the points and why. */
    function settle(answer, truth, points = "") {
      kind.reveal();
      hint.hidden = true;
      hand.hidden = answers.hidden = true;
      next.hidden = false;
      next.classList.add("primary");
      result.replaceChildren(points, html("p", { class: "guess-why" }, Kit.tasks.why(one, answer, truth)));
      next.focus({ preventScroll: true });
      for (const part of [next, result]) part.scrollIntoView({ block: "nearest" });
    }
  }

  /* What can be pressed below a task; a teacher's page has more of it, and goes on at any time. */
  function buttonsOf(session, k, handIn, showAnswer) {
    const button = (words, act, attributes) => html("button", { type: "button", onclick: act, ...attributes }, words);
    const isLast = k + 1 === session.list.length;
    return {
      hand: button("Hand in, and see", handIn, { class: "primary guess-hand" }),
      answers: button("Show the answer", showAnswer, { class: "guess-answer" }),
      back: button("Back", () => (k ? task(session, k - 1) : welcome(session)), { class: "guess-back" }),
      next: button(isLast ? "To the end" : "Next task", () => (isLast ? end(session) : task(session, k + 1)), {
        class: "guess-next",
        hidden: !session.teacher,
      }),
    };
  }

  /* A row of the file. */
  const row = ({ set, student, name }, { number, kind, parameters }, found) => ({
    set,
    student,
    name,
    number,
    task: kind,
    parameters: Kit.tasks.asText(parameters),
    ...found,
    date: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    version: Kit.data.version || "0",
  });

  function end(session) {
    const rows = session.rows.filter(Boolean);
    const mean = rows.reduce((sum, one) => sum + one.score, 0) / (rows.length || 1);
    const heads = ["Task", "Points", "Tries", "Seconds"].map((one) => html("th", { scope: "col" }, one));
    const lines = rows.map((one) =>
      html(
        "tr",
        {},
        html("th", { scope: "row" }, `${one.number}. ${Kit.tasks.table.titles[one.task]}`),
        html("td", {}, one.score),
        html("td", {}, one.tries),
        html("td", {}, one.seconds),
      ),
    );
    const keep = {
      type: "button",
      class: "primary guess-save",
      disabled: !rows.length,
      onclick: () => save(session, rows),
    };
    session.show(
      "",
      html("h3", {}, rows.length ? `${Kit.numbers.format(mean, 3)} points on average` : "Nothing was handed in"),
      html("table", { class: "guess-table" }, html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, ...lines)),
      html(
        "div",
        { class: "guess-actions" },
        html("button", keep, "Save my results (CSV)"),
        html("button", { type: "button", onclick: () => welcome(session) }, "To the beginning"),
      ),
      html("p", { class: "guess-hint" }, "The file is for your teacher. Nothing has been sent anywhere."),
    );
  }

  function save(session, rows) {
    const named = rows.map((one) => ({ ...one, name: session.name }));
    const url = URL.createObjectURL(new Blob([Kit.resultsFile.csv(named)], { type: "text/csv;charset=utf-8" }));
    html("a", { href: url, download: Kit.resultsFile.fileName(session.student, session.name) }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
    session.saved = true;
  }

  /* The dialog over the page; the same again where the same was asked for. */
  function open() {
    const { task, student, role } = Kit.state.all();
    const tasks = task || USUAL;
    const key = `${tasks} ${student} ${role}`;
    if (running?.key !== key) {
      running?.session.destroy();
      running?.dialog.remove();
      const host = html("section", { class: "guess-host" });
      const dialog = html("dialog", { class: "guess-dialog", "aria-label": "Guess first" }, host);
      const close = () => dialog.close();
      dialog.addEventListener("close", () => Kit.state.set({ task: "" }));
      document.body.append(dialog);
      running = { dialog, key, session: start(host, { tasks, student, role, close }) };
    }
    if (!running.dialog.open) running.dialog.showModal();
    running.dialog.querySelector("h3").focus();
    Kit.state.set({ task: tasks });
  }

  /* Where the link names tasks, begin with them; also when another link is opened later. */
  function begin() {
    Kit.state.listen((names, cause) => {
      if (cause === "link" && names.includes("task") && Kit.state.get("task")) open();
    });
    if (Kit.state.get("task")) open();
  }

  if (Kit.data.guesses) Kit.tasks.provide(Kit.data.guesses);

  return { begin, open, start };
})();
