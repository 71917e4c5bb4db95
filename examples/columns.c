// A text tool: reads lines of words from standard input and prints them in aligned columns.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64 };

static char *read_all(size_t *length) {
  size_t room = 4096;
  char *text = malloc(room);
  size_t n;
  *length = 0;
  while ((n = fread(text + *length, 1, room - *length - 1, stdin)) > 0) {
    *length += n;
    if (*length + 1 == room) text = realloc(text, room *= 2);
  }
  text[*length] = 0;
  return text;
}

int main(void) {
  size_t length;
  char *text = read_all(&length);
  size_t widths[MOST_COLUMNS] = {0};
  // Measures in the first round and prints in the second.
  for (int round = 0; round < 2; round++) {
    for (char *line = text; line < text + length;) {
      char *end = strchr(line, '\n');
      if (end == NULL) end = text + length;
      int column = 0;
      while (line < end) {
        line += strspn(line, " \t");
        size_t word = strcspn(line, " \t\n");
        if (word == 0) break;
        if (round == 0 && column < MOST_COLUMNS && word > widths[column]) widths[column] = word;
        if (round == 1) {
          size_t gap = column == 0 ? 0 : 2;
          printf("%*s%.*s", (int)gap, "", (int)word, line);
          const char *rest = line + word + strspn(line + word, " \t");
          if (rest < end && column < MOST_COLUMNS) printf("%*s", (int)(widths[column] - word), "");
        }
        line += word;
        column++;
      }
      if (round == 1) putchar('\n');
      line = end + 1;
    }
  }
  return 0;
}
