// What the page shows. The state is kept in the page's address, so that an address shares it.

const PERCENT = /^\d{1,4}(\.\d{1,6})?$/;
const NUMBER = /^\d{1,12}(\.\d{1,6})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OWN = "hypothetical";
const OWN_METRICS = [
  "tpp",
  "applicable_die_area",
  "performance_density",
  "memory_bandwidth",
  "memory_capacity",
  "aggregate_io_bandwidth",
  "interconnect_bandwidth",
];
const MARKETS = { yes: true, no: false, unknown: null };

/** Whether a text is a day that exists: Date.parse alone accepts 2026-02-31 in some browsers. */
function isDay(text) {
  if (!DAY.test(text) || Number.isNaN(Date.parse(text))) return false;
  return new Date(text).toISOString().startsWith(text);
}

/** The day on the reader's own calendar; toISOString would give that of Greenwich. */
function today() {
  const offset = new Date().getTimezoneOffset() * 60000;
  return new Date(Date.now() - offset).toISOString().slice(0, 10);
}

const isPercent = (text) => PERCENT.test(text) && Number(text) > 0;

function startState(data) {
  return {
    on: data.starts.on ?? today(),
    to: data.starts.to,
    from: "US",
    hq: null,
    law: "enforced",
    role: null,
    ask: "classification",
    lang: null,
    market: "yes",
    zoom: "",
    q: "",
    vendor: "",
    kind: "",
    status: "",
    near: "",
    sort: "tpp",
    dir: "down",
    chip: null,
    knobs: {},
    own: null,
    compare: [],
  };
}

/** Whether a text is a frame of the chart: its left, right, bottom and top, all above zero. */
function isFrame(text) {
  const [left, right, bottom, top] = text.split(",").map(Number);
  return left > 0 && right > left && bottom > 0 && top > bottom && Number.isFinite(right * top);
}

/** Whether a text is a valid value of a plain field of the address. */
const VALID = {
  on: (text) => isDay(text),
  to: (text, data) => data.places.at.has(text),
  from: (text, data) => data.places.at.has(text),
  hq: (text, data) => data.places.at.has(text),
  law: (text) => ["enforced", "text"].includes(text),
  // hasOwn, because "toString" in {} is true.
  role: (text, data) => Object.hasOwn(data.roles, text),
  ask: (text, data) => GENERAL_QUESTIONS.includes(text) || data.ruleById.has(text),
  lang: (text) => Object.hasOwn(LANGUAGES, text),
  market: (text) => Object.hasOwn(MARKETS, text),
  zoom: (text) => isFrame(text),
  q: () => true,
  vendor: () => true,
  kind: () => true,
  status: () => true,
  near: (text) => NEAR_PERCENTS.includes(text),
  sort: (text) => text === BY_MARGIN || COLUMNS.some((column) => column.id === text),
  dir: (text) => ["up", "down"].includes(text),
  chip: (text, data) => text === OWN || data.byId.has(text),
};

/** Whether a text is a valid value of a field of the hypothetical chip. */
function isOwnField(name, text) {
  if (OWN_METRICS.includes(name)) return NUMBER.test(text);
  if (name === "market") return VALID.market(text);
  return name === "name";
}

/** The questions that are about no single rule. */
const GENERAL_QUESTIONS = ["classification", "license"];

/** What is asked where nobody chose: a license, where there is a destination to need one for. */
const usualQuestion = (to) => (to ? "license" : "classification");

/** A chip of the comparison, with its knobs as they were turned: `nvidia-b200*compute*50`. */
function comparedOf(text) {
  const [id, ...parts] = text.split("*");
  const knobs = {};
  for (let at = 0; at + 1 < parts.length; at += 2) knobs[parts[at]] = parts[at + 1];
  return { id, knobs };
}

const comparedText = (id, knobs) => [id, ...Object.entries(knobs).flat()].join("*");

