// Modules cut off and with bytes changed, through the whole compiler: always a verdict, never an exception, and the
// verdict is that of the JavaScript engine (where the two differ, wasm-tools decides: the engine knows other features).
// Programs that are accepted all the same must run as any other: at both levels, and in wasmtime, to the same end,
// never to a signal. Both forms of wx must give the same answer, and the native one must end with 0 or 1.

import { afterAll, expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changeByte, codeOf } from "../fuzz/mutate";
import { makeRandom } from "../fuzz/random";
import { Elf } from "../image/elf-reader";
import { check } from "../wasm/load";
import { objection } from "../wasm/tools";
import { compileInProcess } from "./in-process";
import { makeFolder, native, removeFolder, repository, run, shared } from "./wx";

const folder = makeFolder();
afterAll(() => removeFolder(folder));
const tools = shared("peers/wasm-tools");
const wasmtime = shared("peers/wasmtime");
const programs = ["test/programs/sampler", "bench/programs/nbody", "bench/programs/sort"];

function load(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(repository, `${name}.wasm`)));
}

/** Of the test that runs. */
let random = makeRandom(0);

/** A copy with up to `most` bytes changed, one of them at `at`. */
function mutate(bytes: Uint8Array, at: number, most = 3): Uint8Array {
  const copy = bytes.slice();
  for (let k = random(most); k >= 0; k--) {
    const place = k == 0 ? at : 8 + random(copy.length - 8);
    changeByte(copy, place, { start: 8, end: copy.length }, random);
  }
  return copy;
}

let kept = 0;
/** Keeps a module that shows a problem, below build/; its path. */
function keep(bytes: Uint8Array): string {
  const path = join(repository, `build/mutation-${kept++}.wasm`);
  writeFileSync(path, bytes);
  return path;
}

interface Counts {
  accepted: number;
  refused: number;
  problems: string[];
}

/** Compiles in this process and checks verdict and result; the image if there is one. */
function tryModule(bytes: Uint8Array, options: string[], counts: Counts): Uint8Array | null {
  try {
    const { message } = check(bytes);
    if (!message.endsWith("not supported") && WebAssembly.validate(bytes) != (message == "")) {
      const isOurs = tools == null || objection(tools, bytes, message) == "";
      if (!isOurs) counts.problems.push(`verdict "${message}" on ${keep(bytes)}`);
    }
    const outcome = compileInProcess(bytes, ["--unknown-imports=default", ...options], "m.wasm");
    if (outcome.image == null) {
      counts.refused++;
      const mayRefuse = message != "" || /import|no _start|exported memory/.test(outcome.message);
      if (!mayRefuse) counts.problems.push(`valid, but "${outcome.message}": ${keep(bytes)}`);
      return null;
    }
    counts.accepted++;
    if (message != "") counts.problems.push(`compiled, but "${message}": ${keep(bytes)}`);
    new Elf(outcome.image);
    return outcome.image;
  } catch (error) {
    counts.problems.push(`${error} on ${keep(bytes)}`);
    return null;
  }
}

test("cut off at every byte", () => {
  const counts: Counts = { accepted: 0, refused: 0, problems: [] };
  const bytes = load("bench/programs/fibonacci");
  for (let length = 0; length < bytes.length; length++) tryModule(bytes.slice(0, length), [], counts);
  expect(counts.problems).toEqual([]);
  expect(counts.accepted + counts.refused).toBe(bytes.length);
}, 600_000);

test.each(programs)(
  "2000 places of %s changed",
  (name) => {
    random = makeRandom(name.length);
    const counts: Counts = { accepted: 0, refused: 0, problems: [] };
    const bytes = load(name);
    for (let i = 0; i < 2000; i++) {
      const options = [i % 2 == 0 ? "-O0" : "-O2"];
      if (i % 16 < 2) options.push("--check");
      tryModule(mutate(bytes, 8 + random(bytes.length - 8)), options, counts);
    }
    expect(counts.problems).toEqual([]);
    expect(counts.accepted).toBeGreaterThan(200);
    expect(counts.refused).toBeGreaterThan(200);
  },
  600_000,
);

