// Estimates of language models next to the figures, and named as what they are. Those of chips as sold
// were made by Python when the page was written.

/** The standard questions with the estimates of a chip, also with its knobs turned; none of a
 * hypothetical chip or a system. */
function estimatesOf(item, { estimates }) {
  const answers = item.changed ? deratedAnswers(item, estimates) : estimates.chips[item.record.id];
  return Object.entries(answers ?? {}).map(([name, answer]) => {
    const [low, nominal, high, chips, layout, precision] = answer;
    const values = { low, nominal, high };
    const shown = mapValues(values, (value) => value.toLocaleString("en-US"));
    const title = t(`estimate.${name}`, estimates);
    // A model that fits on no group of chips yields nothing.
    if (!high) return { name, title, text: t("estimate.none"), detail: t("estimate.none") };
    const group = t(chips === 1 ? "estimate.chip" : "estimate.chips", { chips });
    const key = item.changed ? "estimate.detail.derated" : "estimate.detail";
    const detail = t(key, { ...shown, group, layout, precision });
    return { name, title, text: t("estimate.tokens", shown), detail };
  });
}

/** The answers for a chip whose knobs are turned, as Python writes those of the chip as sold. */
function deratedAnswers(item, estimates) {
  const machine = turnedMachine(item, estimates);
  if (!machine) return null;
  const { known } = estimates;
  return mapValues(known.questions, (question) => throughputOn(machine, question, known));
}

function estimateTiles(item, data) {
  return estimatesOf(item, data).map(({ title, text, detail }) =>
    el("div", { class: "estimate", title: detail }, el("dt", {}, title), el("dd", {}, text)),
  );
}

/** The rows of the comparison. */
function comparedEstimates(items, data) {
  const estimates = items.map((item) => estimatesOf(item, data));
  const names = Object.keys(Object.assign({}, ...Object.values(data.estimates.chips)));
  const rows = names.map((name) => {
    const texts = estimates.map((each) => each.find((one) => one.name === name)?.text ?? "–");
    return row(t(`estimate.${name}`, data.estimates), ...texts);
  });
  const isAny = estimates.some((each) => each.length > 0);
  return isAny ? rows : [];
}

/** What the estimates are, for readers of the reasons. */
function estimateDetails(item, data) {
  const estimates = estimatesOf(item, data);
  if (!estimates.length) return null;
  const texts = estimates.map((each) => el("li", {}, t("estimate.line", each)));
  return el("div", {}, el("ul", { class: "by" }, ...texts), hint(t("estimate.note")));
}
