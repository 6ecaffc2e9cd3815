// The form of a hypothetical chip. A figure left blank is unknown, never zero.

const INSTRUCTIONS = [
  "Enter what you know and leave the rest blank.",
  "A blank figure is unknown, and the answer names the value at which it matters.",
  "Any two of TPP, die area and density give the third.",
].join(" ");

const MARKET_OPTIONS = [
  ["yes", "yes"],
  ["no", "no"],
  ["unknown", "not known"],
];

function buildForm(app) {
  const own = app.state.own ?? {};
  const metrics = OWN_METRICS.map((metric) => metricField(metric, own, app.data));
  const name = el("input", {
    id: "own-name",
    type: "text",
    autocomplete: "off",
    maxlength: 60,
    value: own.name ?? "",
  });
  const market = select("own-market", MARKET_OPTIONS, own.market ?? "yes", () => {});
  show(
    "build-form",
    hint(INSTRUCTIONS),
    el(
      "div",
      { class: "fields" },
      field("Name", name),
      ...metrics,
      field("Designed or marketed for datacenters", market),
    ),
    el("p", { id: "own-problem", role: "alert" }),
    el("button", { type: "submit" }, "Check this chip"),
  );
  byId("build-form").onsubmit = (event) => {
    event.preventDefault();
    submitOwn(app);
  };
}

function metricField(metric, own, data) {
  const input = el("input", {
    id: `own-${metric}`,
    type: "text",
    inputmode: "decimal",
    autocomplete: "off",
    value: own[metric] ?? "",
    size: 12,
  });
  return field(metricName(data, metric), input, unitText(data, metric) || "a plain number");
}

/** Takes the chip from the form, or says what is wrong with it. */
function submitOwn(app) {
  const stated = {};
  for (const name of ["name", "market", ...OWN_METRICS]) {
    stated[name] = byId(`own-${name}`).value.trim();
  }
  const problem = ownProblem(stated);
  byId("own-problem").textContent = problem ?? "";
  if (problem) return;

  const isDefault = (name, text) => !text || (name === "market" && text === "yes");
  const kept = Object.entries(stated).filter(([name, text]) => !isDefault(name, text));
  app.update({ own: Object.fromEntries(kept) });
  app.choose(OWN);
}
