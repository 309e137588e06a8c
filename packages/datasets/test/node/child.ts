// Downloads `argv[2]` to `argv[3]` with the hash `argv[4]`, then prints the hash of what it reads
// there.
import { readFileSync } from 'node:fs';
import { download } from '@iresnet/datasets/node';
import { sha256 } from './sha256';

const [url, path, hash] = process.argv.slice(2) as [string, string, string];
const onProgress = () => process.stdout.write('.');
await download(url, path, { sha256: hash, onProgress });
process.stdout.write(sha256(readFileSync(path)));
