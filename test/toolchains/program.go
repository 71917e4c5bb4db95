// What Go programs need of WASI: goroutines and channels, timers, maps, sorting, JSON, files and directories.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"sync"
	"time"
)

type item struct {
	Name  string         `json:"name"`
	Count int            `json:"count"`
	Tags  []string       `json:"tags,omitempty"`
	Inner map[string]any `json:"inner"`
}

func main() {
	fmt.Println("arguments:", strings.Join(os.Args[1:], " | "))
	fmt.Println("MODE:", os.Getenv("MODE"))

	results := make(chan int)
	var group sync.WaitGroup
	for i := 1; i <= 100; i++ {
		group.Add(1)
		go func(n int) {
			defer group.Done()
			results <- n * n
		}(i)
	}
	go func() { group.Wait(); close(results) }()
	sum := 0
	for n := range results {
		sum += n
	}
	fmt.Println("sum of squares:", sum)

	start := time.Now()
	time.Sleep(30 * time.Millisecond)
	fmt.Println("slept:", time.Since(start) >= 30*time.Millisecond)
	select {
	case <-time.After(10 * time.Millisecond):
		fmt.Println("timer fired")
	case <-make(chan int):
	}

	counts := map[string]int{}
	for _, word := range strings.Fields("the quick the lazy the dog quick") {
		counts[word]++
	}
	words := make([]string, 0, len(counts))
	for word := range counts {
		words = append(words, word)
	}
	sort.Slice(words, func(a, b int) bool {
		return counts[words[a]] > counts[words[b]] || counts[words[a]] == counts[words[b]] && words[a] < words[b]
	})
	fmt.Println(words)

	text, _ := json.Marshal(item{"größe", 3, nil, map[string]any{"pi": 3.14159, "list": []int{1, 2}}})
	fmt.Println(string(text))
	var back item
	if err := json.Unmarshal([]byte(`{"name":"x","count":7,"tags":["a","b"],"inner":{"k":1e3}}`), &back); err != nil {
		panic(err)
	}
	fmt.Printf("%+v\n", back)
	fmt.Println(json.Unmarshal([]byte(`{"count":"no"}`), &back))

	if err := os.WriteFile("new.txt", []byte("written by go\n"), 0o644); err != nil {
		fmt.Println(err)
	}
	entries, err := os.ReadDir(".")
	fmt.Println(len(entries), err)
	for _, entry := range entries {
		info, _ := entry.Info()
		fmt.Println(entry.Name(), entry.IsDir(), !entry.IsDir() && info.Size() > 0)
	}
	_, err = os.Stat("missing")
	fmt.Println(errors.Is(err, os.ErrNotExist))
	defer func() {
		fmt.Println("recovered:", recover())
		os.Exit(3)
	}()
	var none []int
	fmt.Println(none[len(os.Args)])
}
