/** Processor time of this process so far, in milliseconds: what a limit on work is held against, whatever else runs. */
export function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
