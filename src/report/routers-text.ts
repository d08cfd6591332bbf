import { printableParagraph } from '../cluster/printable.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { describe } from './describe.ts';
import { notModelled } from './describe-not-judged.ts';
import { paragraph } from './wrap.ts';

type Section = readonly string[];

const SURE = ['measured', 'published'];

/** Of more than so many, only names stand here: what names each, and what to measure of it, stands with what the verdict rests on. */
const IN_FULL = 3;

/** Who routes beside the nodes, by name: what the manifests name, what the input adds, and whose numbers nobody has measured. */
export function routersSection({ settings: { routers }, assumptions }: Scenario): Section {
  const missing = assumptions.filter((each) => each.code === 'routerNotModelled');
  const replaced = assumptions.filter((each) => each.code === 'routerReplaced');
  const refused = assumptions.filter((each) => each.code === 'routeRefused');
  const through = assumptions.filter((each) => each.code === 'throughNodes');
  const named =
    routers.length > IN_FULL
      ? `Routers beside the nodes: ${routers.map((each) => namedShort(each, assumptions)).join(', ')}.`
      : `Routers beside the nodes: ${routers.map((each) => namedInFull(each, assumptions)).join('; ')}.`;
  return [
    ...unsureTexts(routers),
    ...(routers.length === 0 ? [] : [named]),
    ...(through.length === 0 ? [] : [throughText(through)]),
    ...refused.map(({ object, because }) => `Refused: ${object} (${because}).`),
    ...replaced.map((each) => describe(each)),
    ...missing.map(({ object, what }) => `Not judged: ${object} names ${notModelled(what)}.`),
  ].map((text) => paragraph(printableParagraph(text)));
}

/** Who sends to nodes, where one might look for a router. */
function throughText(through: readonly { readonly object: string; readonly because: string }[]): string {
  const named =
    through.length > IN_FULL
      ? through.map(({ object }) => object)
      : through.map(({ object, because }) => `${object} (${because})`);
  return `Through the nodes: ${named.join('; ')}.`;
}

type Routers = Scenario['settings']['routers'];

/** Whose numbers nobody has measured, and what there is to measure. */
function unsureTexts(routers: Routers): readonly string[] {
  const unsure = routers.filter(
    ({ confidence = 'measured', measure }) => !SURE.includes(confidence) && measure !== undefined,
  );
  if (unsure.length > IN_FULL) {
    const names = unsure.map(({ name }) => name).join(', ');
    return [`Reports and estimates decide, until you measure: ${names} (routers).`];
  }
  return unsure.map(({ name, confidence, measure }) => {
    const known = confidence === 'reported' ? "users' reports" : 'an estimate';
    return `${name} rests on ${known}: measure ${measure}, and say so (routers).`;
  });
}

function foundAs(name: string, assumptions: Scenario['assumptions']) {
  const found = assumptions.filter((each) => each.code === 'routerFound');
  return found.find(({ setting }) => setting === `routers.${name}`);
}

type Named = Pick<Routers[number], 'name' | 'adds'>;

function namedInFull({ name, adds }: Named, assumptions: Scenario['assumptions']): string {
  const own = foundAs(name, assumptions);
  const [origin] = own?.objects ?? [];
  if (own !== undefined && origin !== undefined)
    return `${name} (preset ${own.preset}: ${origin.object}, ${origin.because})`;
  return adds && isBeside(assumptions) ? `${name} (added beside what the manifests name)` : name;
}

function namedShort({ name, adds }: Named, assumptions: Scenario['assumptions']): string {
  const own = foundAs(name, assumptions);
  if (own !== undefined) return `${name} (preset ${own.preset})`;
  return adds && isBeside(assumptions) ? `${name} (added)` : name;
}

function isBeside(assumptions: Scenario['assumptions']): boolean {
  return assumptions.some(({ code }) => code === 'routerFound');
}
