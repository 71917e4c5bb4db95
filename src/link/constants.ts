// Values of constant expressions: initial values of globals, offsets of segments, elements. All are known when
// linking, because a constant expression can only name globals that were initialised before it.
// (Specification 3.3.10, Constant Expressions, with the extended-const proposal.)

import { I32Column } from "../base/columns";
import { addWide, mulWide, subWide, wideHi, wideLo } from "../base/wide";
import { InitKind } from "../wasm/module";
import { ByteReader } from "../wasm/reader";
import { NONE, Program } from "./program";
import { LinkState } from "./state";
import { mul32 } from "host/prims";

/** Opcodes that constant expressions may hold. */
const enum Code {
  GlobalGet = 0x23,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
  I32Add = 0x6a,
  I32Sub = 0x6b,
  I32Mul = 0x6c,
  I64Add = 0x7c,
  I64Sub = 0x7d,
  I64Mul = 0x7e,
  RefNull = 0xd0,
  RefFunc = 0xd2,
}

/** Evaluates initialisers; the value of the last one is in the fields. */
export class ConstantEvaluator {
  /** Bits, or a reference as in Program.globalLo, Hi and Func: low word 0, canonical type, program function. */
  lo: i32 = 0;
  hi: i32 = 0;
  func: i32 = NONE;

  private stackLo: I32Column = new I32Column();
  private stackHi: I32Column = new I32Column();

  /** Evaluates initialiser (kind, lo, hi) of `instance`. */
  evaluate(program: Program, instance: i32, kind: i32, lo: i32, hi: i32): void {
    this.lo = lo;
    this.hi = hi;
    this.func = NONE;
    switch (kind) {
      case InitKind.GlobalGet:
        this.readGlobal(program, program.globalOf(instance, lo));
        break;
      case InitKind.RefNull:
        this.lo = 0;
        this.hi = 0;
        break;
      case InitKind.RefFunc:
        this.refer(program, program.funcOf(instance, lo));
        break;
      case InitKind.Code:
        this.run(program, instance, lo, hi);
    }
  }

  private readGlobal(program: Program, g: i32): void {
    this.lo = program.globalLo.get(g);
    this.hi = program.globalHi.get(g);
    this.func = program.globalFunc.get(g);
  }

  private refer(program: Program, f: i32): void {
    this.lo = 0;
    this.hi = f == NONE ? 0 : program.funcType.get(f);
    this.func = f;
  }

  /** Runs the code bytes from `start` to `end`; references are not combined, so they need no stack. */
  private run(program: Program, instance: i32, start: i32, end: i32): void {
    const reader = new ByteReader(program.module(instance).bytes);
    reader.at = start;
    this.stackLo.clear();
    this.stackHi.clear();
    while (reader.at < end) {
      const code = reader.readByte();
      switch (code) {
        case Code.GlobalGet:
          this.readGlobal(program, program.globalOf(instance, reader.readU32()));
          break;
        case Code.I32Const:
          this.lo = reader.readS32();
          this.hi = 0;
          break;
        case Code.I64Const:
          reader.readS64();
          this.lo = reader.lo;
          this.hi = reader.hi;
          break;
        case Code.F32Const:
          this.lo = reader.readF32Bits();
          this.hi = 0;
          break;
        case Code.F64Const:
          reader.readF64Bits();
          this.lo = reader.lo;
          this.hi = reader.hi;
          break;
        case Code.RefNull:
          reader.skipLeb();
          this.lo = 0;
          this.hi = 0;
          break;
        case Code.RefFunc:
          this.refer(program, program.funcOf(instance, reader.readU32()));
          break;
        default:
          this.combine(code);
      }
      this.stackLo.push(this.lo);
      this.stackHi.push(this.hi);
    }
  }

  private combine(code: i32): void {
    const bLo = this.stackLo.pop();
    const bHi = this.stackHi.pop();
    const aLo = this.stackLo.pop();
    const aHi = this.stackHi.pop();
    this.hi = 0;
    switch (code) {
      case Code.I32Add:
        this.lo = (aLo + bLo) | 0;
        return;
      case Code.I32Sub:
        this.lo = (aLo - bLo) | 0;
        return;
      case Code.I32Mul:
        this.lo = mul32(aLo, bLo);
        return;
      case Code.I64Add:
        addWide(aLo, aHi, bLo, bHi);
        break;
      case Code.I64Sub:
        subWide(aLo, aHi, bLo, bHi);
        break;
      default:
        mulWide(aLo, aHi, bLo, bHi);
    }
    this.lo = wideLo();
    this.hi = wideHi();
  }
}

/** Computes the initial values of all globals, in order: each may refer to those before it. */
export function computeGlobalValues(state: LinkState): void {
  const program = state.program;
  const evaluator = new ConstantEvaluator();
  for (let k: i32 = 0; k < program.instanceModule.length; k++) {
    const module = program.module(k);
    for (let i = module.importedGlobalCount; i < module.globalType.length; i++) {
      const g = program.globalOf(k, i);
      evaluator.evaluate(
        program,
        k,
        module.globalInitKind.get(i),
        module.globalInitLo.get(i),
        module.globalInitHi.get(i),
      );
      program.globalLo.set(g, evaluator.lo);
      program.globalHi.set(g, evaluator.hi);
      program.globalFunc.set(g, evaluator.func);
    }
  }
}
