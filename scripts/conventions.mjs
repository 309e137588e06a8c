/** Tables of 120 rows as programs write them, by the names of their files. */
export function conventions() {
  const rows = Array.from({ length: 120 }, (_, i) => ({
    length: 20 + 5 * Math.sin(i * 1.7) + (i % 7),
    price: Math.exp(1 + Math.sin(i * 2.9)) * (1 + (i % 5)),
    kind: ['round', 'long', 'flat'][(i * 7) % 3],
    count: (i * 13) % 9,
    day: new Date(Date.UTC(2026, 0, 1 + ((i * 11) % 300))).toISOString().slice(0, 10),
  }));
  const names = ['length', 'price', 'kind', 'count', 'day'];
  const fixed = (x) => (Number.isInteger(x) ? String(x) : x.toFixed(3));
  const cells = (row) => names.map((name) => (typeof row[name] === 'number' ? fixed(row[name]) : row[name]));
  const csv = (separator = ',', head = names, cellsOf = cells, end = '\n') =>
    [head, ...rows.map(cellsOf)].map((line) => line.join(separator)).join(end) + end;
  const quoted = (text) => `"${text}"`;
  const comma = (text) => (/^-?\d+\.\d+$/.test(text) ? text.replace('.', ',') : text);
  const numbers = rows.map(({ length, price, count }) => [fixed(length), fixed(price), String(count)]);
  const lines = (head, body) => [...head, ...body].join('\n') + '\n';
  return [
    ['pandas.csv', csv()],
    ['pandas-index.csv', csv(',', ['', ...names], (row) => [rows.indexOf(row), ...cells(row)])],
    [
      'pandas-missing.csv',
      csv(',', names, (row) => cells(row).map((c, j) => (j === 1 && row.count === 3 ? '' : c))),
    ],
    [
      'pandas-nan.csv',
      csv(',', names, (row) => cells(row).map((c, j) => (j === 2 && row.count === 3 ? 'NaN' : c))),
    ],
    [
      'pandas-bool.csv',
      csv(',', [...names, 'sold'], (row) => [...cells(row), row.count > 4 ? 'True' : 'False']),
    ],
    [
      'pandas-numbered-header.csv',
      lines(
        ['0,1,2'],
        numbers.map((line) => line.join()),
      ),
    ],
    [
      'pandas-without-header.csv',
      lines(
        [],
        numbers.map((line) => line.join()),
      ),
    ],
    ['pandas-records.jsonl', rows.map((row) => JSON.stringify(row)).join('\n') + '\n'],
    ['pandas-records.json', JSON.stringify(rows)],
    ['pandas-columns.json', JSON.stringify(Object.fromEntries(names.map((name) => [name, Object.fromEntries(rows.map((row, i) => [i, row[name]]))])))], // prettier-ignore
    ['pandas-index.json', JSON.stringify(Object.fromEntries(rows.map((row, i) => [i, row])))],
    ['pandas-split.json', JSON.stringify({ columns: names, index: rows.map((_, i) => i), data: rows.map((row) => names.map((name) => row[name])) })], // prettier-ignore
    [
      'pandas-table.json',
      JSON.stringify({ schema: { fields: names.map((name) => ({ name })) }, data: rows }),
    ],
    ['pandas-values.json', JSON.stringify(rows.map(({ length, count }) => [length, count]))],
    ['r-jsonlite-columns.json', JSON.stringify(Object.fromEntries(names.map((name) => [name, rows.map((row) => row[name])])))], // prettier-ignore
    [
      'pandas-times.csv',
      csv(',', [...names, 'at'], (row) => [...cells(row), `${row.day} ${10 + row.count}:30:00`]),
    ],
    ['r-write-csv.csv', csv(',', ['', ...names].map(quoted), (row) => [quoted(rows.indexOf(row) + 1), ...cells(row).map((c) => (/^[\d.]+$/.test(c) ? c : quoted(c)))])], // prettier-ignore
    ['r-write-table.txt', csv(' ', names.map(quoted), (row) => [quoted(rows.indexOf(row) + 1), ...cells(row).map((c) => (/^[\d.]+$/.test(c) ? c : quoted(c)))])], // prettier-ignore
    ['r-na.csv', csv(',', names, (row) => cells(row).map((c, j) => (j === 0 && row.count === 1 ? 'NA' : c)))],
    ['r-write-csv2.csv', csv(';', names.map(quoted), (row) => cells(row).map(comma))],
    ['excel-de.csv', '\ufeff' + csv(';', names, (row) => cells(row).map(comma), '\r\n')],
    ['excel-sep.csv', 'sep=;\r\n' + csv(';', names, cells, '\r\n')],
    ['excel-unicode.txt', Buffer.from('\ufeff' + csv('\t', names, cells, '\r\n'), 'utf16le')],
    ['excel-1252.csv', Buffer.from(csv(';', ['Länge', ...names.slice(1)], cells, '\r\n'), 'latin1')],
    ['excel-blank-lines.csv', csv(',', names, cells, '\r\n') + ',,,,\r\n'.repeat(3)],
    [
      'excel-date.csv',
      csv(',', names, (row) => cells(row).map((c, j) => (j === 4 ? c.split('-').reverse().join('/') : c))),
    ],
    [
      'excel-percent.csv',
      csv(',', [...names, 'share'], (row) => [...cells(row), `${(row.count * 10 + 3).toFixed(1)}%`]),
    ],
    ['excel-thousands.csv', csv(',', [...names, 'cost'], (row) => [...cells(row), quoted(`${row.count + 1},${String(200 + row.count)}`)])], // prettier-ignore
    ['comments.csv', '# measured in 2026\n' + csv()],
    [
      'units.csv',
      lines(
        [names.slice(0, 2).join(), 'cm,EUR'],
        numbers.map((line) => line.slice(0, 2).join()),
      ),
    ],
    ['constant.csv', csv(',', [...names, 'site'], (row) => [...cells(row), 'north'])],
    ['one-hot.csv', csv(',', ['length', 'round', 'long', 'flat'], (row) => [fixed(row.length), ...['round', 'long', 'flat'].map((k) => Number(row.kind === k))])], // prettier-ignore
    [
      'free-text.csv',
      csv(',', [...names, 'note'], (row) => [
        ...cells(row),
        quoted(`seen as no. ${rows.indexOf(row)}, fine`),
      ]),
    ],
    [
      'five-rows.csv',
      lines(
        ['a,b'],
        numbers.slice(0, 5).map((line) => line.slice(0, 2).join()),
      ),
    ],
  ];
}
