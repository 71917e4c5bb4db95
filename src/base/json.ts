// A JSON reader (RFC 8259) for script files: text to a tree, with an explicit stack instead of recursion. Strings
// are byte strings, as everywhere in the command line; \u escapes become UTF-8.

import { U8Column } from "./columns";

export const enum JsonKind {
  Null = 0,
  Bool = 1,
  Number = 2,
  String = 3,
  Array = 4,
  Object = 5,
}

/** A value: numbers and strings keep their text, arrays and objects their items, objects also the keys. */
export class JsonValue {
  kind: i32;
  text: string = "";
  items: Array<JsonValue> = [];
  keys: Array<string> = [];

  constructor(kind: i32) {
    this.kind = kind;
  }

  /** The member `key` of an object, or null. */
  member(key: string): JsonValue | null {
    for (let i: i32 = 0; i < this.keys.length; i++) {
      if (this.keys[i] == key) return this.items[i];
    }
    return null;
  }

  /** The text of member `key`; empty if there is none. */
  memberText(key: string): string {
    const value = this.member(key);
    return value == null ? "" : value.text;
  }
}

/** Appends code point `c` as UTF-8 bytes, one character each. */
function utf8(c: i32): string {
  if (c < 0x80) return String.fromCharCode(c);
  if (c < 0x800) return String.fromCharCode(0xc0 | (c >> 6)) + String.fromCharCode(0x80 | (c & 63));
  return (
    String.fromCharCode(0xe0 | (c >> 12)) +
    String.fromCharCode(0x80 | ((c >> 6) & 63)) +
    String.fromCharCode(0x80 | (c & 63))
  );
}

function hexValue(c: i32): i32 {
  if (c >= 48 && c <= 57) return c - 48;
  const lower = c | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

export class JsonReader {
  bytes: U8Column;
  at: i32 = 0;
  /** What is wrong, with the byte offset; empty if nothing. */
  error: string = "";

  constructor(bytes: U8Column) {
    this.bytes = bytes;
  }

  private fail(message: string): void {
    if (this.error.length == 0) this.error = `${message} at offset ${this.at}`;
  }

  private skipSpace(): void {
    while (this.at < this.bytes.length && this.bytes.get(this.at) <= 32) this.at++;
  }

  /** Takes the byte `c` if it is next. */
  private take(c: i32): boolean {
    this.skipSpace();
    if (this.at >= this.bytes.length || this.bytes.get(this.at) != c) return false;
    this.at++;
    return true;
  }

  private readEscape(): string {
    if (this.at >= this.bytes.length) return "";
    const c = this.bytes.get(this.at);
    this.at++;
    switch (c) {
      case 110:
        return "\n";
      case 116:
        return "\t";
      case 114:
        return "\r";
      case 98:
        return "\b";
      case 102:
        return "\f";
      case 117: {
        let code: i32 = 0;
        for (let i: i32 = 0; i < 4; i++) {
          const digit = this.at < this.bytes.length ? hexValue(this.bytes.get(this.at)) : -1;
          if (digit < 0) this.fail("bad \\u escape");
          code = (code << 4) | (digit & 15);
          this.at++;
        }
        return utf8(code);
      }
    }
    return String.fromCharCode(c);
  }

  /** A string after its opening quote. */
  private readString(): string {
    let text = "";
    while (this.at < this.bytes.length) {
      const c = this.bytes.get(this.at);
      this.at++;
      if (c == 34) return text;
      if (c == 92) text += this.readEscape();
      else text += String.fromCharCode(c);
    }
    this.fail("string without end");
    return text;
  }

  /** A number, true, false or null. */
  private readWord(): JsonValue {
    let text = "";
    while (this.at < this.bytes.length) {
      const c = this.bytes.get(this.at);
      const isWord = (c >= 48 && c <= 57) || ((c | 32) >= 97 && (c | 32) <= 122) || c == 43 || c == 45 || c == 46;
      if (!isWord) break;
      text += String.fromCharCode(c);
      this.at++;
    }
    if (text.length == 0) this.fail("value expected");
    const first = text.charCodeAt(0);
    let kind: i32 = JsonKind.Number;
    if (text == "null") kind = JsonKind.Null;
    else if (text == "true" || text == "false") kind = JsonKind.Bool;
    else if (!(first == 45 || (first >= 48 && first <= 57))) this.fail(`unknown word '${text}'`);
    const value = new JsonValue(kind);
    value.text = text;
    return value;
  }

  /** Reads the whole text as one value. */
  read(): JsonValue {
    const root = new JsonValue(JsonKind.Array);
    const stack: Array<JsonValue> = [];
    stack.push(root);
    while (this.error.length == 0) {
      const holder = stack[stack.length - 1];
      if (holder == root) {
        if (root.items.length == 1) break;
      } else if (this.closes(holder)) {
        stack.pop();
        continue;
      } else if (holder.items.length != 0 && !this.take(44)) {
        this.fail("',' expected");
      }
      if (holder.kind == JsonKind.Object) this.readKey(holder);
      const value = this.readOpening();
      holder.items.push(value);
      if (value.kind == JsonKind.Array || value.kind == JsonKind.Object) stack.push(value);
    }
    this.skipSpace();
    if (this.error.length == 0 && this.at != this.bytes.length) this.fail("something follows the value");
    return root.items.length == 1 ? root.items[0] : root;
  }

  private closes(holder: JsonValue): boolean {
    return this.take(holder.kind == JsonKind.Array ? 93 : 125);
  }

  private readKey(holder: JsonValue): void {
    if (this.take(34)) holder.keys.push(this.readString());
    else this.fail("key expected");
    if (!this.take(58)) this.fail("':' expected");
  }

  /** A scalar, or an array or object of which only the opening bracket is read. */
  private readOpening(): JsonValue {
    if (this.take(91)) return new JsonValue(JsonKind.Array);
    if (this.take(123)) return new JsonValue(JsonKind.Object);
    if (this.take(34)) {
      const value = new JsonValue(JsonKind.String);
      value.text = this.readString();
      return value;
    }
    this.skipSpace();
    return this.readWord();
  }
}
