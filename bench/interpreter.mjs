// Interpreted programs: tight loops against wazero's interpreter, and how long it takes to start. Interleaved, so that what
// else the machine does falls on both alike; medians of user time for loops, of whole processes for starting.
//
//   node bench/interpreter.mjs [ROUNDS]               → a table, as in bench/results/interpreter.md
//   node bench/interpreter.mjs --to-the-end [NAME...]  → the programs of ../shared/bench once each, all or the named ones
//
// The first needs wazero and wasm-tools, in ../shared/peers or on PATH. The second compares what programs print with what is
// expected, or with what the executable prints where nothing is written down, and takes a minute.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { find, geometricMean, median, root, shared } from "./measure.mjs";

const wx = process.env.WX ?? join(root, "build/wx");
const wazero = find("wazero");
const tools = find("wasm-tools");
const folder = mkdtempSync(join(tmpdir(), "wx-bench-"));

const LOOPS = {
  "i32 sums": `(local $i i32) (local $x i32)
    (loop $l
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 31)) (local.get $i)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 40000000))))
    (if (i32.eqz (local.get $x)) (then unreachable))`,
  "i64 shifts": `(local $i i32) (local $x i64) (local.set $x (i64.const 88172645463325252))
    (loop $l
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
      (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
      (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 12000000))))
    (if (i64.eqz (local.get $x)) (then unreachable))`,
  "f64 products": `(local $i i32) (local $x f64) (local.set $x (f64.const 1.5))
    (loop $l
      (local.set $x (f64.sub (f64.mul (local.get $x) (f64.const 1.0000001)) (f64.const 0.0000001)))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30000000))))
    (if (f64.eq (local.get $x) (f64.const 0)) (then unreachable))`,
  "sieve in memory": `(local $i i32) (local $j i32) (local $round i32)
    (loop $again
      (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))
      (local.set $i (i32.const 2))
      (loop $outer
        (if (i32.eqz (i32.load8_u (local.get $i))) (then
          (local.set $j (i32.mul (local.get $i) (i32.const 2)))
          (if (i32.lt_u (local.get $j) (i32.const 65536)) (then
            (loop $inner
              (i32.store8 (local.get $j) (i32.const 1))
              (br_if $inner (i32.lt_u (local.tee $j (i32.add (local.get $j) (local.get $i))) (i32.const 65536))))))))
        (br_if $outer (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 65536))))
      (br_if $again (i32.lt_u (local.tee $round (i32.add (local.get $round) (i32.const 1))) (i32.const 80))))`,
  calls: "(if (i32.ne (call $fib (i32.const 31)) (i32.const 1346269)) (then unreachable))",
};

const HELPERS = `(memory (export "memory") 1)
  (func $fib (param i32) (result i32)
    (if (result i32) (i32.lt_s (local.get 0) (i32.const 2)) (then (local.get 0))
      (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))`;

/** User time in milliseconds. */
function userTime(command) {
  const done = spawnSync("/bin/bash", ["-c", `TIMEFORMAT=%U; time "$@" > /dev/null`, "bash", ...command], {
    encoding: "utf8",
  });
  const seconds = Number(done.stderr.trim().split("\n").pop());
  if (done.status != 0 || Number.isNaN(seconds)) throw new Error(`${command.join(" ")}: ${done.stderr}`);
  return seconds * 1000;
}

/** Milliseconds that one of many starts takes, processor time. */
function startTime(command) {
  const count = 50;
  const script = `TIMEFORMAT='%U %S'; time for ((i = 0; i < ${count}; i++)); do "$@" > /dev/null; done`;
  const done = spawnSync("/bin/bash", ["-c", script, "bash", ...command], { encoding: "utf8" });
  const [user, system] = done.stderr.trim().split("\n").pop().split(" ").map(Number);
  return ((user + system) * 1000) / count;
}

function compare(name, measure, commands, rounds) {
  const times = commands.map(() => []);
  for (let i = 0; i < rounds; i++) commands.forEach((command, k) => times[k].push(measure(command)));
  const [ours, theirs] = times.map(median);
  console.log(
    `| ${name} | ${ours.toFixed(ours < 10 ? 2 : 0)} | ${theirs.toFixed(theirs < 10 ? 2 : 0)} | ${(ours / theirs).toFixed(2)} |`,
  );
  return ours / theirs;
}

