import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countProgress, fit, jsonLines, progress, type FitRun, type StepLog } from '../src/index';
import { optionsFor, problem } from './problem';

const run: FitRun = { state: () => Promise.reject(new Error('not asked for')) };

const step = (at: number, seconds: number): StepLog => ({
  step: at,
  loss: 1.25,
  gradNorm: 2,
  learningRate: 0.1,
  seconds,
});

function drawn(stream: { isTTY?: boolean; columns?: number }, color?: boolean): string[] {
  const written: string[] = [];
  const callback = progress({
    stream: { ...stream, write: (text) => written.push(text) },
    unit: 'nats',
    validationUnit: 'bits/dim',
    ...(color !== undefined && { color }),
  });
  callback.onTrainBegin({ step: 0, steps: 100 }, run);
  // 0.01 s a step: on a terminal every fifth is drawn.
  for (let i = 1; i <= 50; i++) callback.onStepEnd(step(i, i / 100), run);
  const best = { step: 50, loss: 1.5 };
  callback.onValidation({ step: 50, loss: 1.5, improved: true, best, seconds: 0.5 }, run);
  callback.onTrainEnd({ step: 50, stopReason: 'aborted', best, seconds: 3661 }, run);
  return written;
}

describe('progress', () => {
  it('writes plain lines where there is no terminal', () => {
    expect(drawn({})).toEqual([
      'step 10/100  loss 1.2500 nats  ETA 0:01  100 steps/s\n',
      'step 20/100  loss 1.2500 nats  ETA 0:01  100 steps/s\n',
      'step 30/100  loss 1.2500 nats  ETA 0:01  100 steps/s\n',
      'step 40/100  loss 1.2500 nats  ETA 0:01  100 steps/s\n',
      'step 50/100  loss 1.2500 nats  ETA 0:01  100 steps/s\n',
      'step 50  validation 1.5000 bits/dim best\n',
      'aborted at step 50 after 1:01:01\n',
    ]);
  });

  it('redraws one line on a terminal, not more often than every 0.05 s, and no wider than it', () => {
    const written = drawn({ isTTY: true, columns: 80 }, false);
    const bars = written.filter((text) => text.includes('%'));
    expect(bars.length).toBeGreaterThanOrEqual(9);
    expect(bars.length).toBeLessThanOrEqual(11);
    expect(bars[0]).toBe(
      '\r\u001b[2K  1% ────────────────  step 1/100  loss 1.2500 nats  ETA 0:01  100 steps/s',
    );
    for (const text of bars) {
      expect(text.startsWith('\r\u001b[2K')).toBe(true);
      expect(text).not.toContain('\n');
      expect(text.length - '\r\u001b[2K'.length).toBeLessThan(80);
    }
    const narrow = drawn({ isTTY: true, columns: 60 }, false)[0];
    expect(narrow).toBe('\r\u001b[2K  1% ────────────────  step 1/100  loss 1.2500 nats');
    expect(written.slice(-3)).toEqual([
      '\r\u001b[2Kstep 50  validation 1.5000 bits/dim best\n',
      '\n',
      'aborted at step 50 after 1:01:01\n',
    ]);
  });

  it('gives a validation no unit that it was not told', () => {
    let text = '';
    const callback = progress({ stream: { write: (part) => (text += part) }, unit: 'nats' });
    callback.onTrainBegin({ step: 0, steps: 10 }, run);
    callback.onValidation({ step: 5, loss: 1.5, improved: false, best: null, seconds: 0.5 }, run);
    expect(text).toBe('step 5  validation 1.5000\n');
  });

  it('colours a terminal unless NO_COLOR is set, and nothing else', () => {
    const colored = (stream: object): boolean => drawn(stream).join('').includes('\u001b[36m');
    const kept = process.env['NO_COLOR'];
    try {
      delete process.env['NO_COLOR'];
      expect([colored({ isTTY: true }), colored({})]).toEqual([true, false]);
      process.env['NO_COLOR'] = '1';
      expect([colored({ isTTY: true }), colored({})]).toEqual([false, false]);
      process.env['NO_COLOR'] = '';
      expect(colored({ isTTY: true })).toBe(true);
    } finally {
      if (kept === undefined) delete process.env['NO_COLOR'];
      else process.env['NO_COLOR'] = kept;
    }
  });
});

describe('jsonLines', () => {
  it('writes one object per event', () => {
    const lines: string[] = [];
    const log = jsonLines((line) => lines.push(line));
    const best = { step: 1, loss: 2 };
    log.onTrainBegin({ step: 0, steps: 1 }, run);
    log.onStepEnd(step(1, 0.5), run);
    log.onValidation({ step: 1, loss: NaN, improved: false, best: null, seconds: 1 }, run);
    log.onTrainEnd({ step: 1, stopReason: 'steps', best, seconds: 1 }, run);
    expect(lines).toEqual([
      '{"event":"begin","step":0,"steps":1}\n',
      '{"event":"step","step":1,"loss":1.25,"gradNorm":2,"learningRate":0.1,"seconds":0.5}\n',
      '{"event":"validation","step":1,"loss":null,"improved":false,"best":null,"seconds":1}\n',
      '{"event":"end","step":1,"stopReason":"steps","best":{"step":1,"loss":2},"seconds":1}\n',
    ]);
  });

  it('gives equal bytes for equal runs when the time is left out', async () => {
    await tf.setBackend('cpu');
    const metrics = async (): Promise<string> => {
      const p = problem();
      let text = '';
      await fit({
        ...optionsFor(p, 10),
        callbacks: [jsonLines((line) => (text += line), { timing: false })],
      });
      p.dispose();
      return text;
    };
    const first = await metrics();
    expect(first.split('\n')).toHaveLength(13);
    expect(await metrics()).toBe(first);
  });
});

describe('countProgress', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => void vi.useRealTimers());

  /** What is written when a tenth of some work is done every so many seconds. */
  function counted(stream: { isTTY?: boolean }, seconds: number, total?: number): string[] {
    const written: string[] = [];
    const progress = countProgress({
      stream: { ...stream, write: (text) => written.push(text) },
      what: 'scoring',
      ...(total !== undefined && { total }),
    });
    for (let tenth = 1; tenth <= 10; tenth++) {
      vi.advanceTimersByTime(1000 * seconds);
      progress.tell(100 * tenth);
    }
    progress.end();
    return written;
  }

  it('says what is left, where the whole is known', () => {
    expect(counted({}, 20, 1000).slice(0, 2)).toEqual([
      'scoring 100/1000  ETA 3:00\n',
      'scoring 200/1000  ETA 2:40\n',
    ]);
    expect(counted({}, 20, 1000)).toHaveLength(9);
    const drawn = counted({ isTTY: true }, 20, 1000);
    expect(drawn[0]).toBe('\r\u001b[2Kscoring 100/1000  ETA 3:00');
    expect(drawn.at(-1)).toBe('\r\u001b[2K');
  });

  it('says what is done, where it is not', () => {
    expect(counted({}, 400).at(-1)).toBe('scoring: 1000 rows in 1:06:40\n');
  });

  it('says nothing of what is over soon, and pauses after each word', () => {
    expect(counted({}, 0.9, 1000)).toEqual([]);
    expect(counted({ isTTY: true }, 0.009, 1000)).toEqual([]);
    expect(counted({}, 4)).toEqual(['scoring: 300 rows in 0:12\n', 'scoring: 600 rows in 0:24\n', 'scoring: 900 rows in 0:36\n']); // prettier-ignore
  });
});
