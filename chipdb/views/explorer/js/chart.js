// Performance density and TPP on logarithmic axes, as in `chipdb plot`, with the regions of the
// chosen rule. Between two thresholds no answer changes, so one point of each rectangle gives its
// color.

/** The rule whose regions are drawn: the chosen one, else the classification of processors. */
function drawnRule({ data, rule: chosen, question }) {
  if (chosen) return chosen;
  const classifies = (rule) => isClassification(rule) && rule.kinds.includes("processor");
  const isCurrent = (rule) => inForce(rule, question.on, question.printed);
  return data.rules.find((rule) => classifies(rule) && isCurrent(rule)) ?? null;
}

/** What a rule says of a chip with a TPP and density, with nothing else known but the market.
 * The density is given here, instead of following from a die area. */
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
  const columns = stripsOf(rule, controlList, "performance_density", xs);
  const rows = stripsOf(rule, controlList, "tpp", ys);
  const regions = [];
  for (const [left, right] of columns) {
    for (const [bottom, top] of rows) {
      const density = insideOf(left, right);
      const tpp = insideOf(bottom, top);
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
  const { xs, ys } = scalesOf(app, plotted);
  const thresholds = rule ? thresholdsIn(controlList.leaves(rule)) : new Map();
  const hasRegions = thresholds.has("tpp") || thresholds.has("performance_density");
  const regions = hasRegions ? regionsOf(rule, controlList, xs, ys, state.market, data) : [];
  const kept = new Set((app.kept ?? filtered(app)).map(({ record }) => record.id));
  const points = plotted
    .filter(({ values }) => isInFrame(values, xs, ys))
    .map((entry) => pointShape(app, entry, xs, ys, rule, kept.has(entry.record.id)));
  app.points = new Map(points.map((point) => [point.dataset.id, point]));
  app.scales = { xs, ys };
  const properties = {
    viewBox: `0 0 ${PLOT.width} ${PLOT.height}`,
    role: "img",
    "aria-label": chartLabel(plotted, entries),
  };
  const canvas = drawn(
    "svg",
    properties,
    ...regions.map((region) => regionShape(region, xs, ys, rule)),
    ...grids(xs, ys),
    ...thresholdTexts(thresholds, xs, ys),
    ...regionLabels(regions, xs, ys, rule),
    ...points,
    ...namedShapes(app, xs, ys),
    drawn("g", { id: "hover-label" }),
  );
  zoomByPointer(app, canvas);
  const markets = MARKET_NAMES.map((each) => [each, t(`regions.${each}`)]);
  const market = select("market", markets, state.market, (value) => app.update({ market: value }));
  show(
    "chart-body",
    canvas,
    ...legends(app, rule, regions),
    el(
      "div",
      { class: "actions" },
      ...zoomButtons(app),
      field(t("regions.label"), market),
    ),
    hint(regionText(rule, hasRegions)),
  );
}

/** The chart stresses what the table lists. */
function stressFiltered(app, kept) {
  const ids = new Set(kept.map(({ record }) => record.id));
  for (const [id, point] of app.points ?? []) point.classList.toggle("left-out", !ids.has(id));
}

/** What the chart shows, for screen readers. */
function chartLabel(plotted, entries) {
  const met = entries.filter(({ finding }) => [MET, YES].includes(finding?.status));
  const counts = { plotted: plotted.length, met: met.length, total: entries.length };
  return t("chart.label", counts);
}

function regionText(rule, hasRegions) {
  if (!rule) return t("regions.no-rule");
  if (!hasRegions) return t("regions.no-threshold", { rule: rule.id });
  return t("regions.of", { rule: rule.id });
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

/** Each outcome once, in its largest rectangle. */
function regionLabels(regions, xs, ys, rule) {
  const size = ({ left, right, bottom, top }) => {
    return (xs.at(right) - xs.at(left)) * (ys.at(bottom) - ys.at(top));
  };
  const largest = new Map();
  for (const region of regions) {
    const text = findingWords(region.finding, rule);
    const isLarger = !largest.has(text) || size(region) > size(largest.get(text));
    if (isLarger) largest.set(text, region);
  }
  return [...largest].map(([text, { left, right, bottom, top }]) => {
    const x = (xs.at(left) + xs.at(right)) / 2;
    const y = (ys.at(bottom) + ys.at(top)) / 2;
    return svgText(x, y, text, { "text-anchor": "middle", class: "outcome" });
  });
}

function pointShape(app, { record, values, finding }, xs, ys, rule, isKept) {
  const x = xs.at(toNumber(values.performance_density));
  const y = ys.at(toNumber(values.tpp));
  const look = findingClass(finding, rule);
  const shape = {
    class: `point ${look}${isKept ? "" : " left-out"}`,
    "data-id": record.id,
    onclick: () => app.choose(record.id),
    onmouseenter: () => app.hover(record.id),
    onmouseleave: () => app.hover(null),
  };
  const title = drawn("title", {}, pointText(app, record, values, finding, rule));
  // The marks of the charts: a triangle, a square, a cross, and a circle for "not controlled".
  if (look === "met") return drawn("path", { ...shape, d: `M ${x} ${y - 4.6} l 4.4 7.6 h -8.8 z` }, title);
  if (look === "met second") {
    return drawn("rect", { ...shape, x: x - 3.4, y: y - 3.4, width: 6.8, height: 6.8 }, title);
  }
  if (look === UNDETERMINED) {
    return drawn("path", { ...shape, d: `M ${x - 3.6} ${y - 3.6} l 7.2 7.2 m 0 -7.2 l -7.2 7.2` }, title);
  }
  return drawn("circle", { ...shape, cx: x, cy: y, r: 3.6 }, title);
}

function pointText({ data }, record, values, finding, rule) {
  return t("chart.point", {
    name: record.name,
    tpp: metricText(data, "tpp", values.tpp),
    density: metricText(data, "performance_density", values.performance_density),
    answer: finding ? findingWords(finding, rule) : "…",
  });
}

/** The chosen chip and those of the comparison, as their knobs are turned, with their names. */
function namedShapes(app, xs, ys) {
  const { state, item } = app;
  const named = [];
  const shapes = [];
  const chosen = item && placeOf(item, xs, ys);
  if (chosen) {
    shapes.push(...trailOf(app, chosen, xs, ys));
    shapes.push(drawn("circle", { cx: chosen.x, cy: chosen.y, r: 8, class: "chosen" }));
    named.push({ place: chosen, text: turnedName(shortName(item.record), state.knobs) });
  }
  const isChosen = ({ entry }) => item && entry === comparedText(state.chip, state.knobs);
  for (const each of comparedItems(app).filter((one) => !isChosen(one))) {
    const place = placeOf(each.item, xs, ys);
    if (!place) continue;
    shapes.push(drawn("circle", { cx: place.x, cy: place.y, r: 6, class: "compared" }));
    const { knobs } = comparedOf(each.entry);
    named.push({ place, text: turnedName(shortName(each.item.record), knobs) });
  }
  return [...shapes, ...namesApart(named)];
}

/** A trail from where the chosen chip stands without its knobs turned. */
function trailOf({ item, data }, to, xs, ys) {
  const from = placeOf(new Item(item.record, data), xs, ys);
  if (!from) return [];
  return [drawn("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, class: "trail" })];
}

/** Where an item stands in the plot; null where it has no place. */
function placeOf(item, xs, ys) {
  const values = { tpp: item.value("tpp"), performance_density: item.value("performance_density") };
  if (Object.values(values).some((value) => value === null || isZero(value))) return null;
  if (!isInFrame(values, xs, ys)) return null;
  return { x: xs.at(toNumber(values.performance_density)), y: ys.at(toNumber(values.tpp)) };
}

/** Shows in the chart which chip the reader points at in the table or in the chart. */
function hoverInChart(app, id, before) {
  app.points?.get(before)?.classList.remove("hovered");
  const point = app.points?.get(id);
  const label = byId("hover-label");
  if (!label) return;
  label.replaceChildren();
  if (!point || !app.scales) return;
  point.classList.add("hovered");
  const { record, item } = app.entries.find((entry) => entry.record.id === id);
  const place = placeOf(item, app.scales.xs, app.scales.ys);
  const name = place && nameAt(place, record.name);
  if (name) label.append(name);
}

/** What marks and regions mean. With a license answer the marks show that and the regions still the
 * classification, so each has a legend of its own. */
function legends({ state }, rule, regions) {
  if (state.ask !== "license") return [legendOf(marksByRule(rule))];
  const lists = [legendOf(marksByLicense(), t("legend.marks"))];
  if (regions.length) lists.push(legendOf(fillsOf(regions, rule), t("legend.regions")));
  return lists;
}

/** The marks of a license answer: how each looks, its shape, and what it means. */
function marksByLicense() {
  const looks = [["met", "▲", YES], [UNDETERMINED, "✕", UNDETERMINED], [NOT_MET, "○", NO]];
  return looks.map(([look, shape, required]) => [look, shape, t(`headline.license.${required}`)]);
}

/** The colors of the regions, each answer once. */
function fillsOf(regions, rule) {
  const fills = new Map();
  for (const { finding } of regions) {
    const look = `${findingClass(finding, rule)} fill`;
    fills.set(findingWords(finding, rule), look);
  }
  return [...fills].map(([text, look]) => [look, "", text]);
}

/** The marks of the answers of a rule. */
function marksByRule(rule) {
  const [first, ...others] = rule ? outcomesOf(rule) : [];
  const entries = [["met", "▲", first ?? findingWords({ status: MET })]];
  if (others.length) entries.push(["met second", "■", others.join(", ")]);
  entries.push([UNDETERMINED, "✕", findingWords({ status: UNDETERMINED })]);
  entries.push([NOT_MET, "○", findingWords({ status: NOT_MET }, rule)]);
  return entries;
}

/** A legend, with a title where the chart has several. */
function legendOf(entries, title = null) {
  const items = entries.map(([look, shape, text]) =>
    el("li", {}, el("span", { class: `key ${look}`, "aria-hidden": "true" }, shape), ` ${text}`),
  );
  const heading = title ? [el("li", { class: "heading" }, title)] : [];
  return el("ul", { class: "legend" }, ...heading, ...items);
}
