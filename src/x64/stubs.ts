// The pieces of code that the kernel enters: where the process starts, where signals arrive, and the return from
// a signal. They bridge the kernel's conventions (System V psABI for x86-64, section 3.4.1; sigreturn(2)) and ours
// (registers.ts), and are no functions of the program: a backtrace ends in them. Beside them the stubs behind the
// intrinsic try_call and behind throw.

import { Cpu } from "../link/cpu";
import { SiteKind } from "../link/info";
import { ExceptionBlock, RECOVERY_BLOCK, RecoveryBlock, STACK_TOP_HI } from "../link/layout";
import { FuncKind, Program } from "../link/program";
import { Code, FUNCTION_ALIGNMENT } from "./code";
import { Encoder } from "./encode";
import { X64 } from "./op";
import { Reg } from "./registers";

/** System call number of rt_sigreturn. */
const RT_SIGRETURN: i32 = 15;

/** Appends the stubs and notes where they are. */
export function emitStubs(program: Program, code: Code): void {
  const e = new Encoder(code);
  code.align(FUNCTION_ALIGNMENT);
  code.entryOffset = e.offset;
  emitEntryStub(program, e);
  code.signalOffset = e.offset;
  emitSignalStub(program, e);
  code.restorerOffset = e.offset;
  e.emitConstant(Reg.Rax, RT_SIGRETURN, 0);
  emitSyscall(e);
  // Two ways to die of a signal, for its handler: an illegal instruction, and div ecx with 0 in ecx.
  code.faultOffset = e.offset;
  emitUd2(e);
  e.emitTwo(0xf7, 0xf1);
  for (let i: i32 = 0; i < program.order.length; i++) {
    const f = program.order.get(i);
    if (program.funcKind.get(f) == FuncKind.TryStub) emitTryStub(code, e, f);
    else if (program.funcKind.get(f) == FuncKind.ThrowStub) emitThrowStub(program, code, e, f);
  }
}

/**
 * throw(exception): asks the runtime where it is caught, given the exception and the address of this call's return
 * address, and continues there. Callers further out may have values in registers: those on the stack are what the
 * runtime looks at when it looks for references to exceptions.
 */
function emitThrowStub(program: Program, code: Code, e: Encoder, f: i32): void {
  code.align(FUNCTION_ALIGNMENT);
  code.funcStart.set(f, e.offset);
  code.funcFrame.set(f, 0);
  code.funcSiteStart.set(f, code.siteOffset.length);
  e.emitRegReg(X64.Mov64, Reg.Rcx, Reg.Rsp, 0);
  for (let r: i32 = 0; r < 16; r++) {
    if (r == Reg.Rsp || r == Reg.Rax || r == Reg.Rcx) continue;
    if (r >= 8) e.emitByte(0x41);
    e.emitByte(0x50 | (r & 7));
  }
  e.emitRegReg(X64.Mov64, Reg.Rdx, Reg.Rsp, 0);
  e.emitConstant(Reg.Rbx, program.exceptionBlock, 0);
  e.emitCall(program.runtimeUnwind);
  e.emitConstant(Reg.Rcx, program.exceptionBlock, 0);
  e.setBase(Reg.Rcx, ExceptionBlock.Result);
  e.emitRegMem(X64.Mov64, Reg.Rax, 0);
  e.setBase(Reg.Rcx, ExceptionBlock.Stack);
  e.emitRegMem(X64.Mov64, Reg.Rsp, 0);
  e.setBase(Reg.Rcx, ExceptionBlock.Address);
  e.emitRegMem(X64.Mov64, Reg.Rcx, 0);
  e.emitIndirect(Reg.Rcx, false);
  code.funcEnd.set(f, e.offset);
  code.funcSiteEnd.set(f, code.siteOffset.length);
}

/**
 * try_call(f): notes where a trap continues, calls f, and takes the note back. The signal handler continues at the
 * return address with the trap in rax, as if f had returned it.
 */
