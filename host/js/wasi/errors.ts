// Errors of WASI preview 1, and what they are for what Node reports.

import { WasiErrno as Errno } from "../../wasi-numbers";

export { Errno };

/** Why a function of a file system or of WASI cannot do what it is asked. */
export class WasiError extends Error {
  readonly errno: Errno;

  constructor(errno: Errno) {
    super(`WASI error ${errno}`);
    this.errno = errno;
  }
}

const CODES: Record<string, Errno> = {
  EACCES: Errno.Access,
  EAGAIN: Errno.Again,
  EBADF: Errno.BadF,
  EBUSY: Errno.Busy,
  EEXIST: Errno.Exist,
  EFBIG: Errno.FBig,
  EINTR: Errno.Intr,
  EINVAL: Errno.Inval,
  EISDIR: Errno.IsDir,
  ELOOP: Errno.Loop,
  EMFILE: Errno.MFile,
  EMLINK: Errno.MLink,
  ENAMETOOLONG: Errno.NameTooLong,
  ENFILE: Errno.NFile,
  ENODEV: Errno.NoDev,
  ENOENT: Errno.NoEnt,
  ENOMEM: Errno.NoMem,
  ENOSPC: Errno.NoSpc,
  ENOSYS: Errno.NoSys,
  ENOTDIR: Errno.NotDir,
  ENOTEMPTY: Errno.NotEmpty,
  ENOTSUP: Errno.NotSup,
  EOPNOTSUPP: Errno.NotSup,
  ENXIO: Errno.NXIo,
  EOVERFLOW: Errno.Overflow,
  EPERM: Errno.Perm,
  EPIPE: Errno.Pipe,
  EROFS: Errno.ROFs,
  ESPIPE: Errno.SPipe,
  ETXTBSY: Errno.TxtBsy,
  EXDEV: Errno.XDev,
};

/** The error number of whatever was thrown; what is no such error is thrown on. */
export function errnoOf(error: unknown): Errno {
  if (error instanceof WasiError) return error.errno;
  const { code } = error as { code?: string };
  if (typeof code != "string" || !/^E[A-Z]+$/.test(code)) throw error;
  return CODES[code] ?? Errno.Io;
}
