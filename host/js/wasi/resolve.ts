// Resolving a guest's path beneath a directory: component by component, following links itself, and never above where it
// began. Answers what the native runtime answers (runtime/walk.ts, runtime/paths.ts): one table of tests holds for both.

import { Errno, errnoOf, WasiError } from "./errors";
import type { Directory } from "./file-system";

/** As many links as the kernel follows. */
const MOST_LINKS = 40;
/** Bytes of the longest path. */
const LONGEST = 4096;

/** A name in a directory. */
export interface Entry {
  directory: Directory;
  name: string;
}

/** Where a path leads; the name is "" if that is the directory itself. */
export interface Place extends Entry {
  /** It must be a directory: slashes stood behind the name, or there is none. */
  isDirectory: boolean;
}

export interface ResolveOptions {
  /** Follow the last component if it is a link. One with slashes behind it is followed in any case. */
  follow: boolean;
  /** The path is to be created: with slashes behind it, it cannot be. */
  create?: boolean;
}

function readLink(directory: Directory, name: string): string | null {
  try {
    return directory.readLink(name);
  } catch (error) {
    errnoOf(error);
    return null;
  }
}

/** Enters a directory; null if the name is something else. */
function enter(directory: Directory, name: string): Directory | null {
  try {
    return directory.enter(name);
  } catch (error) {
    if (errnoOf(error) != Errno.NotDir) throw error;
    return null;
  }
}

export function resolvePath(root: Directory, path: string, options: ResolveOptions): Place {
  if (path == "") throw new WasiError(Errno.NoEnt);
  const passed = [root];
  let rest = path;
  let links = 0;
  while (rest != "") {
    if (rest.startsWith("/")) throw new WasiError(Errno.Perm);
    const end = rest.indexOf("/");
    const name = end < 0 ? rest : rest.slice(0, end);
    const slashes = end < 0 ? "" : (/^\/+/.exec(rest.slice(end)) as RegExpExecArray)[0];
    const next = rest.slice(name.length + slashes.length);
    const directory = passed[passed.length - 1];
    if (name == "." || name == "..") {
      if (name == "..") {
        passed.pop();
        if (passed.length == 0) throw new WasiError(Errno.Perm);
      }
      rest = next;
      continue;
    }
    let target: string | null;
    if (next != "") {
      const entered = enter(directory, name);
      if (entered != null) {
        passed.push(entered);
        rest = next;
        continue;
      }
      target = readLink(directory, name);
      if (target == null) throw new WasiError(Errno.NotDir);
    } else {
      const hasSlash = slashes != "";
      if (hasSlash && options.create) throw new WasiError(Errno.IsDir);
      target = hasSlash || options.follow ? readLink(directory, name) : null;
      if (target == null) return { directory, name, isDirectory: hasSlash };
    }
    if (++links > MOST_LINKS) throw new WasiError(Errno.Loop);
    rest = target + slashes + next;
    if (rest.length > LONGEST) throw new WasiError(Errno.NameTooLong);
    if (target == "") throw new WasiError(Errno.NoEnt);
  }
  return { directory: passed[passed.length - 1], name: "", isDirectory: true };
}

/** Where a name is created, removed or renamed: the directory, and the last component, which is not followed, with the
 *  slashes behind it. */
export function resolveParent(root: Directory, path: string): Entry {
  if (path == "") throw new WasiError(Errno.NoEnt);
  if (path.startsWith("/")) throw new WasiError(Errno.Perm);
  const [, before, name] = /^(.*?)([^/]*\/*)$/s.exec(path) as RegExpExecArray;
  const directory = before == "" ? root : enterPlace(resolvePath(root, before, { follow: true }));
  return { directory, name };
}

/** The directory that a place is; NotDir if it is none. */
export function enterPlace(place: Place): Directory {
  return place.name == "" ? place.directory : place.directory.enter(place.name);
}