function emitTryStub(code: Code, e: Encoder, f: i32): void {
  code.align(FUNCTION_ALIGNMENT);
  code.funcStart.set(f, e.offset);
  code.funcFrame.set(f, 8);
  code.funcSiteStart.set(f, code.siteOffset.length);
  e.emitRegImm(X64.SubI64, Reg.Rsp, 8);
  e.emitConstant(Reg.Rcx, RECOVERY_BLOCK, 0);
  e.setBase(Reg.Rcx, RecoveryBlock.Stack);
  e.emitRegMem(X64.Store64, Reg.Rsp, 0);
  // lea rdx, [rip + distance to the return address]
  e.emitByte(0x48);
  e.emitTwo(0x8d, 0x15);
  const field = e.offset;
  code.bytes.pushI32(0);
  e.setBase(Reg.Rcx, RecoveryBlock.Address);
  e.emitRegMem(X64.Store64, Reg.Rdx, 0);
  // The address is the low half of the reference.
  e.emitRegReg(X64.Mov32, Reg.Rax, Reg.Rax, 0);
  e.emitIndirect(Reg.Rax, true);
  code.bytes.setI32(field, e.offset - field - 4);
  code.addSite(e.offset, SiteKind.Return, 0, -1);
  e.emitConstant(Reg.Rcx, RECOVERY_BLOCK, 0);
  e.setBase(Reg.Rcx, RecoveryBlock.Stack);
  e.emitRegMem(X64.StoreI64, 0, 0);
  e.emitRegImm(X64.AddI64, Reg.Rsp, 8);
  e.emitByte(0xc3);
  code.funcEnd.set(f, e.offset);
  code.funcSiteEnd.set(f, code.siteOffset.length);
}

/** Start-up on the kernel's stack, given the address of argc; the program on its own stack; exit. */
function emitEntryStub(program: Program, e: Encoder): void {
  if (program.runtimeCpu >= 0) emitCpuCheck(program, e);
  if (program.runtimeInit >= 0) {
    e.emitRegReg(X64.Mov64, Reg.Rax, Reg.Rsp, 0);
    e.emitCall(program.runtimeInit);
  }
  e.emitConstant(Reg.Rsp, 0, STACK_TOP_HI);
  for (let i: i32 = 0; i < program.entries.length; i++) e.emitCall(program.entries.get(i));
  if (program.runtimeExit >= 0) e.emitCall(program.runtimeExit);
  emitUd2(e);
}

/** Calls runtimeCpu unless cpuid lists what the code uses (Intel manual, volume 2, "CPUID"). */
function emitCpuCheck(program: Program, e: Encoder): void {
  if ((program.cpu & (Cpu.Bmi1 | Cpu.Bmi2)) != 0) {
    let mask: i32 = 0;
    if ((program.cpu & Cpu.Bmi1) != 0) mask |= 1 << 3;
    if ((program.cpu & Cpu.Bmi2) != 0) mask |= 1 << 8;
    e.emitConstant(Reg.Rax, 7, 0);
    e.emitConstant(Reg.Rcx, 0, 0);
    e.emitTwo(0x0f, 0xa2);
    e.emitRegImm(X64.AndI32, Reg.Rbx, mask);
    e.emitRegImm(X64.CmpI32, Reg.Rbx, mask);
    emitCallUnlessEqual(e, program.runtimeCpu);
  }
  if ((program.cpu & Cpu.Lzcnt) != 0) {
    e.emitConstant(Reg.Rax, -2147483647, 0);
    e.emitTwo(0x0f, 0xa2);
    e.emitRegImm(X64.AndI32, Reg.Rcx, 1 << 5);
    e.emitRegImm(X64.CmpI32, Reg.Rcx, 1 << 5);
    emitCallUnlessEqual(e, program.runtimeCpu);
  }
}

/** je over the five bytes of a call */
function emitCallUnlessEqual(e: Encoder, f: i32): void {
  e.emitTwo(0x74, 5);
  e.emitCall(f);
}

/** The kernel passes rdi, rsi, rdx: signal, siginfo, ucontext. The handler returns to the restorer by itself. */
function emitSignalStub(program: Program, e: Encoder): void {
  if (program.runtimeSignal < 0) {
    emitUd2(e);
    return;
  }
  e.emitRegReg(X64.Mov32, Reg.Rax, Reg.Rdi, 0);
  e.emitRegReg(X64.Mov64, Reg.Rcx, Reg.Rsi, 0);
  e.emitTailCall(program.runtimeSignal);
}

function emitUd2(e: Encoder): void {
  e.emitTwo(0x0f, 0x0b);
}

function emitSyscall(e: Encoder): void {
  e.emitTwo(0x0f, 0x05);
}
