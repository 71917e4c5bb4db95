// What --help prints: examples first, then the options by purpose.

export const VERSION: string = "0.1.0";

export function helpText(): string {
  return `wx ${VERSION}: turns WebAssembly programs into standalone native executables, and runs them

Examples:
  wx --aot hello.wasm -o hello         write the executable ./hello
  wx hello.wasm one two                compile in memory and run with the arguments one and two
  wx --dir data::/ --env LANG p.wasm   let the program see the directory data as / and the variable LANG
  wx --invoke add math.wasm 2 3        call the export add and print its results

Usage:
  wx [OPTIONS] PROGRAM [ARGUMENTS]     run; everything after PROGRAM belongs to the program
  wx --aot [OPTIONS] PROGRAM           compile; options may stand anywhere
  wx wast [OPTIONS] SCRIPT.json...     run specification scripts

Output:
  -a, --aot, --compile                 write an executable instead of running
  -o, --output FILE                    its name (default: the program's name without its ending)
      --strip                          leave out the symbol table
  -O0, -O2                             no optimization, or all of it (default)
  -j, --jobs N                         compile with N processes (default: as many as pay)

What the program may reach (default: nothing but its arguments, streams and clocks):
      --dir HOST[::GUEST][:ro]         a directory, under another name, read-only
      --env NAME[=VALUE]               a variable of the environment, or with this value
      --tcp-listen ADDRESS:PORT        a socket that listens there, as 127.0.0.1:8080 or [::1]:8080
      --sandbox on|off|strict          what the kernel enforces of this: all it can (default), nothing, or all or
                                       the program does not start
      --timeout SECONDS                stop the program after that time
      --max-fds N                      descriptors that it may have open (default: 1024)
      --memory guard|checked           catch accesses beyond memory by address space (default) or by comparing
      --unknown-imports error|trap|default
                                       refuse imports that nobody provides (default), let them trap, or return 0
      --invoke NAME                    run this export; the arguments after PROGRAM are its arguments
      --trusted                        let the program use intrinsics: it can then do what you can

For developers of wx:
      --debug[=time,ssa,asm]           times and sizes of the stages; the code before and after selection
      --check                          verify after every stage
      --version, --help
`;
}
