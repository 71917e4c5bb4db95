// What Rust's standard library needs of WASI: arguments, environment, files, directories, time, panics, collections.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{BufRead, Read, Seek, Write};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    println!("arguments: {}", args.join(" | "));
    println!("MODE: {:?}", std::env::var("MODE").ok());

    let mut file = std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(true).open("new.txt")?;
    for i in 0..1000 {
        writeln!(file, "line {i}")?;
    }
    file.rewind()?;
    let total: usize = std::io::BufReader::new(&file).lines().map(|line| line.unwrap().len()).sum();
    println!("bytes of lines: {total}, of file: {}", file.metadata()?.len());
    std::fs::create_dir("folder")?;
    std::fs::rename("new.txt", "folder/moved.txt")?;
    let mut names: Vec<String> =
        std::fs::read_dir(".")?.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    println!("{names:?}");
    let mut text = String::new();
    std::fs::File::open("folder/moved.txt")?.take(12).read_to_string(&mut text)?;
    println!("{text:?}");
    std::fs::remove_file("folder/moved.txt")?;
    std::fs::remove_dir("folder")?;
    println!("{}", std::fs::metadata("missing").unwrap_err());

    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(20));
    println!("slept: {}", start.elapsed() >= Duration::from_millis(20));

    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    "mississippi".chars().for_each(|c| *counts.entry(c).or_default() += 1);
    println!("{counts:?}");
    let set: HashSet<u64> = (0..10_000u64).map(|n| n * n % 1009).collect();
    let map: HashMap<u64, f64> = set.iter().map(|&n| (n, (n as f64).sqrt())).collect();
    let mut sums: Vec<f64> = map.values().copied().collect();
    sums.sort_by(|a, b| a.total_cmp(b));
    println!("{} {:.6} {:e}", sums.len(), sums.iter().sum::<f64>(), f64::MIN_POSITIVE);
    println!("{:?} {:?}", "1e-7".parse::<f64>(), "x".parse::<i32>());
    println!("{}", i128::MAX / 3 % 1_000_000_007);

    let numbers: Vec<u32> = vec![1, 2, 3];
    let index = args.len() + 7;
    println!("{}", numbers[index]);
    Ok(())
}
