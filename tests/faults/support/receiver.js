import { eventually } from "../../blackbox/support/deadline.js";

/// What came to a client that is subscribed to a channel on which numbers are
/// published, and that may be lost and come back: by connection.
export class Receiver {
  constructor(user) {
    this.user = user;
    this.connections = []; // of each, the numbers that came over it
  }

  /// It has a new connection.
  connected() {
    this.connections.push([]);
  }

  /// A number has come over the newest connection.
  took(number) {
    this.connections.at(-1).push(number);
  }

  /// All numbers, in the order in which they came.
  get numbers() {
    return this.connections.flat();
  }

  /// What of the numbers is not as it must be: over one connection they follow
  /// each other without a gap, and none comes twice on any. Texts, empty if all
  /// is well.
  faults() {
    const found = [];
    let last = -1;
    this.connections.forEach((numbers, connection) => {
      numbers.forEach((number, at) => {
        const where = `${this.user}, connection ${connection}: ${number}`;
        if (number <= last) found.push(`${where} after ${last}`);
        if (at > 0 && number > last + 1) found.push(`${where} follows ${last}`);
        last = number;
      });
    });
    return found;
  }

  /// Waits until `number` has come.
  async until(number) {
    await eventually(`${this.user} to get ${number}`, () => this.numbers.includes(number));
  }
}
