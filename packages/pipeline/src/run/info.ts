import { IResNetError } from '@iresnet/core';
import { checkStructure, parseJson, type FieldsOf } from '@iresnet/core/internal';

/** What a run folder says about the run that made it, in `run.json`. */
export interface RunInfo {
  readonly command: string;
  readonly date: string;
  readonly backend: string;
  readonly threads: number;
  readonly node: string;
  readonly seconds: number;
  readonly steps: number;
  /** `steps`; or why it ended before. */
  readonly stopReason: string;
  /** The step whose model is the result, where the validation part chose it. */
  readonly best?: number;
}

const text = (doc: string) => ({ type: 'text', doc }) as const;

const fields: FieldsOf<RunInfo> = {
  command: text('The command that gives the run again.'),
  date: text('When it ended.'),
  backend: text('What computed.'),
  threads: { type: 'count', min: 0, doc: 'Of the backend.' },
  node: text('The version of Node.'),
  seconds: { type: 'number', min: 0, doc: 'Of training.' },
  steps: { type: 'count', min: 0, doc: 'That were made.' },
  stopReason: text('Why it ended.'),
  best: { type: 'count', min: 0, optional: true, doc: 'The step whose model is the result.' },
};

/**
 * Read the text of `run.json`.
 *
 * @param file - Its name, for the message.
 * @throws IResNetError of kind `data` that names the file and each field that is not as it should
 * be.
 */
export function parseRunInfo(text: string, file: string): RunInfo {
  const value = parseJson(text, file) as Partial<RunInfo> | null;
  // A later version may say more.
  const info = Object.fromEntries(
    Object.keys(fields).flatMap((name) => {
      const found = value?.[name as keyof RunInfo];
      return found === undefined && name === 'best' ? [] : [[name, found]];
    }),
  );
  try {
    checkStructure(file, { type: 'object', doc: 'The record of a run.', fields }, info, 'record');
  } catch (error) {
    throw new IResNetError('data', file, (error as IResNetError).message.slice(file.length + 2));
  }
  return info as unknown as RunInfo;
}
