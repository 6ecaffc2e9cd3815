// A chip of the reader's own: sliders and numbers for its figures, with the verdict as they move. A
// figure left blank is unknown, never zero.

const MARKET_NAMES = ["yes", "no", "unknown"];

/** Sliders are logarithmic; they reach to this many times the largest figure of the catalog. */
const BEYOND = 2;
const SLIDER_STEPS = 1000;

function ownForm(app) {
  const own = app.state.own ?? {};
  const name = el("input", {
    id: "own-name",
    type: "text",
    autocomplete: "off",
    maxlength: 60,
    value: own.name ?? "",
    oninput: () => takeOwn(app),
  });
  const options = MARKET_NAMES.map((each) => [each, t(`own.market.${each}`)]);
  const market = select("own-market", options, own.market ?? "yes", () => takeOwn(app));
  return [
    hint(t("own.instructions")),
    ...OWN_METRICS.map((metric) => ownFigure(app, metric, own[metric] ?? "")),
    el(
      "div",
      { class: "fields" },
      field(t("own.name"), name),
      field(t("own.market"), market),
    ),
    el("p", { id: "own-problem", role: "alert" }),
    el("p", { class: "actions" }, button(t("compare.this"), () => app.compareChosen())),
  ];
}

/** The range of a figure's slider: what the catalog has, and somewhat more. */
function ownRange(app, metric) {
  const ofChip = ({ values, item }) => values[metric] ?? item.value(metric);
  const values = app.entries.map(ofChip).filter((value) => value && !isZero(value));
  const numbers = values.map(toNumber);
  return { low: Math.min(...numbers), high: BEYOND * Math.max(...numbers) };
}

function ownFigure(app, metric, text) {
  const { low, high } = ownRange(app, metric);
  const width = Math.log(high / low);
  const numberAt = (step) => low * Math.exp((width * step) / SLIDER_STEPS);
  const stepOf = (number) => Math.round((SLIDER_STEPS * Math.log(number / low)) / width);
  const number = el("input", {
    id: `own-${metric}`,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    placeholder: t("own.blank"),
    value: text,
  });
  const slider = el("input", {
    id: `own-${metric}-slider`,
    type: "range",
    min: 0,
    max: SLIDER_STEPS,
    "aria-label": t("own.slider", { metric: metricName(app.data, metric) }),
    "aria-valuetext": text || t("own.blank"),
    value: Number(text) > 0 ? stepOf(Number(text)) : 0,
  });
  slider.addEventListener("input", () => {
    number.value = threeDigits(numberAt(Number(slider.value)));
    slider.setAttribute("aria-valuetext", number.value);
    takeOwn(app);
  });
  number.addEventListener("input", () => {
    if (Number(number.value) > 0) slider.value = stepOf(Number(number.value));
    slider.setAttribute("aria-valuetext", number.value || t("own.blank"));
    takeOwn(app);
  });
  return el(
    "div",
    { class: "knob" },
    el("label", { for: number.id }, metricName(app.data, metric)),
    slider,
    number,
    el("span", { class: "unit" }, unitText(app.data, metric)),
  );
}

/** A number of three digits, as a slider reaches it: 4830, 48.3, 0.483. */
function threeDigits(number) {
  return String(Number(number.toPrecision(3)));
}

/** Takes the chip from the form, or says what is wrong with it. */
function takeOwn(app) {
  const stated = {};
  for (const name of ["name", "market", ...OWN_METRICS]) {
    stated[name] = byId(`own-${name}`).value.trim();
  }
  const problem = ownProblem(stated);
  byId("own-problem").textContent = problem ?? "";
  if (problem) return;

  const isDefault = (name, text) => !text || (name === "market" && text === "yes");
  const kept = Object.entries(stated).filter(([name, text]) => !isDefault(name, text));
  app.updateOwn(Object.fromEntries(kept));
}

/** Starts a chip of one's own from the figures of the chosen one, as far as its knobs are turned. */
function ownFromChosen(app) {
  const { item } = app;
  const own = {};
  for (const metric of OWN_METRICS) {
    // TPP and area give the density.
    const value = metric === "performance_density" ? null : comparedValue(item, metric);
    if (value && !isZero(value)) own[metric] = toDecimal(value);
  }
  own.name = t("own.like", { name: item.record.name });
  if (item.lead.datacenter !== true) own.market = item.lead.datacenter === false ? "no" : "unknown";
  app.side = "own";
  app.isPanelOpen = true;
  app.updateOwn(own);
  drawPanel(app);
}

/** A number as the form takes it, with at most six decimals. */
function toDecimal(value) {
  return String(Number(toNumber(value).toFixed(6)));
}
