// Estimates of language models, made by Python when the page was written: beside the figures, and
// named as what they are.

/** The standard questions with the estimates of a chip; none of a changed or hypothetical chip. */
function estimatesOf({ record, changed }, { estimates }) {
  const answers = changed ? null : estimates.chips[record.id];
  return Object.entries(answers ?? {}).map(([name, answer]) => {
    const [low, nominal, high, chips, layout, precision] = answer;
    const values = { low, nominal, high };
    const shown = mapValues(values, (value) => value.toLocaleString("en-US"));
    const title = t(`estimate.${name}`, estimates);
    // A model that fits on no group of chips yields nothing.
    if (!high) return { name, title, text: t("estimate.none"), detail: t("estimate.none") };
    const group = t(chips === 1 ? "estimate.chip" : "estimate.chips", { chips });
    const detail = t("estimate.detail", { ...shown, group, layout, precision });
    return { name, title, text: t("estimate.tokens", shown), detail };
  });
}

function estimateTiles(item, data) {
  return estimatesOf(item, data).map(({ title, text, detail }) =>
    el("div", { class: "estimate", title: detail }, el("dt", {}, title), el("dd", {}, text)),
  );
}

/** The rows of the comparison; a chip whose knobs are turned has no estimate. */
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
