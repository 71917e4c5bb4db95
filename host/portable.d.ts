// The number types of the portable subset, as TypeScript sees them: all are `number`, and the conversion
// functions are defined at run time by host/js/prelude.ts. AssemblyScript has them built in.

declare type i32 = number;
declare type u32 = number;
declare type i16 = number;
declare type u16 = number;
declare type i8 = number;
declare type u8 = number;
declare type f64 = number;
declare type bool = boolean;

declare function i32(x: number): number;
declare function u32(x: number): number;
declare function u16(x: number): number;
declare function u8(x: number): number;
declare function f64(x: number): number;

/** Stops with an internal error when `condition` is false; removed from native release builds. */
declare function assert(condition: boolean, message?: string): void;