/** Loops and the start of a program, against wazero. */
function compareAll(rounds) {
  console.log("| program | wx, ms | wazero, ms | ratio |\n| --- | ---: | ---: | ---: |");
  const ratios = [];
  for (const [name, body] of Object.entries(LOOPS)) {
    const wat = join(folder, "loop.wat");
    const wasm = join(folder, "loop.wasm");
    writeFileSync(wat, `(module ${HELPERS} (func (export "_start") ${body}))`);
    execFileSync(tools, ["parse", wat, "-o", wasm]);
    ratios.push(
      compare(
        name,
        userTime,
        [
          [wx, wasm],
          [wazero, "run", "-interpreter", wasm],
        ],
        rounds,
      ),
    );
  }
  console.log(`| geometric mean | | | ${geometricMean(ratios).toFixed(2)} |`);
  const hello = join(root, "examples/hello.wasm");
  compare(
    "start: hello",
    startTime,
    [
      [wx, hello],
      [wazero, "run", "-interpreter", hello],
    ],
    rounds,
  );
}

/** The programs of ../shared/bench: {name, folder, wasm}. */
function sharedPrograms() {
  const list = [];
  const bench = join(shared, "bench");
  for (const name of readdirSync(bench).sort()) {
    const cwd = join(bench, name);
    for (const wasm of readdirSync(cwd).sort()) {
      if (!wasm.endsWith(".wasm")) continue;
      list.push({ name: name == "shootout" ? basename(wasm, ".wasm") : name, cwd, wasm });
    }
  }
  return list;
}

/** Runs a command without input: status, what it wrote, and its user time in seconds. */
function runTimed(command, cwd) {
  const [out, err] = [join(folder, "out"), join(folder, "err")];
  const script = `TIMEFORMAT=%U; time "\${@:3}" < /dev/null > "$1" 2> "$2"`;
  const done = spawnSync("/bin/bash", ["-c", script, "bash", out, err, ...command], { cwd, encoding: "utf8" });
  return {
    status: done.status,
    stdout: readFileSync(out, "latin1"),
    stderr: readFileSync(err, "latin1"),
    seconds: Number(done.stderr.trim().split("\n").pop()),
  };
}

/** Seconds of all programs. */
let allInterpreted = 0;
let allNative = 0;

/** One program interpreted to its end: a row of the table. */
function runToTheEnd({ name, cwd, wasm }) {
  const flags = ["--unknown-imports=default", "--dir", "."];
  const done = runTimed([wx, ...flags, wasm], cwd);
  if (done.status != 0) {
    const reason = done.stderr.split("\n")[0].replace(/^.*: /, "");
    return console.log(`| ${name} | - | - | status ${done.status}: ${reason} | |`);
  }
  const executable = join(folder, "executable");
  execFileSync(wx, ["--aot", ...flags, wasm, "-o", executable], { cwd });
  const native = runTimed([executable], cwd);
  const verdict = (stream) => {
    const file = join(cwd, wasm.replace(/wasm$/, `${stream}.expected`));
    // One program prints how long it took.
    const clean = (text) => text.replace(/\d+\.\d+ seconds/, "");
    const isKnown = existsSync(file);
    const wanted = isKnown ? readFileSync(file, "latin1") : native[stream];
    if (clean(done[stream]) != clean(wanted)) return "**differs**";
    return isKnown ? `${wanted.length} bytes, as expected` : `${wanted.length} bytes, as the executable`;
  };
  allInterpreted += done.seconds;
  allNative += native.seconds;
  const times = `${done.seconds.toFixed(2)} | ${native.seconds.toFixed(2)}`;
  console.log(`| ${name} | ${times} | ${verdict("stdout")} | ${verdict("stderr")} |`);
}

const [first, ...names] = process.argv.slice(2);
if (first == "--to-the-end") {
  console.log("| program | interpreted, s | executable, s | standard output | standard error |");
  console.log("| --- | ---: | ---: | --- | --- |");
  for (const p of sharedPrograms()) if (names.length == 0 || names.includes(p.name)) runToTheEnd(p);
  console.log(`| all | ${allInterpreted.toFixed(1)} | ${allNative.toFixed(1)} | | |`);
} else {
  compareAll(Number(first ?? 3));
}
rmSync(folder, { recursive: true });
