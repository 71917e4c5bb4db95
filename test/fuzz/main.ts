import "../../host/js/prelude";
import { generate } from "./generate";
import { Random } from "./random";
import { caseOf, coarse, runInEngine, runInInterpreter, runNatively, type Job } from "./run";
import { printTree } from "./tree";
import { assemble } from "../text/assemble";

const seed = Number(process.argv[2] ?? 1);
const t: Record<string, number> = {};
function timed<T>(name: string, f: () => T): T {
  const s = performance.now();
  const x = f();
  t[name] = (t[name] ?? 0) + performance.now() - s;
  return x;
}
let traps = 0, all = 0;
for (let n = 0; n < 10; n++) {
  const jobs: Job[] = [];
  const engines: string[][] = [];
  for (let i = 0; i < 10; i++) {
    const r = new Random(seed * 1000 + n * 10 + i);
    const tree = timed("generate", () => generate(r));
    const text = timed("print", () => printTree(tree));
    let bytes: Uint8Array;
    try { bytes = timed("assemble", () => assemble(text)); } catch (e) { console.log(text.slice(0, 300), (e as Error).message); process.exit(1); }
    const c = caseOf(bytes, tree.calls);
    const engine = timed("engine", () => runInEngine(c));
    const interp = timed("interp", () => runInInterpreter(c, 0));
    if (coarse(engine) != coarse(interp as string[])) console.log("DIFF interp", n, i, engine, interp);
    traps += engine.filter((l) => l.startsWith("trap")).length; all += engine.length;
    engines.push(engine);
    jobs.push({ c, kinds: [{ name: "O0", level: 0 }, { name: "O2", level: 2 }] });
  }
  const reports = timed("native", () => runNatively(jobs));
  reports.forEach((kinds, j) => kinds.forEach((report, k) => {
    if (coarse(report) != coarse(engines[j])) console.log("DIFF native", n, j, k, engines[j], report);
  }));
}
console.log(t, traps, all);
