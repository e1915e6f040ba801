/// Collects the statements of one section of sockjs.md. Each is an entry
/// {section, statement, on, run}: a short sentence, the services (see
/// support/targets.js) that it is tested on, and the test.
export function section(number) {
  const statements = [];
  const add = (statement, on, run) => statements.push({ section: number, statement, on, run });
  return { statements, add };
}
