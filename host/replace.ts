// Running a program in place of this process, as far as JavaScript can: a child with the same streams, to which signals
// are passed on, and whose end becomes ours. For the JavaScript form of wx and for the command of the npm package.

import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Signals that are not for the program: that cannot be caught, that tell of our own child or fault, or that the engine
 *  keeps for itself. */
const OWN = "KILL STOP CHLD SEGV BUS FPE ILL ABRT TRAP PROF PIPE SYS IOT USR1".split(" ").map((name) => `SIG${name}`);

/** Starts `file`; `ended` is called when it has ended or could not start, before this process ends likewise. */
export function replaceProcess(file: string, argv0: string, args: string[], ended: () => void): void {
  const program = spawn(file, args, { argv0, stdio: "inherit" });
  const signals = (Object.keys(constants.signals) as NodeJS.Signals[]).filter((signal) => !OWN.includes(signal));
  const forward = (signal: NodeJS.Signals) => program.kill(signal);
  for (const signal of signals) process.on(signal, forward);
  program.on("error", (error) => {
    ended();
    process.stderr.write(`wx: cannot execute '${file}': ${error.message}\n`);
    process.exit(1);
  });
  program.on("exit", (status, signal) => {
    ended();
    for (const name of signals) process.off(name, forward);
    if (signal) process.kill(process.pid, signal);
    else process.exit(status ?? 1);
  });
}
