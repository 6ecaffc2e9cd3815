// The page: a state, what follows from it, and what is drawn anew when it changes.

/** Milliseconds of answering in one go: before the page is drawn, and in each slice after that. */
const FIRST_SLICE = 100;
const SLICE = 60;
/** Rows of the table that are answered before it is drawn, however long that takes. */
const ROWS_IN_SIGHT = 30;

/** The parts of the state that change the answers, and those that change only the table. */
const ASKS = ["on", "to", "from", "hq", "law", "role", "ask"];
const SELECTS = ["q", "vendor", "kind", "status", "near", "sort", "dir"];
/** Changes that say something of the chosen chip. */
const TURNS = ["knobs", "own"];

class App {
  constructor(data) {
    this.data = data;
    this.entries = data.chips.map((record) => tableEntry(record, data));
    this.round = 0;
    this.unfolded = new Set();
    this.load();
    NARROW.addEventListener("change", () => drawChart(this));
    FOLDING.addEventListener("change", () => {
      drawPanel(this);
      filterForm(this);
      statusOptions(this);
    });
    window.addEventListener("hashchange", () => {
      // The page writes its own address; and "#chips" of the skip link is not a state.
      const isState = location.hash.includes("=") && location.hash !== this.written;
      if (isState) this.load();
    });
  }

  /** Takes the state from the address and draws everything. */
  load() {
    const { state, wrong } = readState(location.hash, this.data);
    this.state = state;
    this.wrong = wrong;
    this.side = null;
    this.searched = null;
    this.drawAll();
  }

  /** Draws everything, in the language of the state. */
  drawAll() {
    speak(this.data, this.state.lang ?? preferredLanguage());
    this.listed = null;
    drawTools(this);
    drawFoot(this.data);
    queryForm(this);
    filterForm(this);
    downloads(this);
    this.ask();
    drawDetails(this);
    drawAnswer(this);
  }

  changeLanguage(lang) {
    this.update({ lang });
    this.drawAll();
    byId("lang").focus();
  }

  /** Changes the state, and draws what depends on the change. */
  update(asked) {
    const changes = this.withUsualQuestion(asked);
    const text = JSON.stringify;
    const isNew = (name) => text(this.state[name]) !== text(changes[name]);
    const changed = Object.keys(changes).filter(isNew);
    const concerns = (names) => changed.some((name) => names.includes(name));
    Object.assign(this.state, changes);
    this.write();
    if (concerns(ASKS)) {
      this.ask();
      drawAnswer(this);
    } else if (concerns(SELECTS)) this.drawSelection();
    else if (concerns(["market", "zoom"])) drawChart(this);
    else if (concerns(TURNS)) this.turned();
  }

  /** With a destination the question is whether a license is required; without one there is none. */
  withUsualQuestion(changes) {
    const isGeneral = GENERAL_QUESTIONS.includes(this.state.ask);
    if (!("to" in changes) || "ask" in changes || !isGeneral) return changes;
    const ask = usualQuestion(changes.to);
    if (byId("ask")) byId("ask").value = ask;
    return { ...changes, ask };
  }

  /** The table and the chart, as search and filters leave them. */
  drawSelection() {
    statusOptions(this);
    stressFiltered(this, drawTable(this));
    if (!this.item) drawHeadline(this, null);
  }

  write() {
    this.written = addressOf(this.state, this.data);
    try {
      history.replaceState(null, "", this.written);
    } catch {
      // Some browsers refuse this for a page that was opened from disk.
      location.replace(this.written);
    }
  }

  /** Asks the chosen rule about every chip, in slices, so that the page stays responsive. */
  ask() {
    const before = this.question;
    this.question = questionOf(this.state, this.data);
    // What was worked out under the control list of a day holds for any place.
    const isSameLaw = (other) => other?.on === this.question.on && other.printed === this.question.printed;
    if (!isSameLaw(before)) this.controlList = controlListOf(this.question, this.data);
    /** The chosen rule; null for the classification in force and the license answer. */
    this.rule = this.data.ruleById.get(this.state.ask) ?? null;
    this.drawNote();
    for (const entry of this.entries) {
      Object.assign(entry, { finding: null, contested: false, cautions: [], text: "" });
    }
    this.round += 1;
    this.answering = true;
    this.queue = inTableOrder(this);
    this.take();
    this.answerFrom(0, this.round, FIRST_SLICE);
    if (this.answering) this.draw();
  }

  drawNote() {
    const wrong = this.wrong.map((text) => t("note.wrong", { text }));
    const notes = [questionNote(this.state, this.question, this.data), ...wrong];
    byId("question-note").textContent = notes.join(" ").trim();
  }

  answerFrom(start, round, slice) {
    // Another question was asked in the meantime.
    if (round !== this.round) return;
    const until = performance.now() + slice;
    let at = start;
    const isDue = () => at < ROWS_IN_SIGHT || performance.now() < until;
    while (at < this.queue.length && isDue()) {
      const entry = this.queue[at];
      Object.assign(entry, this.findingOf(entry.item));
      entry.text = entry.finding ? findingText(entry.finding, this.rule) : "";
      at += 1;
    }
    if (at < this.queue.length) {
      setTimeout(() => this.answerFrom(at, round, SLICE), 0);
      return;
    }
    this.answering = false;
    this.draw();
    // Tests wait for this.
    document.body.dataset.ready = String(round);
    answerAhead(this);
  }

