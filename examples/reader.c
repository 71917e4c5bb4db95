// Prints files with their line numbers, and says what cannot be read: only files in granted directories can.

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int print_file(const char *name) {
  FILE *file = fopen(name, "r");
  if (file == NULL) {
    fprintf(stderr, "reader: %s: %s\n", name, strerror(errno));
    return 1;
  }
  char line[1024];
  for (int number = 1; fgets(line, sizeof line, file) != NULL; number++) printf("%3d  %s", number, line);
  fclose(file);
  return 0;
}

int main(int argc, char **argv) {
  int status = 0;
  for (int i = 1; i < argc; i++) status |= print_file(argv[i]);
  return status;
}
