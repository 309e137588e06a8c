/** Whether a file belongs to what is read of a run folder: not the best model, nor the report. */
export const belongs = (path: string): boolean =>
  /(^|\/)(config\.json|run\.json|metrics\.jsonl|model\/[^/]+|[^/]+\.(csv|tsv|txt))$/i.test(path);
