// TPP and performance density on logarithmic axes, with the regions that the chosen rule's tree draws. Between two limits no
// answer changes, so one point of each rectangle tells its color.

const WIDE_PLOT = { width: 760, height: 460, left: 64, right: 16, top: 16, bottom: 52 };
const NARROW_PLOT = { width: 400, height: 380, left: 48, right: 10, top: 12, bottom: 48 };
const NARROW = matchMedia("(max-width: 40rem)");
let PLOT = WIDE_PLOT;

/** A logarithmic axis over some numbers, to whole powers of ten. */
function axis(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const at = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const ticks = Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step));
  return { at, ticks, low: 10 ** low, high: 10 ** high };
}

/** The rule whose regions the chart draws on a day: the chosen one, else the classification of processors. */
function drawnRule(app) {
  const { data, state, question } = app;
  const named = data.ruleById.get(state.ask);
  if (named) return named;
  const here = (rule) => rule.question === "classification" && rule.kinds.includes("processor");
  return data.rules.find((rule) => here(rule) && inForce(rule, question.on, question.printed)) ?? null;
}

/** What a rule says of a TPP and density about which nothing else is known but the market; the density stands for itself here. */
function regionFinding(rule, controlList, tpp, density, market, data) {
  const intervals = Object.fromEntries(
    Object.keys(data.units)
      .filter((name) => !(name in DERIVED))
      .map((name) => [name, [ZERO, null]]),
  );
  intervals.tpp = [tpp, tpp];
  intervals.performance_density = [density, density];
  const facts = { datacenter: MARKETS[market], digital: true, us_available: null };
  const view = { intervals, facts, missing: {}, part: null, undefined: new Set() };
  const assignments = chipAssignmentsOf(view, controlList.leaves(rule)).map((point) => ofOneChip(point));
  return joined(assignments.map((assignment) => findingAt(rule, controlList, assignment)));
}

/** The rectangles between limits, each with its finding. */
function regionsOf(rule, controlList, xs, ys, market, data) {
  const limits = thresholdsIn(controlList.leaves(rule));
  const edges = (name, scale) => {
    const inner = (limits.get(name) ?? []).map(toNumber).filter((value) => value > scale.low && value < scale.high);
    return [scale.low, ...inner, scale.high];
  };
  const [columns, rows] = [edges("tpp", xs), edges("performance_density", ys)];
  const between = (a, b) => exact(Math.sqrt(a * b).toFixed(9));
  return columns.slice(1).flatMap((right, x) =>
    rows.slice(1).map((top, y) => {
      const [left, bottom] = [columns[x], rows[y]];
      return {
        left,
        right,
        bottom,
        top,
        finding: regionFinding(rule, controlList, between(left, right), between(bottom, top), market, data),
      };
    }),
  );
}

/** How a finding is drawn: the first outcome of a rule apart from its others. */
function findingClass(finding, rule) {
  if (!finding) return "waiting";
  if (finding.status !== MET && finding.status !== YES) return finding.status;
  const outcomes = rule ? outcomesOf(rule) : [];
  return outcomes.length > 1 && outcomes.indexOf(finding.outcome) > 0 ? "met second" : "met";
}

