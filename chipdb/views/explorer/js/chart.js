// TPP and performance density on logarithmic axes, with the regions of the chosen rule. Between two
// thresholds no answer changes, so one point of each rectangle gives its color.

const WIDE_PLOT = { width: 760, height: 460, left: 64, right: 16, top: 16, bottom: 52 };
const NARROW_PLOT = { width: 400, height: 380, left: 48, right: 10, top: 12, bottom: 48 };
const NARROW = matchMedia("(max-width: 40rem)");
let PLOT = WIDE_PLOT;

const MARKET_REGIONS = [
  ["yes", "for datacenters"],
  ["no", "not for datacenters"],
  ["unknown", "unknown"],
];

/** A logarithmic axis over some numbers, to whole powers of ten, between two pixels. */
function axis(values, from, to) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  const at = (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from);
  const ticks = Array.from({ length: high - low + 1 }, (_, step) => 10 ** (low + step));
  return { at, ticks, low: 10 ** low, high: 10 ** high };
}

/** The rule whose regions are drawn: the chosen one, else the classification of processors. */
function drawnRule({ data, rule: chosen, question }) {
  if (chosen) return chosen;
  const classifies = (rule) => isClassification(rule) && rule.kinds.includes("processor");
  const isCurrent = (rule) => inForce(rule, question.on, question.printed);
  return data.rules.find((rule) => classifies(rule) && isCurrent(rule)) ?? null;
}

/** What a rule says of a chip with a TPP and density, of which only the market is known besides.
 * The density is taken as given here, instead of from a die area. */
function regionFinding(rule, controlList, tpp, density, market, data) {
  const intervals = {};
  for (const name of Object.keys(data.units)) {
    if (!(name in DERIVED)) intervals[name] = [ZERO, null];
  }
  intervals.tpp = [tpp, tpp];
  intervals.performance_density = [density, density];
  const facts = { datacenter: MARKETS[market], digital: true, us_available: null };
  const known = { intervals, facts, missing: {}, part: null, undefined: new Set() };
  const chips = chipAssignmentsOf(known, controlList.leaves(rule));
  return joined(chips.map((chip) => findingAt(rule, controlList, ofOneChip(chip))));
}

/** The rectangles between thresholds, each with its finding. */
function regionsOf(rule, controlList, xs, ys, market, data) {
  const columns = stripsOf(rule, controlList, "tpp", xs);
  const rows = stripsOf(rule, controlList, "performance_density", ys);
  const regions = [];
  for (const [left, right] of columns) {
    for (const [bottom, top] of rows) {
      const tpp = insideOf(left, right);
      const density = insideOf(bottom, top);
      const finding = regionFinding(rule, controlList, tpp, density, market, data);
      regions.push({ left, right, bottom, top, finding });
    }
  }
  return regions;
}

/** The pieces of an axis between the thresholds of a metric. */
function stripsOf(rule, controlList, metric, scale) {
  const thresholds = thresholdsIn(controlList.leaves(rule)).get(metric) ?? [];
  const inner = thresholds.map(toNumber).filter((value) => value > scale.low && value < scale.high);
  const ends = [scale.low, ...inner, scale.high];
  return ends.slice(1).map((end, at) => [ends[at], end]);
}

/** A number between two, halfway on a logarithmic axis. */
const insideOf = (a, b) => exact(Math.sqrt(a * b).toFixed(9));

/** How a finding is drawn: the first outcome of a rule differs from its others. */
function findingClass(finding, rule) {
  if (!finding) return "waiting";
  if (finding.status !== MET && finding.status !== YES) return finding.status;
  const outcomes = rule ? outcomesOf(rule) : [];
  const isSecond = outcomes.indexOf(finding.outcome) > 0;
  return isSecond ? "met second" : "met";
}

/** The chips that have a place on logarithmic axes. */
function plottedOf(entries) {
  return entries.filter(({ record, values }) => {
    const { tpp, performance_density: density } = values;
    return record.kind === "processor" && tpp && density && !isZero(tpp);
  });
}

