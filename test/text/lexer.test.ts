// Tokens: characters, comments, strings with their escapes, identifiers, annotations.

import { expect, test } from "bun:test";
import { read, readHex } from "./helpers";

/** The bytes of a passive data segment that consists of these strings; what is wrong with them otherwise. */
function dataOf(strings: string): string {
  const { bytes, message } = read(`(data ${strings})`);
  // Header, section and its size, one segment, passive, length.
  return bytes == null ? message : Buffer.from(bytes.subarray(8 + 5)).toString("hex");
}

test("white space and comments stand wherever tokens may be parted", () => {
  const plain = readHex("(func (result i32) (i32.const 1))");
  for (const text of [
    "(func(result i32)(i32.const 1))",
    " \t\r\n(func\n(result\ri32)\t(i32.const 1)\r\n)\n",
    "(;;)(func(;a;)(result(; b (; c ;) ;)i32)(i32.const(;;)1));;",
    ";; first\n(func (result i32);;x\r(i32.const 1)) ;; last",
    "(func (result i32) (i32.const 1)) (; ;; ;)",
    '(func (result i32) (; " (;;) ;) (i32.const 1))',
    ";; größer ≠ 🌳\n(func (result i32) (i32.const 1))",
  ]) {
    expect(readHex(text)).toBe(plain);
  }
  expect(readHex("(func) (; (; ;)")).toBe("1:8: unclosed comment");
  expect(readHex("(func) ;")).toBe("1:8: unknown operator ;: expected the end of the text");
  expect(readHex("(func) ;)")).toBe("1:9: unexpected token ')': there is no '(' that it closes");
});

test("what runs together is one token", () => {
  expect(readHex("(func(nop)nop)")).toBe(readHex("(func nop nop)"));
  expect(readHex("(func nop$x)")).toBe("1:7: unknown operator nop$x: expected an instruction");
  expect(readHex("(func br 0nop)")).toBe("1:10: unknown operator 0nop: expected a label");
  expect(readHex("(func block $l br $l$l end)")).toBe("1:19: unknown label $l$l");
  expect(readHex('(data "a""b")')).toBe('1:7: unknown operator "a""b": expected a string');
  expect(readHex('(data "a"x)')).toBe('1:7: unknown operator "a"x: expected a string');
  expect(readHex('(data x"a")')).toBe('1:7: unknown operator x"a": expected a string');
  expect(readHex('(data $"a"x)')).toBe('1:7: unknown operator $"a"x: expected a string');
  expect(dataOf('"a" "b"')).toBe("6162");
  expect(dataOf('"a"(;;)"b"')).toBe("6162");
});

test("characters that mean nothing", () => {
  for (const [text, message] of [
    ["(func \x00)", "1:7: illegal character"],
    ["(func \x7f)", "1:7: illegal character"],
    ["(func ä)", "1:7: illegal character"],
    ["(func nop;)", "1:10: unknown operator ;: expected an instruction"],
    ["(func [])", "1:7: unknown operator [: expected an instruction"],
    ["(func {})", "1:7: unknown operator {: expected an instruction"],
    ["(func ,)", "1:7: unknown operator ,: expected an instruction"],
    ["(func #)", "1:7: unknown operator #: expected an instruction"],
    ["(func @x)", "1:7: unknown operator @x: expected an instruction"],
    ["(func Nop)", "1:7: unknown operator Nop: expected an instruction"],
  ]) {
    expect(readHex(text)).toBe(message);
  }
  expect(readHex(Buffer.from([0x28, 0x66, 0xc3, 0x28]))).toBe("1:3: malformed UTF-8 encoding");
  expect(readHex(Buffer.concat([Buffer.from(";; "), Buffer.from([0xff])]))).toBe("1:4: malformed UTF-8 encoding");
  expect(readHex(Buffer.concat([Buffer.from("(; "), Buffer.from([0xed, 0xa0, 0x80])]))).toBe(
    "1:4: malformed UTF-8 encoding",
  );
});

test("strings", () => {
  expect(dataOf('""')).toBe("");
  expect(dataOf('"az AZ 09 ~!#$%&()*,;[]{}@"')).toBe(Buffer.from("az AZ 09 ~!#$%&()*,;[]{}@").toString("hex"));
  expect(dataOf('"\\t\\n\\r\\"\\\'\\\\"')).toBe("090a0d22275c");
  expect(dataOf('"\\00\\7f\\ff\\Ab"')).toBe("007fffab");
  expect(dataOf('"\\u{0}\\u{7f}\\u{80}\\u{7ff}\\u{800}\\u{ffff}\\u{1_0000}\\u{10ffff}"')).toBe(
    Buffer.from("\0\x7f\x80\u07ff\u0800\uffff\u{10000}\u{10ffff}").toString("hex"),
  );
  expect(dataOf('"ä🌳"')).toBe(Buffer.from("ä🌳").toString("hex"));
  // A string may hold any bytes, a name only UTF-8.
  expect(dataOf('"\\c3"')).toBe("c3");
  expect(readHex('(func (export "\\c3"))')).toBe("1:15: malformed UTF-8 encoding");
  expect(readHex('(func (export "\\c3\\a4"))')).toBe(readHex('(func (export "ä"))'));
});

