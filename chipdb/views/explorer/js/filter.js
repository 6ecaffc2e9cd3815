// What the table lists and the chart stresses: search and filters, and what the search means.

function filterForm(app) {
  const { state, data } = app;
  const choices = (name, textOf = (value) => value) => {
    const values = [...new Set(data.chips.map((chip) => chip[name]).filter(Boolean))];
    values.sort(byAlphabet);
    return [["", t("filter.all")], ...values.map((value) => [value, textOf(value)])];
  };
  const filter = (name, options) =>
    select(name, options, state[name], (value) => app.update({ [name]: value }));
  const isUsed = ["vendor", "kind", "status", "near"].some((name) => state[name]);
  const fields = el(
    "form",
    { class: "fields", id: "filter-form" },
    field(t("question.ask"), ruleChoice(app)),
    // Its choices are the answers of the table, which statusOptions fills in.
    field(t("filter.answer"), filter("status", [["", t("filter.all")]])),
    field(t("filter.vendor"), filter("vendor", choices("vendor"))),
    field(t("filter.near"), nearChoice(app)),
    field(t("filter.kind"), filter("kind", choices("kind", (kind) => t(`kind.${kind}`)))),
  );
  fields.onsubmit = (event) => event.preventDefault();
  const isOpen = !FOLDING.matches || isUsed;
  const summary = el("summary", { class: "narrow" }, t("filter.title"));
  show("filters", el("details", { open: isOpen }, summary, fields));
}

/** Offers the answers of the table in the filter. The chosen one stays even if no chip has it. */
function statusOptions(app) {
  const { status } = app.state;
  const answers = new Map();
  for (const { text, finding } of app.entries) {
    if (finding) answers.set(text, findingWords(finding, app.rule));
  }
  const options = [...answers].sort(([, one], [, other]) => byAlphabet(one, other));
  const doubts = ["contested", "cautioned"];
  options.push(...doubts.map((doubt) => [doubt, t(`filter.${doubt}`)]));
  if (status && !options.some(([value]) => value === status)) options.push([status, status]);
  const all = [["", t("filter.all")], ...options];
  byId("status").replaceChildren(...all.map(([value, text]) => option(value, text, status)));
}

/** The chips that the search and the filters leave, in order. */
function filtered(app) {
  const { state, entries } = app;
  const isAnswered = (entry) => {
    if (state.status === "contested") return entry.contested;
    if (state.status === "cautioned") return entry.cautions.length > 0;
    return entry.text === state.status;
  };
  const isKept = (entry) =>
    entry.match !== null &&
    (!state.vendor || entry.record.vendor === state.vendor) &&
    (!state.kind || entry.record.kind === state.kind) &&
    (!state.status || isAnswered(entry)) &&
    (!state.near || marginOf(app, entry) !== null);
  search(app);
  return sorted(app, entries.filter(isKept));
}

/** All chips, those that the table begins with first: the reader sees their answers soonest. */
function inTableOrder(app) {
  search(app);
  const { entries } = app;
  const found = entries.filter(({ match }) => match !== null);
  return [...sorted(app, found), ...entries.filter(({ match }) => match === null)];
}

/** Finds how each chip matches the search; without one all match alike. */
function search(app) {
  const { state, data, entries } = app;
  if (app.searched === state.q) return;
  app.searched = state.q;
  app.meaning = state.q.trim() ? meaningOf(state.q, data) : null;
  for (const entry of entries) {
    entry.match = state.q.trim() ? matchRank(entry.names, state.q, app.meaning) : MATCH.meant;
  }
}

/** Rows in order: by how they match the search, then by the chosen column; unknown values stand
 * last in both directions. */
function sorted(app, entries) {
  const { state } = app;
  const column = COLUMNS.find((each) => each.id === state.sort);
  const keyOf = (entry) => {
    if (!column) return marginOf(app, entry)?.percent ?? null;
    if (!column.metric) return column.of(entry) ?? null;
    const value = entry.values[column.id];
    return value ? toNumber(value) : null;
  };
  const sign = state.dir === "up" ? 1 : -1;
  const byName = (one, other) => one.record.name.localeCompare(other.record.name, "en");
  const byKey = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));

  const keyed = entries.map((entry) => ({ key: keyOf(entry), entry }));
  keyed.sort((a, b) => {
    if (a.entry.match !== b.entry.match) return a.entry.match - b.entry.match;
    if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
    return sign * byKey(a.key, b.key) || byName(a.entry, b.entry);
  });
  return keyed.map(({ entry }) => entry);
}

/** How many other chips are named, as by the command line (chipdb/catalog/catalog.py): the Blackwell
 * family would push the verdict off the first screen. The table has them all. */
const MOST_SIBLINGS = 12;

/** Says below the search which chip the name means, and which others it could mean. */
function drawMeaning(app) {
  const { meaning, data, state, entries } = app;
  if (entries.every(({ match }) => match === null)) return show("meaning", nothingFound(app));
  const chipButton = (id) =>
    button(data.byId.get(id).name, () => app.choose(id), { class: "link" });
  const chips = (ids) => ids.flatMap((id, at) => [at ? ", " : " ", chipButton(id)]);
  if (!meaning) return show("meaning");
  if (meaning.candidates) {
    return show("meaning", t("search.ambiguous", { name: state.q }), ...chips(meaning.candidates));
  }
  const shown = meaning.siblings.slice(0, MOST_SIBLINGS);
  const others = shown.length ? [t("search.also"), ...chips(shown)] : [];
  const further = meaning.siblings.length - MOST_SIBLINGS;
  if (further > 0) others.push(t("search.more", { further }));
  return show("meaning", t("search.means", { name: state.q }), ...chips([meaning.id]), ...others);
}

/** That no chip has a name: the verdict of the chip chosen before must not seem to be about it. */
function nothingFound({ state, item }) {
  const none = t("search.none", { name: state.q });
  return item ? none + t("search.none.verdict", { chip: item.record.name }) : none;
}

/** Chooses the chip that the search means; of an ambiguous name nothing is chosen. */
function chooseFound(app) {
  const { meaning } = app;
  if (meaning?.candidates) return;
  const [first, ...others] = filtered(app);
  const only = others.length ? null : first?.record.id;
  const id = meaning?.id ?? only;
  if (id) app.choose(id);
}