function drawChart(app) {
  const { state, data, entries, controlList } = app;
  PLOT = NARROW.matches ? NARROW_PLOT : WIDE_PLOT;
  const rule = drawnRule(app);
  const plotted = plottedOf(entries);
  const numbers = (name) => plotted.map((entry) => toNumber(entry.values[name]));
  const xs = axis([100, 100000, ...numbers("tpp")], PLOT.left, PLOT.width - PLOT.right);
  const densities = [0.1, 100, ...numbers("performance_density")];
  const ys = axis(densities, PLOT.height - PLOT.bottom, PLOT.top);
  const thresholds = rule ? thresholdsIn(controlList.leaves(rule)) : new Map();
  const hasRegions = thresholds.has("tpp") || thresholds.has("performance_density");
  const regions = hasRegions ? regionsOf(rule, controlList, xs, ys, state.market, data) : [];
  const canvas = drawn(
    "svg",
    {
      viewBox: `0 0 ${PLOT.width} ${PLOT.height}`,
      role: "img",
      "aria-label": chartLabel(plotted, entries),
    },
    ...regions.map((region) => regionShape(region, xs, ys, rule)),
    ...grids(xs, ys),
    ...thresholdTexts(thresholds, xs, ys),
    ...regionLabels(regions, xs, ys, rule),
    ...plotted.map((entry) => pointShape(app, entry, xs, ys, rule)),
    ...chosenShape(app, xs, ys),
  );
  const market = select("market", MARKET_REGIONS, state.market, (value) => {
    app.update({ market: value });
  });
  show(
    "chart-body",
    canvas,
    legend(rule),
    el("div", { class: "fields" }, field("Regions for a chip", market)),
    hint(regionText(rule, hasRegions)),
  );
}

/** What the chart shows, for screen readers. */
function chartLabel(plotted, entries) {
  const met = entries.filter(({ finding }) => [MET, YES].includes(finding?.status));
  return [
    `${plotted.length} processors by TPP and performance density.`,
    `${met.length} of all ${entries.length} chips and systems meet the chosen rule.`,
    "The table below has every number.",
  ].join(" ");
}

function regionText(rule, hasRegions) {
  if (!rule) return "No classification rule was in force on this day, so there are no regions.";
  if (!hasRegions) {
    return `${rule.id} has no threshold on TPP or performance density, so there are no regions.`;
  }
  const known = "a chip of which nothing else is known";
  return `Regions: ${rule.id} for ${known}, whatever the places and addressees.`;
}

function regionShape({ left, right, bottom, top, finding }, xs, ys, rule) {
  const x = xs.at(left);
  const y = ys.at(top);
  return drawn("rect", {
    x,
    y,
    width: xs.at(right) - x,
    height: ys.at(bottom) - y,
    class: `region ${findingClass(finding, rule)}`,
  });
}

function svgText(x, y, text, properties = {}) {
  return drawn("text", { x, y, ...properties }, text);
}

function grids(xs, ys) {
  const format = (value) => value.toLocaleString("en-US", { notation: "compact" });
  const bottom = PLOT.height - PLOT.bottom;
  const right = PLOT.width - PLOT.right;
  const across = xs.ticks.flatMap((value) => {
    const x = xs.at(value);
    // The last number would be cut off if it were centered.
    const anchor = value === xs.high ? "end" : "middle";
    return [
      drawn("line", { x1: x, x2: x, y1: PLOT.top, y2: bottom, class: "grid" }),
      svgText(x, bottom + 18, format(value), { "text-anchor": anchor }),
    ];
  });
  const up = ys.ticks.flatMap((value) => {
    const y = ys.at(value);
    return [
      drawn("line", { x1: PLOT.left, x2: right, y1: y, y2: y, class: "grid" }),
      svgText(PLOT.left - 8, y + 4, format(value), { "text-anchor": "end" }),
    ];
  });
  const center = (PLOT.top + bottom) / 2;
  const name = { "text-anchor": "middle", class: "name" };
  const turned = { ...name, transform: `rotate(-90 13 ${center})` };
  const names = [
    svgText((PLOT.left + right) / 2, PLOT.height - 10, "TPP", name),
    svgText(13, center, "Performance density, TPP/mm²", turned),
  ];
  return [...across, ...up, ...names];
}

