// Numbers as arguments: as in the WebAssembly text format, and also what people and wx itself write
// otherwise: .5 without a digit before the point, and NaN.

import { U8Column } from "./columns";
import { FloatReader } from "./float-text";
import { IntegerReader, NumberStatus } from "./integer-text";
import { pushUtf8 } from "./text";

export class NumberReader {
  /** The bits read. */
  lo: i32 = 0;
  hi: i32 = 0;
  /** The text is a number, but too large for the type. */
  isOutOfRange: boolean = false;
  private text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Reads an i64 if `wide`, otherwise an i32, signed or unsigned; false if the text is none. */
  readInteger(wide: boolean): boolean {
    const bytes = new U8Column();
    pushUtf8(bytes, this.text);
    const reader = new IntegerReader();
    return this.finish(reader.read(bytes, 0, bytes.length, wide ? 64 : 32), reader.lo, reader.hi);
  }

  /** Reads an f64 if `double`, otherwise an f32; false if the text is none. */
  readFloat(double: boolean): boolean {
    const bytes = new U8Column();
    const signed = this.text.startsWith("-") || this.text.startsWith("+");
    const magnitude = signed ? this.text.substring(1) : this.text;
    if (signed) bytes.push(this.text.charCodeAt(0));
    if (magnitude == "NaN") {
      pushUtf8(bytes, "nan");
    } else {
      if (magnitude.startsWith(".")) pushUtf8(bytes, "0");
      pushUtf8(bytes, magnitude);
    }
    const reader = new FloatReader();
    return this.finish(reader.read(bytes, 0, bytes.length, double), reader.lo, reader.hi);
  }

  private finish(status: i32, lo: i32, hi: i32): boolean {
    this.lo = lo;
    this.hi = hi;
    this.isOutOfRange = status == NumberStatus.OutOfRange;
    return status == NumberStatus.Ok;
  }
}
