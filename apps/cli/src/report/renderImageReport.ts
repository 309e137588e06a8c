import type { ImageReportData } from '../image/reportData';
import { html } from './html';

export function renderImageReport(data: ImageReportData): string {
  return html`<h1>${data.title}</h1>`.text;
}