/** The rule's thresholds on the edges of the plot. */
function thresholdTexts(thresholds, xs, ys) {
  const shown = (metric, scale) =>
    (thresholds.get(metric) ?? []).filter((threshold) => {
      const value = toNumber(threshold);
      return value > scale.low && value < scale.high;
    });
  const across = shown("tpp", xs).map((threshold, at) => {
    // Three heights in turn keep neighbors from covering one another.
    const y = PLOT.top + 12 + 13 * (at % 3);
    return svgText(xs.at(toNumber(threshold)) + 3, y, display(threshold), { class: "threshold" });
  });
  const up = shown("performance_density", ys).map((threshold) => {
    const properties = { "text-anchor": "end", class: "threshold" };
    const x = PLOT.width - PLOT.right - 4;
    return svgText(x, ys.at(toNumber(threshold)) - 3, display(threshold), properties);
  });
  return [...across, ...up];
}

/** Each outcome once, in its largest rectangle. */
function regionLabels(regions, xs, ys, rule) {
  const size = ({ left, right, bottom, top }) => {
    return (xs.at(right) - xs.at(left)) * (ys.at(bottom) - ys.at(top));
  };
  const largest = new Map();
  for (const region of regions) {
    const text = findingText(region.finding, rule);
    const isLarger = !largest.has(text) || size(region) > size(largest.get(text));
    if (isLarger) largest.set(text, region);
  }
  return [...largest].map(([text, { left, right, bottom, top }]) => {
    const x = (xs.at(left) + xs.at(right)) / 2;
    const y = (ys.at(bottom) + ys.at(top)) / 2;
    return svgText(x, y, text, { "text-anchor": "middle", class: "outcome" });
  });
}

function pointShape(app, { record, values, finding }, xs, ys, rule) {
  const { tpp, performance_density: density } = values;
  const x = xs.at(toNumber(tpp));
  const y = ys.at(toNumber(density));
  const answer = finding ? findingText(finding, rule) : "…";
  const [shownTpp, shownDensity] = [
    metricText(app.data, "tpp", tpp),
    metricText(app.data, "performance_density", density),
  ];
  const text = `${record.name}, TPP ${shownTpp}, density ${shownDensity}, ${answer}`;
  const title = drawn("title", {}, text);
  const look = findingClass(finding, rule);
  const shared = { class: `point ${look}`, onclick: () => app.choose(record.id) };
  if (look === "met second") {
    return drawn("path", { ...shared, d: `M ${x} ${y - 4.6} l 4.4 7.6 h -8.8 z` }, title);
  }
  if (look === UNDETERMINED) {
    return drawn("rect", { ...shared, x: x - 3, y: y - 3, width: 6, height: 6 }, title);
  }
  return drawn("circle", { ...shared, cx: x, cy: y, r: 3.6 }, title);
}

/** The chosen chip with its knobs turned, and a trail from where it stands without them. */
function chosenShape(app, xs, ys) {
  const { item } = app;
  if (!item) return [];
  const to = placeOf(item, xs, ys);
  if (!to) return [];
  const title = drawn("title", {}, item.record.name);
  const ring = drawn("circle", { cx: to.x, cy: to.y, r: 8, class: "chosen" }, title);
  const from = placeOf(new Item(item.record, app.data), xs, ys);
  if (!from) return [ring];
  const trail = { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "trail" };
  return [drawn("line", trail), ring];
}

/** Where an item stands in the plot; null where it has no place. */
function placeOf(item, xs, ys) {
  const values = [item.value("tpp"), item.value("performance_density")];
  if (values.some((value) => value === null || isZero(value))) return null;
  const [tpp, density] = values.map(toNumber);
  if (tpp < xs.low || tpp > xs.high || density < ys.low || density > ys.high) return null;
  return { x: xs.at(tpp), y: ys.at(density) };
}

function legend(rule) {
  const [first, ...others] = rule ? outcomesOf(rule) : [];
  const entries = [["met", "●", first ?? findingText({ status: MET })]];
  if (others.length) entries.push(["met second", "▲", others.join(", ")]);
  entries.push([UNDETERMINED, "■", findingText({ status: UNDETERMINED })]);
  entries.push([NOT_MET, "○", findingText({ status: NOT_MET }, rule)]);
  const items = entries.map(([look, shape, text]) =>
    el("li", {}, el("span", { class: `key ${look}`, "aria-hidden": "true" }, shape), ` ${text}`),
  );
  return el("ul", { class: "legend" }, ...items);
}
