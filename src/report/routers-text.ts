import type { Scenario } from '../scenario/scenario.ts';
import { describe } from './describe.ts';
import { paragraph } from './wrap.ts';

type Section = readonly string[];

const SURE = ['measured', 'published'];

/** Who routes beside the nodes, by name: what the manifests name, what the input adds, and whose numbers nobody has measured. */
export function routersSection({ settings, assumptions }: Scenario): Section {
  const found = assumptions.filter((each) => each.code === 'routerFound');
  const missing = assumptions.filter((each) => each.code === 'routerNotModelled');
  const lines: string[] = [];
  for (const { name, confidence = 'measured', measure } of settings.routers) {
    if (SURE.includes(confidence) || measure === undefined) continue;
    const known = confidence === 'reported' ? "users' reports" : 'an estimate';
    lines.push(paragraph(`${name} rests on ${known}: measure ${measure}, and say so (routers).`));
  }
  if (settings.routers.length > 0) {
    const named = settings.routers.map(({ name }) => {
      const own = found.find(({ setting }) => setting === `routers.${name}`);
      const [origin] = own?.objects ?? [];
      if (own === undefined || origin === undefined) return name;
      return `${name} (preset ${own.preset}: ${origin.object}, ${origin.because})`;
    });
    lines.push(paragraph(`Routers beside the nodes: ${named.join('; ')}.`));
  }
  for (const each of assumptions) if (each.code === 'routerReplaced') lines.push(paragraph(describe(each)));
  for (const { object, what } of missing) {
    lines.push(paragraph(`Not judged: ${object} names ${what}, which is not modelled.`));
  }
  return lines;
}
