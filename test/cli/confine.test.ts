// The options that confine a program: what they take, what they refuse, and what of it stands in the executable.

import "../../host/js/prelude";
import { expect, test } from "bun:test";
import { U8Column } from "../../src/base/columns";
import { pushListenAddress } from "../../src/cli/listen-address";
import { parseOptions } from "../../src/cli/options";
import { Sandbox } from "../../src/link/info";

function parse(...options: string[]) {
  return parseOptions(["--aot", ...options, "p.wasm"]);
}

test("each option is read", () => {
  const { link, error } = parse(
    "--sandbox=strict",
    "--memory=checked",
    "--max-fds=20",
    "--timeout=1.25",
    "--tcp-listen=127.0.0.1:80",
    "--tcp-listen",
    "[::1]:8080",
  );
  expect(error).toBe("");
  expect([link.sandbox, link.checkedMemory, link.maxFds, link.listenerCount]).toEqual([Sandbox.Strict, true, 20, 2]);
  expect([link.timeoutSeconds, link.timeoutMicroseconds]).toEqual([1, 250_000]);
  const plain = parse().link;
  expect([plain.sandbox, plain.checkedMemory, plain.maxFds, plain.hasTimeout]).toEqual([
    Sandbox.On,
    false,
    1024,
    false,
  ]);
  expect(parse("--sandbox=off").link.isSandboxed).toBe(false);
  expect(parse("--trusted").link.isSandboxed).toBe(false);
  expect(parse("--memory=checked", "--memory=guard").link.checkedMemory).toBe(false);
});

test("times in seconds, to the microsecond", () => {
  for (const [text, seconds, micros] of [
    ["1", 1, 0],
    ["0.5", 0, 500_000],
    [".000001", 0, 1],
    ["3.", 3, 0],
    ["100000000", 100_000_000, 0],
    ["12.345678", 12, 345_678],
  ] as const) {
    const { link, error } = parse(`--timeout=${text}`);
    expect([text, error, link.timeoutSeconds, link.timeoutMicroseconds]).toEqual([text, "", seconds, micros]);
  }
  for (const text of ["", ".", "0", "0.0", "x", "1x", "-1", "1.2.3", "0.0000001", "1e3", "100000001", "999999999999"]) {
    expect(parse(`--timeout=${text}`).error).toBe(`--timeout takes seconds, as 10 or 0.5, not '${text}'`);
  }
});

test.each([
  [["--sandbox=yes"], "--sandbox takes on, off or strict, not 'yes'"],
  [["--sandbox="], "--sandbox takes on, off or strict, not ''"],
  [["--memory=64"], "--memory takes guard or checked, not '64'"],
  [["--max-fds=2"], "--max-fds takes a number from 3 to 8192, not '2'"],
  [["--max-fds=8193"], "--max-fds takes a number from 3 to 8192, not '8193'"],
  [["--max-fds=x"], "--max-fds takes a number from 3 to 8192, not 'x'"],
  [["--max-fds=99999999999999999999"], "--max-fds takes a number from 3 to 8192, not '99999999999999999999'"],
  [
    ["--max-fds=4", "--dir", "a", "--tcp-listen=127.0.0.1:1"],
    "--max-fds 4 is too few: streams, granted directories and listening sockets are 5",
  ],
] as [string[], string][])("%p", (options, message) => {
  expect(parse(...options).error).toBe(message);
});

/** The address as hexadecimal digits, its length in front; null if it is refused. */
function addressOf(text: string): string | null {
  const out = new U8Column();
  if (!pushListenAddress(text, out)) {
    expect(out.length).toBe(0);
    return null;
  }
  return Array.from({ length: out.length }, (_, i) => out.get(i).toString(16).padStart(2, "0")).join("");
}

const inet = (port: string, address: string) => `100200${port}${address}${"00".repeat(8)}`;
const inet6 = (port: string, address: string) => `1c0a00${port}00000000${address}00000000`;

test.each([
  ["127.0.0.1:80", inet("0050", "7f000001")],
  ["0.0.0.0:65535", inet("ffff", "00000000")],
  ["255.254.253.252:1", inet("0001", "fffefdfc")],
  ["[::]:8080", inet6("1f90", "00".repeat(16))],
  ["[::1]:8080", inet6("1f90", `${"00".repeat(15)}01`)],
  ["[1::]:1", inet6("0001", `0001${"00".repeat(14)}`)],
  ["[fe80::abcd:12]:1", inet6("0001", `fe80${"00".repeat(10)}abcd0012`)],
  ["[1:2:3:4:5:6:7:8]:1", inet6("0001", "00010002000300040005000600070008")],
  ["[2001:DB8::A]:1", inet6("0001", `20010db8${"00".repeat(10)}000a`)],
  ["[::ffff:1.2.3.4]:1", inet6("0001", `${"00".repeat(10)}ffff01020304`)],
  ["[1:2:3:4:5:6:1.2.3.4]:1", inet6("0001", "00010002000300040005000601020304")],
] as [string, string][])("%s is an address to listen on", (text, expected) => {
  expect(addressOf(text)).toBe(expected);
});

test.each([
  "",
  "80",
  ":80",
  "127.0.0.1",
  "127.0.0.1:",
  "127.0.0.1:0",
  "127.0.0.1:65536",
  "127.0.0.1:8x",
  "127.0.0:80",
  "127.0.0.1.1:80",
  "127.0.0.256:80",
  "127..0.1:80",
  "localhost:80",
  "::1:80",
  "[::1]",
  "[::1]80",
  "[::1:80",
  "[]:80",
  "[:]:80",
  "[:::]:80",
  "[1::2::3]:80",
  "[1:2:3:4:5:6:7]:80",
  "[1:2:3:4:5:6:7:8:9]:80",
  "[1:2:3:4:5:6:7::8]:80",
  "[12345::]:80",
  "[g::]:80",
  "[1.2.3.4::]:80",
  "[::1.2.3]:80",
])("'%s' is none", (text) => {
  expect(addressOf(text)).toBeNull();
  expect(parse(`--tcp-listen=${text}`).error).toStartWith("--tcp-listen takes ADDRESS:PORT");
});
