// What Zig programs need: arguments, memory, formatting, 128-bit arithmetic, hash maps, sorting.
const std = @import("std");

export fn unused() u32 {
    return 1;
}

fn less(_: void, a: u32, b: u32) bool {
    return a < b;
}

pub fn main() !void {
    var buffer: [1 << 20]u8 = undefined;
    var fixed = std.heap.FixedBufferAllocator.init(&buffer);
    const allocator = fixed.allocator();
    var map = std.AutoHashMap(u32, u32).init(allocator);
    defer map.deinit();
    var x: u32 = 12345;
    for (0..1000) |_| {
        x = x *% 1664525 +% 1013904223;
        const entry = try map.getOrPutValue(x >> 28, 0);
        entry.value_ptr.* += 1;
    }
    var counts: [16]u32 = undefined;
    for (0..16) |i| counts[i] = map.get(@intCast(i)) orelse 0;
    std.mem.sort(u32, &counts, {}, less);
    std.debug.print("{any}\n", .{counts});
    var big: u128 = 1;
    for (1..31) |i| big *= i;
    std.debug.print("30! = {d}, {x}\n", .{ big, big });
    std.debug.print("{d:.6} {e} {s}\n", .{ @sqrt(@as(f64, 2)), @as(f32, 1e-20), "text" });
    var sum: f64 = 0;
    for (1..1001) |i| sum += 1.0 / @as(f64, @floatFromInt(i));
    std.debug.print("{d}\n", .{sum});
}
