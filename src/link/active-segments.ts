// Active segments: where they go, and whether they fit into what they go to.

import { SegmentMode } from "../wasm/module";
import { ConstantEvaluator } from "./constants";
import { Program } from "./program";

const TWO_32: f64 = 4294967296;

export class ActiveSegments {
  /** Its value is the offset computed last. */
  evaluator: ConstantEvaluator = new ConstantEvaluator();
  private program: Program;

  constructor(program: Program) {
    this.program = program;
  }

  /** Computes the offset of element segment `i` of an instance. */
  evaluateElemOffset(instance: i32, i: i32): void {
    const module = this.program.module(instance);
    const kind = module.elemOffsetKind.get(i);
    this.evaluator.evaluate(this.program, instance, kind, module.elemOffsetLo.get(i), module.elemOffsetHi.get(i));
  }

  /** Computes the offset of data segment `i` of an instance. */
  evaluateDataOffset(instance: i32, i: i32): void {
    const module = this.program.module(instance);
    const kind = module.dataOffsetKind.get(i);
    this.evaluator.evaluate(this.program, instance, kind, module.dataOffsetLo.get(i), module.dataOffsetHi.get(i));
  }

  /** Whether element segment `i` fits into its table as that is at first. */
  elemFits(instance: i32, i: i32): boolean {
    const module = this.program.module(instance);
    this.evaluateElemOffset(instance, i);
    const table = this.program.tableOf(instance, module.elemTable.get(i));
    return this.fits(module.elemCount.get(i), f64(u32(this.program.tableMin.get(table))));
  }

  /** Whether data segment `i` fits into its memory as that is at first. */
  dataFits(instance: i32, i: i32): boolean {
    const module = this.program.module(instance);
    this.evaluateDataOffset(instance, i);
    const memory = this.program.memoryOf(instance, module.dataMemory.get(i));
    return this.fits(module.dataEnd.get(i) - module.dataStart.get(i), this.memoryBytes(memory));
  }

  /** Whether all active segments go to what the instance has of its own, and fit. */
  isSelfContained(instance: i32): boolean {
    const module = this.program.module(instance);
    for (let i: i32 = 0; i < module.elemMode.length; i++) {
      if (module.elemMode.get(i) != SegmentMode.Active) continue;
      if (module.elemTable.get(i) < module.importedTableCount || !this.elemFits(instance, i)) return false;
    }
    for (let i: i32 = 0; i < module.dataMode.length; i++) {
      if (module.dataMode.get(i) != SegmentMode.Active) continue;
      if (module.dataMemory.get(i) < module.importedMemoryCount || !this.dataFits(instance, i)) return false;
    }
    return true;
  }

  /** Whether `count` from the offset computed last on end within `size`. */
  private fits(count: i32, size: f64): boolean {
    return f64(u32(this.evaluator.lo)) + f64(u32(this.evaluator.hi)) * TWO_32 + f64(count) <= size;
  }

  private memoryBytes(m: i32): f64 {
    const program = this.program;
    const pages = f64(u32(program.memoryMin.get(m))) + f64(u32(program.memoryMinHi.get(m))) * TWO_32;
    return pages * f64(1 << program.memoryPageLog2.get(m));
  }
}
