// Rust's second mangling, "v0" (RFC 2603, and the reference in the rustc book, "v0 Symbol Format"), printed as
// rustc-demangle prints it by default: crates with their hash, integers with their type.
//
// A recursive-descent printer, as the grammar is written. Back references make a short symbol stand for an
// exponentially long text, and nesting makes it deep: both are bounded, and a symbol beyond is not explained.

import { Char } from "./chars";
import { I32Column, U8Column } from "./columns";
import { pushSuffix } from "./demangle-rust";
import { pushCodePoint, pushUtf8 } from "./text";

const DEEPEST: i32 = 128;
/** Most bytes that a byte of the symbol may become. */
const EXPANSION: i32 = 64;

export class RustV0Demangler {
  private bytes: U8Column = new U8Column();
  /** First byte behind "_R", which back references count from. */
  private start: i32 = 0;
  private at: i32 = 0;
  private end: i32 = 0;
  private out: U8Column = new U8Column();
  private limit: i32 = 0;
  private depth: i32 = 0;
  private failed: boolean = false;
  /** Above 0: parsed, but not shown. */
  private silent: i32 = 0;
  /** Lifetimes bound around here. */
  private bound: i32 = 0;
  private points: I32Column = new I32Column();

  /** Appends the name whose part behind "_R" is `bytes` from `start` to `end`; false if it is not of this form. */
  demangle(bytes: U8Column, start: i32, end: i32, out: U8Column): boolean {
    const before = out.length;
    this.bytes = bytes;
    this.start = start;
    this.at = start;
    this.end = end;
    this.out = out;
    this.limit = before + (end - start) * EXPANSION + 64;
    this.depth = 0;
    this.failed = false;
    this.silent = 0;
    this.bound = 0;
    const first = this.peek();
    if (first < Char.A || first > Char.Z) return false;
    this.putPath(true);
    if (!this.failed && this.peek() >= Char.A && this.peek() <= Char.Z) {
      // The crate that instantiated it does not show.
      this.silent++;
      this.putPath(false);
      this.silent--;
    }
    const c = this.peek();
    if (this.failed || (c >= 0 && c != Char.Dot && c != Char.Dollar)) {
      out.length = before;
      return false;
    }
    pushSuffix(bytes, this.at, end, out);
    return true;
  }

  // Reading.

  private peek(): i32 {
    return this.at < this.end ? this.bytes.get(this.at) : -1;
  }

  private take(): i32 {
    if (this.at >= this.end) {
      this.failed = true;
      return -1;
    }
    return this.bytes.get(this.at++);
  }

  private eat(c: i32): boolean {
    if (this.peek() != c) return false;
    this.at++;
    return true;
  }

  private fail(): void {
    this.failed = true;
  }

  /** Enters a level of the grammar; false when it is too deep or something failed before. */
  private enter(): boolean {
    this.depth++;
    if (this.depth > DEEPEST) this.failed = true;
    return !this.failed;
  }

  /** Base-62 number ended by an underscore; "_" is 0. */
  private takeInteger62(): i32 {
    if (this.eat(Char.Underscore)) return 0;
    let value: i32 = 0;
    while (!this.failed) {
      const c = this.take();
      if (c == Char.Underscore) return value + 1;
      const digit = digit62(c);
      if (digit < 0 || value > 0x0100_0000) {
        this.fail();
        return 0;
      }
      value = value * 62 + digit;
    }
    return 0;
  }

  /** An optional number behind `tag`: 0 if it is not there, one more than its value if it is. */
  private takeOptional62(tag: i32): i32 {
    return this.eat(tag) ? this.takeInteger62() + 1 : 0;
  }

  /** The disambiguator's value in full, as hexadecimal: it is a 64-bit hash. Shown in brackets unless it is 0. */
  private takeCrateHash(digits: I32Column): void {
    digits.clear();
    if (!this.eat(Char.s)) return;
    // Multiply-and-add on 16-bit digits, low first.
    let carry: i32 = 1;
    if (!this.eat(Char.Underscore)) {
      for (let i: i32 = 0; i < 4; i++) digits.push(0);
      let c = this.take();
      while (c != Char.Underscore) {
        const digit = digit62(c);
        if (digit < 0 || this.failed) {
          this.fail();
          return;
        }
        multiplyAdd(digits, 62, digit);
        c = this.take();
      }
      carry = 2;
    }
    while (digits.length < 4) digits.push(0);
    multiplyAdd(digits, 1, carry);
  }

  // Writing.

  private put(c: i32): void {
    if (this.silent != 0 || this.failed) return;
    if (this.out.length >= this.limit) this.failed = true;
    else this.out.push(c);
  }

