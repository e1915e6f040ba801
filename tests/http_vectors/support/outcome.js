// What may become of a vector's bytes. A marker, a good request, follows on the
// same connection; `goesOn` is whether it is served.

/// `answers` has the statuses allowed for each answer before the marker's,
/// `seen` the bodies that were published to the channel `seen`.
export function outcome(answers, { goesOn, seen = [] }) {
  return { answers: answers.map((statuses) => [statuses].flat()), goesOn, seen };
}

/// One answer, and nothing behind it is looked at.
export function refused(...statuses) {
  return outcome([statuses], { goesOn: false });
}

/// One answer, and the connection goes on. `seen` is what was published.
export function served(statuses, seen = []) {
  return outcome([statuses], { goesOn: true, seen });
}

/// One answer, after which the connection is closed because it was asked for.
export function servedLast(statuses, seen = []) {
  return outcome([statuses], { goesOn: false, seen });
}

/// The message is not complete when the client ends: no answer at all.
export function unanswered() {
  return outcome([], { goesOn: false });
}

/// `"a"` was published.
export const PUBLISHED = served(200, ['"a"']);

/// Why `report` is none of the `allowed` outcomes, or null if it is one.
export function disagreement(report, allowed) {
  const complaints = [allowed].flat().map((each) => compare(report, each));
  return complaints.includes(null) ? null : complaints.join("; or ");
}

function compare(report, allowed) {
  const statuses = report.statuses.join(" ") || "no answer";
  const wanted = allowed.answers.map((each) => each.join("|")).join(" ") || "no answer";
  const fits =
    report.statuses.length === allowed.answers.length &&
    report.statuses.every((status, index) => allowed.answers[index].includes(status));
  if (!fits) return `answered ${statuses}, not ${wanted}`;
  if (report.marker !== allowed.goesOn) {
    return allowed.goesOn ? "what follows is not served" : "what follows is served";
  }
  const [got, expected] = [report.seen, allowed.seen].map((list) => JSON.stringify(list));
  return got === expected ? null : `published ${got}, not ${expected}`;
}
