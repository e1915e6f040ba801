import { element, setText } from "./element";

export interface Column<Row> {
  title: string;
  /** What the title means, where it is short. */
  hint?: string;
  /** By which the server can sort. */
  sort?: string;
  /** Figures are aligned at their right. */
  figure?: boolean;
  /** May be left out where there is little room. */
  extra?: boolean;
  /** Its text names the row. */
  heading?: boolean;
  /** Brings a cell up to date, which is empty at first. */
  fill(cell: HTMLElement, row: Row): void;
}

export interface TableOptions<Row> {
  columns: readonly Column<Row>[];
  key(row: Row): string | number;
  /** Classes of a row, if it is to stand out. */
  tone?(row: Row): string;
  onSort?(sort: string): void;
  onOpen?(row: Row): void;
}

interface Shown<Row> {
  row: Row;
  line: HTMLTableRowElement;
  cells: HTMLElement[];
}

/** A column of plain text. */
export function text<Row>(
  title: string,
  of: (row: Row) => string,
  rest: Partial<Column<Row>> = {},
): Column<Row> {
  return { title, fill: (cell, row) => setText(cell, of(row)), ...rest };
}

// So that other figures catch the eye.
const NOTHING = /^(0( \D+)?|\u2013)$/;

/** A column of figures. */
export function figure<Row>(
  title: string,
  of: (row: Row) => string,
  rest: Partial<Column<Row>> = {},
): Column<Row> {
  return {
    title,
    figure: true,
    fill: (cell, row) => {
      const value = of(row);
      setText(cell, value);
      cell.classList.toggle("nothing", NOTHING.test(value));
    },
    ...rest,
  };
}

/**
 * A table whose rows are brought up to date where they are: focus and selection
 * survive. While somebody points at a row or has the focus in one, no row is
 * moved, so that nobody hits another one than was meant.
 */
export class Table<Row> {
  private readonly heads = new Map<string, HTMLElement>(); // by what they sort
  private readonly lines = element("tbody");
  private shown = new Map<string | number, Shown<Row>>();
  private sort: string | undefined;

  constructor(
    table: HTMLTableElement,
    private readonly options: TableOptions<Row>,
  ) {
    const head = element("tr", {}, ...options.columns.map((column) => this.head(column)));
    table.append(element("thead", {}, head), this.lines);
  }

  /** Shows by which column the rows are sorted. */
  sortedBy(sort: string): void {
    this.sort = sort;
    for (const [by, head] of this.heads) {
      head.classList.toggle("sorted", by === sort);
      if (by !== sort) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", by === "id" ? "ascending" : "descending");
    }
  }

  /** Whether other rows than these are under way. */
  set outdated(outdated: boolean) {
    this.lines.setAttribute("aria-busy", String(outdated));
  }

  /** Shows these rows; `other` says that they are of another list, or sorted otherwise. */
  show(rows: readonly Row[], other = false): void {
    if (!other && this.held) return this.refresh(rows);
    const before = this.shown;
    this.shown = new Map();
    for (const row of rows) {
      const key = this.options.key(row);
      const known = before.get(key);
      const shown = known ?? this.line(row);
      this.fill(shown, row);
      this.shown.set(key, shown);
    }
    this.arrange();
  }

  /** Whether the rows keep their places for now. */
  get held(): boolean {
    const pointed = matchMedia("(hover: hover)").matches && this.lines.matches(":hover");
    return this.shown.size > 0 && (pointed || this.lines.querySelector(":focus-visible") !== null);
  }

  get size(): number {
    return this.shown.size;
  }

  private refresh(rows: readonly Row[]): void {
    const now = new Map(rows.map((row) => [this.options.key(row), row]));
    for (const [key, shown] of this.shown) {
      const row = now.get(key);
      if (row) this.fill(shown, row);
      else shown.line.classList.add("gone");
    }
  }

  private arrange(): void {
    const lines = [...this.shown.values()].map(({ line }) => line);
    const same =
      lines.length === this.lines.rows.length &&
      lines.every((line, i) => line === this.lines.rows[i]);
    if (!same) this.lines.replaceChildren(...lines);
  }

  private line(row: Row): Shown<Row> {
    const cells = this.options.columns.map((column) => {
      const attributes = { class: classesOf(column) };
      return column.heading
        ? element("th", { ...attributes, scope: "row" })
        : element("td", attributes);
    });
    const shown = { row, cells, line: element("tr", {}, ...cells) };
    const { onOpen } = this.options;
    if (onOpen) {
      shown.line.addEventListener("click", (event) => {
        const own = (event.target as Element).closest("a, button");
        if (!own && getSelection()?.isCollapsed !== false) onOpen(shown.row);
      });
    }
    return shown;
  }

  private fill(shown: Shown<Row>, row: Row): void {
    shown.row = row;
    shown.line.className = this.options.tone?.(row) ?? "";
    this.options.columns.forEach((column, i) => {
      const cell = shown.cells[i];
      if (!cell) return;
      cell.classList.toggle("sorted", column.sort !== undefined && column.sort === this.sort);
      column.fill(cell, row);
    });
  }

  private head(column: Column<Row>): HTMLElement {
    const { title, hint, sort } = column;
    const cell = element("th", { scope: "col", class: classesOf(column), title: hint });
    if (sort === undefined || !this.options.onSort) {
      cell.append(title);
      return cell;
    }
    const press = element("button", { type: "button", class: "sort" }, title);
    press.addEventListener("click", () => this.options.onSort?.(sort));
    cell.append(press);
    this.heads.set(sort, cell);
    return cell;
  }
}

function classesOf(column: { figure?: boolean; extra?: boolean }): string {
  return [column.figure && "figure", column.extra && "extra"].filter(Boolean).join(" ");
}