function drawChart(app) {
  const { state, data, entries } = app;
  PLOT = NARROW.matches ? NARROW_PLOT : WIDE_PLOT;
  const rule = drawnRule(app);
  const controlList = app.controlList;
  const plotted = entries.filter(
    (entry) =>
      entry.record.kind === "processor" && entry.values.tpp && entry.values.performance_density && !isZero(entry.values.tpp),
  );
  const numbers = (name) => plotted.map((entry) => toNumber(entry.values[name]));
  const xs = axis([100, 100000, ...numbers("tpp")], PLOT.left, PLOT.width - PLOT.right);
  const ys = axis([0.1, 100, ...numbers("performance_density")], PLOT.height - PLOT.bottom, PLOT.top);
  const lines = rule ? thresholdsIn(controlList.leaves(rule)) : new Map();
  const draws = lines.has("tpp") || lines.has("performance_density");
  const regions = draws ? regionsOf(rule, controlList, xs, ys, state.market, data) : [];
  const caught = entries.filter((entry) => [MET, YES].includes(entry.finding?.status)).length;
  const told = `${caught} of all ${entries.length} entries are caught by the chosen rule`;
  const label = `${plotted.length} processors by TPP and performance density; ${told}. The table below has every number.`;
  const canvas = drawn(
    "svg",
    { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img", "aria-label": label },
    ...regions.map((region) => regionShape(region, xs, ys, rule)),
    ...grids(xs, ys),
    ...limitLines(rule, controlList, xs, ys),
    ...regionLabels(regions, xs, ys),
    ...plotted.map((entry) => pointShape(app, entry, xs, ys, rule)),
    ...chosenShape(app, xs, ys),
  );
  const markets = [
    ["yes", "for datacenters"],
    ["no", "not for datacenters"],
    ["unknown", "unknown"],
  ];
  const choose = select("market", markets, state.market, (market) => app.update({ market }));
  const about = rule ? regionText(rule, draws) : "No classification rule was in force on this day, so there are no regions.";
  show(
    "chart-body",
    canvas,
    legend(rule),
    el("div", { class: "fields" }, field("Regions for a chip", choose)),
    el("p", { class: "hint" }, about),
  );
}

function regionText(rule, draws) {
  if (!draws) return `${rule.id} has no limit on TPP or performance density, so there are no regions.`;
  return `Regions: ${rule.id}, for a chip of which nothing else is known; places and addressees are left aside.`;
}

function regionShape({ left, right, bottom, top, finding }, xs, ys, rule) {
  const [x, y] = [xs.at(left), ys.at(top)];
  return drawn("rect", {
    x,
    y,
    width: xs.at(right) - x,
    height: ys.at(bottom) - y,
    class: `region ${findingClass(finding, rule)}`,
  });
}

function grids(xs, ys) {
  const format = (value) => value.toLocaleString("en-US", { notation: "compact" });
  const [bottom, end] = [PLOT.height - PLOT.bottom, PLOT.width - PLOT.right];
  const across = xs.ticks.flatMap((value) => [
    drawn("line", { x1: xs.at(value), x2: xs.at(value), y1: PLOT.top, y2: bottom, class: "grid" }),
    drawn("text", { x: xs.at(value), y: bottom + 18, "text-anchor": value === xs.high ? "end" : "middle" }, format(value)),
  ]);
  const up = ys.ticks.flatMap((value) => [
    drawn("line", { x1: PLOT.left, x2: end, y1: ys.at(value), y2: ys.at(value), class: "grid" }),
    drawn("text", { x: PLOT.left - 8, y: ys.at(value) + 4, "text-anchor": "end" }, format(value)),
  ]);
  const center = (PLOT.top + bottom) / 2;
  const names = [
    drawn("text", { x: (PLOT.left + end) / 2, y: PLOT.height - 10, "text-anchor": "middle", class: "name" }, "TPP"),
    drawn(
      "text",
      { x: 13, y: center, transform: `rotate(-90 13 ${center})`, "text-anchor": "middle", class: "name" },
      "Performance density, TPP/mm²",
    ),
  ];
  return [...across, ...up, ...names];
}

/** The rule's limits on the edges of the plot. */
function limitLines(rule, controlList, xs, ys) {
  if (!rule) return [];
  const limits = thresholdsIn(controlList.leaves(rule));
  const inside = (scale) => (limit) => toNumber(limit) > scale.low && toNumber(limit) < scale.high;
  const across = (limits.get("tpp") ?? [])
    .filter(inside(xs))
    .map((limit, at) =>
      drawn("text", { x: xs.at(toNumber(limit)) + 3, y: PLOT.top + 12 + 13 * (at % 3), class: "limit" }, display(limit)),
    );
  const up = (limits.get("performance_density") ?? [])
    .filter(inside(ys))
    .map((limit) =>
      drawn(
        "text",
        { x: PLOT.width - PLOT.right - 4, y: ys.at(toNumber(limit)) - 3, "text-anchor": "end", class: "limit" },
        display(limit),
      ),
    );
  return [...across, ...up];
}

/** Each outcome once, in its largest rectangle. */
function regionLabels(regions, xs, ys) {
  const size = ({ left, right, bottom, top }) => (xs.at(right) - xs.at(left)) * (ys.at(bottom) - ys.at(top));
  const largest = new Map();
  for (const region of regions) {
    const text = findingText(region.finding);
    if (!largest.has(text) || size(region) > size(largest.get(text))) largest.set(text, region);
  }
  return [...largest].map(([text, { left, right, bottom, top }]) =>
    drawn(
      "text",
      { x: (xs.at(left) + xs.at(right)) / 2, y: (ys.at(bottom) + ys.at(top)) / 2, "text-anchor": "middle", class: "outcome" },
      text,
    ),
  );
}

function pointShape(app, entry, xs, ys, rule) {
  const { record, values, finding } = entry;
  const [x, y] = [xs.at(toNumber(values.tpp)), ys.at(toNumber(values.performance_density))];
  const told = drawn(
    "title",
    {},
    [
      record.name,
      `TPP ${display(values.tpp)}`,
      `density ${display(values.performance_density)}`,
      finding ? findingText(finding) : "…",
    ].join(", "),
  );
  const shared = { class: `point ${findingClass(finding, rule)}`, onclick: () => app.choose(record.id) };
  if (shared.class.includes("second")) return drawn("path", { ...shared, d: `M ${x} ${y - 4.6} l 4.4 7.6 h -8.8 z` }, told);
  if (finding?.status === UNDETERMINED) return drawn("rect", { ...shared, x: x - 3, y: y - 3, width: 6, height: 6 }, told);
  return drawn("circle", { ...shared, cx: x, cy: y, r: 3.6 }, told);
}

/** The chosen chip with its knobs turned, and the way it went. */
function chosenShape(app, xs, ys) {
  const subject = app.subject;
  if (!subject) return [];
  const place = (each) => {
    const values = ["tpp", "performance_density"].map((name) => each.value(name));
    if (values.some((value) => value === null || isZero(value))) return null;
    const [x, y] = values.map(toNumber);
    return x < xs.low || x > xs.high || y < ys.low || y > ys.high ? null : [xs.at(x), ys.at(y)];
  };
  const [from, to] = [place(new Subject(subject.record, app.data)), place(subject)];
  if (!to) return [];
  const trail = from ? [drawn("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: "trail" })] : [];
  return [...trail, drawn("circle", { cx: to[0], cy: to[1], r: 8, class: "chosen" }, drawn("title", {}, subject.record.name))];
}

function legend(rule) {
  const outcomes = rule ? outcomesOf(rule) : [];
  const names =
    outcomes.length > 1
      ? [
          ["met", outcomes[0]],
          ["met second", outcomes.slice(1).join(", ")],
        ]
      : [["met", outcomes[0] ?? "caught"]];
  const shapes = { met: "●", "met second": "▲", undetermined: "■", "not-met": "○" };
  const entries = [...names, ["undetermined", "undetermined"], ["not-met", "outside"]];
  return el(
    "ul",
    { class: "legend" },
    ...entries.map(([kind, text]) =>
      el("li", {}, el("span", { class: `key ${kind}`, "aria-hidden": "true" }, shapes[kind]), ` ${text}`),
    ),
  );
}
