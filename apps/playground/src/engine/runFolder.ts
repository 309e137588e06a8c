import { unzipSync } from 'fflate';
import {
  datasetRecord,
  parseTable,
  readColumns,
  tableText,
  toy2d,
  type LabelledTable,
  type Table,
} from '@iresnet/datasets';
import { calibrate, planeSource, tableSource, type Pipeline, type TableSource } from '@iresnet/pipeline';
import {
  checkSource,
  decodeRun,
  isImages,
  recipeOf,
  type Run,
  type RunFiles,
  type TableData,
} from '@iresnet/pipeline/run';
import type { OwnRun } from '../protocol';
import { belongs } from '../runPaths';
import { ranges } from '../state';

/** Bytes that are taken out of a zip file at most. */
const MOST_BYTES = 64_000_000;

/** A run of rows whose data is here. */
export interface OpenedRun extends Run {
  readonly files: RunFiles;
  readonly source: TableSource;
  /** The model, which knows the scores of usual rows. */
  readonly pipeline: Pipeline;
}

/** The rows of a run lie in a file that is not in its folder. */
export interface MissingRows {
  readonly missing: string;
}

/**
 * Open a run folder, or a zip file with one.
 *
 * @throws Error that says in one sentence why the page cannot show it. What is wrong with a file of
 * it is an IResNetError.
 */
export async function openRun({ title, files: given, rows }: OwnRun): Promise<OpenedRun | MissingRows> {
  const files = rootOf(title, unzipped(title, given));
  const run = await decodeRun(files, title);
  const { config, pipeline } = run;
  try {
    const { data } = config;
    const { input } = pipeline;
    if (isImages(data) || input.kind === 'images')
      throw new Error(
        `${title} is a run on images, and this page shows runs on rows; iresnet report draws it.`,
      );
    const width = input.columns.length;
    if (width < 2 || width > ranges.column[1] + 1)
      throw new Error(`${title} has ${width} columns, and this page shows 2 to ${ranges.column[1] + 1}.`);
    const file = data.kind === 'file' ? baseName(data.file) : null;
    const found = rows ?? (file === null ? undefined : files.get(file));
    const text = typeof found === 'object' ? await tableText(found, { file: file! }) : (found ?? null);
    if (file !== null && text === null) {
      pipeline.model.dispose();
      return { missing: file };
    }
    const source = sourceOf(data, text, run);
    checkSource(pipeline, source, title);
    return {
      ...run,
      files,
      source,
      pipeline: pipeline.calibration ? pipeline : await calibrate(pipeline, source),
    };
  } catch (error) {
    pipeline.model.dispose();
    throw error;
  }
}

const baseName = (path: string): string =>
  path.slice(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')));

/** The data of a run, cut into parts as then. */
function sourceOf(data: TableData, text: string | null, { config }: Run): TableSource {
  const recipe = recipeOf(config);
  if (data.kind === 'toy') return planeSource(toy2d(data.name), recipe);
  if (data.kind === 'embedded') {
    const { label, labels, ...plain }: Table & Partial<LabelledTable> = datasetRecord(
      data.name,
      'table',
    ).load();
    const classes = data.label === undefined || labels === undefined ? {} : { label: label!, labels };
    return tableSource(data.name, { ...plain, ...classes }, recipe);
  }
  const { kind: _, schema, ...form } = data;
  const table = parseTable(text!, { ...form, ...(schema && readColumns(schema)) });
  return tableSource(baseName(data.file).replace(/\.\w+$/, ''), table, recipe);
}

/** The files of a zip file that a run folder has; files that are not zipped are as they are. */
function unzipped(title: string, files: Readonly<Record<string, Uint8Array>>): RunFiles {
  const [zip, ...more] = Object.entries(files);
  if (!zip || more.length > 0 || !zip[0].endsWith('.zip')) return new Map(Object.entries(files));
  let total = 0;
  try {
    const found = unzipSync(zip[1], {
      filter({ name, originalSize }) {
        if (!belongs(name)) return false;
        total += originalSize;
        if (total > MOST_BYTES) throw new Error('it holds more than 64 MB');
        return true;
      },
    });
    return new Map(Object.entries(found));
  } catch (error) {
    throw new Error(`${title} could not be unzipped: ${(error as Error).message}.`, { cause: error });
  }
}

/** The files by their names within the folder of the run, wherever it lies. */
function rootOf(title: string, files: RunFiles): RunFiles {
  const root = [...files.keys()]
    .filter((name) => /(^|\/)run\.json$/.test(name))
    .map((name) => name.slice(0, -'run.json'.length))
    .sort((a, b) => a.length - b.length)[0];
  if (root === undefined)
    throw new Error(`${title} is not the folder of a run: it has no run.json, with which a run ends.`);
  return new Map(
    Array.from(files).flatMap(([name, bytes]) =>
      name.startsWith(root) ? [[name.slice(root.length), bytes] as const] : [],
    ),
  );
}