  /** The answer of the chosen rule about one item. */
  findingOf(item) {
    const { question, data, controlList, state, rule } = this;
    if (state.ask === "license") {
      if (!question.to) return { finding: null, contested: false, cautions: [] };
      const { license, cautions } = check(item, question, data, controlList);
      return {
        finding: { status: license.required, outcome: null },
        contested: license.contested,
        cautions: decidingKinds(cautions),
      };
    }
    if (!rule) return { ...decidingVerdictOf(item, question, data, controlList), cautions: [] };
    const verdict = verdictOf(item, question, data, controlList, rule);
    return { finding: verdict.finding, contested: verdict.sides.length > 0, cautions: [] };
  }

  /** The license answer under the other view of the law: as codified, or as enforced. */
  otherLaw(item) {
    const question = { ...this.question, printed: !this.question.printed };
    return check(item, question, this.data).license;
  }

  draw() {
    statusOptions(this);
    drawTable(this);
    drawChart(this);
    drawCompare(this);
    scrollToChosen(this);
    if (!this.item) drawHeadline(this, null);
  }

  /** Chooses a chip, with its knobs as sold or as they were turned in the comparison. */
  choose(id, knobs = {}) {
    if (id !== OWN) this.side = "derate";
    this.showChosen(id, knobs);
    byId("verdict").focus();
  }

  showChosen(id, knobs) {
    Object.assign(this.state, { chip: id, knobs });
    this.write();
    this.markChosen();
    drawDetails(this);
    this.answerChip();
    drawMeaning(this);
    drawChart(this);
    scrollToChosen(this);
    if (id === OWN) drawCompare(this);
  }

  /** Marks the row of the chosen chip. Drawing the whole table anew would lose the reader's place. */
  markChosen() {
    for (const open of document.querySelectorAll("button.open")) {
      const isChosen = open.dataset.chip === this.state.chip;
      open.setAttribute("aria-pressed", String(isChosen));
      open.closest("tr").classList.toggle("chosen", isChosen);
    }
  }

  /** Takes a chip of the reader's own as its figures are written; the form keeps the focus. */
  updateOwn(own) {
    const isFirst = this.state.chip !== OWN;
    this.update({ own, chip: OWN, knobs: {} });
    if (!isFirst) return;
    this.markChosen();
    show("details-body", el("div", { id: "answer" }));
    drawDerate(this);
    this.turned();
  }

  /** Puts an entry of the comparison there, or takes it away. */
  compare(entry, wanted) {
    const others = this.state.compare.filter((each) => each !== entry);
    this.update({ compare: wanted ? [...others, entry] : others });
    const box = this.rows?.get(entry)?.querySelector("input");
    if (box) box.checked = wanted;
    drawCompare(this);
    drawChart(this);
  }

  /** Compares the chosen chip as its knobs are turned. */
  compareChosen() {
    const { chip, knobs } = this.state;
    if (!chip) return;
    this.compare(comparedText(chip, knobs), true);
    // The comparison is below the table, where the reader would not see what the button did.
    byId("compare").focus();
  }

  /** The reader points at a chip in the table or in the chart: it is marked in both. */
  hover(id) {
    const before = this.hovered;
    if (before === id) return;
    this.hovered = id;
    this.rows?.get(before)?.classList.remove("hovered");
    this.rows?.get(id)?.classList.add("hovered");
    hoverInChart(this, id, before);
  }

  /** A knob was turned. A slider moves faster than answers come, so they wait for a frame. */
  turned() {
    if (this.frameOfTurn) return;
    this.frameOfTurn = requestAnimationFrame(() => {
      this.frameOfTurn = null;
      this.answerChip();
      drawDerate(this);
      drawChart(this);
      if (this.state.compare.some((entry) => comparedOf(entry).id === OWN)) drawCompare(this);
    });
  }

  /** Takes the chosen chip with its knobs turned. */
  take() {
    const { state, data } = this;
    if (!state.chip) this.item = null;
    else this.item = new Item(recordOf(state.chip, state, data), data, factorsOf(state));
  }

  answerChip() {
    this.take();
    drawAnswer(this);
  }

  /** Says how many chips the table has. */
  say(text) {
    setStatus("said", text);
  }

  /** Tells screen readers the answer for the chosen chip. */
  announce(text) {
    setStatus("heard", text);
  }
}

/** Sets a live text only where it changed: screen readers read it again otherwise. */
function setStatus(id, text) {
  if (byId(id).textContent !== text) byId(id).textContent = text;
}

function drawFoot(data) {
  const { version, data: hash, rulesHash: rules } = data;
  show("foot", el("p", {}, t("foot", { version, hash, rules })));
}

function start() {
  const data = readData(JSON.parse(byId("data").textContent));
  Object.defineProperty(window, "chipdb", { value: Object.freeze(engineOf(data)) });
  byId("skip").addEventListener("click", (event) => {
    // The address holds the state, so the link must not replace it.
    event.preventDefault();
    byId("chips").focus();
  });
  new App(data);
}

start();
