// Findings in words.

/** The words of each status. Those of rules come with the data, so that the page and the library
 * use the same; a license answer has two of its own. */
const STATUS_WORDS = { yes: "required", no: "not required" };

/** A finding of a rule in a word or two: its outcome where it is met. Without a rule it is a
 * classification or a license answer. */
function findingText({ status, outcome }, rule = null) {
  if (status === MET && outcome) return outcome;
  // Only a classification makes a chip controlled; other rules are met or not.
  const isOther = rule && !CLASSIFYING.includes(rule.question);
  if (status === NOT_MET && isOther) return "not met";
  return STATUS_WORDS[status];
}
