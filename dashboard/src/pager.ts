/**
 * Where one is in a list that is fetched page by page: each page tells the
 * cursor of the next one, and the ways back are remembered.
 */
export class Pager {
  private behind: (string | null)[] = [];
  private here: string | null = null;
  private ahead: string | null = null;

  constructor(readonly limit: number) {}

  /** Of this page; null for the first. */
  get cursor(): string | null {
    return this.here;
  }

  /** From 1. */
  get page(): number {
    return this.behind.length + 1;
  }

  get hasPrevious(): boolean {
    return this.behind.length > 0;
  }

  get hasNext(): boolean {
    return this.ahead !== null;
  }

  /** Another list, or another order of it. */
  reset(): void {
    this.behind = [];
    this.here = null;
    this.ahead = null;
  }

  /**
   * Which page follows, as the answer for `cursor` says. An answer for a page
   * that was left counts for nothing.
   */
  arrived(cursor: string | null, next: string | null): void {
    if (cursor === this.here) this.ahead = next;
  }

  next(): void {
    if (this.ahead === null) return;
    this.behind.push(this.here);
    this.here = this.ahead;
    this.ahead = null;
  }

  previous(): void {
    const cursor = this.behind.pop();
    if (cursor === undefined) return;
    this.here = cursor;
    this.ahead = null;
  }

  /** Numbers of the first and the last entry, if `shown` are on this page. */
  range(shown: number): [first: number, last: number] {
    const before = this.behind.length * this.limit;
    return [before + 1, before + shown];
  }
}
