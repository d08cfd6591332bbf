import type { Picture } from '../../report/picture/picture.ts';
import type { Run } from '../../run/simulate.ts';
import { type PageData, pageData } from '../page-data.ts';

/** A page that follows a slider draws fewer lanes than a report. */
export const PLAY_LANES = { routers: 16, pods: 40 };
export const PAPER_LANES = { routers: 8, pods: 14 };

/** What the views of a run need, with the nodes that the picture shows first. */
export function playData(
  run: Run,
  picture: Picture,
): { readonly data: PageData; readonly nodes: readonly string[] } {
  const nodes = nodesIn(picture);
  return { data: pageData(run, picture.axis, nodes), nodes };
}

/** The nodes that have a lane of their own. */
export function nodesIn({ lanes }: Picture): readonly string[] {
  return lanes.flatMap(({ node }) => node ?? []);
}
