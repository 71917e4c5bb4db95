// Counts words of its standard input, or of the files named, and prints the most frequent ones.

use std::collections::HashMap;
use std::io::Read;

fn main() {
    let mut text = String::new();
    let names: Vec<String> = std::env::args().skip(1).collect();
    if names.is_empty() {
        std::io::stdin().read_to_string(&mut text).expect("standard input");
    }
    for name in names {
        match std::fs::read_to_string(&name) {
            Ok(contents) => text.push_str(&contents),
            Err(error) => {
                eprintln!("wordcount: {name}: {error}");
                std::process::exit(1);
            }
        }
    }
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_default() += 1;
    }
    let mut order: Vec<(String, usize)> = counts.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for (word, count) in order.iter().take(5) {
        println!("{count:5} {word}");
    }
}
