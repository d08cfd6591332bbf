/// <reference lib="dom" />
import type { PageData } from '../page-data.ts';
import { one } from './dom.ts';
import { RunView } from './run-view.ts';

/** The script of a report: a campaign whose worst run kept no trace has nothing to move. */
const data = JSON.parse(one('#prestop-data').textContent ?? 'null') as PageData | null;
if (data !== null) new RunView(data);
