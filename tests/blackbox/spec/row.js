/// Collects the rows of one section. Each row of a table of the specification
/// is one entry: {section, table, row, run, options}.
export function section(number) {
  const rows = [];
  const add = (table, row, run, options = {}) =>
    rows.push({ section: number, table, row, run, options });
  return { rows, add };
}
