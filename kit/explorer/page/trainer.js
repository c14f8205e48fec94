"use strict";
/* One network that is measured and trained, by messages: in a worker, or in slices where there is none.

   Asked: {do: "start", run, turn, settings, samples}, {do: "recall", run, epoch, samples},
   {do: "train", run, turn, until, steps}, {do: "tune", run, settings}, {do: "pause", run, turn}.
   Told: {is: "moment", asked, ...} for each that was asked, {is: "progress", ...} while it trains and when
   it was paused, both with {run, moment, entries, last, training, turn}, where `turn` is that of the newest
   order that was heard; {is: "failed", run, asked, words}. Every epoch is kept: its weights and the
   optimizer's state up to `ROOM` bytes, beyond them those of every second one; an epoch that was let go is
   trained again from the one kept before it. */
Kit.trainer = (() => {
  const ROOM = 64e6;
  const APART = 50; // milliseconds from one picture to the next, measuring included: up to 20 a second
  const SHARE = 0.5; // of the time, at most, for measuring: training has as much
  const SLICE = 20;
  const LAST = 1000; // epochs

  const now = () => performance.now();

  /* `post(message)` tells, `later(function)` lets others have a turn, `room` is in bytes. */
  function make(post, later, room = ROOM) {
    let run = null;
    const answers = {
      start(message) {
        run = begin(message, room);
        run.entries.push(entryOf(run));
        answer(message, headOf(run), message.samples);
      },
      recall(message) {
        const head = message.epoch === null || message.epoch >= run.epoch;
        const moment = head ? headOf(run) : { network: again(run, message.epoch), epoch: message.epoch, part: 0 };
        answer(message, moment, message.samples);
      },
      train(message) {
        run.turn = message.turn;
        const idle = !run.goal;
        run.goal = goalOf(run, message);
        if (idle) later(work);
      },
      tune: ({ settings }) => tune(run, settings),
      pause({ turn }) {
        Object.assign(run, { turn, goal: null });
        tell();
      },
    };

    function receive(message) {
      const here = message.do === "start" || message.run === run?.id;
      if (message.do === "pause" && !here) return; // it is to begin yet, or never began
      try {
        if (!here) throw new RangeError("there is no such run any more");
        answers[message.do](message);
      } catch (error) {
        failed(message, error);
      }
    }

    function failed({ run: id, asked }, error) {
      post({ is: "failed", run: id, asked, words: String(error.message || error) });
    }

    function answer(message, moment, samples) {
      post({
        is: "moment", asked: message.asked, run: run.id, moment: measured(run, moment, samples),
        ...sinceOf(run),
      });
    }

    /* Train for a while, tell of it, go on. */
    function work() {
      if (!run?.goal) return;
      try {
        slice();
      } catch (error) {
        run.goal = null;
        failed({ run: run.id }, error);
      }
    }

    function slice() {
      const end = now() + SLICE;
      do forward(run); while (run.goal && now() < end);
      if (!run.goal || now() - run.told >= Math.max(APART, run.took / SHARE)) tell();
      if (run.goal) later(work);
    }

    function tell() {
      run.told = now(); // from before measuring
      const samples = Kit.recipe.running(run.settings, run.data.train);
      post({
        is: "progress", run: run.id, moment: measured(run, headOf(run), samples), ...sinceOf(run),
      });
      run.took = now() - run.told;
    }

    return { receive, kept: () => [...run.kept.keys()] };
  }

  /* What is new since it was told last. */
  function sinceOf(run) {
    return {
      entries: run.entries.splice(0), last: run.epoch, training: Boolean(run.goal), turn: run.turn,
    };
  }

  function begin({ run: id, turn, settings }, room) {
    const data = Kit.recipe.data(settings);
    const spec = Kit.recipe.spec(settings, data.train);
    const run = {
      id, turn, settings, data, spec, network: Kit.engine.build(spec), optimizer: Kit.recipe.optimizer(settings),
      epoch: 0, at: 0, order: null, goal: null, told: 0, took: 0, kept: new Map(), events: [], entries: [], room,
    };
    keep(run);
    return run;
  }

  const headOf = (run) => ({
    network: run.network, epoch: run.epoch, part: run.at ? run.at / run.order.length : 0, batch: run.at,
  });

  function goalOf(run, { until = null, steps = null }) {
    if (steps !== null) return { steps };
    return { until: Math.min(LAST, until ?? LAST) };
  }

  /* One batch; at the end of an epoch, what is kept of it. */
  function forward(run) {
    if (run.epoch >= LAST) {
      run.goal = null;
      return;
    }
    step(run);
    if (run.at === 0) {
      keep(run);
      run.entries.push(entryOf(run));
    }
    const { goal } = run;
    if (goal.steps) goal.steps -= 1;
    const reached = goal.until !== undefined ? run.epoch >= goal.until && run.at === 0 : goal.steps <= 0;
    if (reached) run.goal = null;
  }

  function step(run) {
    const { data, settings } = run;
    run.order = run.order || Kit.engine.batches(data.train.n, settings.batch, settings.seed, run.epoch);
    Kit.engine.trainStep(run.network, run.optimizer, data.train, run.order[run.at]);
    run.fresh = null;
    run.at += 1;
    if (run.at < run.order.length) return;
    run.at = 0;
    run.order = null;
    run.epoch += 1;
  }

  /* Another rate or optimizer at once; another size of batches from the next epoch on. */
  function tune(run, settings) {
    const event = { epoch: run.epoch, at: run.at, settings: { ...run.settings, ...settings } };
    run.events.push(event);
    apply(run, event);
  }

  function apply(run, { settings }) {
    const { optimizer, rate } = run.settings;
    run.settings = settings;
    if (settings.optimizer !== optimizer) run.optimizer = Kit.recipe.optimizer(settings);
    else if (settings.rate !== rate) run.optimizer = run.optimizer.copy({ rate: settings.rate });
    if (run.at === 0) run.order = null;
  }

  function keep(run) {
    const copy = { network: Kit.engine.copy(run.network), optimizer: run.optimizer.copy(), settings: run.settings };
    run.kept.set(run.epoch, copy);
    const states = { momentum: 1, rmsprop: 1, adam: 2 }[run.settings.optimizer] || 0;
    const each = Kit.engine.parameterCount(run.network) * 4 * (1 + states);
    if (run.kept.size * each > run.room) thin(run);
  }

  function thin(run) {
    const epochs = [...run.kept.keys()];
    epochs.forEach((epoch, k) => {
      if (k % 2 && k < epochs.length - 1) run.kept.delete(epoch);
    });
  }

  /* The network as it was after an epoch. */
  function again(run, epoch) {
    if (run.kept.has(epoch)) return run.kept.get(epoch).network;
    const before = Math.max(...[...run.kept.keys()].filter((one) => one < epoch));
    const { network, optimizer, settings } = run.kept.get(before);
    const past = {
      data: run.data, settings, network: Kit.engine.copy(network), optimizer: optimizer.copy(),
      epoch: before, at: 0, order: null,
    };
    const events = run.events.filter((one) => one.epoch >= before);
    while (past.epoch < epoch) {
      while (events.length && events[0].epoch === past.epoch && events[0].at <= past.at) {
        apply(past, events.shift());
      }
      step(past);
    }
    return past.network;
  }

  /* What a history keeps of an epoch: loss and accuracy on all data, the layers in few numbers. What was
     measured for it is kept until the next step, for the picture that shows the same. */
  function entryOf(run) {
    const { network, settings, data: { train, heldOut }, epoch } = run;
    const { loss, accuracy } = Kit.engine.evaluate(network, train.x, train.y, train.n);
    const samples = Kit.recipe.running(settings, train);
    const glimpse = Kit.glimpses.of(network, Kit.recipe.some(train, samples));
    run.fresh = { samples, glimpse };
    const entry = { epoch, loss, accuracy, snapshot: Kit.glimpses.withoutShapes(glimpse.snapshot) };
    if (!heldOut) return entry;
    const other = Kit.engine.evaluate(network, heldOut.x, heldOut.y, heldOut.n);
    return { ...entry, valLoss: other.loss, valAccuracy: other.accuracy };
  }

  /* A moment of a run, measured on its first samples. Its network is a copy. */
  function measured(run, { network, epoch, part, batch = 0 }, samples) {
    const data = Kit.recipe.some(run.data.train, samples ?? run.data.train.n);
    const isFresh = network === run.network && run.fresh?.samples === data.n;
    const glimpse = isFresh ? run.fresh.glimpse : Kit.glimpses.of(network, data);
    return { epoch, part, batch, ...glimpse, network: Kit.engine.copy(network) };
  }

  return { LAST, make };
})();
