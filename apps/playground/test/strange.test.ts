import { describe, expect, test } from 'vitest';
import { alarmLevel } from '@iresnet/evaluation';
import { decide, decodePipeline, explain, score, type TableInput } from '@iresnet/pipeline';
import { parseHash } from '../src/state';
import { standingInNode } from './harness/session';

describe('what is strange', () => {
  test.each(['#data=faithful', '#data=moons', '#data=iris&columns=2-1'])(
    '%s: the page says what the saved network says, to the last digit',
    async (hash) => {
      const alarm = 0.1;
      const run = await standingInNode(parseHash(`${hash}&blocks=2&width=8&at=12`));
      const { bytes } = await run.ask({ kind: 'save' }, 'saved');
      const saved = decodePipeline(bytes);
      expect(run.frame.usual).toEqual(saved.calibration);
      const level = alarmLevel(run.frame.usual!, alarm);
      for (const point of [
        [0, 0],
        [2.5, -2.5],
        [0.7, 6],
      ] as const) {
        const found = await run.ask({ kind: 'probe', request: 1, point, alarm }, 'probed');
        const { columns } = saved.input as TableInput;
        const table = { columns, rows: 1, values: Float64Array.from(found.values) };
        const scores = await score(saved, table);
        expect(found.logProb).toBe(scores.logProb![0]);
        expect(found.pValue).toBe(scores.pValue![0]);
        expect(found.flagged).toBe(decide(scores, { alarm })[0] === 1);
        // The line of the picture parts what is flagged from what is not.
        expect(found.flagged).toBe(found.logProb < level);
        const [reasons] = await explain(saved, table, { most: 1 });
        expect(found.reason).toEqual(found.flagged ? (reasons![0] ?? null) : null);
        // The parts of the formula add up to it.
        const sum = found.logDets.reduce((total, value) => total + value, found.base + found.units);
        expect(sum).toBeCloseTo(found.logProb, 10);
      }
      saved.model.dispose();
      await run.end();
    },
  );
});
