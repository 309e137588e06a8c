import { getBackend } from '@tensorflow/tfjs-core';
import { writePart, type PartInput, type Shard } from '@iresnet/pipeline/node';
import type { ScoreRequest } from '../requests/judge';
import type { Opened } from '../run/dispatch';
import type { Output } from '../terminal/output';
import { stoppable } from '../terminal/stoppable';

/** Write the scores of a shard into the folder `out`, unless they are there; a signal leaves nothing half-written. */
export async function writeShard(
  { path }: Opened,
  {
    shard,
    out,
    format,
    data: _data,
    backend: _backend,
    workers: _workers,
    ...options
  }: ScoreRequest & { readonly shard: Shard },
  inputs: readonly PartInput[],
  lines: AsyncIterable<string>,
  output: Output,
): Promise<void> {
  const name = `shard ${shard.index}/${shard.count}${shard.from === null ? '' : ` (${shard.from})`}`;
  const part = {
    dir: out!,
    shard,
    format: format as 'csv' | 'jsonl',
    model: path,
    backend: getBackend(),
    options,
    inputs,
  };
  const written = await stoppable((signal) => writePart(part, lines, signal));
  output.log(`${name}: ${written ? 'wrote its part to' : 'its part is there already in'} ${out}`);
}
