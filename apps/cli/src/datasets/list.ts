import { aligned } from '@iresnet/pipeline/run';
import type { Output } from '../terminal/output';
import { setEntries, type SetEntry } from './catalog';

/** Print what sets there are. */
export async function listSets({ json }: { readonly json: boolean }, output: Output): Promise<number> {
  const sets = setEntries();
  if (json) {
    await output.data(`${JSON.stringify(sets)}\n`);
    return 0;
  }
  const rows = [
    ['name', 'kind', 'size', 'shape', 'classes', 'here', 'licence', 'holds', 'source'],
    ...sets.map(cells),
  ];
  await output.data(aligned(rows));
  return 0;
}

function cells({
  name,
  kind,
  count,
  shape,
  classes,
  here,
  download,
  licence,
  title,
  source,
}: SetEntry): string[] {
  return [
    name,
    kind,
    count === null ? 'unlimited' : count.test > 0 ? `${count.train} + ${count.test}` : String(count.train),
    shape.join('×'),
    String(classes ?? '–'),
    download === null ? 'ships' : here ? 'in the cache' : `no, ${Math.round(download / 1e6)} MB`,
    licence,
    title,
    source,
  ];
}
