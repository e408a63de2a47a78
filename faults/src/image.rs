//! A file system in a file: made, mounted on a loop device, cut, and mounted again, which replays its journal. The cut
//! is the shutdown ioctl without a flush of the log (`xfs_io -c shutdown`; ext4 has the same): from one moment on
//! nothing more reaches the image, and what was only in memory is gone. What the file system had handed to its device
//! counts as written, so a device that loses its own cache is not played here.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Which file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ext4 as mkfs.ext4 makes it: ordered data.
    Ext4,
    /// XFS as mkfs.xfs makes it.
    Xfs,
}

impl Kind {
    /// By its name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Ext4, Self::Xfs].into_iter().find(|kind| kind.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
        }
    }
}

/// A mounted image; unmounted and removed when dropped.
#[derive(Debug)]
pub struct Image {
    file: PathBuf,
    /// Where it is mounted.
    pub mount: PathBuf,
    is_mounted: bool,
}

/// Sparse: takes what is written to it.
const IMAGE_BYTES: u64 = 1 << 30;

impl Image {
    /// Makes a file system in `folder` and mounts it.
    pub fn make(kind: Kind, folder: &Path) -> Result<Self, String> {
        let (file, mount) = (folder.join("image"), folder.join("mount"));
        std::fs::create_dir_all(&mount)
            .map_err(|error| format!("cannot make {}: {error}", mount.display()))?;
        let made = std::fs::File::create(&file).and_then(|image| image.set_len(IMAGE_BYTES));
        made.map_err(|error| format!("cannot make {}: {error}", file.display()))?;
        run(Command::new(format!("mkfs.{}", kind.name())).arg("-q").arg(&file))?;
        let mut image = Self { file, mount, is_mounted: false };
        image.mount()?;
        Ok(image)
    }

    /// Mounts it, which replays the journal.
    pub fn mount(&mut self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", "loop"]).arg(&self.file).arg(&self.mount))?;
        self.is_mounted = true;
        Ok(())
    }

    /// The power fails: nothing more reaches the image.
    pub fn cut(&self) -> Result<(), String> {
        run(Command::new("xfs_io").args(["-x", "-c", "shutdown"]).arg(&self.mount))
    }

    /// Unmounts it; after a cut that writes nothing.
    pub fn unmount(&mut self) -> Result<(), String> {
        let mut last = String::new();
        for _ in 0..100 {
            match run(Command::new("umount").arg(&self.mount)) {
                Ok(()) => {
                    self.is_mounted = false;
                    return Ok(());
                }
                // A process that was killed a moment ago may still be let go of.
                Err(error) => last = error,
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(last)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = self.unmount();
        }
        let _ = std::fs::remove_file(&self.file);
    }
}

/// Why this machine cannot play power cuts on such a file system; found out by playing one.
pub fn refusal(kind: Kind, folder: &Path) -> Option<String> {
    if !rustix::process::getuid().is_root() {
        return Some("mounting an image needs root".to_owned());
    }
    let tried = Image::make(kind, folder).and_then(|mut image| {
        image.cut()?;
        let probe = image.mount.join("probe");
        if std::fs::write(probe, "x").is_ok() {
            return Err("the file system goes on after its shutdown".to_owned());
        }
        image.unmount()?;
        image.mount()
    });
    tried.err()
}

/// Runs a program of the system to its end; an error says what it said.
fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let line = said.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    if line.starts_with(&name) {
        Err(line.to_owned())
    } else {
        Err(format!("{name}: {line} ({})", output.status))
    }
}
