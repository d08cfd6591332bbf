import { RESULT_FORMATS, type ResultFormat } from '../report/results/index.ts';

/** What --format may be. */

export const TEXT_FORMATS = ['text', 'json', 'github'] as const;

/** What a run can be drawn as. */
export const PICTURES = ['gantt', 'html', 'svg', 'mermaid', 'perfetto'] as const;
export type PictureFormat = (typeof PICTURES)[number];

export type Format = (typeof TEXT_FORMATS)[number] | PictureFormat | ResultFormat;

export const RUN_FORMATS: readonly Format[] = [...TEXT_FORMATS, ...PICTURES];
export const CAMPAIGN_FORMATS: readonly Format[] = [...TEXT_FORMATS, 'html', 'svg'];
export const CHECK_FORMATS: readonly Format[] = [...CAMPAIGN_FORMATS, ...RESULT_FORMATS];

export function isPicture(format: Format): format is PictureFormat {
  return PICTURES.some((picture) => picture === format);
}
