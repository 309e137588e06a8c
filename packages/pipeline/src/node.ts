/**
 * Folders of models on disk.
 *
 * ```ts
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { faithful } from '@iresnet/datasets';
 * import { defaultRecipe, openModel, tableSource, train } from '@iresnet/pipeline';
 * import { saveModel } from '@iresnet/pipeline/node';
 *
 * const recipe = { ...defaultRecipe('table'), steps: 2 };
 * const { pipeline } = await train(tableSource('faithful', faithful(), recipe), recipe);
 * const dir = join(mkdtempSync(join(tmpdir(), 'geyser-')), 'model');
 * await saveModel(dir, pipeline); // whole or not at all, also when the process is killed
 * console.log((await openModel(dir)).input);
 * ```
 *
 * @packageDocumentation
 */
export { saveModel } from './saveModel';
export { modelFolder } from './location/node';
export { parseShard, type Shard } from './shards/shard';
export { rowShares, rowsOfShare, type RowShare, type RowShares } from './shards/rowShares';
export { writePart, type NewPart, type PartFormat, type PartIdentity, type PartInput } from './shards/part';
export { openParts, type OpenPartsOptions, type Parts } from './shards/parts';
export { pipelinePool, type PipelinePool } from './workers/pipelinePool';
export { servePipeline } from './workers/servePipeline';
export { rankOfJob, type RankOfJob } from './workers/rankOfJob';
