// What a C program does with files: writes one in pieces, appends, seeks, truncates, renames, lists a directory,
// removes; and copies standard input in upper case. Prints what it finds, so that any difference shows.
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what) {
  printf("%s: %s\n", what, strerror(errno));
  exit(1);
}

static int byName(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
  char *names[64];
  int count = 0;
  DIR *dir = opendir(path);
  if (!dir) fail(path);
  for (struct dirent *e; (e = readdir(dir)) != NULL && count < 64;) {
    if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) names[count++] = strdup(e->d_name);
  }
  closedir(dir);
  qsort(names, count, sizeof *names, byName);
  printf("%s:", path);
  for (int i = 0; i < count; i++) printf(" %s", names[i]);
  printf("\n");
}

static long sizeOf(const char *path) {
  struct stat s;
  return stat(path, &s) == 0 ? (long)s.st_size : -errno;
}

int main(int argc, char **argv) {
  printf("%d arguments:", argc - 1);
  for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
  const char *variable = getenv("WX_TEST");
  printf("\nWX_TEST=%s\n", variable ? variable : "(none)");

  FILE *f = fopen("work/numbers.txt", "w");
  if (!f) fail("work/numbers.txt");
  for (int i = 0; i < 20000; i++) fprintf(f, "%d %.3f\n", i, i / 8.0);
  if (fclose(f) != 0) fail("fclose");
  printf("written %ld\n", sizeOf("work/numbers.txt"));

  f = fopen("work/numbers.txt", "a");
  fputs("end\n", f);
  fclose(f);
  f = fopen("work/numbers.txt", "r");
  long lines = 0, sum = 0;
  double fractions = 0;
  char line[64];
  while (fgets(line, sizeof line, f)) {
    int n;
    double x;
    if (sscanf(line, "%d %lf", &n, &x) == 2) {
      sum += n;
      fractions += x;
    }
    lines++;
  }
  printf("read %ld lines, %ld, %.3f, at %ld, last: %s", lines, sum, fractions, ftell(f), line);
  fseek(f, 1000, SEEK_SET);
  if (fgets(line, sizeof line, f)) printf("at 1000: %s", line);
  fseek(f, -4, SEEK_END);
  if (fgets(line, sizeof line, f)) printf("at the end: %s", line);
  fclose(f);

  int fd = open("work/numbers.txt", O_RDWR);
  if (ftruncate(fd, 11) != 0) fail("ftruncate");
  if (pwrite(fd, "#", 1, 0) != 1) fail("pwrite");
  char part[16] = {0};
  long got = pread(fd, part, sizeof part - 1, 2);
  close(fd);
  printf("truncated: %ld bytes from 2: %ld, byte 0 of it %d\n", sizeOf("work/numbers.txt"), got, part[0]);

  if (mkdir("work/sub", 0777) != 0) fail("mkdir");
  if (rename("work/numbers.txt", "work/sub/few.txt") != 0) fail("rename");
  if (symlink("few.txt", "work/sub/link") != 0) fail("symlink");
  list("work");
  list("work/sub");
  char target[16] = {0};
  printf("link to %ld: %s, %ld bytes\n", (long)readlink("work/sub/link", target, sizeof target - 1), target,
         sizeOf("work/sub/link"));
  printf("rmdir of a full directory: %s\n", rmdir("work/sub") == 0 ? "done" : strerror(errno));
  unlink("work/sub/link");
  unlink("work/sub/few.txt");
  printf("removed: %s\n", rmdir("work/sub") == 0 ? "done" : strerror(errno));
  list("work");

  printf("outside: %s\n", fopen("../secret.txt", "r") ? "opened" : strerror(errno));
  printf("absolute: %s\n", fopen("/etc/passwd", "r") ? "opened" : strerror(errno));
  printf("read-only: %s\n", fopen("fixed/new.txt", "w") ? "opened" : strerror(errno));
  f = fopen("fixed/given.txt", "r");
  if (f && fgets(line, sizeof line, f)) printf("given: %s", line);

  int c;
  while ((c = getchar()) != EOF) putchar(toupper(c));
  fprintf(stderr, "done\n");
  return 7;
}
