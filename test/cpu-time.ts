/** Processor time of this process so far, in milliseconds: what a limit on work is held against, whatever else runs. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const ROUNDS = 8;

/**
 * The least processor time of a small and of a large work, in milliseconds: measured in turns until `holds`, eight times
 * at most. Collector and compiler of the engine are threads of this process, and whatever shares the machine takes its
 * caches: they only ever add time, so that the least is nearest to the work itself, and what grows too fast stays so.
 */
export function leastTimes(
  small: () => number,
  large: () => number,
  holds: (small: number, large: number) => boolean,
): [number, number] {
  let leastSmall = small();
  let leastLarge = large();
  for (let i = 1; i < ROUNDS && !holds(leastSmall, leastLarge); i++) {
    leastSmall = Math.min(leastSmall, small());
    leastLarge = Math.min(leastLarge, large());
  }
  return [leastSmall, leastLarge];
}
