import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Bytes that count up from `start`. */
export const ramp = (length: number, start = 0) => Uint8Array.from({ length }, (_, i) => (start + i) % 256);

/** An IDX file of bytes. */
export function idx(shape: readonly number[], data: Uint8Array, type = 8): Uint8Array {
  const sizes = shape.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  return Uint8Array.from([0, 0, type, shape.length, ...sizes, ...data]);
}
export const images = (count: number) => idx([count, 28, 28], ramp(count * 784));
export const labels = (...classes: number[]) => idx([classes.length], Uint8Array.from(classes));

/** One record of CIFAR; the planes of image `start` hold a ramp. */
export const record = (start: number, ...classes: number[]) =>
  Uint8Array.from([...classes, ...ramp(3072, start)]);

/** A tar archive by the ustar standard. */
export function tar(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const blocks = Object.entries(files).map(([name, data]) => {
    const block = Buffer.alloc(512 + Math.ceil(data.length / 512) * 512);
    block.write(name);
    block.write(`${data.length.toString(8).padStart(11, '0')}\0`, 124);
    block.write('        0', 148);
    block.write('ustar\x0000', 257);
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    block.set(data, 512);
    return block;
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** Write files below a folder; gives the folder back. */
export function fill(dir: string, files: Readonly<Record<string, Uint8Array>>): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), bytes);
  }
  return dir;
}

/** Every file below a folder, in order. */
export function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}
