// The form of a hypothetical chip: what it leaves blank is unknown, never zero.

const BLANKS = [
  "State what you know and leave the rest blank: a blank figure is unknown, and the answer says from which value it matters.",
  "Of TPP, area and density two give the third.",
].join(" ");

function buildForm(app) {
  const { data } = app;
  const own = app.state.own ?? {};
  const fields = OWN_METRICS.map((name) => {
    const input = el("input", {
      id: `own-${name}`,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      value: own[name] ?? "",
      size: 12,
    });
    return field(metricName(data, name), input, unitText(data, name) || "a bare number");
  });
  const name = el("input", { id: "own-name", type: "text", autocomplete: "off", maxlength: 60, value: own.name ?? "" });
  const market = select(
    "own-market",
    [
      ["yes", "yes"],
      ["no", "no"],
      ["unknown", "not known"],
    ],
    own.market ?? "yes",
    () => {},
  );
  show(
    "build-form",
    el("p", { class: "hint" }, BLANKS),
    el("div", { class: "fields" }, field("Name", name), ...fields, field("Designed or marketed for datacenters", market)),
    el("p", { id: "own-problem", role: "alert" }),
    el("button", { type: "submit" }, "Answer for this chip"),
  );
  byId("build-form").onsubmit = (event) => {
    event.preventDefault();
    const stated = { name: name.value.trim(), market: market.value };
    for (const metric of OWN_METRICS) stated[metric] = byId(`own-${metric}`).value.trim();
    const problem = ownProblem(stated);
    byId("own-problem").textContent = problem ?? "";
    if (problem) return;
    const kept = Object.fromEntries(
      Object.entries(stated).filter(([key, text]) => text && !(key === "market" && text === "yes")),
    );
    app.update({ own: kept });
    app.choose(OWN);
  };
}
