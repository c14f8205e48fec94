"use strict";
/* The page's side of the computing: a worker that trains and measures quickly, another that measures
   in full, and what they told. While a slider moves, only the newest request is sent on; when it has
   rested, all samples are measured.

   Where a browser lets no worker start, the same code runs here, in slices. */
Kit.session = (() => {
  const REST = 150; // milliseconds

  /* `heard` = {moment(moment), changed()}: called when there is something new to draw. */
  function make(heard, { datasets, rules }) {
    const self = {
      settings: null, moment: null, history: [], marks: [], last: 0, training: false, thinking: false,
      prediction: null, exact: false, findings: [], judged: false, failed: "", run: 0,
      answers: 0,
    };
    let busy = 0; // what was asked and is not answered yet
    let asked = 0;
    let waiting = [];
    let resting = null;
    let thoughts = 0; // of which thinking the answer still fits what is shown
    let wanted = null; // the epoch that is looked at; null: the newest
    let turn = 0; // of being asked to train or to stop; what is told of an older one does not say which it is

    const [quick, full] = [Kit.labour.start(hear, fail), Kit.labour.start(hearThought, fail)];
    for (const one of [quick, full]) one.send({ do: "provide", datasets, rules });

    function fail(words) {
      Object.assign(self, { failed: words, training: false });
      heard.changed();
    }

    /* Send a question, or keep it until the one before is answered. */
    function ask(message) {
      if (busy) {
        if (message.do === "start") waiting = [];
        if (message.do === "recall") waiting = waiting.filter((one) => one.do !== "recall");
        waiting.push(message);
        return;
      }
      if (message.do === "start" || message.do === "recall") {
        asked += 1;
        busy = asked;
      }
      quick.send({ ...message, asked });
    }

    function answered(which) {
      if (which !== busy) return;
      busy = 0;
      while (waiting.length && !busy) ask(waiting.shift());
    }

    const samplesOf = (settings) => Kit.recipe.quick(settings, Kit.recipe.data(settings).train);

    /* A network of these settings, at epoch 0. */
    function begin(settings) {
      Object.assign(self, {
        settings, run: self.run + 1, history: [], marks: [], last: 0, training: false, prediction: null,
        exact: false, findings: [], judged: false, failed: "",
      });
      wanted = null;
      turn += 1;
      ask({ do: "start", run: self.run, turn, settings, samples: samplesOf(settings) });
      restLater();
      heard.changed();
    }

    /* Look at an epoch; null is the newest. */
    function look(epoch) {
      wanted = epoch !== null && epoch < self.last ? epoch : null;
      ask({ do: "recall", run: self.run, epoch: wanted, samples: samplesOf(self.settings) });
      restLater();
    }

    /* Train until an epoch ({until}), for some batches ({steps}), or until it is paused ({}). */
    function train(goal) {
      wanted = null;
      self.training = true;
      turn += 1;
      ask({ do: "train", run: self.run, turn, ...goal });
      heard.changed();
    }

    function pause() {
      waiting = waiting.filter((one) => one.do !== "train");
      self.training = false;
      turn += 1;
      quick.send({ do: "pause", run: self.run, turn });
      heard.changed();
    }

    /* Other settings of the training, from here on. */
    function tune(settings) {
      self.settings = { ...self.settings, ...settings };
      const part = self.moment && self.moment.run === self.run ? self.moment.part : 0;
      if (self.last > 0 || part > 0) mark(self.last + part, settings);
      ask({ do: "tune", run: self.run, settings: self.settings });
      heard.changed();
    }

    /* A slider that moves at one epoch leaves one mark. */
    function mark(epoch, settings) {
      const before = self.marks.at(-1);
      if (before && before.epoch === epoch) Object.assign(before.settings, settings);
      else self.marks.push({ epoch, settings: { ...settings } });
    }

    function restLater() {
      thoughts += 1;
      clearTimeout(resting);
      resting = setTimeout(rest, REST);
    }

    /* All samples, findings and theory, now that nothing moves. */
    function rest() {
      if (self.training) return;
      if (busy || waiting.length || !self.moment || self.moment.run !== self.run) {
        restLater();
        return;
      }
      const { epoch, part, network } = self.moment;
      const weights = epoch || part ? network.layers.map(({ W, b }) => ({ W, b })) : null;
      const history = self.history.filter((one) => one.epoch <= epoch);
      self.thinking = true;
      full.send({
        do: "think", run: self.run, asked: thoughts, settings: self.settings, weights, epoch, history,
        theory: !self.exact,
      });
    }

    function hear(message) {
      self.answers += message.is === "moment";
      if (message.run !== self.run) answered(message.asked);
      else if (message.is === "failed") {
        waiting = []; // what was to be done with this network
        fail(message.words);
        answered(message.asked);
      } else told(message);
    }

    function hearThought(message) {
      if (message.run !== self.run) return;
      if (message.is === "failed") fail(message.words);
      else thought(message);
    }

    function told({ is, asked: which, moment, entries, last, training, turn: of }) {
      self.history.push(...entries);
      self.last = last;
      if (of === turn) self.training = training;
      const old = is === "progress" && of !== turn; // from before what was asked last: more will come
      const passed = is === "progress" && wanted !== null; // something older is looked at
      if (old || passed) heard.changed();
      else show(moment);
      if (is === "moment") answered(which);
      if (!self.training && !old) restLater();
    }

    function show(moment) {
      const { train } = Kit.recipe.data(self.settings);
      self.moment = {
        ...moment, run: self.run, data: train, prediction: self.prediction, findings: self.findings,
      };
      heard.moment(self.moment);
    }

    function thought({ asked: which, moment, prediction, rough, findings, last }) {
      if (prediction && !self.exact) Object.assign(self, { prediction, exact: !rough });
      if (which !== thoughts || self.training) return;
      if (moment && !self.moment.part) keepWhole(self.moment.epoch, moment.snapshot);
      if (findings) Object.assign(self, { findings, judged: true });
      self.thinking = !last;
      show({ ...self.moment, ...moment });
    }

    /* What a history has of an epoch, now that all samples are measured. */
    function keepWhole(epoch, snapshot) {
      const entry = self.history.find((one) => one.epoch === epoch);
      if (entry) entry.snapshot = snapshot;
    }

    return Object.assign(self, {
      begin, look, train, pause, tune,
      wanted: () => wanted,
      end() {
        clearTimeout(resting);
        quick.end();
        full.end();
      },
    });
  }

  return { make };
})();
