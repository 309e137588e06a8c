// The search of the site, for the page and for its test: what a word becomes, and how results are
// ordered.

/** Words that say nothing. */
const stop = new Set(
  'a an and are as at be by can do does for from get have how i in into is it its many me my of on or our own the their this to up use using via want what when where which why will with without you your'.split(
    ' ',
  ),
);

/** Words that mean the same here; a query for one finds the others, with less weight. */
const synonyms = [
  ['anomaly', 'outlier', 'odd', 'novelty', 'alarm'],
  ['logdet', 'determinant', 'trace'],
  ['density', 'likelihood', 'probability', 'logprob'],
  ['draw', 'sample', 'generate', 'generation'],
  ['invert', 'inverse', 'decode', 'reconstruct'],
  ['image', 'picture', 'photo', 'png', 'jpeg'],
  ['table', 'csv', 'tabular', 'spreadsheet', 'dataframe'],
  ['slow', 'fast', 'speed', 'performance', 'quick'],
  ['oom', 'memory', 'ram'],
  ['gpu', 'cuda', 'webgl', 'webgpu'],
  ['browser', 'page', 'web'],
  ['pytorch', 'torch', 'checkpoint', 'import'],
  ['keras', 'tflayers', 'fromlayers'],
  ['nan', 'infinity', 'diverged', 'infinite'],
  ['proof', 'prove', 'proven', 'certify', 'certificate', 'guarantee'],
  ['lipschitz', 'contraction'],
  ['spectral', 'norm', 'singular'],
  ['classifier', 'classify', 'class', 'label'],
  ['save', 'load', 'reload', 'safetensors'],
  ['install', 'setup', 'start'],
  ['bijector', 'flow'],
  ['version', 'semver', 'compatibility', 'stability', 'release'],
];

const groups = new Map();
for (const group of synonyms) for (const word of group) groups.set(stem(word), group.map(stem));

/** A word without its ending: an approximation that treats all words alike. */
function stem(word) {
  if (word.length < 5) return word;
  return word.replace(/(ations?|ating|ings?|ies|ers?|ed|es|s|ion|y|e)$/, (end, _all, at) =>
    at < 3 ? end : '',
  );
}

/**
 * A text as words: `tf.layers` stays one word too, and `powerSeries` also gives `power` and
 * `series`.
 */
function tokenize(text) {
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{N}.]*[\p{L}\p{N}]|[\p{L}\p{N}]/gu) ?? [];
  return words.flatMap((word) => {
    const parts = word.split(/[.]|(?<=[a-z\d])(?=[A-Z])/);
    return parts.length > 1 ? [word.replaceAll('.', ''), ...parts] : [word];
  });
}

/** What a word is in the index; null for one that says nothing. */
function processTerm(word) {
  const lower = word.toLowerCase().normalize('NFKC');
  return stop.has(lower) ? null : stem(lower);
}

/** How the index is made and read: what MiniSearch takes. */
export const indexOptions = {
  fields: ['title', 'keywords', 'place', 'text'],
  storeFields: ['title', 'place', 'url'],
  tokenize,
  processTerm,
};

/**
 * The best pages for a query.
 *
 * @param {import('minisearch').default} index
 * @param {string} query
 */
export function find(index, query) {
  const words = tokenize(query).map(processTerm).filter(Boolean);
  if (words.length === 0) return [];
  const asked = new Set(words);
  const related = words.flatMap((word) => groups.get(word) ?? []).filter((word) => !asked.has(word));
  return index
    .search([...words, ...related].join(' '), {
      tokenize: (text) => text.split(' '),
      processTerm: (word) => word,
      boost: { title: 5, keywords: 5, place: 1.5 },
      boostTerm: (word) => (asked.has(word) ? 1 : 0.35),
      boostDocument: (_id, _word, stored) => (stored.place.startsWith('@iresnet') ? 1 : 2.5),
      prefix: (word) => word.length > 2,
      fuzzy: (word) => (word.length > 5 ? 0.18 : false),
      weights: { prefix: 0.4, fuzzy: 0.2 },
    })
    .slice(0, 10);
}
