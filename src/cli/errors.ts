// Linux error numbers in words, for messages about files.

export function errorText(error: i32): string {
  switch (error) {
    case 1:
    case 13:
      return "permission denied";
    case 2:
      return "no such file or directory";
    case 4:
      return "interrupted";
    case 5:
      return "input or output error";
    case 8:
      return "this system cannot run the executables that wx writes, which are for Linux on x86-64; use --aot";
    case 12:
      return "not enough memory";
    case 16:
      return "it is in use";
    case 17:
      return "a temporary file of that name is in the way";
    case 20:
      return "a part of the path is not a directory";
    case 21:
      return "it is a directory";
    case 22:
      return "that is no name for a file";
    case 24:
      return "too many open files";
    case 26:
      return "the file is being executed";
    case 27:
      return "file too large";
    case 28:
      return "no space left on the device";
    case 30:
      return "read-only file system";
    case 36:
      return "name too long";
    case 38:
      return "the kernel does not support it";
    case 40:
      return "too many symbolic links";
    case 122:
      return "disk quota exceeded";
  }
  return `error ${error}`;
}
