// Trees of JsonValue (json.ts) as text: as JSON, and for people as an indented listing in which arrays of objects
// become tables. Strings are byte strings in UTF-8.

import { JsonKind, JsonValue } from "./json";
import { U8Column } from "./columns";

export function jsonString(text: string): JsonValue {
  const value = new JsonValue(JsonKind.String);
  value.text = text;
  return value;
}

export function jsonNumber(n: i32): JsonValue {
  const value = new JsonValue(JsonKind.Number);
  value.text = `${n}`;
  return value;
}

export function jsonBool(b: boolean): JsonValue {
  const value = new JsonValue(JsonKind.Bool);
  value.text = b ? "true" : "false";
  return value;
}

export function jsonArray(): JsonValue {
  return new JsonValue(JsonKind.Array);
}

export function jsonObject(): JsonValue {
  return new JsonValue(JsonKind.Object);
}

/** Adds a member to an object. */
export function addMember(object: JsonValue, key: string, value: JsonValue): void {
  object.keys.push(key);
  object.items.push(value);
}

/** Writes trees to `out`. They are as deep as the program makes them, three or four levels, not as an input says. */
export class JsonPrinter {
  out: U8Column = new U8Column();

  private put(text: string): void {
    for (let i: i32 = 0; i < text.length; i++) this.out.push(text.charCodeAt(i));
  }

  /** The value as JSON in one line. */
  json(value: JsonValue): void {
    switch (value.kind) {
      case JsonKind.String:
        this.quoted(value.text);
        break;
      case JsonKind.Array:
        this.put("[");
        for (let i: i32 = 0; i < value.items.length; i++) {
          if (i != 0) this.put(",");
          this.json(value.items[i]);
        }
        this.put("]");
        break;
      case JsonKind.Object:
        this.put("{");
        for (let i: i32 = 0; i < value.items.length; i++) {
          if (i != 0) this.put(",");
          this.quoted(value.keys[i]);
          this.put(":");
          this.json(value.items[i]);
        }
        this.put("}");
        break;
      default:
        this.put(value.text);
    }
  }

  private quoted(text: string): void {
    const hex = "0123456789abcdef";
    this.put('"');
    for (let i: i32 = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c < 32 || c == 127) this.put(`\\u00${hex.charAt(c >> 4)}${hex.charAt(c & 15)}`);
      else {
        if (c == 34 || c == 92) this.out.push(92);
        this.out.push(c);
      }
    }
    this.put('"');
  }

  /** The members of an object, scalars and arrays, as lines. */
  listing(object: JsonValue): void {
    for (let i: i32 = 0; i < object.items.length; i++) {
      const value = object.items[i];
      if (value.kind != JsonKind.Array) {
        this.put(`${words(object.keys[i])}: ${shown(value)}\n`);
      } else if (value.items.length == 0) {
        this.put(`${words(object.keys[i])}: none\n`);
      } else {
        this.put(`${words(object.keys[i])}:\n`);
        this.table(value.items);
      }
    }
  }

  /** Values, one a line; objects, which all have the same members, in columns. */
  private table(rows: Array<JsonValue>): void {
    if (rows[0].kind != JsonKind.Object) {
      for (let i: i32 = 0; i < rows.length; i++) this.put(`  ${shown(rows[i])}\n`);
      return;
    }
    const columns = rows[0].keys.length;
    const widths: Array<i32> = [];
    for (let k: i32 = 0; k < columns; k++) {
      let width = words(rows[0].keys[k]).length;
      for (let i: i32 = 0; i < rows.length; i++) {
        const length = shown(rows[i].items[k]).length;
        if (length > width) width = length;
      }
      widths.push(width);
    }
    for (let i: i32 = -1; i < rows.length; i++) {
      let text = "";
      for (let k: i32 = 0; k < columns; k++) {
        const cell = i < 0 ? words(rows[0].keys[k]) : shown(rows[i].items[k]);
        text += k + 1 == columns ? `  ${cell}` : `  ${cell.padEnd(widths[k])}`;
      }
      this.put(`${text.trimEnd()}\n`);
    }
  }
}

/** A key for people: `largestFunctions` as `largest functions`. */
function words(key: string): string {
  let text = "";
  for (let i: i32 = 0; i < key.length; i++) {
    const c = key.charCodeAt(i);
    text += c >= 65 && c <= 90 ? ` ${String.fromCharCode(c + 32)}` : String.fromCharCode(c);
  }
  return text;
}

/** A scalar for people: control characters must not reach a terminal. */
function shown(value: JsonValue): string {
  if (value.kind == JsonKind.Bool) return value.text == "true" ? "yes" : "no";
  const text = value.text;
  let isClean = true;
  for (let i: i32 = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 || text.charCodeAt(i) == 127) isClean = false;
  if (isClean) return text;
  let clean = "";
  for (let i: i32 = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    clean += c < 32 || c == 127 ? "?" : String.fromCharCode(c);
  }
  return clean;
}
