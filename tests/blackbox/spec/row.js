/// Collects the rows of one section. Each row of a table of the specification
/// is one entry: {section, table, row, run} or {section, table, row,
/// laterTransport: reason} for rows about transports that do not exist yet.
export function section(number) {
  const rows = [];
  const add = (table, row, run, options = {}) =>
    rows.push({ section: number, table, row, run, options });
  const later = (table, row, reason) =>
    rows.push({ section: number, table, row, laterTransport: reason });
  return { rows, add, later };
}
