import { catalog, datasetRecord } from '@iresnet/datasets';

console.log(catalog.map(({ name, kind }) => `${name} (${kind})`).join(', '));
const { columns, count, source } = datasetRecord('faithful', 'table');
console.log(columns, count.train, source);
