//! Small files of the kinds that can be looked at, made by hand.

use std::io::Write as _;

/// Ten seconds of a ball (VP8).
pub fn film() -> Vec<u8> {
    include_bytes!("film.webm").to_vec()
}

/// A gradient; stored, not compressed.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut pixels = Vec::new();
    for y in 0..height {
        pixels.push(0);
        for x in 0..width {
            pixels.extend([(x * 255 / width) as u8, (y * 255 / height) as u8, 120]);
        }
    }
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&pixels).unwrap();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", packed.finish().unwrap()),
        (b"IEND", vec![]),
    ] {
        let mut check = flate2::Crc::new();
        check.update(kind);
        check.update(&data);
        bytes.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        bytes.extend(kind);
        bytes.extend(data);
        bytes.extend(check.sum().to_be_bytes());
    }
    bytes
}

/// A tone of so many seconds: 8,000 samples of one byte a second.
pub fn wav(seconds: u32) -> Vec<u8> {
    const RATE: u32 = 8000;
    let length = seconds * RATE;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE.to_le_bytes());
    bytes.extend(RATE.to_le_bytes());
    bytes.extend(b"\x01\0\x08\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend((0..length).map(|n| if n / 10 % 2 == 0 { 120 } else { 136 }));
    bytes
}

/// A document of so many pages that runs `script` when it is opened, where that is allowed.
pub fn pdf(pages: usize, script: &str) -> Vec<u8> {
    let action = if script.is_empty() {
        String::new()
    } else {
        format!("/OpenAction << /S /JavaScript /JS <{}> >>", hex(script))
    };
    let kids: Vec<String> = (0..pages)
        .map(|page| format!("{} 0 R", 4 + 2 * page))
        .collect();
    let mut objects = vec![
        format!("<< /Type /Catalog /Pages 2 0 R {action} >>"),
        format!(
            "<< /Type /Pages /Kids [{}] /Count {pages} >>",
            kids.join(" ")
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for page in 0..pages {
        let words = format!(
            "BT /F1 28 Tf 60 760 Td (Page {} of the lecture) Tj ET",
            page + 1
        );
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] \
             /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * page
        ));
        objects.push(format!(
            "<< /Length {} >>\nstream\n{words}\nendstream",
            words.len()
        ));
    }
    let mut text = "%PDF-1.7\n".to_owned();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(format!("{:010} 00000 n \n", text.len()));
        text += &format!("{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let table = text.len();
    let count = objects.len() + 1;
    text += &format!("xref\n0 {count}\n0000000000 65535 f \n{}", places.concat());
    text += &format!("trailer << /Root 1 0 R /Size {count} >>\nstartxref\n{table}\n%%EOF");
    text.into_bytes()
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive of empty files.
pub fn zip(names: &[&str]) -> Vec<u8> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for name in names {
        let at = u32::try_from(archive.len()).unwrap().to_le_bytes();
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        archive.extend(b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0");
        archive.extend([0; 12]);
        archive.extend(length);
        archive.extend([0; 2]);
        archive.extend(name.as_bytes());
        directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\0\0");
        directory.extend([0; 12]);
        directory.extend(length);
        directory.extend([0; 12]);
        directory.extend(at);
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let from = u32::try_from(archive.len()).unwrap().to_le_bytes();
    let bytes = u32::try_from(directory.len()).unwrap().to_le_bytes();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend([count, count].concat());
    archive.extend([bytes, from].concat());
    archive.extend([0; 2]);
    archive
}

/// A compressed archive of small files.
pub fn tar_gz(names: &[&str]) -> Vec<u8> {
    let packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(packed);
    for name in names {
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        archive
            .append_data(&mut header, name, b"abc".as_slice())
            .unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}