  private putText(s: string): void {
    if (this.silent != 0 || this.failed) return;
    if (this.out.length + s.length > this.limit) this.failed = true;
    else pushUtf8(this.out, s);
  }

  /** Takes an identifier, bytes or punycode (RFC 3492); its length, its start is in identifierStart. */
  private takeIdentifier(): i32 {
    const isPunycode = this.eat(Char.u);
    let length = this.peek() - Char.D0;
    if (length < 0 || length > 9) {
      this.fail();
      return 0;
    }
    this.at++;
    if (length != 0) {
      while (this.peek() >= Char.D0 && this.peek() <= Char.D9 && length < 0x10000) {
        length = length * 10 + this.take() - Char.D0;
      }
    }
    this.eat(Char.Underscore);
    if (length > this.end - this.at) {
      this.fail();
      return 0;
    }
    const start = this.at;
    this.at += length;
    this.identifierStart = start;
    this.identifierPunycode = isPunycode;
    return length;
  }

  /** Of the identifier read last. */
  private identifierStart: i32 = 0;
  private identifierPunycode: boolean = false;

  private putIdentifier(length: i32): void {
    const start = this.identifierStart;
    if (this.identifierPunycode) {
      this.putPunycode(start, start + length);
      return;
    }
    for (let i = start; i < start + length; i++) this.put(this.bytes.get(i));
  }

  /** The last underscore of our punycode stands for the hyphen. */
  private putPunycode(start: i32, end: i32): void {
    const points = this.points;
    points.clear();
    let at = start;
    for (let i = end - 1; i >= start; i--) {
      if (this.bytes.get(i) != Char.Underscore) continue;
      while (at < i) points.push(this.bytes.get(at++));
      at++;
      break;
    }
    if (!decodePunycode(this.bytes, at, end, points)) {
      this.fail();
      return;
    }
    if (this.silent != 0) return;
    for (let i: i32 = 0; i < points.length; i++) pushCodePoint(this.out, points.get(i));
  }

  // The grammar.

  private putPath(inValue: boolean): void {
    if (!this.enter()) return;
    const tag = this.take();
    switch (tag) {
      case Char.C: // C: crate root
        this.putCrateRoot();
        break;
      case Char.N: // N: nested
        this.putNestedPath(inValue);
        break;
      case Char.M: // M: inherent impl, X: trait impl, Y: trait definition
      case Char.X:
      case Char.Y:
        this.putImplPath(tag);
        break;
      case Char.I: // I: generic arguments
        this.putPath(inValue);
        this.putText(inValue ? "::<" : "<");
        this.putGenericArguments();
        this.put(Char.Greater);
        break;
      case Char.B: {
        const back = this.takeBackReference();
        if (this.failed || this.silent != 0) break;
        const resume = this.at;
        this.at = back;
        this.putPath(inValue);
        this.at = resume;
        break;
      }
      default:
        this.fail();
    }
    this.depth--;
  }

  /** Position that a back reference names: in front of it. */
  private takeBackReference(): i32 {
    const from = this.at - 1;
    const back = this.start + this.takeInteger62();
    if (back >= from) this.fail();
    return back;
  }

  private putCrateRoot(): void {
    const digits = new I32Column();
    this.takeCrateHash(digits);
    const length = this.takeIdentifier();
    this.putIdentifier(length);
    let top = digits.length * 4 - 1;
    while (top >= 0 && hexOf(digits, top) == 0) top--;
    if (top < 0) return;
    this.put(Char.LeftBracket);
    for (; top >= 0; top--) this.put(hexText(hexOf(digits, top)));
    this.put(Char.RightBracket);
  }

  private putNestedPath(inValue: boolean): void {
    const namespace = this.take();
    const isSpecial = namespace >= Char.A && namespace <= Char.Z;
    if (!isSpecial && (namespace < Char.a || namespace > Char.z)) {
      this.fail();
      return;
    }
    this.putPath(inValue);
    const number = this.takeOptional62(Char.s);
    const length = this.takeIdentifier();
    if (!isSpecial) {
      if (length != 0) this.putText("::");
      this.putIdentifier(length);
      return;
    }
    this.putText("::{");
    if (namespace == Char.C) this.putText("closure");
    else if (namespace == Char.S) this.putText("shim");
    else this.put(namespace);
    if (length != 0) {
      this.put(Char.Colon);
      this.putIdentifier(length);
    }
    this.putText(`#${number}}`);
  }

