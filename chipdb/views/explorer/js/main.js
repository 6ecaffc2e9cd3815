// The page: a state, what follows from it, and what is drawn anew when it changes.

/** Milliseconds of answering before the page is drawn, and in one go after that. */
const FIRST_SLICE = 400;
const SLICE = 60;
/** What a change of the state has drawn anew. */
const ASKS = ["on", "to", "from", "hq", "law", "role", "ask"];
const SELECTS = ["q", "vendor", "kind", "status", "sort", "dir"];

class App {
  constructor(data) {
    this.data = data;
    this.entries = data.chips.map((record) => tableEntry(record, data));
    this.round = 0;
    this.unfolded = new Set();
    this.load();
    NARROW.addEventListener("change", () => drawChart(this));
    window.addEventListener("hashchange", () => location.hash.includes("=") && location.hash !== this.written && this.load());
  }

  /** Takes the state from the address and draws everything. */
  load() {
    const { state, wrong } = readState(location.hash, this.data);
    this.state = state;
    this.wrong = wrong;
    queryForm(this);
    filterForm(this);
    buildForm(this);
    downloads(this);
    this.ask();
    drawDetails(this);
    drawAnswer(this);
  }

  update(changes) {
    const changed = Object.keys(changes).filter((name) => JSON.stringify(this.state[name]) !== JSON.stringify(changes[name]));
    Object.assign(this.state, changes);
    this.write();
    if (changed.some((name) => ASKS.includes(name))) {
      this.ask();
      drawAnswer(this);
    } else if (changed.some((name) => SELECTS.includes(name))) drawTable(this);
    else if (changed.includes("market")) drawChart(this);
    else if (changed.includes("knobs")) this.turned();
  }

  write() {
    this.written = addressOf(this.state, this.data);
    try {
      history.replaceState(null, "", this.written);
    } catch {
      location.replace(this.written);
    }
  }

  /** Asks the chosen rule about every chip, in slices, so that the page stays awake. */
  ask() {
    this.question = questionOf(this.state, this.data);
    this.controlList = controlListOf(this.question, this.data);
    byId("question-note").textContent = [
      questionNote(this.state, this.question, this.data),
      ...this.wrong.map((text) => `Not understood in the address: ${text}.`),
    ]
      .join(" ")
      .trim();
    for (const entry of this.entries) Object.assign(entry, { finding: null, contested: false, text: "" });
    this.round += 1;
    this.answering = true;
    this.take();
    this.answerFrom(0, this.round, FIRST_SLICE);
    if (this.answering) this.draw();
  }

  answerFrom(start, round, slice) {
    if (round !== this.round) return;
    const until = performance.now() + slice;
    let at = start;
    while (at < this.entries.length && performance.now() < until) {
      const entry = this.entries[at];
      Object.assign(entry, this.findingOf(new Subject(entry.record, this.data)));
      entry.text = entry.finding ? findingText(entry.finding) : "";
      at += 1;
    }
    if (at < this.entries.length) setTimeout(() => this.answerFrom(at, round, SLICE), 0);
    else {
      this.answering = false;
      this.draw();
      document.body.dataset.ready = String(round);
    }
  }

  /** The answer of the chosen rule about one item. */
  findingOf(subject) {
    const { question, data, controlList, state } = this;
    if (state.ask === "license") {
      if (!question.to) return { finding: null, contested: false };
      const { license } = check(subject, question, data, controlList);
      return { finding: { status: license.required, outcome: null }, contested: license.contested };
    }
    const verdict = verdictOf(subject, question, data, controlList, data.ruleById.get(state.ask));
    return { finding: verdict.finding, contested: verdict.sides.length > 0 };
  }

  /** The answers to the law that was not asked for, as printed or as enforced, where they differ. */
  otherLaw(subject) {
    const question = { ...this.question, printed: !this.question.printed };
    return check(subject, question, this.data).license;
  }

  draw() {
    statusOptions(this);
    drawTable(this);
    drawChart(this);
    drawCompare(this);
  }

  choose(id) {
    this.update({ chip: id, knobs: {} });
    for (const button of document.querySelectorAll("button.open")) {
      const chosen = button.dataset.chip === id;
      button.setAttribute("aria-pressed", String(chosen));
      button.closest("tr").classList.toggle("chosen", chosen);
    }
    drawDetails(this);
    this.answerChip();
    drawChart(this);
    if (id === OWN) drawCompare(this);
    byId("details").focus();
  }

  compare(id, wanted) {
    const rest = this.state.compare.filter((each) => each !== id);
    this.update({ compare: wanted ? [...rest, id] : rest });
    const box = [...document.querySelectorAll("#table input")].find(
      (each) => each.getAttribute("aria-label") === `Compare ${this.data.byId.get(id)?.name}`,
    );
    if (box) box.checked = wanted;
    drawCompare(this);
  }

  /** A knob was turned: the answer follows with the next frame. */
  turned() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.answerChip();
      drawChart(this);
    });
  }

  /** The chosen chip with its knobs turned. */
  take() {
    const { state, data } = this;
    this.subject = state.chip ? new Subject(recordOf(state.chip, state, data), data, factorsOf(state)) : null;
  }

  answerChip() {
    this.take();
    drawAnswer(this);
  }

  say(text) {
    if (byId("said").textContent !== text) byId("said").textContent = text;
  }

  heard(text) {
    if (byId("heard").textContent !== text) byId("heard").textContent = text;
  }
}

const data = readData(JSON.parse(byId("data").textContent));
Object.defineProperty(window, "chipdb", { value: Object.freeze(engineOf(data)) });
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("chips").focus();
});
show(
  "foot",
  el("p", {}, `chipdb ${data.version}, data ${data.data}, rules ${data.rulesHash}. Figures CC BY 4.0. Not legal advice.`),
);
new App(data);
