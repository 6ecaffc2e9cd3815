// The page: a state, what follows from it, and what is drawn anew when it changes.

/** Milliseconds of answering in one go: before the page is drawn, and in each slice after that. */
const FIRST_SLICE = 400;
const SLICE = 60;

/** The parts of the state that change the answers, and those that change only the table. */
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
    queryForm(this);
    filterForm(this);
    buildForm(this);
    downloads(this);
    this.ask();
    drawDetails(this);
    drawAnswer(this);
  }

  /** Changes the state, and draws what depends on the change. */
  update(changes) {
    const text = JSON.stringify;
    const isNew = (name) => text(this.state[name]) !== text(changes[name]);
    const changed = Object.keys(changes).filter(isNew);
    const concerns = (names) => changed.some((name) => names.includes(name));
    Object.assign(this.state, changes);
    this.write();
    if (concerns(ASKS)) {
      this.ask();
      drawAnswer(this);
    } else if (concerns(SELECTS)) drawTable(this);
    else if (concerns(["market"])) drawChart(this);
    else if (concerns(["knobs"])) this.turned();
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
    this.take();
    this.answerFrom(0, this.round, FIRST_SLICE);
    if (this.answering) this.draw();
  }

  drawNote() {
    const wrong = this.wrong.map((text) => `Not understood in the address: ${text}.`);
    const notes = [questionNote(this.state, this.question, this.data), ...wrong];
    byId("question-note").textContent = notes.join(" ").trim();
  }

  answerFrom(start, round, slice) {
    // Another question was asked in the meantime.
    if (round !== this.round) return;
    const until = performance.now() + slice;
    let at = start;
    while (at < this.entries.length && performance.now() < until) {
      const entry = this.entries[at];
      Object.assign(entry, this.findingOf(entry.item));
      entry.text = entry.finding ? findingText(entry.finding, this.rule) : "";
      at += 1;
    }
    if (at < this.entries.length) {
      setTimeout(() => this.answerFrom(at, round, SLICE), 0);
      return;
    }
    this.answering = false;
    this.draw();
    // Tests wait for this.
    document.body.dataset.ready = String(round);
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
  }

  choose(id) {
    this.update({ chip: id, knobs: {} });
    // Drawing the whole table anew would lose the reader's place in it.
    for (const open of document.querySelectorAll("button.open")) {
      const isChosen = open.dataset.chip === id;
      open.setAttribute("aria-pressed", String(isChosen));
      open.closest("tr").classList.toggle("chosen", isChosen);
    }
    drawDetails(this);
    this.answerChip();
    drawChart(this);
    if (id === OWN) drawCompare(this);
    byId("details").focus();
  }

  compare(id, wanted) {
    const others = this.state.compare.filter((each) => each !== id);
    this.update({ compare: wanted ? [...others, id] : others });
    const label = `Compare ${this.data.byId.get(id)?.name}`;
    for (const box of document.querySelectorAll("#table input")) {
      if (box.getAttribute("aria-label") === label) box.checked = wanted;
    }
    drawCompare(this);
  }

  /** A knob was turned. A slider moves faster than answers come, so they wait for a frame. */
  turned() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = null;
      this.answerChip();
      drawChart(this);
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
  const versions = `chipdb ${data.version}, data ${data.data}, rules ${data.rulesHash}`;
  show("foot", el("p", {}, `${versions}. Figures CC BY 4.0. Not legal advice.`));
}

function start() {
  const data = readData(JSON.parse(byId("data").textContent));
  Object.defineProperty(window, "chipdb", { value: Object.freeze(engineOf(data)) });
  byId("skip").addEventListener("click", (event) => {
    // The address holds the state, so the link must not replace it.
    event.preventDefault();
    byId("chips").focus();
  });
  drawFoot(data);
  new App(data);
}

start();
