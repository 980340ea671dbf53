//! The files of one recording, by name: the one that is written, those that were rotated away, and what stands beside them.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io, iter,
    path::{Path, PathBuf},
};

/// At least so many digits of a number are written, so that names sort as their numbers do.
const DIGITS: usize = 6;
/// And at most so many, so that there is always a next number.
const MAX_DIGITS: usize = 18;
/// What is added to the name of a file that is compressed, and to that of one that is being compressed.
const GZIP: &str = ".gz";
const PARTIAL: &str = ".gz.part";

/// Links that lead on to so many others lead nowhere, as for most operating systems.
const MAX_LINKS: usize = 40;

/// A recording: `events.jsonl`, its rotated files `events.000001.jsonl` and so on, the higher the newer, each as it was or
/// with `.gz` behind it, and `events.jsonl.lock`.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    live: PathBuf,
    directory: PathBuf,
    /// What all names begin with, the dot before the number included.
    stem: OsString,
    /// What the names of rotated files end with, the dot included; nothing if the live file's name has no dot.
    extension: OsString,
}

/// In which forms a rotated file is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Forms {
    pub(crate) plain: bool,
    pub(crate) gzip: bool,
    /// A compressed form that is not complete.
    pub(crate) partial: bool,
}

impl Series {
    pub(crate) fn new(live: &Path) -> Self {
        let mut stem = live.file_stem().unwrap_or_default().to_owned();
        stem.push(".");
        let mut extension = OsString::new();
        if let Some(name) = live.extension() {
            extension.push(".");
            extension.push(name);
        }
        Self { live: live.to_owned(), directory: directory_of(live).to_owned(), stem, extension }
    }

    /// The recording that a path leads to, wherever the current directory is later: rotated files are beside the file itself,
    /// and not beside a link to it.
    pub(crate) fn found(path: &Path) -> Self {
        if let Ok(there) = fs::canonicalize(path) {
            return Self::new(&there);
        }
        // It is still to come, be it where a link leads.
        let next = |path: &PathBuf| Some(directory_of(path).join(fs::read_link(path).ok()?));
        let path = iter::successors(Some(path.to_owned()), next).take(MAX_LINKS).last().unwrap_or_default();
        let to_come = || Some(fs::canonicalize(directory_of(&path)).ok()?.join(path.file_name()?));
        Self::new(&to_come().unwrap_or(path))
    }

