import { xml } from '../report/foreign.ts';
import type { Picture } from '../report/picture/picture.ts';
import { svgOf } from '../report/svg.ts';
import { keyHtml, lanesHtml, SECTIONS } from './timeline-html.ts';

/** The parts of a page that show one run. All are pure text; a page's script only makes them move. */

/** The verdict is the text of the one element with the role `status`. */
export function verdictHtml({ headline, outcome, why, fix, subject, seed }: Picture): string {
  return [
    `<p class="verdict ${outcome}" role="status">${xml(headline)}</p>`,
    `<p class="quiet subject">${xml(subject)}${seed === null ? '' : `, seed ${seed}`}. One run is one sample of the delays.</p>`,
    `<p class="why">${xml(why)}</p>`,
    `<p class="fix">${fix === '' ? '' : `Fix: ${xml(fix)}`}</p>`,
  ].join('');
}

/** The timeline, and what is known of the event that is chosen in it. */
export function timelineHtml(picture: Picture, paper: Picture): string {
  const sections = [...new Set(picture.lanes.map(({ section }) => section))];
  const filters = sections.map(
    (section) =>
      `<label><input type="checkbox" data-filter="${section}" checked>${SECTIONS[section]}</label>`,
  );
  return [
    '<section class="screen-only" aria-labelledby="h-time"><h2 id="h-time">Who still sends, and what the Pod does</h2>',
    '<div class="bar"><button type="button" data-do="out" aria-label="Zoom out">−</button><button type="button" data-do="in" aria-label="Zoom in">+</button><button type="button" data-do="fit">Whole run</button>',
    '<button type="button" data-do="back">◀ event</button><button type="button" data-do="forward">event ▶</button><label><input type="checkbox" class="every">every event</label>',
    `<span class="space"></span><label>Pod <input type="search" data-filter-pod placeholder="all" size="12"></label>${filters.join('')}</div>`,
    '<div class="scroller" tabindex="0" role="group" aria-label="Timeline. Arrow keys left and right go from event to event, plus and minus zoom.">',
    `${lanesHtml(picture)}</div><div class="keybox">${keyHtml(picture)}</div>`,
    `<p class="quiet filtered" hidden></p><p class="quiet left"></p>`,
    '<div class="cols"><div><h3>The chosen event, and what led to it</h3><div class="chosen" aria-live="polite"><p class="quiet">Point at something in the timeline, or press ◀ and ▶.</p></div></div>',
    `<div><h3>What each of them knows of the Pod then</h3><div class="knows"></div></div>`,
    '</div></section>',
    `<div class="paper-only">${svgOf(paper, { theme: 'light', width: 1400, headed: false })}</div>`,
  ].join('');
}

export function rulesHtml(nodes: readonly string[], otherNodes: number): string {
  const options = nodes.map((node) => `<option>${xml(node)}</option>`).join('');
  const more = otherNodes > 0 ? `<p class="quiet">${otherNodes} more nodes are not in this file.</p>` : '';
  return [
    '<section class="screen-only" aria-labelledby="h-rules"><h2 id="h-rules">What a node holds</h2>',
    `<div class="bar"><label>Node <select class="node">${options}</select></label><label>at <input type="number" class="instant" min="0" step="any" value="0" size="9"> ms</label>`,
    '<button type="button" data-do="rules-back">◀ change</button><button type="button" data-do="rules-forward">change ▶</button></div>',
    `<p class="quiet">Click the timeline to move through time. A Pod that is leaving is marked.</p><pre class="rules" tabindex="0" aria-label="Rules"></pre>${more}</section>`,
  ].join('');
}
