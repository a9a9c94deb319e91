//! Measures the time and memory of matching, including scores, proof and explanations.
//!
//! ```text
//! cargo bench --bench matching                        a table
//! cargo bench --bench matching -- --write FOLDER      the same, and the instances for scipy_compare.py
//! ```
//!
//! Each instance runs in its own process, so that its memory is measured alone.

use reverse_mentor::domain::matching::assignment::{self, Market, code};
use reverse_mentor::domain::matching::{self, Sum};
use reverse_mentor::domain::program::Settings;
use reverse_mentor::offline::File;
use reverse_mentor::people_file::{self, Mapping, Purpose};
use reverse_mentor::rehearse::Company;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// People in total, about half on each side.
const COMPANIES: [usize; 4] = [200, 2_000, 10_000, 20_000];
/// Rows, and as many columns, with independent random scores.
const RANDOM: [usize; 3] = [1_000, 5_000, 10_000];
const SEED: u64 = 7;
/// Runs per instance; the fastest counts, because the others were disturbed.
const TIMES: u32 = 3;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| *word != "--bench")
        .collect();
    match words.as_slice() {
        ["--one", name] => one(name, None),
        ["--one", name, folder] => one(name, Some(Path::new(folder))),
        ["--write", folder] => all(Some(Path::new(folder))),
        _ => all(None),
    }
}

