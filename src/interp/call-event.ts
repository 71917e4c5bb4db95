// What is told of functions whose calls are watched (Code.ProbeCall).

export const enum CallEvent {
  Begin = 0,
  /** It returns. */
  End = 1,
  /** Another function takes its place. */
  Tail = 2,
}
