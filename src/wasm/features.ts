// What a module may use beyond WebAssembly 2.0 without vectors: one bit each, kept in Module.features. The decoder
// and the validator know more than the later stages; a feature is switched on once all stages have it.

/** Features as bits; 0 stands for what is always there. */
export const enum Feature {
  ExtendedConst = 1,
  MultiMemory = 2,
  Memory64 = 4,
  TailCalls = 8,
  Simd = 16,
  RelaxedSimd = 32,
  FunctionReferences = 64,
  Gc = 128,
  Exceptions = 256,
  Threads = 512,
  CustomPageSizes = 1024,
  WideArithmetic = 2048,
  CustomDescriptors = 4096,
  LegacyExceptions = 8192,
}

/** The features that the whole compiler supports. */
export const SUPPORTED_FEATURES: i32 =
  Feature.ExtendedConst |
  Feature.MultiMemory |
  Feature.Memory64 |
  Feature.TailCalls |
  Feature.FunctionReferences |
  Feature.Exceptions |
  Feature.CustomPageSizes |
  Feature.WideArithmetic;

/** A feature's name in messages. */
export function featureName(feature: i32): string {
  switch (feature) {
    case Feature.ExtendedConst:
      return "extended constant expressions";
    case Feature.MultiMemory:
      return "multiple memories";
    case Feature.Memory64:
      return "64-bit memory";
    case Feature.TailCalls:
      return "tail calls";
    case Feature.Simd:
      return "SIMD";
    case Feature.RelaxedSimd:
      return "relaxed SIMD";
    case Feature.FunctionReferences:
      return "typed function references";
    case Feature.Gc:
      return "garbage collection";
    case Feature.Exceptions:
      return "exception handling";
    case Feature.Threads:
      return "threads";
    case Feature.CustomPageSizes:
      return "custom page sizes";
    case Feature.CustomDescriptors:
      return "custom descriptors";
    case Feature.LegacyExceptions:
      return "legacy exception handling";
  }
  return "wide arithmetic";
}

/** The message for input that needs a feature which is off. */
export function unsupported(feature: i32): string {
  return `${featureName(feature)} not supported`;
}
