/** Formats that people take for tables, by their first bytes, with what to do instead. */
const BINARY: readonly (readonly [at: number, magic: readonly (number | string)[], name: string])[] = [
  [0, [0xd0, 0xcf, 0x11, 0xe0], 'an Excel workbook (.xls): save its sheet as CSV'],
  [0, ['FEA1'], 'a Feather file: save it as CSV or npy'],
  [0, [0x89, 'HDF'], 'an HDF5 file: save its array as npy'],
  [0, ['CDF', 1], 'a netCDF file: save its array as npy'],
  [0, ['CDF', 2], 'a netCDF file: save its array as npy'],
  [0, ['SQLite format 3'], 'an SQLite database: save its table as CSV'],
  [0, ['MATLAB'], 'a MATLAB file: save its matrix as CSV'],
  [0, ['RDX'], 'an R data file: save its table with write.csv'],
  [0, ['$FL2'], 'an SPSS file: save it as CSV'],
  [0, ['BZh'], 'a bzip2 file: unpack it'],
  [0, [0x28, 0xb5, 0x2f, 0xfd], 'a zstd file: unpack it'],
  [0, [0xfd, '7zXZ'], 'an xz file: unpack it'],
  [0, ['7z', 0xbc, 0xaf], 'a 7z archive: unpack it'],
  [257, ['ustar'], 'a tar archive: unpack it'],
  [0, ['%PDF'], 'a PDF document'],
  [0, [0x89, 'PNG'], 'a PNG image'],
  [0, [0xff, 0xd8, 0xff], 'a JPEG image'],
  [0, ['GIF8'], 'a GIF image'],
  [0, [0xff, 0xfe, 0, 0], 'UTF-32 text: save it as UTF-8'],
  [0, [0, 0, 0xfe, 0xff], 'UTF-32 text: save it as UTF-8'],
];

/** The name of a format that is not a table, by the first bytes of a file; undefined for others. */
export function binaryFormat(bytes: Uint8Array): string | undefined {
  const found = BINARY.find(([at, magic]) => beginsWith(bytes, at, magic));
  if (found) return found[2];
  // The protocol of a pickle, and an opcode that can follow it.
  if (bytes[0] === 0x80 && bytes[1]! >= 2 && bytes[1]! <= 5)
    return 'a Python pickle: save the array with numpy.save';
  return beginsWith(bytes, 0, ['PK', 3, 4]) ? zipFormat(bytes) : undefined;
}

/** A zip archive, told by the names of its files, which stand in it as they are. */
function zipFormat(bytes: Uint8Array): string {
  const names = latin1(bytes.subarray(0, 2 ** 16));
  if (names.includes('xl/')) return 'an Excel workbook (.xlsx): save its sheet as CSV';
  if (names.includes('.npy')) return 'an npz archive: save its array by itself with numpy.save';
  if (names.includes('content.xml')) return 'an OpenDocument file: save its sheet as CSV';
  if (names.includes('.pkl')) return 'a PyTorch file, which is not a table';
  return 'a zip archive: unpack it';
}

/** The name of a format of text that is not a table; undefined for others. */
export function textFormat(text: string): string | undefined {
  const start = text
    .slice(0, 1000)
    .replace(/^\ufeff/, '')
    .trimStart();
  if (start.startsWith('version https://git-lfs.github.com/'))
    return 'a pointer of Git LFS: the file itself is not here (git lfs pull)';
  if (/^<(!doctype html|html|head|body|table|div|script|meta)\b/i.test(start)) return 'an HTML page';
  if (/^<\?xml|^<svg\b/i.test(start)) return 'an XML file';
  if (/^\[\s*[[{]|^\{\s*("|\})/.test(start)) return 'JSON that does not begin as rows: save it as CSV';
  if (/^(%[^\n]*\n\s*)*@relation\b/i.test(start)) return 'an ARFF file: save it as CSV';
  if (start.startsWith('{\\rtf')) return 'an RTF document';
  if (start.startsWith('%!PS')) return 'a PostScript document';
  return undefined;
}

function beginsWith(bytes: Uint8Array, at: number, magic: readonly (number | string)[]): boolean {
  const codes = magic.flatMap((part) =>
    typeof part === 'number' ? [part] : Array.from(part, (char) => char.charCodeAt(0)),
  );
  return codes.every((code, i) => bytes[at + i] === code);
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
