// Sockets: an echo server (echo.c) over a preopened listener under load, and what a program sees of its listeners.

import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { makeFolder, removeFolder } from "../programs/wx";
import { Errno, Guest } from "./guest";
import { build, execute, freePort } from "./run";

const folder = makeFolder();
afterAll(() => removeFolder(folder));

function open(port: number, host = "127.0.0.1"): Promise<Socket> {
  return new Promise((done, fail) => {
    const socket = connect({ port, host, allowHalfOpen: true }, () => done(socket));
    socket.on("error", fail);
  });
}

/** Everything that comes until the peer closes. */
function readAll(socket: Socket): Promise<Buffer> {
  return new Promise((done, fail) => {
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => done(Buffer.concat(chunks)));
    socket.on("error", fail);
  });
}

async function exchange(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const answer = readAll(socket);
  socket.end(bytes);
  return answer;
}

function contents(seed: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let i = 0, x = seed + 1; i < length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    bytes[i] = x >>> 24;
  }
  return bytes;
}

/** Waits until the server listens. */
async function untilOpen(port: number, host?: string): Promise<Socket> {
  for (let i = 0; ; i++) {
    try {
      return await open(port, host);
    } catch (problem) {
      if (i == 100) throw problem;
      await Bun.sleep(20);
    }
  }
}

const descriptors = (pid: number) => readdirSync(`/proc/${pid}/fd`).length;

test("an echo server: 1,000 connections in sequence, 100 at once, no descriptor left behind", async () => {
  const port = await freePort();
  const wasm = readFileSync(join(import.meta.dirname, "echo.wasm"));
  const path = build(wasm, ["--tcp-listen", `127.0.0.1:${port}`]);
  const server = Bun.spawn([path], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  try {
    await exchange(await untilOpen(port), Buffer.from("first"));
    const before = descriptors(server.pid);
    for (let i = 0; i < 1000; i++) {
      const bytes = contents(i, 1 + ((i * 37) % 3000));
      expect((await exchange(await open(port), bytes)).equals(bytes)).toBe(true);
    }
    expect(descriptors(server.pid)).toBe(before);
    const sockets = await Promise.all(Array.from({ length: 100 }, () => open(port)));
    await Bun.sleep(50);
    // All are open at the same time.
    expect(descriptors(server.pid)).toBe(before + 100);
    const answers = await Promise.all(sockets.map((socket, i) => exchange(socket, contents(i, 20_000 + i))));
    answers.forEach((answer, i) => expect(answer.equals(contents(i, 20_000 + i))).toBe(true));
    // Peers that vanish in the middle of it, while the server sends to them.
    for (let i = 0; i < 20; i++) {
      const socket = await open(port);
      socket.on("error", () => {});
      socket.write(contents(i, 500_000));
      await Bun.sleep(1);
      socket.resetAndDestroy();
    }
    expect((await exchange(await open(port), Buffer.from("still there"))).toString()).toBe("still there");
    expect(descriptors(server.pid)).toBe(before);
    (await open(port)).write("quit");
    expect(await server.exited).toBe(0);
    const report = (await new Response(server.stdout).text()).match(/^(\d+) connections, highest descriptor (\d+)/);
    expect([Number(report?.[1]), Number(report?.[2])]).toEqual([1123, 103]);
    expect(await new Response(server.stderr).text()).toBe("");
  } finally {
    server.kill(9);
  }
}, 600_000);

test("listeners are the descriptors behind the grants, and are no directories", async () => {
  const [first, second] = [await freePort(), await freePort()];
  const room = join(folder, "room");
  mkdirSync(room);
  const guest = new Guest();
  const stats = [3, 4, 5].map((fd) => {
    const at = guest.out(24);
    guest.call("fd_fdstat_get", fd, at);
    return at;
  });
  const prestats = [3, 4, 5, 6].map((fd) => guest.call("fd_prestat_get", fd, guest.out(8)));
  const out = guest.out(8);
  const none = [
    guest.call("sock_accept", 4, 4, out),
    guest.call("fd_fdstat_set_flags", 4, 4),
    guest.call("sock_accept", 4, 0, out),
    guest.call("sock_accept", 4, 2, out),
    guest.call("sock_accept", 3, 0, out),
    guest.call("sock_accept", 99, 0, out),
    guest.call("fd_read", 4, guest.words(out, 1), 1, out),
    guest.call("fd_write", 4, guest.words(out, 1), 1, out),
    guest.call("fd_seek", 4, 0n, 0, out),
    guest.call("fd_readdir", 4, out, 1, 0n, out),
    guest.call("sock_recv", 4, guest.words(out, 1), 1, 0, out, out),
    guest.call("sock_send", 4, guest.words(out, 1), 1, 0, out),
    guest.call("sock_shutdown", 4, 1),
    guest.call("path_open", 4, 0, guest.bytes("x"), 0, 0n, 0n, 0, out),
  ];
  const options = ["--dir", ".", "--tcp-listen", `127.0.0.1:${first}`, "--tcp-listen", `127.0.0.1:${second}`];
  // The first of them blocks: not when there is nobody to connect.
  const path = build(guest.wasm, options);
  const running = Bun.spawn([path], { cwd: room, stdin: "ignore", stdout: "pipe" });
  const socket = await untilOpen(first);
  const answer = guest.answer(new Uint8Array(await new Response(running.stdout).arrayBuffer()));
  socket.destroy();
  const kinds = stats.map((at) => [answer.u8(at), answer.u64(at + 8) & ((1n << 29n) | 6n)]);
  expect(kinds).toEqual([
    [3, 0n],
    [6, 1n << 29n],
    [6, 1n << 29n],
  ]);
  expect(prestats.map((i) => answer.errors[i])).toEqual([0, Errno.BadF, Errno.BadF, Errno.BadF]);
  expect(none.map((i) => answer.errors[i])).toEqual([
    0,
    0,
    Errno.Again,
    Errno.Inval,
    Errno.NotSock,
    Errno.BadF,
    Errno.BadF,
    Errno.BadF,
    Errno.NotCapable,
    Errno.NotDir,
    Errno.NotCapable,
    Errno.NotCapable,
    Errno.NotCapable,
    Errno.NotDir,
  ]);
});

const hasInet6 = existsSync("/proc/net/if_inet6") && readFileSync("/proc/net/if_inet6", "utf8").includes(" lo");

test.skipIf(!hasInet6)("an IPv6 address", async () => {
  const port = await freePort("::1");
  const path = build(readFileSync(join(import.meta.dirname, "echo.wasm")), ["--tcp-listen", `[::1]:${port}`]);
  const server = Bun.spawn([path], { stdin: "ignore", stdout: "pipe" });
  const socket = await untilOpen(port, "::1");
  expect((await exchange(socket, Buffer.from("sechs"))).toString()).toBe("sechs");
  (await open(port, "::1")).write("quit");
  expect(await server.exited).toBe(0);
});

test("an address that cannot be had is said before the program runs", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const guest = new Guest();
  guest.write(1, "ran");
  const taken = `127.0.0.1:${port}`;
  for (const [address, reason] of [
    [taken, "address in use"],
    ["198.51.100.1:8080", "not an address of this machine"],
  ]) {
    const done = execute([build(guest.wasm, ["--tcp-listen", address])]);
    const message = `wx: cannot listen on ${address}: ${reason}\n`;
    expect([done.status, done.stderr, done.stdout.length]).toEqual([1, message, 0]);
  }
  server.close();
});

