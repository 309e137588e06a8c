import * as tf from '@tensorflow/tfjs';
import { fileURLToPath } from 'node:url';
import { createRng } from '@iresnet/core';
import {
  digitImages,
  iris,
  recordLines,
  takeImages,
  takeRows,
  type Field,
  type Table,
} from '@iresnet/datasets';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  calibrate,
  defaultRecipe,
  explain,
  openModel,
  score,
  scorePieces,
  scoreRecords,
  tableSource,
  train,
  type Pipeline,
  type Recipe,
  type ScoredPiece,
  type ScoreRecordsOptions,
} from '../src';
import { rowsOfShare } from '../src/node';

const COLUMNS = ['a', 'b'];
const model = {
  kind: 'dense',
  flow: { blocks: 1, hidden: [8], activation: 'sin', coefficient: 0.9, actNorm: true },
} as const;
const recipe: Recipe = { ...defaultRecipe('table'), steps: 2, model };
let pipeline: Pipeline;
/** Forty rows: one lacks a value, one is out of reach, two are far off. */
const table = normal(40, 2);
table.values.set([NaN, 0], 2 * 5);
table.values.set([1e39, 0], 2 * 9);
table.values.set([9, -9], 2 * 17);
table.values.set([0, 12], 2 * 30);

beforeAll(async () => {
  await tf.setBackend('cpu');
  const source = tableSource('t', normal(200, 1), recipe);
  pipeline = await calibrate((await train(source, recipe)).pipeline, source);
});

function normal(rows: number, seed: number): Table {
  const drawn = createRng(seed).normal([rows, 2]);
  return { columns: COLUMNS, rows, values: Float64Array.from(drawn.dataSync()) };
}

