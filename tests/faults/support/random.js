/// A generator of numbers that looks random and is the same for the same seed:
/// next() is from 0 up to 1. An xorshift of 32 bits, by Marsaglia.
export class Random {
  constructor(seed) {
    // Neighbouring seeds begin far apart; 0 would stay 0.
    this.state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1;
    for (let i = 0; i < 8; ++i) this.next();
  }

  next() {
    let { state } = this;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.state = state >>> 0;
    return this.state / 2 ** 32;
  }

  /// An integer from `least` up to and with `most`.
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /// True in that part of all cases.
  happens(probability) {
    return this.next() < probability;
  }
}
