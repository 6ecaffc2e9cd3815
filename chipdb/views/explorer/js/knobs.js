// Beside the verdict: the knobs of a chosen chip, or the figures of a chip of the reader's own.

/** The panel with its two sides; on a narrow screen it is folded, so that the table is in sight. */
function drawPanel(app) {
  const { state } = app;
  app.side ??= state.chip === OWN ? "own" : "derate";
  const tab = (side) =>
    button(t(`panel.${side}`), () => openSide(app, side), {
      role: "tab",
      id: `tab-${side}`,
      "aria-selected": String(app.side === side),
      "aria-controls": "panel-body",
    });
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": t("panel.title") });
  tabs.append(tab("derate"), tab("own"));
  const properties = { id: "panel-body", role: "tabpanel", "aria-labelledby": `tab-${app.side}` };
  const isFolded = FOLDING.matches && !app.isPanelOpen;
  const fold = el(
    "details",
    { open: !isFolded, ontoggle: ({ target }) => (app.isPanelOpen = target.open) },
    el("summary", { class: "narrow" }, t("panel.title")),
    tabs,
    el("div", properties, ...panelBody(app)),
  );
  show("panel", fold);
}

function openSide(app, side) {
  app.side = side;
  app.isPanelOpen = true;
  drawPanel(app);
  byId(`tab-${side}`).focus();
}

function panelBody(app) {
  if (app.side === "own") return ownForm(app);
  const { state, data } = app;
  if (!state.chip || state.chip === OWN) return [hint(t("panel.choose"))];
  return knobsOf(app, recordOf(state.chip, state, data));
}

function knobsOf(app, record) {
  const { data, state } = app;
  const offered = knobsOffered(record, data);
  if (!offered.length) return [hint(t("knobs.none"))];
  const reset = () => {
    app.update({ knobs: {} });
    drawPanel(app);
  };
  return [
    el(
      "fieldset",
      { class: "knobs" },
      el("legend", {}, t("knobs.legend")),
      ...offered.map((knob) => knobOf(app, knob, state.knobs[knob] ?? "100")),
    ),
    el(
      "p",
      { class: "actions" },
      button(t("compare.this"), () => app.compareChosen()),
      button(t("knobs.reset"), reset),
      button(t("own.from-this"), () => ownFromChosen(app)),
    ),
  ];
}

/** A knob: a slider in whole percent, and a number next to it that takes decimals. */
function knobOf(app, knob, percent) {
  const number = el("input", {
    id: `knob-${knob}-number`,
    type: "text",
    inputmode: "decimal",
    "aria-label": t("knobs.number", { knob: t(`knob.${knob}`) }),
    value: percent,
    size: 7,
  });
  const slider = el("input", {
    id: `knob-${knob}`,
    type: "range",
    min: 1,
    max: 200,
    step: 1,
    value: percent,
    "aria-valuetext": t("knobs.percent", { percent }),
  });
  slider.addEventListener("input", () => turnKnob(app, knob, slider.value));
  number.addEventListener("change", () => {
    number.removeAttribute("aria-invalid");
    if (!isPercent(number.value)) return number.setAttribute("aria-invalid", "true");
    return turnKnob(app, knob, number.value);
  });
  return el(
    "div",
    { class: "knob" },
    el("label", { for: slider.id }, t(`knob.${knob}`)),
    slider,
    number,
    el("span", { class: "unit", "aria-hidden": "true" }, "%"),
  );
}

/** Turns a knob to a percentage, wherever it was written: in the question, a slider, or a number. */
function turnKnob(app, knob, percent) {
  const knobs = { ...app.state.knobs, [knob]: percent };
  if (Number(percent) === 100) delete knobs[knob];
  const slider = byId(`knob-${knob}`);
  if (slider) {
    slider.value = percent;
    slider.setAttribute("aria-valuetext", t("knobs.percent", { percent }));
    byId(`knob-${knob}-number`).value = percent;
  }
  app.update({ knobs });
}