interface End {
  status: number | string;
  stdout: string;
  /** The message of the trap that ended it. */
  trap: string;
}

/** How a command, named m, ends; null if it does not in time. */
function endOf(command: string): End | null {
  // Not more memory than this machine can lose; output beyond a megabyte ends the program.
  const script = `ulimit -v 8000000; ulimit -t 1; (exec -a m ${command}) | head -c 1000000; exit \${PIPESTATUS[0]}`;
  const { status, stdout, stderr } = run(["bash", "-c", script], { timeout: 10_000 });
  // Stopped by the time limit (128 + SIGKILL or SIGXCPU) or by head (SIGPIPE).
  if ([137, 152, 141, "SIGTERM"].includes(status) || stdout.length >= 1_000_000) return null;
  return { status, stdout, trap: stderr.match(/wasm trap: .*/)?.[0] ?? stderr };
}

test("changed programs end alike at both levels and in wasmtime, and never by a signal", () => {
  random = makeRandom(Number(process.env.WX_SEED ?? 77));
  const rounds = Number(process.env.WX_ROUNDS ?? 300);
  const file = join(folder, "m.wasm");
  const [plain, optimized] = [join(folder, "plain"), join(folder, "optimized")];
  const problems: string[] = [];
  let compared = 0;
  let trapped = 0;
  const original = load("test/programs/sampler");
  const { start, end } = codeOf(original);
  for (let i = 0; i < rounds; i++) {
    const bytes = mutate(original, start + random(end - start), 1);
    const counts: Counts = { accepted: 0, refused: 0, problems: [] };
    const fast = tryModule(bytes, ["-O2"], counts);
    if (fast == null) continue;
    const slow = tryModule(bytes, ["-O0"], counts) as Uint8Array;
    for (const [path, image] of [
      [plain, slow],
      [optimized, fast],
    ] as const) {
      writeFileSync(path, image);
      chmodSync(path, 0o755);
    }
    const a = endOf(plain);
    const b = endOf(optimized);
    if (a == null || b == null) continue;
    compared++;
    if (a.status == 134) trapped++;
    writeFileSync(file, bytes);
    if (JSON.stringify(a) != JSON.stringify(b)) problems.push(`${JSON.stringify([a, b])}: ${keep(bytes)}`);
    if (typeof b.status == "string" || (b.status > 128 && b.status != 134))
      problems.push(`${b.status}: ${keep(bytes)}`);
    if (wasmtime == null) continue;
    const theirs = endOf(`${wasmtime} run --argv0 m -W unknown-imports-default=y ${file}`);
    // wasmtime stops at a pointer that is not aligned or lies outside; wx takes it, or answers with an error code.
    if (theirs == null || /^Error: .*Pointer/s.test(theirs.trap)) continue;
    if (JSON.stringify(b) != JSON.stringify(theirs)) problems.push(`${JSON.stringify([b, theirs])}: ${keep(bytes)}`);
  }
  expect(problems).toEqual([]);
  expect(compared).toBeGreaterThan(50);
  expect(trapped).toBeGreaterThan(0);
}, 600_000);

test("both forms of wx say the same, and the native one ends with 0 or 1", () => {
  random = makeRandom(5);
  const file = join(folder, "m.wasm");
  const output = join(folder, "m");
  const problems: string[] = [];
  for (let i = 0; i < 300; i++) {
    const name = programs[i % programs.length];
    const bytes = i % 3 == 0 ? load(name).slice(0, random(load(name).length)) : mutate(load(name), 8 + random(12_000));
    writeFileSync(file, bytes);
    rmSync(output, { force: true });
    const { image, message } = compileInProcess(bytes, ["--unknown-imports=default"], file);
    const done = run([native, "--aot", "--unknown-imports=default", file, "-o", output]);
    const isSame =
      done.status == (image == null ? 1 : 0) &&
      done.stderr == message &&
      existsSync(output) == (image != null) &&
      (image == null || readFileSync(output).equals(image));
    if (!isSame) problems.push(`${done.status} "${done.stderr}", "${message}": ${keep(bytes)}`);
  }
  expect(problems).toEqual([]);
}, 600_000);