test("strings that are none", () => {
  for (const [string, message] of [
    ['"', "1:7: unclosed string"],
    ['"a\n"', "1:7: unclosed string"],
    ['"\\"', "1:7: unclosed string"],
    ['"a\tb"', "1:9: illegal character in a string"],
    ['"a\x7f"', "1:9: illegal character in a string"],
    ['"\\x"', "1:8: illegal escape"],
    ['"\\0"', "1:8: illegal escape"],
    ['"\\0g"', "1:8: illegal escape"],
    ['"\\u"', "1:8: illegal escape"],
    ['"\\u41"', "1:8: illegal escape"],
    ['"\\u{}"', "1:8: illegal escape"],
    ['"\\u{4"', "1:8: illegal escape"],
    ['"\\u{g}"', "1:8: illegal escape"],
    ['"\\u{_4}"', "1:8: illegal escape"],
    ['"\\u{4_}"', "1:8: illegal escape"],
    ['"\\u{4__1}"', "1:8: illegal escape"],
    ['"\\u{d800}"', "1:8: illegal escape"],
    ['"\\u{dfff}"', "1:8: illegal escape"],
    ['"\\u{110000}"', "1:8: illegal escape"],
    ['"\\u{100000000000041}"', "1:8: illegal escape"],
  ]) {
    expect(dataOf(string)).toBe(message);
  }
  const raw = Buffer.concat([Buffer.from('(data "'), Buffer.from([0x80]), Buffer.from('")')]);
  expect(readHex(raw)).toBe("1:8: malformed UTF-8 encoding");
});

test("identifiers", () => {
  const plain = readHex("(func $a (call $a))");
  expect(readHex('(func $"a" (call $a))')).toBe(plain);
  expect(readHex('(func $a (call $"\\61"))')).toBe(plain);
  expect(readHex('(func $"\\u{61}" (call $"a"))')).toBe(plain);
  // All characters that may be in a name, and any others in quotes; the name section has the name without `$`.
  const name = "0aZ!#$%&'*+-./:<=>?@\\^_`|~";
  expect(readHex(`(func $${name})`)).toContain(Buffer.from(name).toString("hex"));
  expect(readHex('(func $"a b (\\00) ä")')).toContain(Buffer.from("a b (\0) ä").toString("hex"));
  for (const [text, message] of [
    ["(func $)", "1:7: empty identifier"],
    ['(func $"")', "1:8: empty identifier"],
    ['(func $"\\ff")', "1:8: malformed UTF-8 encoding"],
    ['(func $ "a")', "1:7: empty identifier"],
    ['(func $"a)', "1:8: unclosed string"],
  ]) {
    expect(readHex(text)).toBe(message);
  }
});

test("annotations are white space", () => {
  const plain = readHex("(func (result i32) (i32.const 1))");
  for (const text of [
    "(@a)(func(@b)(result i32)(i32.const(@c)1))(@d)",
    '(@a "x" y $z 1 -0.5 , ; [ ] { } (b (c)) (@d (e)))(func (result i32) (i32.const 1))',
    '(@"a b" (; ) ;) ;; )\n)(func (result i32) (i32.const 1))',
    '(@a x"y"z "u"v ,, ;x)(func (result i32) (i32.const 1))',
  ]) {
    expect(readHex(text)).toBe(plain);
  }
  for (const [text, message] of [
    ["(@)", "1:1: empty annotation id"],
    ["(@ a)", "1:1: empty annotation id"],
    ['(@"")', "1:3: empty annotation id"],
    ['(@"\\ff")', "1:3: malformed UTF-8 encoding"],
    ["(@a", "1:1: unclosed annotation"],
    ["(@a ()", "1:1: unclosed annotation"],
    ["(module (@a (b)", "1:9: unclosed annotation"],
    ["(@a (@b )", "1:1: unclosed annotation"],
    ['(@a "', "1:5: unclosed string"],
    ["(@a \x01)", "1:5: illegal character"],
    ["( @a)", "1:3: unknown operator @a: expected a field of a module"],
    ["(@a))", "1:5: unexpected token ')': there is no '(' that it closes"],
  ]) {
    expect(readHex(text)).toBe(message);
  }
});

test("places count characters and lines of every kind", () => {
  const { diag } = read('(;ä🌳;) (x "größe")');
  expect([diag.line, diag.column, diag.excerpt]).toEqual([
    1,
    9,
    // The excerpt is a byte string.
    `  ${Buffer.from('(;ä🌳;) (x "größe")').toString("latin1")}\n          ^`,
  ]);
  for (const end of ["\n", "\r", "\r\n"]) {
    const reading = read(`;; one${end}${end}  (x)${end}(y)`);
    expect([reading.message, reading.diag.excerpt]).toEqual([
      "3:4: unknown operator x: expected a field of a module",
      "    (x)\n     ^",
    ]);
  }
  const long = read(`(module ${"(func) ".repeat(50)}(x) ${"(func) ".repeat(50)})`).diag;
  expect(long.column).toBe(8 + 50 * 7 + 2);
  const [line, caret] = long.excerpt.split("\n");
  expect(line).toStartWith("  ...");
  expect(line).toEndWith("...");
  expect(line).toHaveLength(2 + 3 + 60 + 40 + 3);
  expect(line.slice(caret.indexOf("^"), caret.indexOf("^") + 2)).toBe("x)");
});