test("sockets that were inherited as standard streams", () => {
  // Bun's pipes are sockets, connected ones: output can be sent to, and shut down.
  const guest = new Guest();
  const n = guest.out(4);
  const text = guest.bytes("text");
  const calls = [
    guest.call("sock_send", 2, guest.vector(text), 1, 0, n),
    guest.call("sock_send", 2, guest.vector(text), 1, 1, n),
    guest.call("sock_recv", 0, guest.words(n, 4), 1, 4, n, n),
    guest.call("sock_shutdown", 2, 0),
    guest.call("sock_shutdown", 2, 4),
    guest.call("sock_shutdown", 2, 2),
    guest.call("fd_fdstat_set_rights", 0, 0n, 0n),
    guest.call("sock_recv", 0, guest.words(n, 4), 1, 0, n, n),
  ];
  const path = build(guest.wasm, []);
  const done = execute([path]);
  const answer = guest.answer(done.stdout);
  const expected = [0, Errno.Inval, Errno.Inval, Errno.Inval, Errno.Inval, 0, 0, Errno.NotCapable];
  expect(calls.map((i) => answer.errors[i])).toEqual(expected);
  expect(done.stderr).toBe("text");
});

test("a peer that is gone is an error of sock_send, and SIGPIPE to who writes, unless the program listens", async () => {
  const end = async (name: string, options: string[]) => {
    const guest = new Guest();
    const [wait, n] = [guest.out(32), guest.out(4)];
    guest.call("poll_oneoff", guest.words(0, 0, 0, 0, 1, 0, 300_000_000, 0, 0, 0, 0, 0), wait, 1, n);
    const list = guest.vector(guest.bytes("text"));
    const sent = name == "sock_send" ? guest.call(name, 1, list, 1, 0, n) : guest.call(name, 1, list, 1, n);
    guest.call("proc_exit", guest.errorOf(sent));
    const running = Bun.spawn([build(guest.wasm, options)], { stdin: "ignore", stdout: "pipe" });
    await running.stdout.cancel();
    await running.exited;
    return running.signalCode ?? running.exitCode;
  };
  const PIPE = 64;
  expect(await end("sock_send", [])).toBe(PIPE);
  expect(await end("fd_write", [])).toBe("SIGPIPE");
  expect(await end("fd_write", ["--tcp-listen", `127.0.0.1:${await freePort()}`])).toBe(PIPE);
});
