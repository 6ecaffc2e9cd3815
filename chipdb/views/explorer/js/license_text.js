// The license answer in words: the rules that require one, license exceptions, review, and what the
// answer leaves out.

function licenseText(app, answer) {
  const { license, cautions } = answer;
  const { data, question } = app;
  if (!license) return [hint(t("license.choose"))];
  const rules = license.requirements.map((requirement) => requirementText(requirement, data));
  const finding = { status: license.required, outcome: null };
  return [
    el(
      "p",
      { class: "verdict" },
      t("license.to", { to: placeName(data, question.to) }),
      badge(finding, license.contested, null, decidingKinds(cautions)),
      rules.length ? t("license.by") : null,
    ),
    rules.length ? el("ul", { class: "by" }, ...rules) : null,
    ...furtherText(answer),
    ...reviewText(license, data),
    ...exceptionsText(license),
    ...doubtText(app, license),
    ...otherLawText(app, license),
    leftOutText(app),
  ];
}

function requirementText({ rule, review, reviewIf, state, sides }, data) {
  const unknown = reviewIf.length ? t("license.policy-depends") : stateWords(state);
  const policy = review ? t("license.policy", { policy: policyWords(review) }) : unknown;
  return el(
    "li",
    {},
    linked(data.sources[rule.source]?.[3], rule.cited),
    ` (${rule.id}; ${policy})`,
    ...sides.map(([other, because]) => hint(t("license.policy-contested", { other, because }))),
    ...rule.conditions.map((text) => el("p", { class: "hint", ...inEnglish() }, text)),
  );
}

/** This many sections that may ask for a license as well are named, as on the command line. */
const FURTHER_SHOWN = 3;

/** Which further instruments may ask for a license that is required anyway: an applicant has to
 * settle their policies, too. */
function furtherText({ license, answers }) {
  if (license.required !== YES) return [];
  const asking = license.requirements.map(({ rule }) => rule.id);
  const isOpen = ({ rule, finding }) =>
    rule.question === "license" && finding.status === UNDETERMINED && !asking.includes(rule.id);
  const sections = [...new Set(answers.filter(isOpen).map((each) => each.leadingProvision()))];
  if (!sections.length) return [];
  const shown = sections.slice(0, FURTHER_SHOWN).join(t("list.and"));
  const further = sections.length - FURTHER_SHOWN;
  const named = further > 0 ? t("list.more", { shown, further }) : shown;
  return [el("p", { class: "further" }, t("license.further", { sections: named }))];
}

function reviewText({ review, reviewIf, otherwise, conditions }) {
  const fold = listFold(t("review.conditions"), conditions);
  if (reviewIf.length) {
    const [eased, other] = reviewIf;
    const values = {
      policy: policyWords(eased.policy),
      condition: eased.condition,
      otherwise: policyWords(other.policy),
    };
    return [el("p", {}, t("review.depends", { review: t("review.if", values) })), fold];
  }
  if (!review) return [];
  const hasOther = otherwise && otherwise !== review;
  const values = { policy: policyWords(review), otherwise: hasOther ? policyWords(otherwise) : "" };
  const text = t(hasOther ? "review.otherwise" : "review.plain", values);
  return [el("p", {}, text), conditions.length ? fold : null];
}

/** A fold with a list of texts. */
function listFold(summary, texts) {
  const list = texts.map((text) => el("li", inEnglish(), text));
  return el("details", {}, el("summary", {}, summary), el("ul", {}, ...list));
}

/** What is open of an exception; what is settled is no reason. */
function doubtWords({ doubts, outside, text }) {
  const { ofPlaces: isOfPlaces, ofItem: isOfItem } = doubts();
  const ofPlaces = isOfPlaces ? [t("exception.parties", { scope: outside })] : [];
  const ofItem = isOfItem ? [t("exception.only-if", { condition: text })] : [];
  return [...ofPlaces, ...ofItem].join("; ");
}

function exceptionsText({ exceptions, doubtful, closed }) {
  const open = exceptions.map(({ name, section, conditions }) =>
    listFold(t("exception.open", { name, section }), conditions),
  );
  const doubts = doubtful.map((entry) => {
    const { name, section, bar } = entry;
    const reason = bar ? bar.because : doubtWords(entry);
    return hint(t("exception.doubtful", { name, section, reason }));
  });
  const reasons = closed.map(({ name, section, because }) => `${name} (${section}): ${because}`);
  const folded = reasons.length ? [listFold(t("exception.closed"), reasons)] : [];
  return [...open, ...doubts, ...folded];
}

/** Why the answer is undetermined or contested. */
function doubtText({ data }, license) {
  if (license.embargoed) return [hint(t("license.embargoed"))];
  const changing = license.sides.filter(
    (side) => side.finding.status !== MET || license.required !== YES,
  );
  const isUndetermined = license.required === UNDETERMINED;
  return [
    license.unread ? hint(unreadText(data)) : null,
    license.unsettled ? hint(license.unsettled) : null,
    // Further reasons would repeat these two in other figures.
    ...changing.slice(0, 2).map((side) => hint(t("license.contested", { because: side.because }))),
    ...(isUndetermined ? needsText(license.needs(), data, licenseWords) : []),
  ];
}

const unreadText = (data) => t("license.unread", { day: data.begins });

/** A finding in the words of a license. */
function licenseWords({ status }) {
  return findingWords({ status: REQUIRED_BY_STATUS[status] ?? UNDETERMINED });
}

function otherLawText(app, license) {
  // What the printed text asks for beyond the enforced law is among the cautions.
  if (license.printed) return [];
  const other = app.otherLaw(app.item);
  if (other.required === license.required) return [];
  const law = t(app.question.printed ? "law.enforced" : "law.text");
  return [hint(t("license.other-law", { law, answer: findingWords({ status: other.required }) }))];
}

function leftOutText({ data, state }) {
  return el(
    "details",
    {},
    el("summary", {}, t("left-out.title")),
    el("p", {}, t("left-out.scope")),
    el("p", {}, t("left-out.assumed"), state.hq ? "" : t("left-out.hq")),
    el("p", {}, t("left-out.not-checked"), listed(data.notChecked.map((each) => t(`not-checked.${each}`)))),
  );
}
