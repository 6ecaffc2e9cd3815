// Answers worked out ahead. What rules say in a cell is kept for any place, and a browser compiles
// scripts as it runs them, so the first change of place takes several times as long as the next
// one. While the page has nothing to do, it asks the rules for some places; what the reader asks
// goes first.

/** Milliseconds of one go: a key or a click waits no longer. */
const AHEAD_SLICE = 25;

/** Places for which all chips are answered. Each further one would ask a single rule more. */
const MOST_AHEAD = 3;

/** Milliseconds to wait where a browser cannot say when it is idle. */
const PAUSE = 200;

/** Calls a function when the browser is idle. */
function whenIdle(work) {
  if (window.requestIdleCallback) window.requestIdleCallback(work);
  else setTimeout(work, PAUSE);
}

/** Answers every chip for some places, while the page is idle and until something else is asked. */
function answerAhead(app) {
  const { round, controlList } = app;
  // Answers are kept with the control list of the day.
  if (app.answeredAhead === controlList) return sayAhead(app);
  const work = stepsAhead(app);
  const answerSome = () => {
    if (app.round !== round) return;
    const until = performance.now() + AHEAD_SLICE;
    while (performance.now() < until) {
      if (work.next().done) {
        app.answeredAhead = controlList;
        return sayAhead(app);
      }
    }
    whenIdle(answerSome);
  };
  whenIdle(answerSome);
}

/** The work in steps of about a millisecond: chooses the places, then answers chip by chip. */
function* stepsAhead({ state, data, queue, controlList }) {
  const destinations = [];
  for (const place of data.places.at.keys()) {
    const question = questionOf({ ...state, to: place, hq: null }, data);
    destinations.push({ question, rules: rulesOf(question, data) });
    yield;
  }
  for (const question of questionsAhead(destinations)) {
    for (const { item } of queue) {
      check(item, question, data, controlList);
      yield;
    }
  }
}

/** The questions about destinations that together ask most rules: first the one that asks the most,
 * then those that ask the most others. */
function questionsAhead(destinations) {
  const questions = [];
  const met = new Set();
  const further = ({ rules }) => rules.filter((rule) => !met.has(rule)).length;
  while (questions.length < MOST_AHEAD) {
    const next = lowest(destinations, (each) => -further(each));
    if (!further(next)) break;
    questions.push(next.question);
    for (const rule of next.rules) met.add(rule);
  }
  return questions;
}

/** The rules that a question asks of items of some kind. */
function rulesOf(question, data) {
  const kinds = [...new Set(data.chips.map(({ kind }) => kind))];
  return [...new Set(kinds.flatMap((kind) => findRulesAsked(question, kind, data).asked))];
}

/** Marks that the page has answered ahead: tests and measurements wait for it. */
function sayAhead({ round }) {
  document.body.dataset.ahead = String(round);
}
