// What the page shows, kept in its address, so that an address shares it.

const PERCENT = /^\d{1,4}(\.\d{1,6})?$/;
const NUMBER = /^\d{1,12}(\.\d{1,6})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OWN = "hypothetical";
const OWN_METRICS = [
  "tpp",
  "applicable_die_area",
  "performance_density",
  "memory_bandwidth",
  "aggregate_io_bandwidth",
  "interconnect_bandwidth",
];
const MARKETS = { yes: true, no: false, unknown: null };

const isDay = (text) => DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10);

function startState(data) {
  return {
    on: data.starts.on ?? today(),
    to: data.starts.to,
    from: "US",
    hq: null,
    law: "enforced",
    role: null,
    ask: "classification",
    market: "yes",
    q: "",
    vendor: "",
    kind: "",
    status: "",
    sort: "tpp",
    dir: "down",
    chip: null,
    knobs: {},
    own: null,
    compare: [],
  };
}

/** The state of an address; what it says wrongly is left as at the start, and told. */
function readState(hash, data) {
  const state = startState(data);
  const wrong = [];
  const take = (name, text, good, value = text) => {
    if (good) state[name] = value;
    else wrong.push(`${name}=${text}`);
  };
  const own = {};
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ""))) {
    const [head, ...rest] = name.split(".");
    const tail = rest.join(".");
    if (name === "on") take(name, text, isDay(text));
    else if (["to", "from", "hq"].includes(name)) take(name, text, data.places.at.has(text));
    else if (name === "law") take(name, text, ["enforced", "text"].includes(text));
    else if (name === "role") take(name, text, Object.hasOwn(data.roles, text));
    else if (name === "ask") take(name, text, ["classification", "license"].includes(text) || data.ruleById.has(text));
    else if (name === "market") take(name, text, Object.hasOwn(MARKETS, text));
    else if (["q", "vendor", "kind", "status"].includes(name)) state[name] = text;
    else if (name === "sort")
      take(
        name,
        text,
        COLUMNS.some((column) => column.id === text),
      );
    else if (name === "dir") take(name, text, ["up", "down"].includes(text));
    else if (name === "chip") take(name, text, text === OWN || data.byId.has(text));
    else if (name === "compare")
      take(
        name,
        text,
        true,
        text.split(",").filter((id) => id === OWN || data.byId.has(id)),
      );
    else if (head === "knob" && Object.hasOwn(data.turns, tail) && PERCENT.test(text) && Number(text) > 0)
      state.knobs[tail] = text;
    else if (
      head === "own" &&
      (OWN_METRICS.includes(tail) ? NUMBER.test(text) : tail === "name" || (tail === "market" && Object.hasOwn(MARKETS, text)))
    )
      own[tail] = text;
    else wrong.push(`${name}=${text}`);
  }
  if (Object.keys(own).length && !ownProblem(own)) state.own = own;
  if (!state.own) {
    state.compare = state.compare.filter((id) => id !== OWN);
    if (state.chip === OWN) state.chip = null;
  }
  return { state, wrong };
}

/** The address of a state: what is not as at the start, and always the day. */
function addressOf(state, data) {
  const start = startState(data);
  const found = new URLSearchParams([["on", state.on]]);
  for (const name of ["to", "from", "hq", "law", "role", "ask", "market", "q", "vendor", "kind", "status", "sort", "dir", "chip"]) {
    if (state[name] !== start[name] && state[name] !== null) found.set(name, state[name]);
  }
  for (const [knob, percent] of Object.entries(state.knobs)) found.set(`knob.${knob}`, percent);
  for (const [name, text] of Object.entries(state.own ?? {})) found.set(`own.${name}`, text);
  if (state.compare.length) found.set("compare", state.compare.join(","));
  return `#${found}`;
}

/** What is wrong with a hypothetical chip; null where nothing is. */
function ownProblem(own) {
  const given = OWN_METRICS.filter((name) => own[name]);
  if (!given.length) return "State at least one figure.";
  const bad = given.find((name) => !NUMBER.test(own[name]));
  if (bad) return `${own[bad]} is no number here; write digits such as 1000.5`;
  const [tpp, area, density] = ["tpp", "applicable_die_area", "performance_density"].map((name) =>
    own[name] ? exact(own[name]) : null,
  );
  if (area && isZero(area)) return "An area above 0 is due.";
  if (tpp && area && density) return "Of TPP, area and density two give the third; leave one out.";
  return null;
}

/** The question of a state; places only count with a destination, as on the command line. */
function questionOf(state, data) {
  const code = (place) => (place ? data.places.code(place, state.on) : null);
  const to = code(state.to);
  const named = new Set(data.ruleById.has(state.ask) ? [state.ask] : []);
  return {
    on: state.on,
    to,
    from: to ? code(state.from) : null,
    headquarters: to ? code(state.hq ?? state.to) : null,
    printed: state.law === "text",
    role: state.role,
    named,
  };
}

function ownRecord(state, data) {
  const given = Object.fromEntries(OWN_METRICS.filter((name) => state.own[name]).map((name) => [name, exact(state.own[name])]));
  return hypothetical(state.own.name || "Hypothetical chip", given, MARKETS[state.own.market ?? "yes"], data);
}

const recordOf = (id, state, data) => (id === OWN ? ownRecord(state, data) : data.byId.get(id));

function factorsOf(state) {
  return Object.fromEntries(Object.entries(state.knobs).map(([knob, percent]) => [knob, over(exact(percent), exact("100"))]));
}
