// Chips just below a threshold of the rule of the chart: their answer changes if one metric rises a
// little and the others stay; as `chipdb near`.

const NEAR_PERCENTS = ["1", "2", "5", "10", "20"];

/** The order of the table in which the nearest chip is first. */
const BY_MARGIN = "near";

/** The choice of how near a chip has to be; the nearest is listed first until a column is chosen. */
function nearChoice(app) {
  const within = NEAR_PERCENTS.map((percent) => [percent, t("filter.near.within", { percent })]);
  const options = [["", t("filter.near.off")], ...within];
  return select("near", options, app.state.near, (near) => {
    const { sort, dir } = startState(app.data);
    app.update({ near, ...(near ? { sort: BY_MARGIN, dir: "up" } : { sort, dir }) });
  });
}

/** The nearest threshold above a chip, if it is near enough to count; kept for each question. */
function marginOf(app, entry) {
  if (entry.nearRound !== app.round) {
    entry.nearRound = app.round;
    entry.margins = marginsOf(app, entry);
  }
  const most = Number(app.state.near);
  return entry.margins.find(({ percent }) => percent <= most) ?? null;
}

/** The thresholds that a chip is below by at most the largest percentage, the nearest first. A
 * metric of a system is that of one of its chips, so raising it describes no product. */
function marginsOf(app, { record, item }) {
  const rule = drawnRule(app);
  if (!rule || record.of) return [];
  const margins = [];
  const most = exact(NEAR_PERCENTS[NEAR_PERCENTS.length - 1]);
  for (const [metric, thresholds] of thresholdsIn(ownLeaves(rule))) {
    const value = item.value(metric);
    if (value === null || isZero(value)) continue;
    for (const threshold of thresholds) {
      const percent = times(minus(over(threshold, value), ONE), exact("100"));
      if (compare(percent, ZERO) <= 0 || compare(percent, most) > 0) continue;
      const margin = marginAt(app, { rule, item, metric, value, threshold });
      if (margin) margins.push({ ...margin, percent: toNumber(percent) });
    }
  }
  return margins.sort((one, other) => one.percent - other.percent);
}

/** What the rule says at a threshold; null where that is what it says now. */
function marginAt({ question, data, controlList }, { rule, item, metric, value, threshold }) {
  const now = verdictOf(item, question, data, controlList, rule).finding;
  const raised = new Item(raisedRecord(item.record, metric, threshold), data);
  const beyond = verdictOf(raised, question, data, controlList, rule).finding;
  return agree(now, beyond) ? null : { metric, value, threshold, beyond, rule };
}

/** The record of a chip with one metric given, in every reading. */
function raisedRecord(record, metric, threshold) {
  const spreads = mapValues(record.spreads, (reading) => {
    const given = { ...reading };
    // The old density would contradict a new TPP or area.
    delete given.performance_density;
    return metric in given ? { ...given, [metric]: plainText(threshold) } : given;
  });
  spreads[""][metric] = plainText(threshold);
  return { ...record, spreads };
}

/** How near a chip of the table is, and what it would become. */
function nearMark(app, entry) {
  const margin = app.state.near ? marginOf(app, entry) : null;
  if (!margin) return null;
  const { metric, value, threshold, percent, beyond, rule } = margin;
  const text = t("filter.near.mark", {
    metric: metricName(app.data, metric),
    value: metricText(app.data, metric, value),
    threshold: display(threshold),
    percent: percent.toFixed(2),
    beyond: findingWords(beyond, rule),
  });
  return el("span", { class: "mark" }, text);
}
