// Walks, creates, renames, reads and removes a tree of files in a granted directory, by Go's standard library, and prints
// what it found. Compiled by go.ts: GOOS=wasip1 GOARCH=wasm go build.

package main

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"
)

func check(err error) {
	if err != nil {
		fmt.Println("unexpected:", err)
		os.Exit(1)
	}
}

func main() {
	root := "/data"
	check(os.RemoveAll(filepath.Join(root, "tree")))
	for i := 0; i < 5; i++ {
		dir := filepath.Join(root, "tree", fmt.Sprintf("d%d", i), "sub")
		check(os.MkdirAll(dir, 0o755))
		for k := 0; k < 20; k++ {
			name := filepath.Join(dir, fmt.Sprintf("file-%02d.txt", k))
			check(os.WriteFile(name, []byte(strings.Repeat(fmt.Sprintf("%d.%d\n", i, k), 100*(k+1))), 0o644))
		}
	}
	files, bytes := 0, int64(0)
	check(filepath.WalkDir(filepath.Join(root, "tree"), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.IsDir() {
			info, err := d.Info()
			if err != nil {
				return err
			}
			files++
			bytes += info.Size()
		}
		return nil
	}))
	fmt.Println("files", files, "bytes", bytes)

	check(os.Rename(filepath.Join(root, "tree/d0"), filepath.Join(root, "tree/moved")))
	check(os.Rename(filepath.Join(root, "tree/d1/sub/file-00.txt"), filepath.Join(root, "tree/moved/first.txt")))
	_, err := os.Stat(filepath.Join(root, "tree/d0"))
	fmt.Println("gone", errors.Is(err, fs.ErrNotExist))
	entries, err := os.ReadDir(filepath.Join(root, "tree"))
	check(err)
	for _, e := range entries {
		fmt.Print(e.Name(), " ")
	}
	fmt.Println()

	hash := sha256.New()
	names, err := filepath.Glob(filepath.Join(root, "tree/*/sub/*.txt"))
	check(err)
	sort.Strings(names)
	for _, name := range names {
		f, err := os.Open(name)
		check(err)
		_, err = io.Copy(hash, f)
		check(err)
		check(f.Close())
	}
	fmt.Printf("%d %x\n", len(names), hash.Sum(nil))

	log := filepath.Join(root, "tree/log")
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	check(err)
	for i := 0; i < 3; i++ {
		fmt.Fprintln(f, "line", i)
	}
	check(f.Sync())
	check(f.Close())
	when := time.Date(2001, 2, 3, 4, 5, 6, 7000, time.UTC)
	check(os.Chtimes(log, when, when))
	info, err := os.Stat(log)
	check(err)
	fmt.Println(info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano), info.Mode().IsRegular())
	check(os.Truncate(log, 7))
	check(os.Symlink("log", filepath.Join(root, "tree/link")))
	target, err := os.Readlink(filepath.Join(root, "tree/link"))
	check(err)
	data, err := os.ReadFile(filepath.Join(root, "tree/link"))
	check(err)
	fmt.Printf("%s %q\n", target, data)
	check(os.Link(log, filepath.Join(root, "tree/hard")))

	f, err = os.OpenFile(log, os.O_RDWR, 0)
	check(err)
	_, err = f.Seek(-3, io.SeekEnd)
	check(err)
	_, err = f.WriteAt([]byte("XY"), 1)
	check(err)
	reader := bufio.NewReader(f)
	rest, err := io.ReadAll(reader)
	check(err)
	check(f.Close())
	data, err = os.ReadFile(filepath.Join(root, "tree/hard"))
	check(err)
	fmt.Printf("%q %q\n", rest, data)

	for _, path := range []string{"../outside", "/data/../outside", "/etc/passwd", "/fixed/new", "/data/tree/out/x"} {
		if path == "/data/tree/out/x" {
			check(os.Symlink("../../../outside", filepath.Join(root, "tree/out")))
		}
		_, err := os.Create(path)
		fmt.Println(path, err != nil)
	}
	given, err := os.ReadFile("/fixed/given.txt")
	check(err)
	fmt.Printf("%q\n", given)

	var group sync.WaitGroup
	sums := make(chan int, 8)
	start := time.Now()
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			time.Sleep(time.Duration(i*3) * time.Millisecond)
			list, err := os.ReadDir(filepath.Join(root, "tree/moved/sub"))
			check(err)
			sums <- len(list)
		}()
	}
	group.Wait()
	close(sums)
	total := 0
	for n := range sums {
		total += n
	}
	fmt.Println("goroutines", total, time.Since(start) >= 21*time.Millisecond)

	check(os.RemoveAll(filepath.Join(root, "tree")))
	left, err := os.ReadDir(root)
	check(err)
	fmt.Println("left", len(left), len(os.Args), os.Getenv("WX_TEST"))
}
