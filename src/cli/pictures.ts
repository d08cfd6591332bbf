import type { FuzzReport } from '../analysis/fuzz.ts';
import { unreachable } from '../kernel/unreachable.ts';
import { tellingPod } from '../report/campaign-text.ts';
import { formatGantt } from '../report/gantt.ts';
import { toMermaid } from '../report/mermaid.ts';
import { pictureOf, pictureOfWorst } from '../report/picture/picture-of.ts';
import { svgOf, toSvg } from '../report/svg.ts';
import { toTraceEventJson } from '../report/trace-event-json.ts';
import type { Run } from '../run/simulate.ts';
import { type Options, UsageError } from './args.ts';
import type { PictureFormat } from './formats.ts';
import { type Io, save } from './output.ts';

/** One run, drawn. HTML is loaded where it is asked for: it brings its scripts along. */
export async function pictureOfRun(
  run: Run,
  format: PictureFormat,
  { pod, ascii, replay }: Pick<Options, 'pod' | 'ascii'> & { readonly replay: string },
  io: Io,
): Promise<string> {
  const own = pod === undefined ? {} : { pod };
  switch (format) {
    case 'gantt':
      return formatGantt(run, { ...own, ascii, color: io.color, width: io.columns });
    case 'svg':
      return toSvg(run, own).trimEnd();
    case 'mermaid':
      return toMermaid(run, pod ?? podFor(run)).trimEnd();
    case 'perfetto':
      return toTraceEventJson(run).trimEnd();
    case 'html': {
      const { toHtml } = await import('../html/index.ts');
      return toHtml(run, { ...own, replay }).trimEnd();
    }
    default:
      return unreachable(format);
  }
}

function podFor({ verdict }: Run): string {
  const pod = tellingPod(verdict);
  if (pod !== null) return pod;
  throw new UsageError(
    '--format mermaid draws one Pod, and none stops in this run; name one with --pod.',
    'timeline',
  );
}

/** A campaign, drawn: its figures and its worst run; as SVG the worst run alone. */
export async function pictureOfCampaign(
  report: FuzzReport,
  worst: Run | null,
  format: 'html' | 'svg',
  replay: string,
): Promise<string> {
  if (format === 'html') {
    const { toHtml } = await import('../html/index.ts');
    return toHtml(report, { replay, ...(worst === null ? {} : { worst }) }).trimEnd();
  }
  const picture =
    worst !== null && worst.trace.length > 0
      ? pictureOf(worst)
      : report.worst === null
        ? null
        : pictureOfWorst(report.worst);
  if (picture === null)
    throw new RangeError('--format svg: no Pod stopped in any run, so there is nothing to draw.');
  return svgOf(picture).trimEnd();
}

/** Into the file that --out names, which is then said, or to stdout. */
export async function deliver(text: string, { out }: Pick<Options, 'out'>, io: Io): Promise<void> {
  if (out === undefined) {
    io.out(text);
    return;
  }
  await save(out, `${text}\n`, io);
  io.err(`Written to ${out}.`);
}
