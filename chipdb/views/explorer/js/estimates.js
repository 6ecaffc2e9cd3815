// Estimates of language models next to the figures, and named as what they are. Those of chips as sold
// were made by Python when the page was written.

const GIGA = 1e9;

/** The standard questions with the estimates of a chip, or with the missing figures that leave it
 * without one; nothing of a system or a stack of memory. */
function estimatesOf(item, data) {
  const { estimates } = data;
  const needed = neededBy(item, estimates);
  if (needed.length) return unansweredEstimates(needed, data);
  return Object.entries(answersOf(item, estimates)).map(([name, answer]) => {
    const [low, nominal, high, chips, layout, precision] = answer;
    const values = { low, nominal, high };
    const shown = mapValues(values, (value) => value.toLocaleString("en-US"));
    const title = t(`estimate.${name}`, estimates);
    // A model that fits on no group of chips yields nothing.
    if (!high) return { name, title, text: t("estimate.none"), detail: t("estimate.none") };
    const group = t(chips === 1 ? "estimate.chip" : "estimate.chips", { chips });
    const detail = t(`estimate.detail.${stateOf(item)}`, { ...shown, group, layout, precision });
    return { name, title, text: t("estimate.tokens", shown), detail };
  });
}

/** Which chip an estimate is of: one as it is sold, one that is derated, or the reader's own. */
function stateOf({ record, changed }) {
  if (record.id === OWN) return "own";
  return changed ? "derated" : "sold";
}

/** The answers by question: as Python wrote them for chips as sold, or made here. */
function answersOf(item, estimates) {
  if (stateOf(item) === "sold") return estimates.chips[item.record.id] ?? {};
  return madeAnswers(item, estimates) ?? {};
}

/** The answers for a derated chip or the reader's own, as Python writes those of chips as sold. */
function madeAnswers(item, estimates) {
  const isOwn = stateOf(item) === "own";
  const machine = isOwn ? designMachine(item, estimates) : turnedMachine(item, estimates);
  if (!machine) return null;
  const { known } = estimates;
  return mapValues(known.questions, (question) => throughputOn(machine, question, known));
}

/** The questions of a chip whose figures are missing: each says which ones. */
function unansweredEstimates(needed, data) {
  const nameOf = (figure) =>
    figure in data.units ? metricName(data, figure) : t("estimate.throughput");
  const figures = needed.map(nameOf).join(t("list.and"));
  const text = t("estimate.missing", { figures });
  return Object.keys(data.estimates.known.questions).map((name) => {
    const title = t(`estimate.${name}`, data.estimates);
    return { name, title, text, detail: text };
  });
}

function estimateTiles(item, data) {
  return estimatesOf(item, data).map(({ title, text, detail }) =>
    el("div", { class: "estimate", title: detail }, el("dt", {}, title), el("dd", {}, text)),
  );
}

/** The rows of the comparison. */
function comparedEstimates(items, data) {
  const estimates = items.map((item) => estimatesOf(item, data));
  const names = Object.keys(data.estimates.known.questions);
  const rows = names.map((name) => {
    const texts = estimates.map((each) => each.find((one) => one.name === name)?.text ?? "–");
    return row(t(`estimate.${name}`, data.estimates), ...texts);
  });
  const isAny = estimates.some((each) => each.length > 0);
  return isAny ? rows : [];
}

/** What the estimates are, for readers of the reasons. */
function estimateDetails({ item, data, state }) {
  const estimates = estimatesOf(item, data);
  if (!estimates.length) return null;
  const texts = estimates.map((each) => el("li", {}, t("estimate.line", each)));
  const isOwn = stateOf(item) === "own";
  const assumed = isOwn && !neededBy(item, data.estimates).length ? designHints(item, data) : [];
  const { id, batch } = data.estimates;
  const command = `chipdb estimate ${chipWords(state)} --model ${id} --phase decode --batch ${batch}`;
  return el(
    "div",
    {},
    el("ul", { class: "by" }, ...texts),
    ...assumed,
    hint(t("estimate.note")),
    hint(t("estimate.command"), el("code", {}, command)),
  );
}

/** What an estimate assumes of a chip of the reader's own, as `chipdb estimate` lists it. */
function designHints(item, { estimates }) {
  const { domain, network } = estimates.design;
  const capacity = display(item.value("memory_capacity"));
  const values = { domain, network: network / GIGA, capacity };
  const isLinked = numberOf(item, "interconnect_bandwidth") > 0;
  const links = isLinked ? t("estimate.domain", values) : t("estimate.no-links");
  return [hint(`${t("estimate.assumed", values)} ${links}`)];
}
