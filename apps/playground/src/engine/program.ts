import type { Recipe } from '@iresnet/pipeline';
import type { TrainingSetup } from '../protocol';

/** A text of more characters than this is read from its file. */
const LONGEST = 20_000;

/** Train to the end of a run. */
const whole = 'export const { pipeline } = await train(source, recipe);';

/** Train up to a step, and take the network as it is there. */
const upTo = (step: number): string => `// The network as it is after step ${step}.
const end = new AbortController();
let learning: Pipeline;
export let pipeline!: Pipeline;
await train(source, recipe, {
  signal: end.signal,
  onBegin: (model) => (learning = model),
  callbacks: [
    {
      async onStepEnd({ step }) {
        if (step !== ${step}) return;
        pipeline = decodePipeline(await encodePipeline(learning));
        end.abort();
      },
    },
  ],
});`;

/**
 * A program in TypeScript that trains the network of a run up to a step, null for all of it, to the
 * last bit.
 */
export function program(
  { data }: TrainingSetup,
  recipe: Recipe,
  columns: readonly string[],
  label: string | null,
  step: number | null,
): string {
  const own = typeof data !== 'string';
  const table = own || data === 'faithful' || data === 'iris';
  const dataset = own ? 'parseTable' : table ? data : 'toy2d';
  const source = table ? 'tableSource' : 'planeSource';
  const inline = own && data.text.length <= LONGEST;
  const options = { columns, ...(label !== null && { label }) };
  const rows = !own
    ? table
      ? `${dataset}()`
      : `toy2d('${data}')`
    : inline
      ? `parseTable(${JSON.stringify(data.text)}, ${JSON.stringify(options)})`
      : `parseTable(await readFile(${JSON.stringify(`${data.title}.csv`)}, 'utf8'), ${JSON.stringify(options)})`;
  const title = own ? data.title : data;
  return `// npm install @iresnet/backend @iresnet/core @iresnet/datasets @iresnet/pipeline @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm
${own && !inline ? "import { readFile } from 'node:fs/promises';\n" : ''}import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { useBackend } from '@iresnet/backend';
import { ${dataset} } from '@iresnet/datasets';
import {
  certify,
${step === null ? '' : '  decodePipeline,\n  encodePipeline,\n'}  sample,
  score,
  ${source},
  train,
${step === null ? '' : '  type Pipeline,\n'}  type Recipe,
} from '@iresnet/pipeline';

const recipe: Recipe = ${JSON.stringify(recipe, null, 2)};

await useBackend('wasm');
const source = ${source}(${table ? `${JSON.stringify(title)}, ` : ''}${rows}, recipe);
${step === null ? whole : upTo(step)}
pipeline.model.enforceBounds?.();

const { logProb } = await score(pipeline, source.heldOut.data);
console.log('held-out loss, nats:', -logProb!.reduce((sum, value) => sum + value, 0) / logProb!.length);
console.log('invertible, by proof:', certify(pipeline).invertible);
console.log('five new rows:', (await sample(pipeline, 5, { seed: 1 })).values);
`;
}
