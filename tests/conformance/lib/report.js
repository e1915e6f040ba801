import { groupOf, groups } from "../catalogue.js";
import { grade } from "./verdict.js";

const grades = Object.values(grade);

/// How many cases of each grade, for each group and at the end for all.
export function tally(results) {
  const row = (key, name, of) => ({
    key, name, cases: of.length,
    ...Object.fromEntries(grades.map((each) =>
      [each, of.filter((result) => result.grade === each).length])),
  });
  const rows = [...groups].map(([key, name]) =>
    row(key, name, results.filter(({ id }) => groupOf(id) === key)));
  return [...rows.filter(({ cases }) => cases > 0), row("", "all", results)];
}

/// A table for people, with a line for every case that is neither passed nor open to the server.
export function report(results) {
  const header = ["group", "", "cases", ...grades];
  const lines = tally(results).map(({ key, name, cases, ...counts }) =>
    [key, name, cases, ...grades.map((each) => counts[each])]);
  const widths = header.map((_, column) =>
    Math.max(...[header, ...lines].map((line) => `${line[column]}`.length)));
  const table = [header, ...lines].map((line) => line.map((cell, column) =>
    column === 1 ? `${cell}`.padEnd(widths[column]) : `${cell}`.padStart(widths[column]))
    .join("  "));
  const remarks = results
    .filter((result) => [grade.failed, grade.nonStrict].includes(result.grade))
    .map(({ id, grade: got, title, why }) => `${got}  ${id}  ${title}\n    ${why}`);
  return [...remarks, ...(remarks.length > 0 ? [""] : []), ...table].join("\n");
}