    /// The file that is written.
    pub(crate) fn live(&self) -> &Path {
        &self.live
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file that whoever writes holds locked. It is not the live one: where locks are mandatory, nobody could read that.
    pub(crate) fn lock(&self) -> PathBuf {
        let mut name = self.live.clone().into_os_string();
        name.push(".lock");
        name.into()
    }

    pub(crate) fn rotated(&self, number: u64) -> PathBuf {
        self.named(number, "")
    }

    pub(crate) fn gzip(&self, number: u64) -> PathBuf {
        self.named(number, GZIP)
    }

    pub(crate) fn partial(&self, number: u64) -> PathBuf {
        self.named(number, PARTIAL)
    }

    fn named(&self, number: u64, suffix: &str) -> PathBuf {
        let mut name = self.stem.clone();
        name.push(format!("{number:0DIGITS$}"));
        name.push(&self.extension);
        name.push(suffix);
        self.directory.join(name)
    }

    /// The rotated files that are there, oldest first.
    pub(crate) fn list(&self) -> io::Result<BTreeMap<u64, Forms>> {
        let mut found = BTreeMap::<u64, Forms>::new();
        for entry in fs::read_dir(&self.directory)? {
            if let Some((number, suffix)) = self.parse(&entry?.file_name()) {
                let forms = found.entry(number).or_default();
                match suffix {
                    Suffix::None => forms.plain = true,
                    Suffix::Gzip => forms.gzip = true,
                    Suffix::Partial => forms.partial = true,
                }
            }
        }
        Ok(found)
    }

    /// Whether a rotated file is there, in whichever form. While it is compressed it is at each moment: the plain form goes last.
    pub(crate) fn is_rotated(&self, number: u64) -> bool {
        self.rotated(number).exists() || self.gzip(number).exists()
    }

    /// The oldest rotated file and the newest. A directory is not listed at one moment, so that a file may be left out which is
    /// compressed meanwhile: at the ends it is looked for by its name.
    pub(crate) fn ends(&self) -> io::Result<Option<(u64, u64)>> {
        let mut numbers = self.list()?.into_iter().filter_map(|(number, forms)| forms.whole().then_some(number));
        let Some(first) = numbers.next() else { return Ok(None) };
        let (mut oldest, mut newest) = (first, numbers.next_back().unwrap_or(first));
        while oldest > 0 && self.is_rotated(oldest - 1) {
            oldest -= 1;
        }
        while self.is_rotated(newest + 1) {
            newest += 1;
        }
        Ok(Some((oldest, newest)))
    }

    fn parse(&self, name: &OsStr) -> Option<(u64, Suffix)> {
        let rest = name.as_encoded_bytes().strip_prefix(self.stem.as_encoded_bytes())?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = rest.split_at(digits);
        let suffix = match rest.strip_prefix(self.extension.as_encoded_bytes())? {
            b"" => Suffix::None,
            rest if rest == GZIP.as_bytes() => Suffix::Gzip,
            rest if rest == PARTIAL.as_bytes() => Suffix::Partial,
            _ => return None,
        };
        // A name that this number would not be given is somebody else's.
        let padded = digits > DIGITS && number.starts_with(b"0");
        let number = str::from_utf8(number).ok().filter(|_| (DIGITS..=MAX_DIGITS).contains(&digits) && !padded)?;
        Some((number.parse().ok()?, suffix))
    }
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

enum Suffix {
    None,
    Gzip,
    Partial,
}

impl Forms {
    /// Whether the whole file is there in one form at least.
    pub(crate) const fn whole(self) -> bool {
        self.plain || self.gzip
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rotated_files_are_known_by_their_names() {
        let directory = tempfile::tempdir().unwrap();
        let series = Series::new(&directory.path().join("run.events.jsonl"));
        for name in [
            "run.events.jsonl",
            "run.events.jsonl.lock",
            "run.events.000002.jsonl.gz",
            "run.events.000003.jsonl",
            "run.events.000003.jsonl.gz.part",
            "run.events.1000000.jsonl",
            // Those of others.
            "run.events.3.jsonl",
            "run.events.0000003.jsonl",
            "run.events.18446744073709551615.jsonl",
            "run.events.000004.json",
            "run.events.000005.jsonl.bak",
            "run.events.abcdef.jsonl",
            "run.000006.jsonl",
        ] {
            fs::write(directory.path().join(name), "").unwrap();
        }
        let forms = |plain, gzip, partial| Forms { plain, gzip, partial };
        let expected = BTreeMap::from([
            (2, forms(false, true, false)),
            (3, forms(true, false, true)),
            (1_000_000, forms(true, false, false)),
        ]);
        assert_eq!(series.list().unwrap(), expected);
        assert_eq!(series.rotated(1_000_000), directory.path().join("run.events.1000000.jsonl"));
        assert_eq!(series.gzip(2), directory.path().join("run.events.000002.jsonl.gz"));
    }

    #[test]
    fn a_path_that_leads_nowhere_yet_is_independent_of_the_current_directory() {
        let here = std::env::current_dir().unwrap().canonicalize().unwrap();
        for path in ["later.jsonl", "./later.jsonl", "src/../later.jsonl"] {
            let series = Series::found(Path::new(path));
            assert_eq!((series.live(), series.directory()), (&*here.join("later.jsonl"), &*here), "{path}");
        }
    }

    #[test]
    fn a_name_without_an_extension_is_numbered_at_its_end() {
        let series = Series::new(Path::new("events"));
        assert_eq!(series.rotated(7), Path::new("./events.000007"));
        assert_eq!(series.parse(OsStr::new("events.000007.gz")).map(|(number, _)| number), Some(7));
    }
}
