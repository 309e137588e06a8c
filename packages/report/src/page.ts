import { asMarkup, html, textOf, type Content } from './html';
import { css } from './style';

/**
 * One HTML file of sections, with the configuration at its foot.
 *
 * It needs no network and no script, and its content policy forbids both. All text is escaped.
 */
export function page(title: string, sections: Content, config: unknown): string {
  const footer =
    config !== undefined &&
    html`<footer>
      <details>
        <summary>Configuration</summary>
        <pre>${JSON.stringify(config, null, 2)}</pre>
      </details>
    </footer>`;
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return textOf(
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta http-equiv="Content-Security-Policy" content="${policy}" />
          <title>${title}</title>
          <style>
            ${asMarkup(css)}
          </style>
        </head>
        <body>
          <main>${sections} ${footer}</main>
        </body>
      </html> `,
  );
}