  private putImplPath(tag: i32): void {
    if (tag != Char.Y) {
      // Where the impl stands does not show.
      this.takeOptional62(Char.s);
      this.silent++;
      this.putPath(false);
      this.silent--;
    }
    this.put(Char.Less);
    this.putType();
    if (tag != Char.M) {
      this.putText(" as ");
      this.putPath(false);
    }
    this.put(Char.Greater);
  }

  private putGenericArguments(): void {
    let first = true;
    while (!this.failed && !this.eat(Char.E)) {
      if (!first) this.putText(", ");
      first = false;
      if (this.eat(Char.L)) this.putLifetime(this.takeInteger62());
      else if (this.eat(Char.K)) this.putConstant();
      else this.putType();
    }
  }

  private putLifetime(index: i32): void {
    this.put(Char.Quote);
    if (index == 0) {
      this.put(Char.Underscore);
      return;
    }
    const depth = this.bound - index;
    if (depth < 0) this.fail();
    else if (depth < 26) this.put(Char.a + depth);
    else this.putText(`_${depth}`);
  }

  /** Opens "for<'a, 'b> " if lifetimes are bound here; returns how many. */
  private openBinder(): i32 {
    const count = this.takeOptional62(Char.G);
    if (count == 0) return 0;
    if (count > 1000) {
      this.fail();
      return 0;
    }
    this.putText("for<");
    for (let i: i32 = 0; i < count; i++) {
      if (i != 0) this.putText(", ");
      this.bound++;
      this.putLifetime(1);
    }
    this.putText("> ");
    return count;
  }

  private putType(): void {
    if (!this.enter()) return;
    const tag = this.take();
    const basic = basicType(tag);
    if (basic.length != 0) {
      this.putText(basic);
    } else {
      switch (tag) {
        case Char.R: // R, Q: references
        case Char.Q:
          this.put(Char.Ampersand);
          if (this.eat(Char.L)) {
            const index = this.takeInteger62();
            if (index != 0) {
              this.putLifetime(index);
              this.put(Char.Space);
            }
          }
          if (tag == Char.Q) this.putText("mut ");
          this.putType();
          break;
        case Char.P: // P, O: raw pointers
        case Char.O:
          this.putText(tag == Char.P ? "*const " : "*mut ");
          this.putType();
          break;
        case Char.A: // A, S: array, slice
        case Char.S:
          this.put(Char.LeftBracket);
          this.putType();
          if (tag == Char.A) {
            this.putText("; ");
            this.putConstant();
          }
          this.put(Char.RightBracket);
          break;
        case Char.T: // T: tuple
          this.putTuple();
          break;
        case Char.F: // F: function
          this.putFunctionType();
          break;
        case Char.D: // D: trait object
          this.putTraitObject();
          break;
        case Char.B: {
          const back = this.takeBackReference();
          if (this.failed || this.silent != 0) break;
          const resume = this.at;
          this.at = back;
          this.putType();
          this.at = resume;
          break;
        }
        default:
          this.at--;
          this.putPath(false);
      }
    }
    this.depth--;
  }

  private putTuple(): void {
    this.put(Char.LeftParen);
    let count: i32 = 0;
    while (!this.failed && !this.eat(Char.E)) {
      if (count != 0) this.putText(", ");
      this.putType();
      count++;
    }
    if (count == 1) this.put(Char.Comma);
    this.put(Char.RightParen);
  }

  private putFunctionType(): void {
    const binder = this.openBinder();
    if (this.eat(Char.U)) this.putText("unsafe ");
    if (this.eat(Char.K)) {
      this.putText('extern "');
      if (this.eat(Char.C)) {
        this.put(Char.C);
      } else {
        const length = this.takeIdentifier();
        for (let i: i32 = 0; i < length; i++) {
          const c = this.bytes.get(this.identifierStart + i);
          this.put(c == Char.Underscore ? Char.Minus : c);
        }
      }
      this.putText('" ');
    }
    this.putText("fn(");
    let first = true;
    while (!this.failed && !this.eat(Char.E)) {
      if (!first) this.putText(", ");
      first = false;
      this.putType();
    }
    this.put(Char.RightParen);
    if (!this.eat(Char.u)) {
      this.putText(" -> ");
      this.putType();
    }
    this.bound -= binder;
  }

  private putTraitObject(): void {
    this.putText("dyn ");
    const binder = this.openBinder();
    let first = true;
    while (!this.failed && !this.eat(Char.E)) {
      if (!first) this.putText(" + ");
      first = false;
      this.putDynTrait();
    }
    this.bound -= binder;
    if (!this.eat(Char.L)) {
      this.fail();
      return;
    }
    const index = this.takeInteger62();
    if (index == 0) return;
    this.putText(" + ");
    this.putLifetime(index);
  }

