// Executes the interpreter's instructions (code.ts): one switch, in which each instruction is a few lines. What is long or
// seldom is a method of Machine, Table or Memory, or in execute-rest.ts. Position, frame and memory are locals, so that they
// stay in registers; they are handed to the machine before anything that looks at them, and when execution stops. Hence one
// file: a part of the switch elsewhere would be a call for each instruction, and those locals would be in memory.

import { evaluate, rotl32 } from "../base/numerics";
import { TrapKind } from "../base/traps";
import { NONE } from "../link/program";
import { Code } from "./code";
import { executeRest } from "./execute-rest";
import { executeIntrinsic } from "./intrinsics";
import { HostAnswer, Machine, Outcome, PAUSE } from "./machine";
import { f64FromU32, floatSqrt } from "host/slots";
import { clz32, ctz32, divU32, ltU32, mul32, popcnt32, remU32, shrU32 } from "host/prims";

const MIN32: i32 = -2147483648;

/** Executes from machine.pc in machine.frame on, until the call from outside is done or something stops it. */
export function execute(machine: Machine): i32 {
  const program = machine.program;
  const entries = machine.entries.view();
  const stackEnd = machine.stackEnd;
  const globals = machine.globals.view();
  let start = machine.code.cursor(0);
  let pc = machine.code.cursor(machine.pc);
  let frame = machine.frame.from(0);
  // Enter says which instance it is; who goes on in the middle of a function must know.
  let instance: i32 = NONE;
  if (pc.get(0) != Code.Enter) instance = program.funcInstance.get(machine.functionAt(machine.pc));
  let memory = machine.memoryOf(instance);
  while (true) {
    let trap: i32 = -1;
    switch (pc.get(0)) {
      case Code.Halt:
        machine.pc = pc.distance(start);
        machine.frame = frame;
        return Outcome.Done;
      case Code.Enter: {
        const count = pc.get(2);
        if (frame.distance(stackEnd) + pc.get(3) > 0) {
          trap = TrapKind.StackOverflow;
          break;
        }
        for (let i = pc.get(1) + count; i > pc.get(1); i--) frame.setI64(i, 0, 0);
        if (pc.get(4) != instance) {
          instance = pc.get(4);
          memory = machine.memoryOf(instance);
        }
        pc = pc.moved(5);
        continue;
      }
      case Code.Jump:
        pc = pc.moved(1 + pc.get(1));
        continue;
      case Code.JumpIf:
        pc = pc.moved(frame.getLo(pc.get(1)) != 0 ? 2 + pc.get(2) : 3);
        continue;
      case Code.JumpUnless:
        pc = pc.moved(frame.getLo(pc.get(1)) == 0 ? 2 + pc.get(2) : 3);
        continue;
      case Code.JumpEq32:
        pc = pc.moved(frame.getLo(pc.get(1)) == frame.getLo(pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpNe32:
        pc = pc.moved(frame.getLo(pc.get(1)) != frame.getLo(pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtS32:
        pc = pc.moved(frame.getLo(pc.get(1)) < frame.getLo(pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtU32:
        pc = pc.moved(ltU32(frame.getLo(pc.get(1)), frame.getLo(pc.get(2))) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeS32:
        pc = pc.moved(frame.getLo(pc.get(1)) >= frame.getLo(pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeU32:
        pc = pc.moved(!ltU32(frame.getLo(pc.get(1)), frame.getLo(pc.get(2))) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpEqK32:
        pc = pc.moved(frame.getLo(pc.get(1)) == pc.get(2) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpNeK32:
        pc = pc.moved(frame.getLo(pc.get(1)) != pc.get(2) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtSK32:
        pc = pc.moved(frame.getLo(pc.get(1)) < pc.get(2) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtUK32:
        pc = pc.moved(ltU32(frame.getLo(pc.get(1)), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeSK32:
        pc = pc.moved(frame.getLo(pc.get(1)) >= pc.get(2) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeUK32:
        pc = pc.moved(!ltU32(frame.getLo(pc.get(1)), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpEq64:
        pc = pc.moved(frame.eq64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpNe64:
        pc = pc.moved(!frame.eq64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtS64:
        pc = pc.moved(frame.ltS64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtU64:
        pc = pc.moved(frame.ltU64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeS64:
        pc = pc.moved(!frame.ltS64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeU64:
        pc = pc.moved(!frame.ltU64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpEqK64:
        pc = pc.moved(frame.eqValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpNeK64:
        pc = pc.moved(!frame.eqValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtSK64:
        pc = pc.moved(frame.ltSValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpLtUK64:
        pc = pc.moved(frame.ltUValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeSK64:
        pc = pc.moved(!frame.ltSValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpGeUK64:
        pc = pc.moved(!frame.ltUValue64(pc.get(1), pc.get(2)) ? 3 + pc.get(3) : 4);
        continue;
      case Code.JumpIfNull:
        pc = pc.moved(frame.eqValue64(pc.get(1), 0) ? 2 + pc.get(2) : 3);
        continue;
      case Code.JumpUnlessNull:
        pc = pc.moved(!frame.eqValue64(pc.get(1), 0) ? 2 + pc.get(2) : 3);
        continue;
      case Code.JumpTable: {
        const index = frame.getLo(pc.get(1));
        const count = pc.get(2);
        const place = 3 + (ltU32(index, count) ? index : count);
        pc = pc.moved(place + pc.get(place));
        continue;
      }
      case Code.Return0: {
        const link = pc.get(1);
        const distance = frame.getHi(link);
        pc = pc.movedTo(start, frame.getLo(link));
        frame = frame.moved(0 - distance);
        if (pc.get(-1) != instance) {
          instance = pc.get(-1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.Return1: {
        const link = pc.get(1);
        const distance = frame.getHi(link);
        const back = frame.getLo(link);
        frame.copy(0, pc.get(2));
        pc = pc.movedTo(start, back);
        frame = frame.moved(0 - distance);
        if (pc.get(-1) != instance) {
          instance = pc.get(-1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.ReturnMany: {
        const link = pc.get(1);
        const distance = frame.getHi(link);
        const back = frame.getLo(link);
        frame.copyMany(0, pc.get(2), pc.get(3));
        pc = pc.movedTo(start, back);
        frame = frame.moved(0 - distance);
        if (pc.get(-1) != instance) {
          instance = pc.get(-1);
          memory = machine.memoryOf(instance);
        }
        continue;
      }
      case Code.Call: {
        const f = pc.get(1);
        const at = pc.get(2);
        const back = pc.distance(start) + 4;
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        frame = frame.moved(at);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, at);
        continue;
      }
      case Code.CallIndirect: {
        const table = machine.tables[pc.get(1)];
        const index = table.operand(frame, pc.get(3));
        if (!ltU32(index, table.size)) {
          trap = TrapKind.TableOutOfBounds;
          break;
        }
        const f = table.entries.getLo(index) - 1;
        if (f < 0) {
          trap = TrapKind.IndirectCallToNull;
          break;
        }
        const type = table.entries.getHi(index);
        if (type != pc.get(2) && !machine.program.isSubtype(type, pc.get(2))) {
          trap = TrapKind.BadSignature;
          break;
        }
        const at = pc.get(4);
        const back = pc.distance(start) + 6;
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        frame = frame.moved(at);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, at);
        continue;
      }
      case Code.CallRef: {
        const f = frame.getLo(pc.get(2)) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        const at = pc.get(3);
        const back = pc.distance(start) + 5;
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        frame = frame.moved(at);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, at);
        continue;
      }
      case Code.TailCall: {
        const f = pc.get(1);
        const at = pc.get(2);
        const count = pc.get(3);
        const link = pc.get(4);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, distance);
        continue;
      }
      case Code.TailCallIndirect: {
        const table = machine.tables[pc.get(1)];
        const index = table.operand(frame, pc.get(3));
        if (!ltU32(index, table.size)) {
          trap = TrapKind.TableOutOfBounds;
          break;
        }
        const f = table.entries.getLo(index) - 1;
        if (f < 0) {
          trap = TrapKind.IndirectCallToNull;
          break;
        }
        const type = table.entries.getHi(index);
        if (type != pc.get(2) && !machine.program.isSubtype(type, pc.get(2))) {
          trap = TrapKind.BadSignature;
          break;
        }
        const at = pc.get(4);
        const count = pc.get(5);
        const link = pc.get(6);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, distance);
        continue;
      }
      case Code.TailCallRef: {
        const f = frame.getLo(pc.get(2)) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        const at = pc.get(3);
        const count = pc.get(4);
        const link = pc.get(5);
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        const back = frame.getLo(link);
        const distance = frame.getHi(link);
        frame.copyMany(0, at, count);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, distance);
        continue;
      }
      case Code.CallHost: {
        const at = pc.distance(start);
        machine.pc = at;
        machine.frame = frame;
        const answer = machine.callOut(pc.get(1), pc.get(2));
        // It may have called functions that were not translated yet, and so was this machine's position.
        pc = machine.code.cursor(at);
        start = machine.code.cursor(0);
        if (answer == HostAnswer.Done) {
          pc = pc.moved(3);
          continue;
        }
        machine.pc = answer == HostAnswer.Wait ? at + 3 : at;
        machine.frame = frame;
        if (answer == HostAnswer.Exit) return Outcome.Exited;
        if (answer == HostAnswer.Wait) return Outcome.Waiting;
        trap = answer - HostAnswer.Trap;
        break;
      }
      case Code.CallIntrinsic: {
        const answer = executeIntrinsic(machine, pc.get(1), frame, pc.get(2), memory);
        if (answer == HostAnswer.Done) {
          pc = pc.moved(3);
          continue;
        }
        if (answer != HostAnswer.Exit) {
          trap = answer - HostAnswer.Trap;
          break;
        }
        machine.pc = pc.distance(start);
        machine.frame = frame;
        machine.status = frame.getLo(pc.get(2));
        return Outcome.Exited;
      }
      case Code.TryCall: {
        const at = pc.get(1);
        const f = frame.getLo(at) - 1;
        if (f < 0) {
          trap = TrapKind.NullReference;
          break;
        }
        const back = pc.distance(start) + 3;
        let entry = entries.get(f);
        if (entry == 0) {
          entry = machine.translate(f);
          start = machine.code.cursor(0);
        }
        frame = frame.moved(at);
        pc = pc.movedTo(start, entry);
        frame.setI64(pc.get(1), back, at);
        continue;
      }
      case Code.EndTry:
        pc = pc.moved(2);
        continue;
      case Code.Trap:
        trap = pc.get(1);
        break;
      case Code.Copy:
        frame.copy(pc.get(1), pc.get(2));
        pc = pc.moved(3);
        continue;
      case Code.CopyMany:
        frame.copyMany(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Const32:
        frame.setI32(pc.get(1), pc.get(2));
        pc = pc.moved(3);
        continue;
      case Code.Const64:
        frame.setI64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Select:
        frame.copy(pc.get(1), frame.getLo(pc.get(4)) != 0 ? pc.get(2) : pc.get(3));
        pc = pc.moved(5);
        continue;
      case Code.GlobalGet:
        frame.copyFrom(pc.get(1), globals, pc.get(2));
        pc = pc.moved(3);
        continue;
      case Code.GlobalSet:
        globals.copyFrom(pc.get(1), frame, pc.get(2));
        pc = pc.moved(3);
        continue;

      case Code.Add32:
        frame.setI32(pc.get(1), (frame.getLo(pc.get(2)) + frame.getLo(pc.get(3))) | 0);
        pc = pc.moved(4);
        continue;
      case Code.Sub32:
        frame.setI32(pc.get(1), (frame.getLo(pc.get(2)) - frame.getLo(pc.get(3))) | 0);
        pc = pc.moved(4);
        continue;
      case Code.Mul32:
        frame.setI32(pc.get(1), mul32(frame.getLo(pc.get(2)), frame.getLo(pc.get(3))));
        pc = pc.moved(4);
        continue;
      case Code.DivS32: {
        const x = frame.getLo(pc.get(2));
        const y = frame.getLo(pc.get(3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (y == -1 && x == MIN32) {
          trap = TrapKind.IntegerOverflow;
          break;
        }
        frame.setI32(pc.get(1), (x / y) | 0);
        pc = pc.moved(4);
        continue;
      }
      case Code.DivU32: {
        const x = frame.getLo(pc.get(2));
        const y = frame.getLo(pc.get(3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(pc.get(1), divU32(x, y));
        pc = pc.moved(4);
        continue;
      }
      case Code.RemS32: {
        const x = frame.getLo(pc.get(2));
        const y = frame.getLo(pc.get(3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(pc.get(1), y == -1 ? 0 : (x % y) | 0);
        pc = pc.moved(4);
        continue;
      }
      case Code.RemU32: {
        const x = frame.getLo(pc.get(2));
        const y = frame.getLo(pc.get(3));
        if (y == 0) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.setI32(pc.get(1), remU32(x, y));
        pc = pc.moved(4);
        continue;
      }
      case Code.And32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) & frame.getLo(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.Or32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) | frame.getLo(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.Xor32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) ^ frame.getLo(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.Shl32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) << (frame.getLo(pc.get(3)) & 31));
        pc = pc.moved(4);
        continue;
      case Code.ShrS32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) >> (frame.getLo(pc.get(3)) & 31));
        pc = pc.moved(4);
        continue;
      case Code.ShrU32:
        frame.setI32(pc.get(1), shrU32(frame.getLo(pc.get(2)), frame.getLo(pc.get(3)) & 31));
        pc = pc.moved(4);
        continue;
      case Code.Rotl32:
        frame.setI32(pc.get(1), rotl32(frame.getLo(pc.get(2)), frame.getLo(pc.get(3))));
        pc = pc.moved(4);
        continue;
      case Code.Rotr32:
        frame.setI32(pc.get(1), rotl32(frame.getLo(pc.get(2)), 0 - frame.getLo(pc.get(3))));
        pc = pc.moved(4);
        continue;
      case Code.Eq32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) == frame.getLo(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.Ne32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) != frame.getLo(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtS32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) < frame.getLo(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtU32:
        frame.setI32(pc.get(1), ltU32(frame.getLo(pc.get(2)), frame.getLo(pc.get(3))) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeS32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) <= frame.getLo(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeU32:
        frame.setI32(pc.get(1), !ltU32(frame.getLo(pc.get(3)), frame.getLo(pc.get(2))) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.AddK32:
        frame.setI32(pc.get(1), (frame.getLo(pc.get(2)) + pc.get(3)) | 0);
        pc = pc.moved(4);
        continue;
      case Code.MulK32:
        frame.setI32(pc.get(1), mul32(frame.getLo(pc.get(2)), pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.AndK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) & pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.OrK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) | pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.XorK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) ^ pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShlK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) << (pc.get(3) & 31));
        pc = pc.moved(4);
        continue;
      case Code.ShrSK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) >> (pc.get(3) & 31));
        pc = pc.moved(4);
        continue;
      case Code.ShrUK32:
        frame.setI32(pc.get(1), shrU32(frame.getLo(pc.get(2)), pc.get(3) & 31));
        pc = pc.moved(4);
        continue;
      case Code.RotlK32:
        frame.setI32(pc.get(1), rotl32(frame.getLo(pc.get(2)), pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.EqK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) == pc.get(3) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.NeK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) != pc.get(3) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtSK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) < pc.get(3) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtUK32:
        frame.setI32(pc.get(1), ltU32(frame.getLo(pc.get(2)), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.GtSK32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) > pc.get(3) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.GtUK32:
        frame.setI32(pc.get(1), ltU32(pc.get(3), frame.getLo(pc.get(2))) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.Eqz32:
        frame.setI32(pc.get(1), frame.getLo(pc.get(2)) == 0 ? 1 : 0);
        pc = pc.moved(3);
        continue;
      case Code.Clz32:
        frame.setI32(pc.get(1), clz32(frame.getLo(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.Ctz32:
        frame.setI32(pc.get(1), ctz32(frame.getLo(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.Popcnt32:
        frame.setI32(pc.get(1), popcnt32(frame.getLo(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.Extend8S32:
        frame.setI32(pc.get(1), (frame.getLo(pc.get(2)) << 24) >> 24);
        pc = pc.moved(3);
        continue;
      case Code.Extend16S32:
        frame.setI32(pc.get(1), (frame.getLo(pc.get(2)) << 16) >> 16);
        pc = pc.moved(3);
        continue;

      case Code.Add64:
        frame.add64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Sub64:
        frame.sub64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Mul64:
        frame.mul64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.DivS64:
        if (frame.eqValue64(pc.get(3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (frame.eqValue64(pc.get(3), -1) && frame.getLo(pc.get(2)) == 0 && frame.getHi(pc.get(2)) == MIN32) {
          trap = TrapKind.IntegerOverflow;
          break;
        }
        frame.divS64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.DivU64:
        if (frame.eqValue64(pc.get(3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.divU64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.RemS64:
        if (frame.eqValue64(pc.get(3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        if (frame.eqValue64(pc.get(3), -1)) frame.setI64(pc.get(1), 0, 0);
        else frame.remS64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.RemU64:
        if (frame.eqValue64(pc.get(3), 0)) {
          trap = TrapKind.IntegerDivisionByZero;
          break;
        }
        frame.remU64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.And64:
        frame.and64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Or64:
        frame.or64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Xor64:
        frame.xor64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Shl64:
        frame.shl64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShrS64:
        frame.shrS64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShrU64:
        frame.shrU64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Rotl64:
        frame.rotl64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.Eq64:
        frame.setI32(pc.get(1), frame.eq64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.Ne64:
        frame.setI32(pc.get(1), !frame.eq64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtS64:
        frame.setI32(pc.get(1), frame.ltS64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtU64:
        frame.setI32(pc.get(1), frame.ltU64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeS64:
        frame.setI32(pc.get(1), !frame.ltS64(pc.get(3), pc.get(2)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeU64:
        frame.setI32(pc.get(1), !frame.ltU64(pc.get(3), pc.get(2)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.AddK64:
        frame.addValue64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.AndK64:
        frame.andValue64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShlK64:
        frame.shlValue64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShrSK64:
        frame.shrSValue64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.ShrUK64:
        frame.shrUValue64(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.EqK64:
        frame.setI32(pc.get(1), frame.eqValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.NeK64:
        frame.setI32(pc.get(1), !frame.eqValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtSK64:
        frame.setI32(pc.get(1), frame.ltSValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtUK64:
        frame.setI32(pc.get(1), frame.ltUValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.GtSK64:
        frame.setI32(pc.get(1), frame.gtSValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.GtUK64:
        frame.setI32(pc.get(1), frame.gtUValue64(pc.get(2), pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.Eqz64:
        frame.setI32(pc.get(1), frame.eqValue64(pc.get(2), 0) ? 1 : 0);
        pc = pc.moved(3);
        continue;
      case Code.ExtendS32:
        frame.extendS32(pc.get(1), pc.get(2));
        pc = pc.moved(3);
        continue;
      case Code.ExtendU32:
        frame.extendU32(pc.get(1), pc.get(2));
        pc = pc.moved(3);
        continue;

      case Code.AddF32:
        frame.addF32(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.SubF32:
        frame.subF32(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.MulF32:
        frame.mulF32(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.DivF32:
        frame.divF32(pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      case Code.AddF64:
        frame.setF64(pc.get(1), frame.getF64(pc.get(2)) + frame.getF64(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.SubF64:
        frame.setF64(pc.get(1), frame.getF64(pc.get(2)) - frame.getF64(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.MulF64:
        frame.setF64(pc.get(1), frame.getF64(pc.get(2)) * frame.getF64(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.DivF64:
        frame.setF64(pc.get(1), frame.getF64(pc.get(2)) / frame.getF64(pc.get(3)));
        pc = pc.moved(4);
        continue;
      case Code.EqF32:
        frame.setI32(pc.get(1), frame.getF32(pc.get(2)) == frame.getF32(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.NeF32:
        frame.setI32(pc.get(1), frame.getF32(pc.get(2)) != frame.getF32(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtF32:
        frame.setI32(pc.get(1), frame.getF32(pc.get(2)) < frame.getF32(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeF32:
        frame.setI32(pc.get(1), frame.getF32(pc.get(2)) <= frame.getF32(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.EqF64:
        frame.setI32(pc.get(1), frame.getF64(pc.get(2)) == frame.getF64(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.NeF64:
        frame.setI32(pc.get(1), frame.getF64(pc.get(2)) != frame.getF64(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LtF64:
        frame.setI32(pc.get(1), frame.getF64(pc.get(2)) < frame.getF64(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.LeF64:
        frame.setI32(pc.get(1), frame.getF64(pc.get(2)) <= frame.getF64(pc.get(3)) ? 1 : 0);
        pc = pc.moved(4);
        continue;
      case Code.NegF64:
        frame.setI64(pc.get(1), frame.getLo(pc.get(2)), frame.getHi(pc.get(2)) ^ MIN32);
        pc = pc.moved(3);
        continue;
      case Code.AbsF64:
        frame.setI64(pc.get(1), frame.getLo(pc.get(2)), frame.getHi(pc.get(2)) & 0x7fff_ffff);
        pc = pc.moved(3);
        continue;
      case Code.SqrtF64:
        frame.setF64(pc.get(1), floatSqrt(frame.getF64(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.ConvertS32F64:
        frame.setF64(pc.get(1), f64(frame.getLo(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.ConvertU32F64:
        frame.setF64(pc.get(1), f64FromU32(frame.getLo(pc.get(2))));
        pc = pc.moved(3);
        continue;
      case Code.Promote:
        frame.setF64(pc.get(1), frame.getF32(pc.get(2)));
        pc = pc.moved(3);
        continue;
      case Code.Demote:
        frame.setF32(pc.get(1), frame.getF64(pc.get(2)));
        pc = pc.moved(3);
        continue;
      case Code.Numeric:
        trap = evaluate(pc.get(4), pc.get(5), pc.get(6), frame, pc.get(1), pc.get(2), pc.get(3));
        if (trap >= 0) break;
        pc = pc.moved(7);
        continue;

      // A load or store that fails goes on behind the switch without a kind of trap.
      case Code.Load8U:
        if (!memory.load8U(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load8S32:
        if (!memory.load8S32(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load8S64:
        if (!memory.load8S64(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load16U:
        if (!memory.load16U(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load16S32:
        if (!memory.load16S32(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load16S64:
        if (!memory.load16S64(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load32:
        if (!memory.load32(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load32S64:
        if (!memory.load32S64(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load64:
        if (!memory.load64(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Load32At:
        if (!memory.load32At(frame, pc.get(1), pc.get(2), pc.get(3), pc.get(4))) break;
        pc = pc.moved(5);
        continue;
      case Code.Load64At:
        if (!memory.load64At(frame, pc.get(1), pc.get(2), pc.get(3), pc.get(4))) break;
        pc = pc.moved(5);
        continue;
      case Code.Load8UAt:
        if (!memory.load8UAt(frame, pc.get(1), pc.get(2), pc.get(3), pc.get(4))) break;
        pc = pc.moved(5);
        continue;
      case Code.Store8:
        if (!memory.store8(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Store16:
        if (!memory.store16(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Store32:
        if (!memory.store32(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;
      case Code.Store64:
        if (!memory.store64(frame, pc.get(1), pc.get(2), pc.get(3))) break;
        pc = pc.moved(4);
        continue;

      case Code.RefFunc: {
        const f = pc.get(2);
        frame.setI64(pc.get(1), f + 1, program.funcType.get(f));
        pc = pc.moved(3);
        continue;
      }
      case Code.RefIsNull:
        frame.setI32(pc.get(1), frame.eqValue64(pc.get(2), 0) ? 1 : 0);
        pc = pc.moved(3);
        continue;
      case Code.RefAsNonNull:
        if (frame.eqValue64(pc.get(1), 0)) {
          trap = TrapKind.NullReference;
          break;
        }
        pc = pc.moved(2);
        continue;
      case Code.Fuel:
        if (!machine.burn(pc.get(1))) {
          trap = TrapKind.OutOfFuel;
          break;
        }
        pc = pc.moved(2);
        continue;
      case Code.Poll:
        machine.polls = machine.polls - 1;
        if (machine.polls != 0) {
          pc = pc.moved(1);
          continue;
        }
        machine.pc = pc.distance(start);
        machine.frame = frame;
        trap = machine.poll(machine);
        if (trap == PAUSE) {
          machine.pc = machine.pc + 1;
          return Outcome.Waiting;
        }
        if (trap >= 0) break;
        pc = pc.moved(1);
        continue;
      case Code.Probe:
        machine.pc = pc.distance(start);
        machine.frame = frame;
        trap = machine.probe(machine, pc.get(1), pc.get(2));
        if (trap >= 0) break;
        pc = pc.moved(3);
        continue;
      case Code.ProbeCall:
        machine.pc = pc.distance(start);
        machine.frame = frame;
        machine.probeCall(machine, pc.get(1), pc.get(2), pc.get(3));
        pc = pc.moved(4);
        continue;
      default: {
        const rest = executeRest(machine, pc, frame);
        if (rest < 0) {
          pc = pc.moved(0 - rest);
          continue;
        }
        trap = rest;
      }
    }
    // Instructions that do not trap go on above.
    if (trap < 0) {
      machine.faultMemory = memory;
      trap = TrapKind.MemoryOutOfBounds;
    }
    machine.pc = pc.distance(start);
    machine.frame = frame;
    machine.trap = trap;
    if (!machine.recover(trap, machine.pc, frame)) return Outcome.Trapped;
    pc = machine.code.cursor(machine.pc);
    frame = machine.frame.from(0);
    instance = program.funcInstance.get(machine.functionAt(machine.pc));
    memory = machine.memoryOf(instance);
  }
}
