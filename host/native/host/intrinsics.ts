// The intrinsics of module "wx" (src/link/intrinsics.ts) that wx itself, a trusted program, and the embedded modules use.

@external("wx", "syscall")
export declare function syscall(n: i64, a: u64, b: u64, c: u64, d: u64, e: u64, f: u64): i64;
@external("wx", "memory_base")
export declare function memory_base(): u64;
@external("wx", "info")
export declare function info(): u64;
@external("wx", "load8")
export declare function load8(address: u64): u32;
@external("wx", "load16")
export declare function load16(address: u64): u32;
@external("wx", "load32")
export declare function load32(address: u64): u32;
@external("wx", "load64")
export declare function load64(address: u64): u64;
@external("wx", "store8")
export declare function store8(address: u64, value: u32): void;
@external("wx", "store16")
export declare function store16(address: u64, value: u32): void;
@external("wx", "store32")
export declare function store32(address: u64, value: u32): void;
@external("wx", "store64")
export declare function store64(address: u64, value: u64): void;
/** Ascending and byte-wise, as `rep movsb`; up to 128 bytes, if that is a constant, are all read before written. */
@external("wx", "copy")
export declare function copy(target: u64, source: u64, bytes: u64): void;
@external("wx", "fill")
export declare function fill(target: u64, value: u32, bytes: u64): void;
