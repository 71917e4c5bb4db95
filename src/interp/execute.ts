// Executes the interpreter's instructions (code.ts): one switch, in which each instruction is a few lines. What is long or
// seldom is a method of Machine, Table or Memory, or in execute-rest.ts.
//
// Position, frame and memory are locals, so that they stay in registers; they are handed to the machine before anything
// that looks at them, and when execution stops.

import { evaluate } from "../base/numerics";
import { TrapKind } from "../base/traps";
import { NONE } from "../link/program";
import { Code } from "./code";
import { executeRest } from "./execute-rest";
import { executeIntrinsic } from "./intrinsics";
import { HostAnswer, Machine, Outcome } from "./machine";
import { f64FromU32, floatSqrt } from "host/slots";
import { clz32, ctz32, divU32, ltU32, mul32, popcnt32, remU32, shrU32 } from "host/prims";

const MIN32: i32 = -2147483648;

/** Executes from machine.pc in machine.frame on, until the call from outside is done or something stops it. */
export function execute(machine: Machine): i32 {
  const program = machine.program;
  const entries = machine.entries.view();
  const stackEnd = machine.stackEnd;
  const globals = machine.globals.view();
  let code = machine.code.view();
  let pc = machine.pc;
  let frame = machine.frame.from(0);
  let instance: i32 = NONE;
  let memory = machine.memoryOf(NONE);
  // Goes on in the middle of a function: its instance is not known yet.
  if (code.get(pc) != Code.Enter) {
    instance = program.funcInstance.get(machine.functionAt(pc));
    memory = machine.memoryOf(instance);
  }
  let trap: i32 = -1;
  while (true) {
    switch (code.get(pc)) {
      case Code.Halt:
        machine.pc = pc;
        machine.frame = frame;
        return Outcome.Done;
      case Code.Enter: {
        const count = code.get(pc + 2);
        if (frame.distance(stackEnd) + code.get(pc + 3) > 0) {
          trap = TrapKind.StackOverflow;
          break;
        }
        if (count != 0) frame.clear(code.get(pc + 1) + 1, count);
        if (code.get(pc + 4) != instance) {
          instance = code.get(pc + 4);
          memory = machine.memoryOf(instance);
        }
        pc += 5;
        continue;
      }
      case Code.Jump:
        pc = code.get(pc + 1);
        continue;
      case Code.JumpIf:
        pc = frame.getLo(code.get(pc + 1)) != 0 ? code.get(pc + 2) : pc + 3;
        continue;
      case Code.JumpUnless:
        pc = frame.getLo(code.get(pc + 1)) == 0 ? code.get(pc + 2) : pc + 3;
        continue;
      case Code.JumpEq32:
        pc = frame.getLo(code.get(pc + 1)) == frame.getLo(code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpNe32:
        pc = frame.getLo(code.get(pc + 1)) != frame.getLo(code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtS32:
        pc = frame.getLo(code.get(pc + 1)) < frame.getLo(code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtU32:
        pc = ltU32(frame.getLo(code.get(pc + 1)), frame.getLo(code.get(pc + 2))) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeS32:
        pc = frame.getLo(code.get(pc + 1)) >= frame.getLo(code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeU32:
        pc = !ltU32(frame.getLo(code.get(pc + 1)), frame.getLo(code.get(pc + 2))) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpEqK32:
        pc = frame.getLo(code.get(pc + 1)) == code.get(pc + 2) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpNeK32:
        pc = frame.getLo(code.get(pc + 1)) != code.get(pc + 2) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtSK32:
        pc = frame.getLo(code.get(pc + 1)) < code.get(pc + 2) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtUK32:
        pc = ltU32(frame.getLo(code.get(pc + 1)), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeSK32:
        pc = frame.getLo(code.get(pc + 1)) >= code.get(pc + 2) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeUK32:
        pc = !ltU32(frame.getLo(code.get(pc + 1)), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpEq64:
        pc = frame.eq64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpNe64:
        pc = !frame.eq64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtS64:
        pc = frame.ltS64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtU64:
        pc = frame.ltU64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeS64:
        pc = !frame.ltS64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeU64:
        pc = !frame.ltU64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpEqK64:
        pc = frame.eqValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpNeK64:
        pc = !frame.eqValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtSK64:
        pc = frame.ltSValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpLtUK64:
        pc = frame.ltUValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeSK64:
        pc = !frame.ltSValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpGeUK64:
        pc = !frame.ltUValue64(code.get(pc + 1), code.get(pc + 2)) ? code.get(pc + 3) : pc + 4;
        continue;
      case Code.JumpIfNull:
        pc = frame.eqValue64(code.get(pc + 1), 0) ? code.get(pc + 2) : pc + 3;
        continue;
      case Code.JumpUnlessNull:
        pc = !frame.eqValue64(code.get(pc + 1), 0) ? code.get(pc + 2) : pc + 3;
        continue;
      case Code.JumpTable: {
        const index = frame.getLo(code.get(pc + 1));
        const count = code.get(pc + 2);
        pc = code.get(pc + 3 + (ltU32(index, count) ? index : count));
        continue;
      }
      case Code.Return0: {
        const link = code.get(pc + 1);
        const distance = frame.getHi(link);
        pc = frame.getLo(link);
        frame = frame.moved(0 - distance);
        if (code.get(pc - 1) != instance) {
          instance = code.get(pc - 1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.Return1: {
        const link = code.get(pc + 1);
        const distance = frame.getHi(link);
        const back = frame.getLo(link);
        frame.copy(0, code.get(pc + 2));
        pc = back;
        frame = frame.moved(0 - distance);
        if (code.get(pc - 1) != instance) {
          instance = code.get(pc - 1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.ReturnMany: {
        const link = code.get(pc + 1);
        const distance = frame.getHi(link);
        const back = frame.getLo(link);
        frame.copyMany(0, code.get(pc + 2), code.get(pc + 3));
        pc = back;
        frame = frame.moved(0 - distance);
        if (code.get(pc - 1) != instance) {
          instance = code.get(pc - 1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.Call: {
        const f = code.get(pc + 1);
        const at = code.get(pc + 2);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        frame = frame.moved(at);
        frame.setI64(code.get(entry + 1), pc + 4, at);
        pc = entry;
        continue;
      }
      case Code.CallIndirect: {
        const table = machine.tables[code.get(pc + 1)];
        const index = table.operand(frame, code.get(pc + 3));
        if (!ltU32(index, table.size)) {
          trap = TrapKind.TableOutOfBounds;
          break;
        }
        const f = table.entries.getLo(index) - 1;
        if (f < 0) {
          trap = TrapKind.IndirectCallToNull;
          break;
        }
        if (table.entries.getHi(index) != code.get(pc + 2)) {
          trap = TrapKind.BadSignature;
          break;
        }
        const at = code.get(pc + 4);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        frame = frame.moved(at);
        frame.setI64(code.get(entry + 1), pc + 6, at);
        pc = entry;
        continue;
      }
      case Code.CallRef: {
        const f = frame.getLo(code.get(pc + 2)) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        const at = code.get(pc + 3);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        frame = frame.moved(at);
        frame.setI64(code.get(entry + 1), pc + 5, at);
        pc = entry;
        continue;
      }
      case Code.TailCall: {
        const f = code.get(pc + 1);
        const at = code.get(pc + 2);
        const count = code.get(pc + 3);
        const link = code.get(pc + 4);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        frame.setI64(code.get(entry + 1), back, distance);
        pc = entry;
        continue;
      }
      case Code.TailCallIndirect: {
        const table = machine.tables[code.get(pc + 1)];
        const index = table.operand(frame, code.get(pc + 3));
        if (!ltU32(index, table.size)) {
          trap = TrapKind.TableOutOfBounds;
          break;
        }
        const f = table.entries.getLo(index) - 1;
        if (f < 0) {
          trap = TrapKind.IndirectCallToNull;
          break;
        }
        if (table.entries.getHi(index) != code.get(pc + 2)) {
          trap = TrapKind.BadSignature;
          break;
        }
        const at = code.get(pc + 4);
        const count = code.get(pc + 5);
        const link = code.get(pc + 6);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        frame.setI64(code.get(entry + 1), back, distance);
        pc = entry;
        continue;
      }
      case Code.TailCallRef: {
        const f = frame.getLo(code.get(pc + 2)) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        const at = code.get(pc + 3);
        const count = code.get(pc + 4);
        const link = code.get(pc + 5);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        frame.setI64(code.get(entry + 1), back, distance);
        pc = entry;
        continue;
      }
      case Code.CallHost: {
        machine.pc = pc;
        machine.frame = frame;
        const answer = machine.hostCall(machine, code.get(pc + 1), code.get(pc + 2));
        code = machine.code.view();
        pc += 3;
        if (answer == HostAnswer.Done) continue;
        machine.pc = pc;
        machine.frame = frame;
        if (answer == HostAnswer.Exit) return Outcome.Exited;
        if (answer == HostAnswer.Wait) return Outcome.Waiting;
        pc -= 3;
        trap = answer - HostAnswer.Trap;
        break;
      }
      case Code.CallIntrinsic: {
        if (executeIntrinsic(machine, code.get(pc + 1), frame, code.get(pc + 2), memory)) {
          pc += 3;
          continue;
        }
        machine.pc = pc;
        machine.frame = frame;
        machine.status = frame.getLo(code.get(pc + 2));
        return Outcome.Exited;
      }
      case Code.TryCall: {
        const at = code.get(pc + 1);
        const f = frame.getLo(at) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          code = machine.code.view();
        }
        frame = frame.moved(at);
        frame.setI64(code.get(entry + 1), pc + 3, at);
        pc = entry;
        continue;
      }
      case Code.EndTry:
        pc += 2;
        continue;
      case Code.Trap:
        trap = code.get(pc + 1);
        break;
      case Code.Copy:
        frame.copy(code.get(pc + 1), code.get(pc + 2));
        pc += 3;
        continue;
      case Code.CopyMany:
        frame.copyMany(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Const32:
        frame.setI32(code.get(pc + 1), code.get(pc + 2));
        pc += 3;
        continue;
      case Code.Const64:
        frame.setI64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Select:
        frame.copy(code.get(pc + 1), frame.getLo(code.get(pc + 4)) != 0 ? code.get(pc + 2) : code.get(pc + 3));
        pc += 5;
        continue;
      case Code.GlobalGet:
        frame.copyFrom(code.get(pc + 1), globals, code.get(pc + 2));
        pc += 3;
        continue;
      case Code.GlobalSet:
        globals.copyFrom(code.get(pc + 1), frame, code.get(pc + 2));
        pc += 3;
        continue;

      case Code.Add32:
        frame.setI32(code.get(pc + 1), (frame.getLo(code.get(pc + 2)) + frame.getLo(code.get(pc + 3))) | 0);
        pc += 4;
        continue;
      case Code.Sub32:
        frame.setI32(code.get(pc + 1), (frame.getLo(code.get(pc + 2)) - frame.getLo(code.get(pc + 3))) | 0);
        pc += 4;
        continue;
      case Code.Mul32:
        frame.setI32(code.get(pc + 1), mul32(frame.getLo(code.get(pc + 2)), frame.getLo(code.get(pc + 3))));
        pc += 4;
        continue;
      case Code.DivS32: {
        const x = frame.getLo(code.get(pc + 2));
        const y = frame.getLo(code.get(pc + 3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (y == -1 && x == MIN32) {
          trap = TrapKind.IntegerOverflow;
          break;
        }
        frame.setI32(code.get(pc + 1), (x / y) | 0);
        pc += 4;
        continue;
      }
      case Code.DivU32: {
        const x = frame.getLo(code.get(pc + 2));
        const y = frame.getLo(code.get(pc + 3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(code.get(pc + 1), divU32(x, y));
        pc += 4;
        continue;
      }
      case Code.RemS32: {
        const x = frame.getLo(code.get(pc + 2));
        const y = frame.getLo(code.get(pc + 3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(code.get(pc + 1), y == -1 ? 0 : (x % y) | 0);
        pc += 4;
        continue;
      }
      case Code.RemU32: {
        const x = frame.getLo(code.get(pc + 2));
        const y = frame.getLo(code.get(pc + 3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(code.get(pc + 1), remU32(x, y));
        pc += 4;
        continue;
      }
      case Code.And32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) & frame.getLo(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.Or32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) | frame.getLo(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.Xor32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) ^ frame.getLo(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.Shl32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) << (frame.getLo(code.get(pc + 3)) & 31));
        pc += 4;
        continue;
      case Code.ShrS32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) >> (frame.getLo(code.get(pc + 3)) & 31));
        pc += 4;
        continue;
      case Code.ShrU32:
        frame.setI32(code.get(pc + 1), shrU32(frame.getLo(code.get(pc + 2)), frame.getLo(code.get(pc + 3)) & 31));
        pc += 4;
        continue;
      case Code.Rotl32:
        frame.setI32(code.get(pc + 1), rotl32(frame.getLo(code.get(pc + 2)), frame.getLo(code.get(pc + 3))));
        pc += 4;
        continue;
      case Code.Rotr32:
        frame.setI32(code.get(pc + 1), rotl32(frame.getLo(code.get(pc + 2)), 0 - frame.getLo(code.get(pc + 3))));
        pc += 4;
        continue;
      case Code.Eq32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) == frame.getLo(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.Ne32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) != frame.getLo(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtS32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) < frame.getLo(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtU32:
        frame.setI32(code.get(pc + 1), ltU32(frame.getLo(code.get(pc + 2)), frame.getLo(code.get(pc + 3))) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeS32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) <= frame.getLo(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeU32:
        frame.setI32(code.get(pc + 1), !ltU32(frame.getLo(code.get(pc + 3)), frame.getLo(code.get(pc + 2))) ? 1 : 0);
        pc += 4;
        continue;
      case Code.AddK32:
        frame.setI32(code.get(pc + 1), (frame.getLo(code.get(pc + 2)) + code.get(pc + 3)) | 0);
        pc += 4;
        continue;
      case Code.MulK32:
        frame.setI32(code.get(pc + 1), mul32(frame.getLo(code.get(pc + 2)), code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.AndK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) & code.get(pc + 3));
        pc += 4;
        continue;
      case Code.OrK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) | code.get(pc + 3));
        pc += 4;
        continue;
      case Code.XorK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) ^ code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShlK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) << (code.get(pc + 3) & 31));
        pc += 4;
        continue;
      case Code.ShrSK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) >> (code.get(pc + 3) & 31));
        pc += 4;
        continue;
      case Code.ShrUK32:
        frame.setI32(code.get(pc + 1), shrU32(frame.getLo(code.get(pc + 2)), code.get(pc + 3) & 31));
        pc += 4;
        continue;
      case Code.RotlK32:
        frame.setI32(code.get(pc + 1), rotl32(frame.getLo(code.get(pc + 2)), code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.EqK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) == code.get(pc + 3) ? 1 : 0);
        pc += 4;
        continue;
      case Code.NeK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) != code.get(pc + 3) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtSK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) < code.get(pc + 3) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtUK32:
        frame.setI32(code.get(pc + 1), ltU32(frame.getLo(code.get(pc + 2)), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.GtSK32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) > code.get(pc + 3) ? 1 : 0);
        pc += 4;
        continue;
      case Code.GtUK32:
        frame.setI32(code.get(pc + 1), ltU32(code.get(pc + 3), frame.getLo(code.get(pc + 2))) ? 1 : 0);
        pc += 4;
        continue;
      case Code.Eqz32:
        frame.setI32(code.get(pc + 1), frame.getLo(code.get(pc + 2)) == 0 ? 1 : 0);
        pc += 3;
        continue;
      case Code.Clz32:
        frame.setI32(code.get(pc + 1), clz32(frame.getLo(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.Ctz32:
        frame.setI32(code.get(pc + 1), ctz32(frame.getLo(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.Popcnt32:
        frame.setI32(code.get(pc + 1), popcnt32(frame.getLo(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.Extend8S32:
        frame.setI32(code.get(pc + 1), (frame.getLo(code.get(pc + 2)) << 24) >> 24);
        pc += 3;
        continue;
      case Code.Extend16S32:
        frame.setI32(code.get(pc + 1), (frame.getLo(code.get(pc + 2)) << 16) >> 16);
        pc += 3;
        continue;

      case Code.Add64:
        frame.add64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Sub64:
        frame.sub64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Mul64:
        frame.mul64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.DivS64:
        if (frame.eqValue64(code.get(pc + 3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (
          frame.eqValue64(code.get(pc + 3), -1) &&
          frame.getLo(code.get(pc + 2)) == 0 &&
          frame.getHi(code.get(pc + 2)) == MIN32
        ) {
          trap = TrapKind.IntegerOverflow;
          break;
        }
        frame.divS64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.DivU64:
        if (frame.eqValue64(code.get(pc + 3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.divU64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.RemS64:
        if (frame.eqValue64(code.get(pc + 3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (frame.eqValue64(code.get(pc + 3), -1)) frame.setI64(code.get(pc + 1), 0, 0);
        else frame.remS64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.RemU64:
        if (frame.eqValue64(code.get(pc + 3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.remU64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.And64:
        frame.and64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Or64:
        frame.or64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Xor64:
        frame.xor64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Shl64:
        frame.shl64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShrS64:
        frame.shrS64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShrU64:
        frame.shrU64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Rotl64:
        frame.rotl64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.Eq64:
        frame.setI32(code.get(pc + 1), frame.eq64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.Ne64:
        frame.setI32(code.get(pc + 1), !frame.eq64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtS64:
        frame.setI32(code.get(pc + 1), frame.ltS64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtU64:
        frame.setI32(code.get(pc + 1), frame.ltU64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeS64:
        frame.setI32(code.get(pc + 1), !frame.ltS64(code.get(pc + 3), code.get(pc + 2)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeU64:
        frame.setI32(code.get(pc + 1), !frame.ltU64(code.get(pc + 3), code.get(pc + 2)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.AddK64:
        frame.addValue64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.AndK64:
        frame.andValue64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShlK64:
        frame.shlValue64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShrSK64:
        frame.shrSValue64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.ShrUK64:
        frame.shrUValue64(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.EqK64:
        frame.setI32(code.get(pc + 1), frame.eqValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.NeK64:
        frame.setI32(code.get(pc + 1), !frame.eqValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtSK64:
        frame.setI32(code.get(pc + 1), frame.ltSValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtUK64:
        frame.setI32(code.get(pc + 1), frame.ltUValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.GtSK64:
        frame.setI32(code.get(pc + 1), frame.gtSValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.GtUK64:
        frame.setI32(code.get(pc + 1), frame.gtUValue64(code.get(pc + 2), code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.Eqz64:
        frame.setI32(code.get(pc + 1), frame.eqValue64(code.get(pc + 2), 0) ? 1 : 0);
        pc += 3;
        continue;
      case Code.ExtendS32:
        frame.extendS32(code.get(pc + 1), code.get(pc + 2));
        pc += 3;
        continue;
      case Code.ExtendU32:
        frame.extendU32(code.get(pc + 1), code.get(pc + 2));
        pc += 3;
        continue;

      case Code.AddF32:
        frame.addF32(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.SubF32:
        frame.subF32(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.MulF32:
        frame.mulF32(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.DivF32:
        frame.divF32(code.get(pc + 1), code.get(pc + 2), code.get(pc + 3));
        pc += 4;
        continue;
      case Code.AddF64:
        frame.setF64(code.get(pc + 1), frame.getF64(code.get(pc + 2)) + frame.getF64(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.SubF64:
        frame.setF64(code.get(pc + 1), frame.getF64(code.get(pc + 2)) - frame.getF64(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.MulF64:
        frame.setF64(code.get(pc + 1), frame.getF64(code.get(pc + 2)) * frame.getF64(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.DivF64:
        frame.setF64(code.get(pc + 1), frame.getF64(code.get(pc + 2)) / frame.getF64(code.get(pc + 3)));
        pc += 4;
        continue;
      case Code.EqF32:
        frame.setI32(code.get(pc + 1), frame.getF32(code.get(pc + 2)) == frame.getF32(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.NeF32:
        frame.setI32(code.get(pc + 1), frame.getF32(code.get(pc + 2)) != frame.getF32(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtF32:
        frame.setI32(code.get(pc + 1), frame.getF32(code.get(pc + 2)) < frame.getF32(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeF32:
        frame.setI32(code.get(pc + 1), frame.getF32(code.get(pc + 2)) <= frame.getF32(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.EqF64:
        frame.setI32(code.get(pc + 1), frame.getF64(code.get(pc + 2)) == frame.getF64(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.NeF64:
        frame.setI32(code.get(pc + 1), frame.getF64(code.get(pc + 2)) != frame.getF64(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LtF64:
        frame.setI32(code.get(pc + 1), frame.getF64(code.get(pc + 2)) < frame.getF64(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.LeF64:
        frame.setI32(code.get(pc + 1), frame.getF64(code.get(pc + 2)) <= frame.getF64(code.get(pc + 3)) ? 1 : 0);
        pc += 4;
        continue;
      case Code.NegF64:
        frame.setI64(code.get(pc + 1), frame.getLo(code.get(pc + 2)), frame.getHi(code.get(pc + 2)) ^ MIN32);
        pc += 3;
        continue;
      case Code.AbsF64:
        frame.setI64(code.get(pc + 1), frame.getLo(code.get(pc + 2)), frame.getHi(code.get(pc + 2)) & 0x7fff_ffff);
        pc += 3;
        continue;
      case Code.SqrtF64:
        frame.setF64(code.get(pc + 1), floatSqrt(frame.getF64(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.ConvertS32F64:
        frame.setF64(code.get(pc + 1), f64(frame.getLo(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.ConvertU32F64:
        frame.setF64(code.get(pc + 1), f64FromU32(frame.getLo(code.get(pc + 2))));
        pc += 3;
        continue;
      case Code.Promote:
        frame.setF64(code.get(pc + 1), frame.getF32(code.get(pc + 2)));
        pc += 3;
        continue;
      case Code.Demote:
        frame.setF32(code.get(pc + 1), frame.getF64(code.get(pc + 2)));
        pc += 3;
        continue;
      case Code.Numeric:
        trap = evaluate(
          code.get(pc + 4),
          code.get(pc + 5),
          code.get(pc + 6),
          frame,
          code.get(pc + 1),
          code.get(pc + 2),
          code.get(pc + 3),
        );
        if (trap >= 0) break;
        pc += 7;
        continue;

      case Code.Load8U:
        if (!memory.load8U(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load8S32:
        if (!memory.load8S32(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load8S64:
        if (!memory.load8S64(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load16U:
        if (!memory.load16U(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load16S32:
        if (!memory.load16S32(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load16S64:
        if (!memory.load16S64(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load32:
        if (!memory.load32(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load32S64:
        if (!memory.load32S64(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load64:
        if (!memory.load64(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Load32At:
        if (!memory.load32At(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3), code.get(pc + 4))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 5;
        continue;
      case Code.Load64At:
        if (!memory.load64At(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3), code.get(pc + 4))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 5;
        continue;
      case Code.Load8UAt:
        if (!memory.load8UAt(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3), code.get(pc + 4))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 5;
        continue;
      case Code.Store8:
        if (!memory.store8(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Store16:
        if (!memory.store16(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Store32:
        if (!memory.store32(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;
      case Code.Store64:
        if (!memory.store64(frame, code.get(pc + 1), code.get(pc + 2), code.get(pc + 3))) {
          machine.faultMemory = memory;
          trap = TrapKind.MemoryOutOfBounds;
          break;
        }
        pc += 4;
        continue;

      case Code.RefFunc: {
        const f = code.get(pc + 2);
        frame.setI64(code.get(pc + 1), f + 1, program.funcType.get(f));
        pc += 3;
        continue;
      }
      case Code.RefIsNull:
        frame.setI32(code.get(pc + 1), frame.eqValue64(code.get(pc + 2), 0) ? 1 : 0);
        pc += 3;
        continue;
      case Code.RefAsNonNull:
        if (frame.eqValue64(code.get(pc + 1), 0)) {
          trap = TrapKind.NullReference;
          break;
        }
        pc += 2;
        continue;
      case Code.Fuel:
        if (!machine.burn(code.get(pc + 1))) {
          trap = TrapKind.OutOfFuel;
          break;
        }
        pc += 2;
        continue;
      case Code.Poll:
        machine.polls = machine.polls - 1;
        if (machine.polls != 0) {
          pc += 1;
          continue;
        }
        machine.pc = pc;
        machine.frame = frame;
        trap = machine.poll(machine);
        if (trap >= 0) break;
        pc += 1;
        continue;
      case Code.Probe:
        machine.pc = pc;
        machine.frame = frame;
        trap = machine.probe(machine, code.get(pc + 1));
        if (trap >= 0) break;
        pc += 2;
        continue;
      default: {
        const rest = executeRest(machine, code, pc, frame);
        if (rest < 0) {
          pc -= rest;
          continue;
        }
        trap = rest;
      }
    }
    // Instructions that do not trap go on above.
    machine.pc = pc;
    machine.frame = frame;
    machine.trap = trap;
    if (!machine.recover(trap, pc, frame)) return Outcome.Trapped;
    pc = machine.pc;
    frame = machine.frame.from(0);
    instance = program.funcInstance.get(machine.functionAt(pc));
    memory = machine.memoryOf(instance);
  }
}

function rotl32(x: i32, n: i32): i32 {
  return (x << (n & 31)) | shrU32(x, (0 - n) & 31);
}
