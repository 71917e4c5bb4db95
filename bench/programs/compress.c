// Bytes and a hash table: an LZ77 compressor and its decompressor over 16 MiB of generated text.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 16 << 20, HASH = 1 << 16, MIN = 4, MAX = 255 + MIN };

static size_t compress(const uint8_t *in, size_t n, uint8_t *out) {
  static uint32_t head[HASH];
  memset(head, 0, sizeof head);
  size_t o = 0, i = 0, literal = 0;
  while (i + MIN <= n) {
    uint32_t key;
    memcpy(&key, in + i, 4);
    uint32_t slot = key * 2654435761u >> 16;
    size_t at = head[slot];
    head[slot] = (uint32_t)i + 1;
    size_t length = 0;
    if (at != 0 && i + 1 - at < 65536) {
      at--;
      while (i + length < n && length < MAX && in[at + length] == in[i + length]) length++;
    }
    if (length < MIN) { i++; continue; }
    while (literal < i) {
      size_t run = i - literal < 128 ? i - literal : 128;
      out[o++] = (uint8_t)(run - 1);
      memcpy(out + o, in + literal, run);
      o += run; literal += run;
    }
    size_t distance = i - at;
    out[o++] = 128; out[o++] = (uint8_t)distance; out[o++] = (uint8_t)(distance >> 8); out[o++] = (uint8_t)(length - MIN);
    i += length; literal = i;
  }
  while (literal < n) {
    size_t run = n - literal < 128 ? n - literal : 128;
    out[o++] = (uint8_t)(run - 1);
    memcpy(out + o, in + literal, run);
    o += run; literal += run;
  }
  return o;
}

static size_t decompress(const uint8_t *in, size_t n, uint8_t *out) {
  size_t o = 0, i = 0;
  while (i < n) {
    int c = in[i++];
    if (c < 128) {
      memcpy(out + o, in + i, c + 1);
      o += c + 1; i += c + 1;
    } else {
      size_t distance = in[i] | in[i + 1] << 8, length = in[i + 2] + MIN;
      i += 3;
      for (size_t k = 0; k < length; k++, o++) out[o] = out[o - distance];
    }
  }
  return o;
}

int main(void) {
  static const char *words[] = {"the ", "quick ", "brown ", "fox ", "jumps ", "over ", "lazy ", "dog ", "and ", "then ",
                                "runs ", "away ", "from ", "a ", "very ", "large ", "elephant, "};
  uint8_t *text = malloc(SIZE + 16), *packed = malloc(SIZE + SIZE / 64 + 64), *back = malloc(SIZE + 512);
  uint32_t seed = 1;
  size_t n = 0;
  while (n < SIZE) {
    seed = seed * 1103515245u + 12345u;
    const char *w = words[(seed >> 16) % 17];
    size_t l = strlen(w);
    if (n + l > SIZE) break;
    memcpy(text + n, w, l);
    n += l;
    if ((seed >> 8) % 5 == 0 && n < SIZE) text[n++] = (uint8_t)(seed >> 24);
  }
  size_t m = 0;
  for (int r = 0; r < 4; r++) {
    m = compress(text, n, packed);
    if (decompress(packed, m, back) != n || memcmp(text, back, n) != 0) { printf("wrong\n"); return 1; }
  }
  printf("%zu -> %zu\n", n, m);
  return 0;
}
