/** The names of the files in the folder of a run. */
export const runFileNames = {
  config: 'config.json',
  schema: 'schema.json',
  info: 'run.json',
  metrics: 'metrics.jsonl',
  results: 'results.json',
  report: 'report.html',
} as const;
