// Findings in words.

/** The words of each status. Those of rules come with the data, so that the page and the library
 * use the same; a license answer has two of its own. */
const STATUS_WORDS = { yes: "required", no: "not required" };

/** A finding in a word or two: its outcome where a rule with several is met. */
function findingText({ status, outcome }) {
  if (status === MET && outcome) return outcome;
  return STATUS_WORDS[status];
}