fn all(folder: Option<&Path>) {
    println!(
        "| instance | rows × columns | pairs | weakest | total | seconds | peak MB | of it people |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let companies = COMPANIES.iter().map(|people| format!("company-{people}"));
    for name in companies.chain(RANDOM.iter().map(|side| format!("random-{side}"))) {
        let itself = std::env::current_exe().expect("a path to this very program");
        let mut command = Command::new(itself);
        command.args(["--one", &name]).args(folder);
        let done = command.status().expect("this program starts");
        assert!(done.success(), "{name}");
    }
}

struct Measured {
    name: String,
    sides: (usize, usize),
    pairs: usize,
    certain: usize,
    /// Pairs that score less are never made.
    least: u8,
    weakest: u8,
    total: u32,
    seconds: f64,
}

fn one(name: &str, folder: Option<&Path>) {
    let (kind, size) = name.split_once('-').expect("a kind and a size");
    let size = size.parse().expect("a size");
    let (measured, before) = match kind {
        "company" => company(name, size, folder),
        _ => random(name, size, folder),
    };
    let (rows, columns) = measured.sides;
    println!(
        "| {name} | {rows} × {columns} | {} | {} | {} | {:.3} | {} | {before} |",
        measured.pairs,
        measured.weakest,
        measured.total,
        measured.seconds,
        peak_megabytes()
    );
    if let Some(folder) = folder {
        let line = format!(
            "{{\"name\": \"{}\", \"pairs\": {}, \"certain\": {}, \"least\": {}, \"weakest\": {}, \"total\": {}, \"seconds\": {}, \"peak_mb\": {}}}\n",
            measured.name,
            measured.pairs,
            measured.certain,
            measured.least,
            measured.weakest,
            measured.total,
            measured.seconds,
            peak_megabytes()
        );
        let path = folder.join(format!("{name}.json"));
        std::fs::write(path, line).expect("a folder to write to");
    }
}

fn company(name: &str, people: usize, folder: Option<&Path>) -> (Measured, u64) {
    let company = Company::made_up(people, SEED);
    let settings: Settings = toml::from_str(&company.program(6)).expect("a program");
    let csv = company.csv();
    drop(company);
    let (path, mapping) = (Path::new("people.csv"), Mapping::default());
    let read = people_file::parse(
        path,
        csv.as_bytes(),
        &settings,
        people,
        Purpose::Match,
        &mapping,
    );
    drop(csv);
    let file = File::of(read.expect("a file without faults"), &settings);
    let now = "2026-01-12T10:00:00Z".parse().expect("a time");
    let candidates = file.candidates(&settings, now, SEED);
    let before = peak_megabytes();
    let (round, seconds) = quickest(|| matching::solve(&candidates));
    assert_eq!(round.certificate.gap, 0, "no proof");
    let sum = Sum::of(&round);
    let (mut lines, mut columns) = (0, 0);
    let mut file = folder.map(|folder| npy(folder, name));
    matching::written_out(&candidates, |line| {
        (lines, columns) = (lines + 1, line.len());
        if let Some((_, file)) = &mut file {
            file.write_all(line).expect("room on the disk");
        }
    });
    finish(file, lines, columns);
    let measured = Measured {
        name: name.to_owned(),
        sides: (lines, columns),
        pairs: sum.pairs,
        certain: sum.pairs - sum.to_confirm,
        least: settings.floor,
        weakest: sum.weakest.unwrap_or(0),
        total: sum.total,
        seconds,
    };
    (measured, before)
}

/// Scores by hash, so that people's preferences are independent.
struct Random {
    room: Vec<u32>,
}

impl Random {
    fn mixed(row: usize, column: usize) -> u64 {
        let mixed = ((row as u64) << 32 | column as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Market for Random {
    fn row_room(&self) -> &[u32] {
        &self.room
    }

    fn column_room(&self) -> &[u32] {
        &self.room
    }

    fn row(&mut self, row: usize, codes: &mut Vec<u8>) {
        codes.clear();
        codes.extend((0..self.room.len()).map(|column| self.code(row, column)));
    }

    fn column(&mut self, column: usize, codes: &mut Vec<u8>) {
        codes.clear();
        codes.extend((0..self.room.len()).map(|row| self.code(row, column)));
    }

    fn code(&self, row: usize, column: usize) -> u8 {
        let drawn = Self::mixed(row, column);
        // The product of two draws, so that excellent pairs are rare.
        let score = ((drawn & 0xffff) * (drawn >> 48) * 101) >> 32;
        code(u8::try_from(score).unwrap_or(0), false)
    }

    fn lot(&self, row: usize, column: usize) -> u32 {
        u32::try_from(Self::mixed(column, row) >> 32).unwrap_or(0)
    }
}

fn random(name: &str, side: usize, folder: Option<&Path>) -> (Measured, u64) {
    let mut market = Random {
        room: vec![1; side],
    };
    let before = peak_megabytes();
    let (best, seconds) = quickest(|| assignment::assign(&mut market, 0));
    assert_eq!(best.gap, 0, "no proof");
    let mut file = folder.map(|folder| npy(folder, name));
    if let Some((_, file)) = &mut file {
        let mut codes = Vec::new();
        for row in 0..side {
            market.row(row, &mut codes);
            file.write_all(&codes).expect("room on the disk");
        }
    }
    finish(file, side, side);
    let scores = best.chosen.iter();
    let scores = scores.filter_map(|&(row, column)| assignment::score(market.code(row, column)));
    let measured = Measured {
        name: name.to_owned(),
        sides: (side, side),
        pairs: best.chosen.len(),
        certain: best.chosen.len(),
        least: 0,
        weakest: best.floor.unwrap_or(0),
        total: scores.map(u32::from).sum(),
        seconds,
    };
    (measured, before)
}

fn quickest<T>(mut run: impl FnMut() -> T) -> (T, f64) {
    let mut least = Duration::MAX;
    let mut done = None;
    for _ in 0..TIMES {
        // Only one outcome is in memory at a time.
        drop(done.take());
        let began = Instant::now();
        done = Some(run());
        least = least.min(began.elapsed());
    }
    (done.expect("it ran"), least.as_secs_f64())
}

/// The length of numpy's header, which is written last, because the number of lines is known only at the end.
const HEADER: usize = 128;

fn npy(folder: &Path, name: &str) -> (PathBuf, std::io::BufWriter<std::fs::File>) {
    let path = folder.join(format!("{name}.npy"));
    let mut file =
        std::io::BufWriter::new(std::fs::File::create(&path).expect("a folder to write to"));
    file.write_all(&[0; HEADER]).expect("room on the disk");
    (path, file)
}

fn finish(
    file: Option<(PathBuf, std::io::BufWriter<std::fs::File>)>,
    lines: usize,
    columns: usize,
) {
    use std::os::unix::fs::FileExt;
    let Some((_, file)) = file else { return };
    let file = file.into_inner().expect("room on the disk");
    let dict =
        format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({lines}, {columns}), }}");
    let mut header = b"\x93NUMPY\x01\x00".to_vec();
    header.extend(u16::try_from(HEADER - 10).unwrap_or(0).to_le_bytes());
    header.extend(dict.bytes());
    header.resize(HEADER - 1, b' ');
    header.push(b'\n');
    file.write_all_at(&header, 0).expect("room on the disk");
}

/// The peak memory of this process, in megabytes; 0 where the system does not report it.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kilobytes.unwrap_or(0) / 1024
}