/** The rows in pieces, each scored alone. */
async function* inPieces(of: Pipeline, rows: Table, size: number): AsyncGenerator<ScoredPiece> {
  for (let first = 0; first < rows.rows; first += size) {
    const part = takeRows(rows, range(first, Math.min(first + size, rows.rows)));
    yield { first, table: part, scores: await score(of, part) };
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

type Record = { readonly [key: string]: Field[1] };

async function recordsOf(
  pieces: Iterable<ScoredPiece> | AsyncIterable<ScoredPiece>,
  options?: ScoreRecordsOptions,
  of = pipeline,
): Promise<Record[]> {
  const found: Record[] = [];
  for await (const some of scoreRecords(of, pieces, options))
    for (const fields of some) found.push(Object.fromEntries(fields) as Record);
  return found;
}

describe('rows', () => {
  test('a record says what score says of its row, however the rows are cut', async () => {
    const { logProb, pValue, percentile, unusable } = await score(pipeline, table);
    const wanted = range(0, 40).map((i) => ({
      row: i + 1,
      logLikelihood: logProb![i],
      percentile: Number.isNaN(percentile![i]) ? null : Number(percentile![i]!.toPrecision(6)),
      pValue: Number.isNaN(pValue![i]) ? null : Number(pValue![i]!.toPrecision(6)),
      unusable: unusable.find(({ index }) => index === i)?.reason,
    }));
    for (const size of [1, 7, 40]) expect(await recordsOf(inPieces(pipeline, table, size))).toEqual(wanted);
    expect(wanted.flatMap(({ unusable: why }) => why ?? [])).toHaveLength(2);
  });

  test('a decision and a rank look at all pieces', async () => {
    const { logProb } = await score(pipeline, table);
    const finite = range(0, 40).filter((i) => Number.isFinite(logProb![i]));
    const least = finite.sort((i, j) => logProb![i]! - logProb![j]!);
    const decision = { top: 3 };
    const records = await recordsOf(inPieces(pipeline, table, 6), { rank: true, decision });
    // The row without a value, the one out of reach, and then by density.
    expect(records.map(({ row }) => row)).toEqual([6, 10, ...least.map((i) => i + 1)]);
    // A row without a score is not flagged.
    expect(records.flatMap(({ row, flagged }) => (flagged ? [row] : []))).toEqual([10, 18, 31]);
    const unranked = await recordsOf(inPieces(pipeline, table, 6), { decision });
    expect(unranked.flatMap(({ row, flagged }) => (flagged ? [row] : []))).toEqual([10, 18, 31]);
  });

  test('an alarm is a function of the row, and records come with their pieces', async () => {
    let asked = 0;
    async function* counted(): AsyncGenerator<ScoredPiece> {
      for await (const piece of inPieces(pipeline, table, 10)) {
        asked++;
        yield piece;
      }
    }
    const decision = { alarm: 0.2 };
    const records = scoreRecords(pipeline, counted(), { decision });
    const first = (await records.next()).value as Iterable<Field[]>;
    expect(asked).toBe(1);
    // A run may be gone through again.
    expect(Array.from(first)).toEqual(Array.from(first));
    const all = await recordsOf(counted(), { decision });
    for (const { flagged, pValue } of all) expect(flagged).toBe(pValue !== null && (pValue as number) <= 0.2);
    expect(Array.from(first, (fields) => Object.fromEntries(fields) as Record)).toEqual(all.slice(0, 10));
  });

  test('flagged rows are explained, or else all', async () => {
    const reasons = await explain(pipeline, table, { most: 1 });
    const fields = (i: number) => {
      const [reason] = reasons[i]!;
      return reason
        ? { column1: reason.column, usual1: reason.usual, gain1: Number(reason.gain.toPrecision(6)) }
        : none;
    };
    const none = { column1: null, usual1: null, gain1: null };
    const some = await recordsOf(inPieces(pipeline, table, 9), {
      explain: true,
      most: 1,
      decision: { top: 3 },
    });
    some.forEach((record, i) => expect(record).toMatchObject([9, 17, 30].includes(i) ? fields(i) : none));
    expect(some[30]).toMatchObject({ column1: 'b' });
    expect(some[0]).not.toHaveProperty('column2');
    const all = await recordsOf(inPieces(pipeline, takeRows(table, [0, 17, 30]), 2), {
      explain: true,
      most: 1,
    });
    [0, 17, 30].forEach((row, i) => expect(all[i]).toMatchObject(fields(row)));
  });

  test('rows without a value are left out, those out of reach are not', async () => {
    const records = await recordsOf(inPieces(pipeline, table, 8), { missing: 'skip' });
    expect(records).toHaveLength(39);
    expect(records.map(({ row }) => row)).not.toContain(6);
    expect(records.map(({ row }) => row)).toContain(10);
  });

  test('cells that a table keeps stand behind the row, and no two values have one name', async () => {
    const kept = {
      columns: ['row', 'p_value', 'name', 'size'],
      cells: [
        ['x', 'y', '007', '2.5'],
        ['', '=1', 'b', '1e999'],
      ],
    };
    const rows: Table = { ...takeRows(table, [0, 1]), kept, numbers: Uint32Array.of(12, 40) };
    const pieces = [{ first: 3, table: rows, scores: await score(pipeline, rows), file: 'f.csv' }];
    const [json] = await lines(pieces, { cells: 'json' });
    expect(json).toMatch(
      /^\{"file":"f.csv","row":12,"row_":"x","p_value_":"y","name":"007","size":2.5,"logL/,
    );
    const [, second] = await lines(pieces, { cells: 'json' });
    expect(second).toContain('"row":40,"row_":null,"p_value_":"=1","name":"b","size":"1e999"');
    const [text] = await recordsOf(pieces);
    expect(text).toMatchObject({ row_: 'x', name: '007', size: '2.5' });
  });

  async function lines(pieces: readonly ScoredPiece[], options: ScoreRecordsOptions): Promise<string[]> {
    let text = '';
    for await (const some of scoreRecords(pipeline, pieces, options))
      text += recordLines(Array.from(some), 'jsonl');
    return text.split('\n');
  }
});

test('a classifier names its most probable class', async () => {
  const labelled: Recipe = { ...defaultRecipe('table', 'hybrid'), steps: 2, model };
  const { pipeline: trained } = await train(tableSource('iris', iris(), labelled), labelled);
  const { label: _, labels: __, ...plain } = takeRows(iris(), [0, 60, 120]);
  plain.values.set([NaN], 4);
  const { probabilities } = await score(trained, plain);
  const records = await recordsOf(scorePieces(trained, [plain]), {}, trained);
  for (const i of [0, 2]) {
    const shares = Array.from(probabilities!.subarray(3 * i, 3 * i + 3));
    const most = Math.max(...shares);
    expect(records[i]).toMatchObject({
      predicted: trained.input.classes[shares.indexOf(most)],
      probability: most,
    });
  }
  expect(records[1]).toMatchObject({ predicted: null, probability: null, logLikelihood: NaN });
  // It was not calibrated.
  expect(records[0]).not.toHaveProperty('pValue');
  await expect(
    recordsOf(scorePieces(trained, [plain]), { decision: { alarm: 0.1 } }, trained),
  ).rejects.toThrow('p-values');
});

test('images go by their names, with bits per dimension', async () => {
  const set = takeImages(digitImages(), [0, 1, 2, 3]);
  const images = await openModel(fileURLToPath(new URL('fixtures/images-v1/model', import.meta.url)));
  const scores = await score(images, set);
  const { logProb, bitsPerDim } = scores;
  const records = await recordsOf([{ first: 2, scores }], {}, images);
  expect(records.map(({ image }) => image)).toEqual([2, 3, 4, 5]);
  records.forEach((record, i) =>
    expect(record).toMatchObject({ logLikelihood: logProb![i], bitsPerDim: bitsPerDim![i] }),
  );
  const names = ['d.png', 'c.png', 'b.png', 'a.png'];
  const ranked = await recordsOf([{ first: 0, scores, names }], { rank: true }, images);
  const order = range(0, 4).sort((i, j) => logProb![i]! - logProb![j]!);
  expect(ranked.map(({ image }) => image)).toEqual(order.map((i) => names[i]));
});

test('what cannot be is refused', async () => {
  const scores = await score(pipeline, table);
  const pieces = [{ first: 0, scores }];
  await expect(recordsOf(pieces, { explain: true })).rejects.toThrow('expected pieces with their table');
  await expect(recordsOf(pieces, { ranked: true } as object)).rejects.toThrow("did you mean 'rank'?");
  const classifier = { ...pipeline, task: 'classify' } as Pipeline;
  await expect(recordsOf(pieces, { rank: true }, classifier)).rejects.toThrow('one that only classifies');
});

test('rows of a share keep their numbers', async () => {
  async function* pieces() {
    for (const rows of [3, 4, 5]) yield { columns: ['a'], rows, values: new Float64Array(rows) };
  }
  const numbers: number[] = [];
  for await (const { rows, numbers: found } of rowsOfShare(pieces(), { from: 2, to: 9 }))
    numbers.push(...Array.from({ length: rows }, (_, i) => found![i]!));
  expect(numbers).toEqual([3, 4, 5, 6, 7, 8, 9]);
});