  /** A trait with its associated types inside the same angle brackets as its arguments. */
  private putDynTrait(): void {
    let open = this.putOpenPath();
    while (!this.failed && this.eat(Char.p)) {
      this.putText(open ? ", " : "<");
      open = true;
      const length = this.takeIdentifier();
      this.putIdentifier(length);
      this.putText(" = ");
      this.putType();
    }
    if (open) this.put(Char.Greater);
  }

  /** A path whose generic arguments, if there are any, are left open; whether they are. */
  private putOpenPath(): boolean {
    if (!this.enter()) return false;
    let open = false;
    if (this.eat(Char.B)) {
      const back = this.takeBackReference();
      if (!this.failed && this.silent == 0) {
        const resume = this.at;
        this.at = back;
        open = this.putOpenPath();
        this.at = resume;
      }
    } else if (this.eat(Char.I)) {
      this.putPath(false);
      this.put(Char.Less);
      this.putGenericArguments();
      open = true;
    } else {
      this.putPath(false);
    }
    this.depth--;
    return open;
  }

  private putConstant(): void {
    if (!this.enter()) return;
    const tag = this.take();
    switch (tag) {
      case Char.p: // p: placeholder
        this.put(Char.Underscore);
        break;
      case Char.B: {
        const back = this.takeBackReference();
        if (this.failed || this.silent != 0) break;
        const resume = this.at;
        this.at = back;
        this.putConstant();
        this.at = resume;
        break;
      }
      case Char.b: // b: bool
        this.putBool();
        break;
      case Char.c: // c: char
        this.putChar();
        break;
      default:
        if (!isIntegerType(tag)) {
          this.fail();
          break;
        }
        if (isSignedType(tag) && this.eat(Char.n)) this.put(Char.Minus);
        this.putInteger();
        this.putText(basicType(tag));
    }
    this.depth--;
  }

  /** Hexadecimal digits ended by an underscore, without leading zeros: start and number of digits. */
  private hexStart: i32 = 0;
  private takeHexDigits(): i32 {
    let start = this.at;
    while (isHex(this.peek())) this.at++;
    const end = this.at;
    if (!this.eat(Char.Underscore)) this.fail();
    while (start < end && this.bytes.get(start) == Char.D0) start++;
    this.hexStart = start;
    return end - start;
  }

  private hexValue(count: i32): i32 {
    let value: i32 = 0;
    for (let i: i32 = 0; i < count; i++) value = value * 16 + hexDigit(this.bytes.get(this.hexStart + i));
    return value;
  }

  private putBool(): void {
    const count = this.takeHexDigits();
    const value = count > 1 ? 2 : this.hexValue(count);
    if (value > 1) this.fail();
    else this.putText(value == 0 ? "false" : "true");
  }

  private putChar(): void {
    const count = this.takeHexDigits();
    const c = count > 6 ? -1 : this.hexValue(count);
    if (c < 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) {
      this.fail();
      return;
    }
    this.put(Char.Quote);
    if (c < 0x20 || c == 0x7f) {
      this.putControl(c);
    } else {
      if (c == Char.Quote || c == Char.Backslash) this.put(Char.Backslash);
      if (this.silent == 0 && !this.failed) pushCodePoint(this.out, c);
    }
    this.put(Char.Quote);
  }

  private putControl(c: i32): void {
    if (c == 9) this.putText("\\t");
    else if (c == 10) this.putText("\\n");
    else if (c == 13) this.putText("\\r");
    else if (c == 0) this.putText("\\0");
    else {
      this.putText("\\u{");
      if (c >= 16) this.put(hexText(c >> 4));
      this.put(hexText(c & 15));
      this.putText("}");
    }
  }

  /** Decimal if it fits in 64 bits, hexadecimal otherwise. */
  private putInteger(): void {
    const count = this.takeHexDigits();
    if (count > 16) {
      this.putText("0x");
      for (let i: i32 = 0; i < count; i++) this.put(this.bytes.get(this.hexStart + i));
      return;
    }
    // Up to 20 decimal digits, low first, in base 10,000.
    const digits = new I32Column();
    for (let i: i32 = 0; i < 5; i++) digits.push(0);
    for (let i: i32 = 0; i < count; i++) {
      let carry = hexDigit(this.bytes.get(this.hexStart + i));
      for (let k: i32 = 0; k < 5; k++) {
        const sum: i32 = digits.get(k) * 16 + carry;
        digits.set(k, sum % 10000);
        carry = (sum / 10000) | 0;
      }
    }
    let shown = false;
    for (let k: i32 = 4; k >= 0; k--) {
      let unit: i32 = 1000;
      for (let d: i32 = 0; d < 4; d++) {
        const digit = ((digits.get(k) / unit) | 0) % 10;
        unit = (unit / 10) | 0;
        shown = shown || digit != 0 || (k == 0 && d == 3);
        if (shown) this.put(Char.D0 + digit);
      }
    }
  }
}

