// What comes of scripts: assertions that hold, that do not, and that are left out, with what they would need.

import { I32Column, U8Column } from "../base/columns";
import { byteString, pushByteString, pushByteText } from "../base/text";

export class ScriptReport {
  passed: i32 = 0;
  failed: i32 = 0;
  /** Why assertions are left out, and how many for each reason. */
  private reasons: Array<string> = [];
  private reasonCounts: I32Column = new I32Column();
  /** What is to be printed so far. */
  output: U8Column = new U8Column();

  get skipped(): i32 {
    let count: i32 = 0;
    for (let i: i32 = 0; i < this.reasonCounts.length; i++) count += this.reasonCounts.get(i);
    return count;
  }

  say(text: string): void {
    pushByteString(this.output, text);
  }

  skip(reason: string, count: i32): void {
    let i: i32 = 0;
    while (i < this.reasons.length && this.reasons[i] != reason) i++;
    if (i == this.reasons.length) {
      this.reasons.push(reason);
      this.reasonCounts.push(0);
    }
    this.reasonCounts.set(i, this.reasonCounts.get(i) + count);
  }

  add(other: ScriptReport): void {
    this.passed = this.passed + other.passed;
    this.failed = this.failed + other.failed;
    for (let i: i32 = 0; i < other.reasons.length; i++) this.skip(other.reasons[i], other.reasonCounts.get(i));
    this.output.append(other.output, 0, other.output.length);
  }

  /** The counts: a line for each reason to leave assertions out, and one with all. `prefix` stands before each. */
  sayCounts(prefix: string): void {
    for (let i: i32 = 0; i < this.reasons.length; i++) {
      this.say(`${prefix}${this.reasonCounts.get(i)} skipped: ${this.reasons[i]}\n`);
    }
    this.say(`${prefix}${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped\n`);
  }

  /** Appends all of it, for another process to read. */
  write(out: U8Column): void {
    out.pushI32(this.passed);
    out.pushI32(this.failed);
    out.pushI32(this.reasons.length);
    for (let i: i32 = 0; i < this.reasons.length; i++) {
      out.pushI32(this.reasonCounts.get(i));
      pushByteText(out, this.reasons[i]);
    }
    out.append(this.output, 0, this.output.length);
  }

  /** Reads from offset `from` what `write` wrote. */
  read(bytes: U8Column, from: i32): void {
    this.passed = bytes.getI32(from);
    this.failed = bytes.getI32(from + 4);
    let at = from + 12;
    for (let n = bytes.getI32(from + 8); n > 0; n--) {
      let end = at + 4;
      while (bytes.get(end) != 0) end++;
      this.skip(byteString(bytes, at + 4, end), bytes.getI32(at));
      at = end + 1;
    }
    this.output.append(bytes, at, bytes.length);
  }
}
