import type { Issue } from '../cluster/issue.ts';
import { didYouMean } from '../cluster/similar.ts';
import { type RouterSettings, routersBefore } from '../routing/router-schema.ts';

/** What is wrong with the routers that a router names as standing before it. */
export function viaIssues(
  router: RouterSettings,
  index: number,
  all: readonly RouterSettings[],
): readonly Issue[] {
  const names = all.map(({ name }) => name);
  const path = ['routers', index, 'via'];
  return routersBefore(router).flatMap((name): readonly Issue[] => {
    if (!names.includes(name)) {
      return [
        {
          code: 'unknownRouter',
          path,
          message: `Router "${router.name}" is reached via "${name}", which does not exist.${didYouMean(name, names)}`,
          value: name,
          rule: 'via names routers of this scenario, or dataPlane.',
          fix: `Name one of: ${[...names.filter((each) => each !== router.name), 'dataPlane'].join(', ')}.`,
        },
      ];
    }
    if (name !== router.name && !leadsTo(name, router.name, all)) return [];
    return [
      {
        code: 'viaCircle',
        path,
        message: `Router "${router.name}" is reached via "${name}", and so, in the end, via itself.`,
        value: name,
        rule: 'Of two routers in a row one is met first.',
        fix: 'Name in via only what stands before the router.',
      },
    ];
  });
}

function leadsTo(
  from: string,
  to: string,
  all: readonly RouterSettings[],
  passed: readonly string[] = [],
): boolean {
  if (passed.includes(from)) return false;
  const before = all.filter(({ name }) => name === from).flatMap(routersBefore);
  return before.includes(to) || before.some((name) => leadsTo(name, to, all, [...passed, from]));
}
