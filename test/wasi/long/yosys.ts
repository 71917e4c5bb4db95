// Yosys, the synthesis suite, as YoWASP packs it for WASI: 21 MB of WebAssembly that read a design and their own library
// from granted directories, map it and write it. Skipped where pip does not give the package; docs/programs.md shows the
// same by hand. (Later versions of the package use exceptions.)

import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, makeFolder, removeFolder, repository, run } from "../../programs/wx";

const PACKAGE = "yowasp-yosys==0.40.0.0.post707";
const cache = join(repository, "build/yosys");
const wasm = join(cache, "yowasp_yosys/yosys.wasm");
const folder = makeFolder();
afterAll(() => removeFolder(folder));

/** Whether the package is there, now or already. */
function fetchPackage(): boolean {
  if (existsSync(wasm)) return true;
  mkdirSync(cache, { recursive: true });
  const download = ["-m", "pip", "download", "--no-deps", "-q", "-d", cache, PACKAGE];
  if (Bun.which("python3") == null || run(["python3", ...download]).status != 0) return false;
  const wheel = readdirSync(cache).find((name) => name.endsWith(".whl"));
  return wheel != undefined && run(["python3", "-m", "zipfile", "-e", wheel, cache], { cwd: cache }).status == 0;
}

const DESIGN = `module counter(input clk, input rst, output reg [7:0] q);
  always @(posedge clk) if (rst) q <= 0; else q <= q + 1;
endmodule
`;

test.skipIf(!fetchPackage())(
  "Yosys synthesizes a counter",
  () => {
    mkdirSync(join(folder, "tmp"));
    writeFileSync(join(folder, "counter.v"), DESIGN);
    const share = join(cache, "yowasp_yosys/share");
    const grants = ["--dir", `${share}::/share:ro`, "--dir", "tmp::/tmp", "--dir", ".::."];
    compile([...grants, wasm, "-o", join(folder, "yosys")]);
    const script = "read_verilog counter.v; synth -top counter; write_json out.json";
    const done = run(["./yosys", "-q", "-p", script], { cwd: folder });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, "", ""]);
    const { ports, cells } = JSON.parse(readFileSync(join(folder, "out.json"), "utf8")).modules.counter;
    expect(Object.keys(ports)).toEqual(["clk", "rst", "q"]);
    // Eight flip-flops with a synchronous reset, and gates that count.
    const types = Object.values(cells).map((cell) => (cell as { type: string }).type);
    expect(types.filter((type) => type == "$_SDFF_PP0_").length).toBe(8);
    expect(types.length).toBeGreaterThan(12);
    // ABC, inside, leaves nothing behind.
    expect(readdirSync(join(folder, "tmp"))).toEqual([]);
  },
  900_000,
);
