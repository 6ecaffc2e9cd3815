// The verdict on the first screen: the sentence, the classification, cautions, and the figures that
// were compared; without a chosen chip, how many chips have which answer.

function drawHeadline(app, answer) {
  const { item } = app;
  document.body.toggleAttribute("data-chosen", Boolean(item));
  byId("details-title").textContent = item ? item.record.name : t("headline.all");
  if (!item) return drawSummary(app);
  const { status, text } = verdictSentence(app, answer);
  byId("verdict").dataset.status = status;
  return show(
    "headline-body",
    el("p", { class: "about" }, aboutText(item.record)),
    el("p", { class: "sentence", id: "sentence" }, verdictBadge(app, answer), el("span", {}, text)),
    entryLine(app, answer),
    cautionList(answer.cautions, app),
    tilesOf(app),
  );
}

/** What was asked, as a badge: the license with a destination, else the rule or classification. */
function verdictBadge({ rule }, { license, classification, answers, cautions }) {
  if (license) {
    const finding = { status: license.required, outcome: null };
    const kinds = decidingKinds(cautions);
    const shown = badge(finding, license.contested, null, kinds);
    const words = t(`headline.license.${license.required}`);
    shown.textContent = words + doubtWord(finding, license.contested, kinds);
    return shown;
  }
  if (!rule) {
    const { finding, contested } = decidingClassification({ answers, classification });
    return badge(finding, contested);
  }
  const verdict = answers.find((each) => each.rule === rule);
  if (!verdict) return null;
  return badge(verdict.finding, verdict.sides.length > 0, rule);
}

/** The classification, where the sentence is about something else. */
function entryLine({ rule }, { license, classification }) {
  if (!license && !rule) return null;
  const { finding, sides, provisions } = classification;
  const by = finding.status === MET && provisions.length;
  return el(
    "p",
    { class: "about entry" },
    t("headline.classification"),
    badge(finding, sides.length > 0),
    by ? t("headline.by", { provisions: provisions.join(t("list.and")) }) : "",
  );
}

function aboutText({ vendor, architecture, kind, announced, id }) {
  const day = announced && t("about.announced", { day: announced });
  const parts = [vendor, architecture, t(`kind.${kind}`), day, id];
  return parts.filter(Boolean).join(" · ");
}

/** What may reverse the answer, next to it; what changes the exit status is marked. Long texts
 * are cut to their first line until the reader asks for them. */
function cautionList(cautions, app) {
  if (!cautions.length) return null;
  const entries = cautions.map((each) =>
    el(
      "li",
      { class: changesStatus(each) ? "deciding" : null },
      el("strong", {}, t(`caution.${each.kind}`)),
      t("caution.colon"),
      el("span", inEnglish(), each.text),
    ),
  );
  const list = el("ul", { class: "cautions", "aria-label": t("cautions.title") }, ...entries);
  list.classList.toggle("short", !app.showsCautions);
  const toggle = button("", () => {
    app.showsCautions = !app.showsCautions;
    list.classList.toggle("short", !app.showsCautions);
    label();
  });
  const label = () => {
    const key = app.showsCautions ? "cautions.short" : "cautions.full";
    toggle.textContent = t(key, { count: cautions.length });
    toggle.setAttribute("aria-expanded", String(Boolean(app.showsCautions)));
  };
  toggle.className = "link";
  label();
  return el("div", {}, list, toggle);
}

/** The figures that rules compare, next to the verdict. */
function tilesOf({ item, data }) {
  const tiles = data.shown.map((name) => {
    const value = item.value(name);
    const unit = value === null ? "" : ` ${unitText(data, name)}`;
    return el(
      "div",
      {},
      el("dt", {}, metricName(data, name)),
      el("dd", {}, `${metricText(data, name, value)}${unit}`.trim()),
    );
  });
  const properties = { class: "tiles", "aria-label": t("headline.figures") };
  return el("dl", properties, ...tiles, ...estimateTiles(item, data));
}

/** How many chips have which answer; each count filters the table and the chart. */
function drawSummary(app) {
  const { entries, state, rule } = app;
  delete byId("verdict").dataset.status;
  const counts = new Map();
  for (const entry of entries) {
    if (!entry.finding) continue;
    if (!counts.has(entry.text)) counts.set(entry.text, { finding: entry.finding, count: 0 });
    counts.get(entry.text).count += 1;
  }
  const sorted = [...counts].sort(([, one], [, other]) => other.count - one.count);
  const buttons = sorted.map(([text, { count }]) => {
    const isChosen = state.status === text;
    return el(
      "li",
      {},
      button(`${count} `, () => app.update({ status: isChosen ? "" : text }), {
        "aria-pressed": String(isChosen),
        "data-answer": text,
      }),
    );
  });
  buttons.forEach((node, at) => node.firstChild.append(badge(sorted[at][1].finding, false, rule)));
  return show(
    "headline-body",
    el("p", { class: "sentence" }, summaryText(app)),
    el("ul", { class: "counts", "aria-label": t("headline.counts") }, ...buttons),
    hint(t("headline.choose")),
  );
}

function summaryText({ entries, state, question, rule, data, answering }) {
  const total = entries.length;
  if (answering) return t("summary.computing", { total });
  const isMet = ({ finding }) => finding && [MET, YES].includes(finding.status);
  const values = {
    on: dayRead(question),
    total,
    count: entries.filter(isMet).length,
    open: entries.filter(({ finding }) => finding?.status === UNDETERMINED).length,
    rule: rule?.id,
    ...placesOf({ state, question, data, rule }),
  };
  if (state.ask === "license" && question.to) return t("summary.license", values);
  return t(rule ? "summary.rule" : "summary.classification", values);
}
