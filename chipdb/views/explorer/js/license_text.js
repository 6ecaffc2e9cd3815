// The license answer in words: the instruments that ask for one, exceptions, review, and what the answer leaves out.

const ASSUMED = (headquarters) =>
  [
    "An ordinary direct export is assumed, of an item subject to the EAR, with no military end use.",
    headquarters ? "" : "The recipient and its ultimate parent are taken as headquartered at the destination.",
  ].join(" ");

function licenseText(app, { license }) {
  const { data, question, state } = app;
  if (!license) return [hint("No destination, so no license answer.")];
  const by = license.requirements.map(({ rule, review }) =>
    el(
      "li",
      {},
      linked(data.sources[rule.source]?.[3], rule.cited),
      ` (${rule.id}; ${review ? `review: ${review}` : "its review policy is not public"})`,
      ...rule.conditions.map((text) => hint(text)),
    ),
  );
  const status = badge({ status: license.required, outcome: null }, license.contested);
  return [
    el("p", { class: "verdict" }, `License to ${data.places.names.get(question.to)}: `, status, by.length ? " by" : null),
    by.length ? el("ul", { class: "by" }, ...by) : null,
    ...reviewText(license),
    ...exceptionsText(license),
    ...doubtText(app, license),
    ...noticesOf(app).map((notice) => hint(notice.text)),
    ...otherLawText(app, license),
    el(
      "details",
      {},
      el("summary", {}, "What this answer leaves out"),
      el("p", {}, data.scopeText),
      el("p", {}, ASSUMED(state.hq)),
      el("p", {}, `Not checked: ${data.notChecked.join(", ")}.`),
    ),
  ];
}

function reviewText({ review, otherwise, conditions }) {
  if (!review) return [];
  const list = el("ul", {}, ...conditions.map((text) => el("li", {}, text)));
  const unless = otherwise && otherwise !== review ? `, else ${otherwise}` : "";
  const fold = conditions.length ? el("details", {}, el("summary", {}, "Conditions of this review"), list) : null;
  return [el("p", {}, `Review: ${review}${unless}. That is how an application is looked at, not how it ends.`), fold];
}

function exceptionsText({ exceptions, doubtful }) {
  const shown = exceptions.map(({ name, section, conditions }) =>
    el(
      "details",
      {},
      el("summary", {}, `May qualify for license exception ${name} (${section})`),
      el("ul", {}, ...conditions.map((text) => el("li", {}, text))),
    ),
  );
  const doubts = doubtful.map(({ name, section, when, text }) => {
    const hangs = when.length > 1 ? `is open only if ${text}` : "hangs on the parties";
    return hint(`License exception ${name} (${section}) ${hangs}: not known.`);
  });
  return [...shown, ...doubts];
}

/** Why the answer is open or contested. */
function doubtText({ data }, license) {
  if (license.embargoed) {
    return [hint("The maker is based in an arms-embargoed country: parameters only, jurisdiction is not established.")];
  }
  const turning = license.sides.filter((side) => side.finding.status !== MET || license.required !== YES);
  return [
    license.unread
      ? hint(`The rulebook has not read the rules on this kind of item on this day; it begins on ${data.begins}.`)
      : null,
    ...turning.slice(0, 2).map((side) => hint(`Contested, because ${side.because}.`)),
    ...(license.required === UNDETERMINED ? needsText(license.needs(), data, licenseWords) : []),
  ];
}

/** What every license answer of the day must say. */
function noticesOf({ data, question, state }) {
  const parties = [question.headquarters, question.to];
  const concerned = ({ places }) => !places.length || parties.some((code) => places.includes(code));
  return data.notices.filter(
    (notice) => notice.from <= state.on && (!notice.until || state.on < notice.until) && concerned(notice),
  );
}

/** What an answer says of a license. */
const licenseWords = ({ status }) => ({ [MET]: "required", [NOT_MET]: "not required" })[status] ?? "undetermined";

function otherLawText(app, license) {
  const other = app.otherLaw(app.subject);
  if (other.required === license.required) return [];
  const law = app.question.printed ? "as enforced" : "as printed";
  return [hint(`The law ${law} answers: ${findingText({ status: other.required })}.`)];
}