/** The chips of a comparison that exist, with knobs that can be turned so far. */
function chipsNamed(text, data) {
  const isKnob = ([knob, percent]) => Object.hasOwn(data.turns, knob) && isPercent(percent);
  return text.split(",").filter((entry) => {
    const { id, knobs } = comparedOf(entry);
    return VALID.chip(id, data) && Object.entries(knobs).every(isKnob);
  });
}

/** The state of an address, and the parts of the address that were not understood. */
function readState(hash, data) {
  const state = startState(data);
  const own = {};
  const wrong = [];
  let asked = null;
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const [head, ...rest] = name.split(".");
    const tail = rest.join(".");
    const isKnob = head === "knob" && Object.hasOwn(data.turns, tail) && isPercent(text);
    if (name === "ask") asked = text;
    if (Object.hasOwn(VALID, name) && VALID[name](text, data)) state[name] = text;
    else if (name === "compare") state.compare = chipsNamed(text, data);
    else if (isKnob) state.knobs[tail] = text;
    else if (head === "own" && isOwnField(tail, text)) own[tail] = text;
    else wrong.push(`${name}=${text}`);
  }

  if (!asked) state.ask = usualQuestion(state.to);
  if (Object.keys(own).length && !ownProblem(own)) state.own = own;
  if (!state.own) {
    state.compare = state.compare.filter((entry) => comparedOf(entry).id !== OWN);
    if (state.chip === OWN) state.chip = null;
  }
  return { state, wrong };
}

/** The address of a state: everything that differs from the start, and always the day. */
function addressOf(state, data) {
  const start = startState(data);
  const parameters = new URLSearchParams([["on", state.on]]);
  for (const name of Object.keys(VALID)) {
    const usual = name === "ask" ? usualQuestion(state.to) : start[name];
    const isChanged = state[name] !== usual && state[name] !== null;
    if (name !== "on" && isChanged) parameters.set(name, state[name]);
  }
  const setAll = (head, record) => {
    for (const [name, text] of Object.entries(record)) parameters.set(`${head}.${name}`, text);
  };
  setAll("knob", state.knobs);
  setAll("own", state.own ?? {});
  if (state.compare.length) parameters.set("compare", state.compare.join(","));
  return `#${parameters}`;
}

/** What is wrong with a hypothetical chip; null where nothing is. */
function ownProblem(own) {
  const stated = OWN_METRICS.filter((name) => own[name]);
  if (!stated.length) return t("own.problem.none");
  const bad = stated.find((name) => !NUMBER.test(own[name]));
  if (bad) return t("own.problem.number", { text: own[bad] });
  const { tpp, applicable_die_area: area, performance_density: density } = own;
  if (area && isZero(exact(area))) return t("own.problem.area");
  if (tpp && area && density) return t("own.problem.three");
  return null;
}

/** The question of a state. Places only count with a destination, as on the command line. */
function questionOf(state, data) {
  const code = (place) => (place ? data.places.code(place, state.on) : null);
  const to = code(state.to);
  return {
    on: state.on,
    to,
    // As it was named: what a duty asks for, to which a part of a country may be outside.
    entry: state.to,
    from: to ? code(state.from) : null,
    headquarters: to ? code(state.hq ?? state.to) : null,
    printed: state.law === "text",
    role: state.role,
    named: new Set(data.ruleById.has(state.ask) ? [state.ask] : []),
  };
}

function ownRecord({ own }, data) {
  const stated = OWN_METRICS.filter((name) => own[name]);
  const given = Object.fromEntries(stated.map((name) => [name, exact(own[name])]));
  return hypothetical(own.name || t("own.unnamed"), given, MARKETS[own.market ?? "yes"], data);
}

function recordOf(id, state, data) {
  return id === OWN ? ownRecord(state, data) : data.byId.get(id);
}

/** A percentage as an exact multiple. */
const multipleOf = (percent) => over(exact(percent), exact("100"));

const factorsOf = (state) => mapValues(state.knobs, multipleOf);
