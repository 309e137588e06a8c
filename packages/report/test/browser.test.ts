import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type * as library from '../src';
import { renderImageReport } from '../src/renderImageReport';
import { renderReport } from '../src/renderReport';
import { hybridReport } from './imageReportSamples';
import { toyReport } from './reportSamples';

const { metafile, outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  platform: 'browser',
  conditions: ['@iresnet/source'],
  format: 'iife',
  globalName: 'library',
});
const bundle = outputFiles[0]!.text;

/**
 * The library of the bundle. It sees these global names and those that pages and workers both have.
 */
function load(globals: Readonly<Record<string, unknown>>): typeof library {
  const world: Record<string, unknown> = { ...globals, btoa, TextDecoder, TextEncoder };
  runInNewContext(`${bundle};globalThis.library = library`, world);
  return world.library as typeof library;
}

describe('a bundle for a browser', () => {
  it('is without the DOM of Node, and small', () => {
    const packages = Object.keys(metafile.inputs).map((file) => /node_modules\/([^/]+)/.exec(file)?.[1]);
    expect(packages).not.toContain('linkedom');
    expect(packages).toContain('fast-png');
    // It was 116 kB, of which @observablehq/plot and d3 are 94.
    expect(gzipSync(bundle).length).toBeLessThan(130_000);
  });

  it('draws with the DOM of the page what Node draws', () => {
    // The DOM of linkedom under the name that browsers have for it.
    const createHTMLDocument = () => parseHTML('<!doctype html><html><body></body></html>').document;
    const page = load({ document: { implementation: { createHTMLDocument } } });
    expect(page.renderReport(toyReport())).toBe(renderReport(toyReport()));
    expect(page.renderImageReport(hybridReport())).toBe(renderImageReport(hybridReport()));
  });

  it('says where to draw, in a worker', () => {
    expect(() => load({}).renderReport(toyReport())).toThrow(
      'report: expected a page, which has a DOM, got a worker: send the data to the page and draw it there',
    );
  });
});