function digit62(c: i32): i32 {
  if (c >= Char.D0 && c <= Char.D9) return c - Char.D0;
  if (c >= Char.a && c <= Char.z) return c - Char.a + 10;
  if (c >= Char.A && c <= Char.Z) return c - Char.A + 36;
  return -1;
}

function isHex(c: i32): boolean {
  return (c >= Char.D0 && c <= Char.D9) || (c >= Char.a && c <= Char.f);
}

function hexDigit(c: i32): i32 {
  return c <= Char.D9 ? c - Char.D0 : c - Char.a + 10;
}

function hexText(digit: i32): i32 {
  return digit < 10 ? Char.D0 + digit : Char.a + digit - 10;
}

/** Hexadecimal digit `i` of 16-bit digits, both low first. */
function hexOf(digits: I32Column, i: i32): i32 {
  return (digits.get(i >> 2) >> ((i & 3) * 4)) & 15;
}

/** digits × factor + addend, modulo 2^64, on 16-bit digits, low first. */
function multiplyAdd(digits: I32Column, factor: i32, addend: i32): void {
  let carry = addend;
  for (let i: i32 = 0; i < digits.length; i++) {
    const sum = digits.get(i) * factor + carry;
    digits.set(i, sum & 0xffff);
    carry = sum >> 16;
  }
}

function isIntegerType(tag: i32): boolean {
  return (
    isSignedType(tag) ||
    tag == Char.h ||
    tag == Char.t ||
    tag == Char.m ||
    tag == Char.y ||
    tag == Char.o ||
    tag == Char.j
  );
}

function isSignedType(tag: i32): boolean {
  return tag == Char.a || tag == Char.s || tag == Char.l || tag == Char.x || tag == Char.n || tag == Char.i;
}

/** Name of the basic type with this letter; empty if there is none. */
function basicType(tag: i32): string {
  switch (tag) {
    case Char.b:
      return "bool";
    case Char.c:
      return "char";
    case Char.e:
      return "str";
    case Char.u:
      return "()";
    case Char.a:
      return "i8";
    case Char.s:
      return "i16";
    case Char.l:
      return "i32";
    case Char.x:
      return "i64";
    case Char.n:
      return "i128";
    case Char.i:
      return "isize";
    case Char.h:
      return "u8";
    case Char.t:
      return "u16";
    case Char.m:
      return "u32";
    case Char.y:
      return "u64";
    case Char.o:
      return "u128";
    case Char.j:
      return "usize";
    case Char.f:
      return "f32";
    case Char.d:
      return "f64";
    case Char.z:
      return "!";
    case Char.p:
      return "_";
    case Char.v:
      return "...";
  }
  return "";
}

/** Inserts the code points that punycode digits from `start` to `end` describe (RFC 3492, section 6.2). */
function decodePunycode(bytes: U8Column, start: i32, end: i32, points: I32Column): boolean {
  let code: i32 = 0x80;
  let index: i32 = 0;
  let bias: i32 = 72;
  let damp: i32 = 700;
  let at = start;
  if (at == end) return false;
  while (at < end) {
    let delta: i32 = 0;
    let weight: i32 = 1;
    for (let k: i32 = 36; ; k += 36) {
      if (at == end || delta > 0x0100_0000 || weight > 0x0100_0000) return false;
      const c = bytes.get(at++);
      const digit = c >= Char.a && c <= Char.z ? c - Char.a : c >= Char.D0 && c <= Char.D9 ? c - Char.D0 + 26 : -1;
      if (digit < 0) return false;
      const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
      delta += digit * weight;
      if (digit < threshold) break;
      weight *= 36 - threshold;
    }
    index += delta;
    const count = points.length + 1;
    code += (index / count) | 0;
    index = index % count;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
    points.push(0);
    for (let i = points.length - 1; i > index; i--) points.set(i, points.get(i - 1));
    points.set(index++, code);
    // Adapt the bias.
    delta = (delta / damp) | 0;
    damp = 2;
    delta += (delta / count) | 0;
    let k: i32 = 0;
    while (delta > 455) {
      delta = (delta / 35) | 0;
      k += 36;
    }
    bias = k + (((36 * delta) / (delta + 38)) | 0);
  }
  return true;
}
