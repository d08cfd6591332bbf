import { performance } from 'node:perf_hooks';
import type { Campaign } from '../analysis/campaign.ts';
import { campaignName, type FuzzReport, finishFuzz, type PreparedFuzz } from '../analysis/fuzz.ts';
import { wrongArgument } from '../scenario/options.ts';

/** How a campaign begins, and what is kept of it on the way. */
export interface Course {
  /** A report of the same campaign that lacks runs: it goes on after those that it has. */
  readonly resume?: FuzzReport;
  readonly checkpoint?: {
    readonly everyMs: number;
    /** Takes a report that a later call may resume. The next one is not made before it is done. */
    readonly write: (report: FuzzReport) => Promise<void>;
  };
}

/** Throws an OptionsError where a report is none of this campaign. */
export function demandSameCampaign(prepared: PreparedFuzz, resumed: FuzzReport): void {
  const { scenario, options } = prepared;
  const campaign = campaignName(scenario, options);
  const same =
    campaign === resumed.campaign && JSON.stringify(options.shard ?? null) === JSON.stringify(resumed.shard);
  if (same) return;
  throw wrongArgument(
    'fuzz',
    ['resume'],
    `the report to resume is of another campaign: ${resumed.campaign} and ${campaign}.`,
    resumed.campaign,
    'Use the manifests, options, runs, seed, vary and shard that it was made with.',
  );
}

/** Writes a report of what is done, now and then, one at a time; `settled` is when the last of them is written. */
export class Checkpoints {
  private latestMs = performance.now();
  private writing: Promise<void> | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly prepared: PreparedFuzz,
    private readonly course: NonNullable<Course['checkpoint']>,
  ) {}

  readonly take = (total: () => Campaign): void => {
    const now = performance.now();
    if (this.writing !== null || now - this.latestMs < this.course.everyMs) return;
    this.latestMs = now;
    const { scenario, options } = this.prepared;
    // What is reduced to a counterexample is the whole alone.
    const report = finishFuzz(
      { ...this.prepared, scenario, options: { ...options, shrink: false } },
      total(),
    );
    this.writing = this.course.write(report).then(
      () => this.wrote(),
      (error: unknown) => this.wrote({ error }),
    );
  };

  /** Rejects with what kept a report from being written. */
  async settled(): Promise<void> {
    await this.writing;
    if (this.failure !== null) throw this.failure.error;
  }

  private wrote(failure: { readonly error: unknown } | null = null): void {
    this.writing = null;
    this.failure ??= failure;
  }
}
